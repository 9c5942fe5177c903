/// Somebody's copy of a scheduling object, ready to be compared with another one.
struct ScheduledCopy: Sendable {
    let octets: [UInt8]
    let calendar: Component
    let index: InstanceIndex
    let owner: CalendarUser
    let series: SeriesPart
    /// Of each component that happens.
    private let parts: [OrganizersPart?]

    init(_ stored: StoredCalendar, of owner: CalendarUser, zones: Zones, like other: InstanceIndex? = nil) {
        self.init(stored.calendar, stored.octets, of: owner, InstanceIndex(stored.calendar, zones: zones, like: other))
    }

    /// - Parameter octets: what the lines of the calendar point into; nothing for one that was made.
    init(_ calendar: Component, _ octets: [UInt8] = [], of owner: CalendarUser, _ index: InstanceIndex) {
        (self.octets, self.calendar, self.owner, self.index) = (octets, calendar, owner, index)
        series = SeriesPart(index)
        parts = calendar.components.indices.map { OrganizersPart($0, of: index, for: owner) }
    }

    /// The master, and one component for each instance that has its own.
    var components: [(key: InstanceIndex.Key?, component: Component)] {
        let overrides = index.overrides.sorted { $0.value < $1.value }
        return (index.master.map { [(nil, calendar.components[$0])] } ?? [])
            + overrides.map { ($0.key, calendar.components[$0.value]) }
    }

    /// The master, or else the first override.
    var first: Component? { index.masterComponent ?? index.overrides.values.min().map { calendar.components[$0] } }

    var organizer: ContentLine? { first?["ORGANIZER"] }

    var uid: String? { first?.uid }

    /// The component an instance has for itself; `nil` as key: the master.
    func component(_ key: InstanceIndex.Key?) -> Component? {
        guard let key else { return index.masterComponent }
        return index.overrides[key].map { calendar.components[$0] }
    }

    /// The part of the master, or of an override.
    func part(_ key: InstanceIndex.Key?) -> OrganizersPart? {
        let place = key.map { index.overrides[$0] } ?? index.master
        return place.flatMap { parts[$0] }
    }

    /// The part of an instance, whether it has a component or not.
    ///
    /// - Parameter civil: when the series has it.
    func part(at key: InstanceIndex.Key, _ civil: CivilDateTime) -> OrganizersPart? {
        if index.overrides[key] != nil { return part(key) }
        guard let place = index.describing(key), let times = index.times(at: key, civil) else { return nil }
        return parts[place]?.moved(to: times, index.instances)
    }

    /// What the owner has answered for an instance, or for the series.
    func answer(_ key: InstanceIndex.Key?) -> String? {
        let place = key.map { index.describing($0) } ?? index.master
        return place.flatMap { calendar.components[$0].attendee(owner)?.participation }
    }
}
