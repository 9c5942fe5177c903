/// Who is invited to what by one version of an organizer's object (RFC 6638 §3.2.1).
struct InvitedParts: Sendable {
    typealias Part = ScheduledParts.Part

    private(set) var parts: ScheduledParts
    private(set) var times: [Part: ScheduledTimes] = [:]
    /// The ATTENDEE lines of each part, without the organizer's own. One person may have several.
    private(set) var attendees: [Part: [CalendarUserAddress: [ContentLine]]] = [:]
    /// Whom the server tells of a part. Nobody takes part in what is cancelled.
    private(set) var invited: [Part: Set<CalendarUserAddress>] = [:]
    /// The parts each is invited to; in the order in which they stand.
    private(set) var partsOfAttendee: [CalendarUserAddress: [Part]] = [:]
    /// In the order in which they are named first.
    private(set) var everybody: [CalendarUserAddress] = []

    /// - Parameter owner: the organizer, who is never told.
    init(_ calendar: Component, by owner: CalendarUser, zones: Zones) {
        parts = ScheduledParts(calendar, zones: zones)
        var (budget, clock) = (WorkBudget(), parts.clock)
        for part in parts.order {
            guard let place = parts.places[part] else { continue }
            let component = calendar.components[place]
            let takesPlace = !component.isCancelled
            times[part] = ScheduledTimes(place, of: parts.instances, zones: zones, clock: &clock, &budget)
            var lines: [CalendarUserAddress: [ContentLine]] = [:]
            var invited: Set<CalendarUserAddress> = []
            for line in component.all("ATTENDEE") {
                let address = line.address
                guard !owner.addresses.contains(address) else { continue }
                lines[address, default: []].append(line)
                // §7.1: all lines of one person say the same; where they do not, the first counts.
                guard lines[address]?.count == 1, takesPlace, ScheduleAgent(line) == .server else {
                    continue
                }
                invited.insert(address)
                if partsOfAttendee[address] == nil { everybody.append(address) }
                partsOfAttendee[address, default: []].append(part)
            }
            (attendees[part], self.invited[part]) = (lines, invited)
        }
    }

    func isInvited(_ address: CalendarUserAddress, to part: Part) -> Bool { invited[part]?.contains(address) ?? false }

    /// The instances that a part takes out of the series, by EXDATE.
    func isExcluded(_ part: Part) -> Bool {
        guard case .instance(let instance) = part else { return false }
        return times[.series]?.excluded.contains(instance) ?? false
    }

    /// Whether the series itself has one of these instances, as far as can be told with reasonable work.
    func seriesHas(_ wanted: Set<Int64>) -> Bool {
        guard let first = wanted.min(), let last = wanted.max() else { return false }
        var iterator = parts.instances.iterator(in: first..<last &+ 1, floating: .utc)
        var budget = WorkBudget()
        while let next = iterator.next(within: &budget) {
            guard next.component == parts.instances.master, let key = next.key else { continue }
            if wanted.contains(parts.clock.instance(at: key)) { return true }
        }
        return budget.isExhausted
    }
}
