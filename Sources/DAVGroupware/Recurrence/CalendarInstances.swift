/// All instances of one calendar object (RFC 5545 §3.8.5): its master by RRULE, RDATE and EXDATE, what overrides it by
/// RECURRENCE-ID and RANGE, or only overrides, as somebody has who was invited to single instances (C-16).
///
/// Cheap to make; the work is done by ``instances(in:floating:within:)``.
package struct CalendarInstances: Sendable {
    package let components: [Component]
    package let zones: ObjectZones
    /// Beside `components`.
    let times: [ComponentTimes?]
    /// The component without a RECURRENCE-ID.
    package let master: Int?
    /// Those with one, and whatever else stands beside the master.
    let others: [Int]

    /// - Parameter components: those directly inside VCALENDAR; an instance names its component by the place in this list.
    package init(_ components: [Component], zones: Zones) {
        self.components = components
        self.zones = ObjectZones(components, zones: zones)
        let times = components.map(ComponentTimes.init)
        let happening = times.indices.filter { times[$0] != nil }
        let master = happening.first { times[$0]?.recurrenceID == nil }
        (self.times, self.master) = (times, master)
        others = happening.filter { $0 != master }
    }

    /// Whether it says that it happens more than once.
    package var isRecurring: Bool {
        guard let master else { return false }
        return components[master].properties.contains { $0.isNamed("RRULE") || $0.isNamed("RDATE") }
    }

    /// The instances that may touch a range, in the order of their starts.
    ///
    /// May hold some that only come near it: ``CalendarInstance/overlaps(_:)`` judges.
    package func instances(
        in range: Range<Int64>, floating: ZoneRules, within budget: inout WorkBudget
    ) -> [CalendarInstance] {
        var iterator = iterator(in: range, floating: floating)
        var found: [CalendarInstance] = []
        while let next = iterator.next(within: &budget) { found.append(next) }
        return found.sorted { ($0.start ?? $0.end ?? .min, $0.component) < ($1.start ?? $1.end ?? .min, $1.component) }
    }

    /// An instance of a component without its dates, which is what those without dates are.
    func blank(_ component: Int) -> CalendarInstance {
        let times = times[component]
        var blank = CalendarInstance(component: component, local: .first, kind: times?.kind ?? .event)
        if blank.kind == .toDo { (blank.completed, blank.created) = (times?.completed, times?.created) }
        return blank
    }

    /// The same one by one: overrides first, the others roughly in order.
    package func iterator(in range: Range<Int64>, floating: ZoneRules) -> InstanceIterator {
        InstanceIterator(self, range, floating)
    }

    /// The zone in which the days of a component's dates are counted.
    func rules(_ value: DateValue, floating: ZoneRules) -> ZoneRules {
        switch value {
        case .date, .floating: floating
        case .utc: .utc
        case .zoned(_, let tzid): zones.rules(tzid) ?? floating
        }
    }

    /// A RECURRENCE-ID, EXDATE or RDATE on the clock of the master, whatever its type (client-quirks 18).
    func key(_ value: DateValue, anchor: DateValue, _ rules: ZoneRules, floating: ZoneRules) -> CivilDateTime {
        if anchor.isDate { return CivilDateTime(value.civil.date) }
        switch value {
        case .date(let date): return CivilDateTime(date, anchor.civil.time)
        case .floating(let civil): return civil
        case .utc(let civil): return rules.local(civil.seconds)
        case .zoned(let civil, let tzid):
            return tzid == anchor.tzid ? civil : rules.local(zones.instant(of: value, floating: floating))
        }
    }

    func length(of times: ComponentTimes, floating: ZoneRules) -> InstanceLength {
        guard let start = times.start else { return times.end == nil ? .none : .endOnly }
        if let end = times.end {
            if start.isDate {
                let days = end.civil.date.number - start.civil.date.number
                return .days(times.kind == .toDo ? days : max(days, 1))
            }
            let exact = zones.instant(of: end, floating: floating) - zones.instant(of: start, floating: floating)
            // An end before the start is none; a task may well be due before it is to be begun (RFC 4791 §9.9 has a row for it).
            return exact < 0 && times.kind != .toDo ? .none : .exact(exact)
        }
        if let duration = times.duration, !duration.isZero || times.kind == .toDo { return .nominal(duration) }
        return start.isDate && times.kind != .toDo ? .days(1) : .none
    }

    /// The RECURRENCE-ID that names an instance, of the type of the master's start; `nil` for what does not recur.
    package func recurrenceID(of instance: CalendarInstance) -> DateValue? {
        guard let key = instance.key else { return times[instance.component]?.recurrenceID }
        guard let master, let anchor = times[master]?.anchor else { return .floating(key) }
        return switch anchor {
        case .date: .date(key.date)
        case .floating: .floating(key)
        case .utc: .utc(key)
        case .zoned(_, let tzid): .zoned(key, tzid: tzid)
        }
    }
}

/// One instance.
package struct CalendarInstance: Sendable, Hashable {
    /// The component that describes it, by its place in ``CalendarInstances/components``.
    package var component: Int
    /// When the master's rules would have it, on the master's clock. `nil` if nothing recurs.
    package var key: CivilDateTime?
    /// Its start on the clock of that component. Of no meaning without a start.
    package var local: CivilDateTime
    package var start: Int64?
    /// `nil` if there is no end and no duration. The next midnight for a DATE.
    package var end: Int64?
    /// Whether the end was given by a duration: tasks make a difference (RFC 4791 §9.9).
    package var lasts = false
    var kind: ComponentTimes.Kind
    var completed: Int64?
    var created: Int64?
}
