/// Tells a filter when the components of a stored object happen (RFC 4791 §9.9).
struct ObjectClock: FilterClock {
    private let object: StoredCalendar
    private let zone: FloatingZone
    private(set) var budget: QueryBudget

    init(_ object: StoredCalendar, _ zone: FloatingZone, _ zones: Zones, _ budget: QueryBudget) {
        self.object = object
        self.zone = zone
        self.budget = budget
    }

    mutating func happens(_ index: Int, _ component: Component, within range: Range<Int64>) -> Bool { true }
    mutating func happens(_ inner: Component, of index: Int, within range: Range<Int64>) -> Bool { true }
    mutating func lies(_ property: ContentLine, within range: Range<Int64>) -> Bool { true }
}

/// Work on recurrences that one request may do, for all its objects together; each may use up only a part of it.
struct QueryBudget: Sendable {
    private var steps = 20_000_000
    var isExhausted: Bool { steps <= 0 }

    /// What the next object may use.
    func next() -> WorkBudget { WorkBudget(steps: min(steps, 100_000)) }

    mutating func spend(_ used: Int) { steps -= used }
}
