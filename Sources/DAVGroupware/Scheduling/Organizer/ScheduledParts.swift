/// The events or tasks of one calendar object, by what each describes: the series, or one instance of it.
///
/// Two versions of an object are compared part by part (RFC 6638 §3.2.1.2: “on a per-instance basis”).
struct ScheduledParts: Sendable {
    /// What a component describes.
    enum Part: Sendable, Hashable {
        /// All instances nothing else is said of; the one there is, if nothing recurs.
        case series
        /// One instance, by ``InstanceClock``.
        case instance(Int64)
    }

    let calendar: Component
    let instances: CalendarInstances
    private(set) var clock: InstanceClock
    /// In the order in which they stand.
    let order: [Part]
    /// Of each part its component's place in the VCALENDAR; the first, if several claim to be the same.
    let places: [Part: Int]
    private let parts: [Int: Part]

    init(_ calendar: Component, zones: Zones) {
        let instances = CalendarInstances(calendar.components, zones: zones)
        var clock = InstanceClock(instances)
        var (order, places, parts): ([Part], [Part: Int], [Int: Part]) = ([], [:], [:])
        for (place, component) in calendar.components.enumerated() where Self.isScheduled(component) {
            guard let part = Self.part(instances.times[place], component, &clock), places[part] == nil else { continue }
            parts[place] = part
            order.append(part)
            places[part] = place
        }
        (self.calendar, self.instances, self.clock) = (calendar, instances, clock)
        (self.order, self.places, self.parts) = (order, places, parts)
    }

    /// RFC 6638 §1: events and tasks. Journals, free-busy times and availability are nobody's invitation.
    static func isScheduled(_ component: Component) -> Bool { component.name == "VEVENT" || component.name == "VTODO" }

    /// `nil`: nobody can tell which instance it is.
    private static func part(_ times: ComponentTimes?, _ component: Component, _ clock: inout InstanceClock) -> Part? {
        guard component["RECURRENCE-ID"] != nil else { return .series }
        return times?.recurrenceID.map { .instance(clock.instance($0)) }
    }

    /// What the component at a place describes; `nil`: nothing that another one does not describe already.
    func part(at place: Int) -> Part? { parts[place] }

    subscript(part: Part) -> Component? { places[part].map { calendar.components[$0] } }

    /// The first ORGANIZER that any component names.
    var organizer: ContentLine? {
        calendar.components.lazy.filter(Self.isScheduled).compactMap { $0["ORGANIZER"] }.first
    }
}
