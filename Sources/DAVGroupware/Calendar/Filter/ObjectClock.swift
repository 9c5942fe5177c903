/// Tells a filter when the components of a stored object happen (RFC 4791 §9.9).
///
/// What cannot be told with the work one object may cost counts as "maybe", which is yes.
struct ObjectClock {
    private let instances: CalendarInstances
    private let zones: Zones
    private let floating: ZoneRules
    private(set) var budget: QueryBudget
    /// What is about an event, but not when it is, always matches there (RFC 6638 §2.2, D-15): that is how a message may say that
    /// all of it is over.
    var isOfInbox = false

    init(_ object: StoredCalendar, _ zone: FloatingZone, _ zones: Zones, _ budget: QueryBudget) {
        instances = CalendarInstances(object.calendar.components, zones: zones)
        self.zones = zones
        floating = zone.rules
        self.budget = budget
    }

    /// Whether the component, one directly inside VCALENDAR, overlaps the range in one of its instances.
    ///
    /// - Parameter index: among all that stand there.
    mutating func happens(_ index: Int, within range: Range<Int64>) -> Bool {
        if isOfInbox, instances.components[index].isEventWithoutStart { return true }
        return budget.spend { [instances, floating] in
            instances.matches(index, range, floating: floating, within: &$0) != .no
        }
    }

    /// The same of a component further inside, such as an alarm of any of the instances.
    mutating func happens(_ inner: Component, of index: Int, within range: Range<Int64>) -> Bool {
        budget.spend { [instances, floating, zones] budget in
            if inner.name == "VALARM" {
                return instances.alarmMatches(inner, of: index, range, floating: floating, within: &budget) != .no
            }
            let alone = CalendarInstances(
                [inner] + instances.components.filter { $0.name == "VTIMEZONE" }, zones: zones)
            return alone.matches(0, range, floating: floating, within: &budget) != .no
        }
    }

    /// Whether one of the property's dates lies in the range.
    func lies(_ property: ContentLine, within range: Range<Int64>) -> Bool {
        instances.propertyMatches(property, range, floating: floating)
    }
}

/// Work on recurrences that one request may do, for all its objects together; each may use up only a part of it.
struct QueryBudget: Sendable {
    private var steps: Int
    private static let most = 100_000

    init(steps: Int = 20_000_000) { self.steps = steps }

    var isExhausted: Bool { steps <= 0 }

    /// Takes the part of it that is left to each of `count`; what is not used goes back by ``give(back:)``.
    mutating func takeShare(of count: Int) -> QueryBudget {
        let share = QueryBudget(steps: max(steps, 0) / max(count, 1))
        steps -= share.steps
        return share
    }

    mutating func give(back share: QueryBudget) { steps += max(share.steps, 0) }

    /// Notes work that is not done on recurrences.
    mutating func charge(_ work: Int) { steps = max(steps - work, 0) }

    /// Runs `work` with what one object may use.
    mutating func spend<Result>(_ work: (inout WorkBudget) -> Result) -> Result {
        let given = min(max(steps, 0), QueryBudget.most)
        var share = WorkBudget(steps: given)
        defer { steps -= given - share.steps }
        return work(&share)
    }
}

extension Component {
    var isEventWithoutStart: Bool { name == "VEVENT" && self["DTSTART"] == nil }
}
