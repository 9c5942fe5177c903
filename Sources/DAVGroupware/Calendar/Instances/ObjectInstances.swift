/// When the components of one object happen (RFC 5545 §3.8.5): rules and dates added, dates and overrides taken away.
struct ObjectInstances: Sendable {
    /// What iCalendar's four digits can write lies between these, and sums of them do not overflow.
    static let bounds: ClosedRange<Int64> = -100_000_000_000...300_000_000_000

    let calendar: Component
    let zones: ObjectZones
    let floating: ZoneRules

    init(_ calendar: Component, zones: Zones, floating: ZoneRules) {
        self.calendar = calendar
        self.zones = ObjectZones(calendar.components, zones: zones)
        self.floating = floating
    }

    func instant(of value: DateValue) -> Int64 { zones.instant(of: value, floating: floating) }

    /// The instant of the first value of a property.
    func instant(of line: ContentLine?) -> Int64? { line.flatMap { DateValue($0) }.map(instant) }

    /// Gives every instance of the component that starts within `starts`, in the order in which they are found.
    ///
    /// - Parameters:
    ///   - siblings: components among which its overrides are.
    ///   - take: whether to go on.
    func forEach(
        _ component: Component, among siblings: [Component], starts: ClosedRange<Int64>,
        within budget: inout WorkBudget, _ take: (ObjectInstance) -> Bool
    ) {
        let times = ObjectTimes(component, zones, floating)
        guard let start = times.start else {
            _ = take(ObjectInstance(end: times.end.map(instant)))
            return
        }
        let override = instant(of: component["RECURRENCE-ID"])
        let recurs = component["RRULE"] != nil || component["RDATE"] != nil
        guard override == nil, recurs else {
            let first = instance(start.civil, start, times)
            if starts.contains(first.start ?? 0) {
                _ = take(ObjectInstance(start: first.start, end: first.end, civil: first.civil, recurrenceID: override))
            }
            return
        }
        let exceptions = Exceptions(component, siblings, self)
        var isDone = false
        func give(_ civil: CivilDateTime, _ value: DateValue) -> Bool {
            var found = instance(civil, value, times)
            guard let instant = found.start, instant <= starts.upperBound else { return false }
            guard instant >= starts.lowerBound, !exceptions.contains(instant, civil) else { return true }
            guard !isDone, budget.makeInstance() else { return false }
            found.recurrenceID = instant
            isDone = !take(found)
            return !isDone
        }
        giveDates(component, start, give)
        for line in component.all("RRULE").prefix(ObjectInstances.maxRules) where !isDone {
            guard let rule = try? RecurrenceRule(line.value) else { continue }
            var occurrences = rule.occurrences(
                from: start.civil, isDate: start.isDate, until: until(rule, start))
            let lower = CivilDateTime(seconds: starts.lowerBound - 2 * 86_400)
            if lower > start.civil { occurrences.seek(lower) }
            while let civil = occurrences.next(within: &budget), give(civil, start) {}
        }
    }

    private static let maxRules = 10
    private static let maxDates = 20_000

    /// What RDATE adds, and the start itself where no rule makes it.
    private func giveDates(
        _ component: Component, _ start: DateValue, _ give: (CivilDateTime, DateValue) -> Bool
    ) {
        var values = component["RRULE"] == nil ? [start] : []
        for line in component.all("RDATE") {
            let isPeriod = line["VALUE"]?.isASCIIEqual(to: "PERIOD") ?? false
            values += isPeriod ? Period.list(line).map(\.start) : DateValue.list(line)
        }
        var seen: Set<DateValue> = []
        for value in values.prefix(ObjectInstances.maxDates) where seen.insert(value).inserted {
            // One beyond the range says nothing of the next: they stand in any order.
            _ = give(value.civil, value)
        }
    }

    /// The last time that counts, on the clock of the start: UNTIL is in UTC where the start has a zone (RFC 5545 §3.3.10).
    private func until(_ rule: RecurrenceRule, _ start: DateValue) -> CivilDateTime? {
        guard case .utc(let end)? = rule.until, !start.isDate else { return nil }
        switch start {
        case .utc: return end
        case .zoned(_, let tzid): return (zones.rules(tzid) ?? floating).local(end.seconds)
        case .date, .floating: return floating.local(end.seconds)
        }
    }

    private func instance(_ civil: CivilDateTime, _ like: DateValue, _ times: ObjectTimes) -> ObjectInstance {
        let start = instant(of: like.moved(to: civil))
        let end: Int64? =
            switch times.length {
            case .none: nil
            case .exact(let seconds): start + seconds
            case .nominal(let duration):
                instant(of: like.moved(to: CivilDateTime(seconds: civil.seconds + Int64(duration.days) * 86_400)))
                    + duration.seconds
            }
        return ObjectInstance(start: start, end: end, civil: civil)
    }
}

extension DateValue {
    /// Another time on the same clock.
    fileprivate func moved(to civil: CivilDateTime) -> DateValue {
        switch self {
        // A DATE is its midnight, and half a day after it where a duration says so.
        case .date, .floating: .floating(civil)
        case .utc: .utc(civil)
        case .zoned(_, let tzid): .zoned(civil, tzid: tzid)
        }
    }
}

/// The occurrences that do not happen as the rule says: EXDATE, and those with an override of their own.
private struct Exceptions {
    private var instants: Set<Int64> = []
    /// Days, of exceptions that are DATEs.
    private var days: Set<Int> = []

    init(_ component: Component, _ siblings: [Component], _ instances: ObjectInstances) {
        let isDate = component["DTSTART"].flatMap { DateValue($0) }?.isDate ?? false
        for line in component.all("EXDATE") {
            for value in DateValue.list(line) { insert(value, isDate, instances) }
        }
        for sibling in siblings where sibling.name == component.name {
            if let value = sibling["RECURRENCE-ID"].flatMap({ DateValue($0) }) { insert(value, isDate, instances) }
        }
    }

    /// Where one is a DATE and the other a DATE-TIME, as some clients write them, the day decides.
    private mutating func insert(_ value: DateValue, _ isDate: Bool, _ instances: ObjectInstances) {
        if value.isDate || isDate {
            days.insert(value.civil.date.number)
        } else {
            instants.insert(instances.instant(of: value))
        }
    }

    func contains(_ instant: Int64, _ civil: CivilDateTime) -> Bool {
        instants.contains(instant) || !days.isEmpty && days.contains(civil.date.number)
    }
}
