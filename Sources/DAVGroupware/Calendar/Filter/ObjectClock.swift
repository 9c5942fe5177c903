/// Tells a filter when the components of a stored object happen (RFC 4791 §9.9).
///
/// What cannot be told with the work one object may cost counts as "maybe", which is yes.
struct ObjectClock: FilterClock {
    private let instances: ObjectInstances
    private(set) var budget: QueryBudget

    init(_ object: StoredCalendar, _ zone: FloatingZone, _ zones: Zones, _ budget: QueryBudget) {
        instances = ObjectInstances(object.calendar, zones: zones, floating: zone.rules)
        self.budget = budget
    }

    mutating func happens(_ index: Int, _ component: Component, within range: Range<Int64>) -> Bool {
        let overlap = RangeOverlap(instances, range)
        return any(of: component, starts: overlap.starts(of: component)) { overlap.holds($0, of: component) }
    }

    mutating func happens(_ inner: Component, of index: Int, within range: Range<Int64>) -> Bool {
        let overlap = RangeOverlap(instances, range)
        guard inner.name == "VALARM" else {
            return any(of: inner, starts: overlap.starts(of: inner)) { overlap.holds($0, of: inner) }
        }
        guard let alarm = AlarmTimes(inner, instances) else { return false }
        // One with a date of its own rings whenever the component happens.
        if alarm.absolute != nil { return overlap.rings(alarm, for: ObjectInstance()) }
        let component = instances.calendar.components[index]
        return any(of: component, starts: overlap.starts(of: component, ringing: alarm)) {
            overlap.rings(alarm, for: $0)
        }
    }

    mutating func lies(_ property: ContentLine, within range: Range<Int64>) -> Bool {
        RangeOverlap(instances, range).lies(property)
    }

    private mutating func any(
        of component: Component, starts: ClosedRange<Int64>, _ test: (ObjectInstance) -> Bool
    ) -> Bool {
        var share = budget.next()
        let before = share.steps
        var isFound = false
        instances.forEach(component, among: instances.calendar.components, starts: starts, within: &share) { instance in
            isFound = test(instance)
            return !isFound
        }
        budget.spend(before - share.steps)
        return isFound || share.isExhausted
    }
}

/// Work on recurrences that one request may do, for all its objects together; each may use up only a part of it.
struct QueryBudget: Sendable {
    private var steps = 20_000_000
    var isExhausted: Bool { steps <= 0 }

    /// What the next object may use.
    func next() -> WorkBudget { WorkBudget(steps: min(max(steps, 0), 100_000)) }

    mutating func spend(_ used: Int) { steps -= used }
}
