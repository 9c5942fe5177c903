extension ZoneRules {
    /// Reads a VTIMEZONE (RFC 5545 §3.6.5).
    ///
    /// Bounded: observances are followed to the year 2100, and for no more than a few thousand changes; what comes later keeps
    /// the last offset. `nil` if it has no observance that can be read.
    package convenience init?(_ component: Component) {
        var onsets: [(change: Change, from: Int)] = []
        var budget = WorkBudget(steps: 60_000, instances: 4_000)
        for part in component.components.prefix(500) where part.name == "STANDARD" || part.name == "DAYLIGHT" {
            guard let start = part["DTSTART"].flatMap(DateValue.init), let to = Self.offset(part["TZOFFSETTO"]) else {
                continue
            }
            let from = Self.offset(part["TZOFFSETFROM"]) ?? to
            let observance = Observance(
                offset: to, isDaylight: part.name == "DAYLIGHT", name: part["TZNAME"]?.value ?? "")
            for local in Self.onsets(of: part, from: start.civil, offset: from, within: &budget) {
                onsets.append((Change(start: local.seconds - Int64(from), observance: observance), from))
            }
        }
        onsets.sort { $0.change.start < $1.change.start }
        guard let first = onsets.first else { return nil }
        self.init(initial: Observance(offset: first.from), changes: onsets.map(\.change))
    }

    private static func offset(_ line: ContentLine?) -> Int? { line.flatMap { UTCOffset($0.value) }?.seconds }

    /// When an observance begins, on the clock before it.
    private static func onsets(
        of part: Component, from start: CivilDateTime, offset: Int, within budget: inout WorkBudget
    ) -> [CivilDateTime] {
        var found = [start]
        for line in part.all("RDATE").prefix(100) {
            // RDATE may be a PERIOD by its grammar; then its start counts.
            let dates = DateValue.list(line) + Period.list(line).map(\.start)
            found += dates.prefix(1_000).map { value in
                if case .utc(let civil) = value {
                    CivilDateTime(seconds: civil.seconds + Int64(offset))
                } else {
                    value.civil
                }
            }
        }
        for line in part.all("RRULE").prefix(10) {
            guard let rule = try? RecurrenceRule(line.value), let horizon = CivilDateTime(2100, 12, 31),
                let past = CivilDateTime(1900, 1, 1)
            else { continue }
            var until = horizon
            if case .utc(let civil)? = rule.until {
                until = min(horizon, CivilDateTime(seconds: civil.seconds + Int64(offset)))
            } else if let civil = rule.civilUntil(isDate: false) {
                until = min(horizon, civil)
            }
            var occurrences = rule.occurrences(from: start, until: until)
            occurrences.seek(past)
            while let next = occurrences.next(within: &budget), budget.makeInstance() { found.append(next) }
        }
        return found
    }
}
