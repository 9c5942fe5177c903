extension ZoneRules {
    /// A VTIMEZONE (RFC 5545 §3.6.5) that is right for the range, and as short as that allows.
    ///
    /// What an object refers to is told by its extent; without an end, the rules that hold for ever are written as RRULE. A zone
    /// whose changes follow no yearly rule is written to the end of its file (as Morocco is, to 2087).
    package func component(tzid: String, in range: Range<Int64>) -> Component {
        let first = span(at: max(range.lowerBound, Self.beginning))
        let regular = regularStart
        var parts: [Component] = []
        // The stretch that the range begins in.
        let isRegular = yearly?.onsets != nil && first.start >= regular
        if !isRegular {
            let before = first.start <= Self.beginning ? first.observance : span(at: first.start - 1).observance
            let start = first.start <= Self.beginning ? CivilDateTime(1601, 1, 1) ?? .first : nil
            parts.append(Self.part([first.start], first.observance, from: before, at: start))
        }
        let irregular = changes.filter { $0.start > first.start && $0.start < min(range.upperBound, regular) }
        parts += grouped(irregular)
        if let yearly, yearly.onsets != nil, range.upperBound > regular {
            let anchor = isRegular ? first.start : max(regular, Self.beginning)
            parts += yearly.parts(from: anchor)
        }
        return Component("VTIMEZONE", [ContentLine("TZID", value: tzid)], parts)
    }

    /// Since when the file says nothing but what the yearly rule says too; ``end`` if there is no such rule.
    private var regularStart: Int64 {
        guard let yearly, yearly.onsets != nil else { return Self.end }
        guard let last = changes.last else { return Self.beginning }
        // Both lists from their ends: the first pair that differs is where the regular time begins.
        let year = CivilDateTime(seconds: last.start).date.year
        let first = CivilDateTime(seconds: max(changes[0].start, -3_000_000_000)).date.year
        let expected = (first...max(first, year) + 1).flatMap(yearly.changes(in:)).filter { $0.start <= last.start }
        var start = last.start + 1
        for (change, wanted) in zip(changes.reversed(), expected.reversed()) {
            guard change.start == wanted.start, change.observance.offset == wanted.observance.offset else { break }
            start = change.start
        }
        return start
    }

    /// One part for all changes that are alike.
    private func grouped(_ changes: [Change]) -> [Component] {
        struct Kind: Hashable {
            var before: Int
            var after: Observance
        }
        var order: [Kind] = []
        var starts: [Kind: [Int64]] = [:]
        for change in changes {
            let kind = Kind(before: span(at: change.start - 1).observance.offset, after: change.observance)
            if starts[kind] == nil { order.append(kind) }
            starts[kind, default: []].append(change.start)
        }
        return order.map { kind in
            Self.part(starts[kind] ?? [], kind.after, from: Observance(offset: kind.before), at: nil)
        }
    }

    fileprivate static func part(
        _ starts: [Int64], _ observance: Observance, from before: Observance, at local: CivilDateTime?,
        rule: String? = nil
    ) -> Component {
        let locals = starts.map { CivilDateTime(seconds: $0 + Int64(before.offset)) }
        var lines = [ContentLine("DTSTART", value: (local ?? locals.first ?? .first).text)]
        lines.append(ContentLine("TZOFFSETFROM", value: UTCOffset(seconds: before.offset).text))
        lines.append(ContentLine("TZOFFSETTO", value: UTCOffset(seconds: observance.offset).text))
        if !observance.name.isEmpty { lines.append(ContentLine("TZNAME", value: observance.name)) }
        if let rule { lines.append(ContentLine("RRULE", value: rule)) }
        if locals.count > 1 {
            lines.append(ContentLine("RDATE", value: locals.dropFirst().map(\.text).joined(separator: ",")))
        }
        return Component(observance.isDaylight ? "DAYLIGHT" : "STANDARD", lines)
    }
}

extension YearlyChanges {
    /// Both observances, each from its first onset at or after `start` on.
    fileprivate func parts(from start: Int64) -> [Component] {
        guard let onsets else { return [] }
        let year = CivilDateTime(seconds: start).date.year
        let coming = (year - 1...year + 2).flatMap(changes(in:)).filter { $0.start >= start }
        return [(onsets.daylight, standard), (onsets.standard, onsets.daylight.observance)].compactMap {
            onset, before in
            guard let first = coming.first(where: { $0.observance == onset.observance }) else { return nil }
            return ZoneRules.part([first.start], onset.observance, from: before, at: nil, rule: onset.rule)
        }
    }
}

extension YearlyChanges.Onset {
    /// The rule that finds this day every year. Where the time lies outside the day named, the days move with it: Greenland's
    /// clocks change on the Saturday before the last Sunday of March.
    fileprivate var rule: String {
        let shift = time.flooring(by: 86_400).quotient
        switch day {
        case .withoutLeapDay(let number):
            let fields = (CivilDate(unchecked: 2001, 1, 1) + (number - 1 + shift)).fields
            return "FREQ=YEARLY;BYMONTH=\(fields.month);BYMONTHDAY=\(fields.day)"
        case .fromZero(let number): return "FREQ=YEARLY;BYYEARDAY=\(number + 1 + shift)"
        case .weekday(let month, let week, let weekday):
            let code = (Weekday(rawValue: (weekday.rawValue + shift).flooring(by: 7).remainder) ?? weekday).code
            guard shift != 0 else { return "FREQ=YEARLY;BYMONTH=\(month);BYDAY=\(week == 5 ? -1 : week)\(code)" }
            let days = (0..<7).map { (week == 5 ? $0 - 7 : (week - 1) * 7 + $0 + 1) + shift }
            let fits = week == 5 ? days[6] < 0 : days[0] > 0 && days[6] <= CivilDate.length(ofMonth: month, in: 2001)
            if fits {
                let list = days.map(String.init).joined(separator: ",")
                return "FREQ=YEARLY;BYMONTH=\(month);BYMONTHDAY=\(list);BYDAY=\(code)"
            }
            // Over the end of the month: days counted from the end of the year do not move in leap years, from March on.
            let newYear = CivilDate(unchecked: 2001, 1, 1).number
            let base = CivilDate(unchecked: 2001, week == 5 ? month + 1 : month, 1).number - newYear
            let yearDays = days.map { $0 + base + (week == 5 ? 1 : 0) }.map { month > 2 ? $0 - 366 : $0 }
            return "FREQ=YEARLY;BYYEARDAY=\(yearDays.map(String.init).joined(separator: ","));BYDAY=\(code)"
        }
    }
}
