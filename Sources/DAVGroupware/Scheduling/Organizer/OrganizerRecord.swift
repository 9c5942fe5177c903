/// What is stored of an organizer's new version: what was sent, with the few lines that are the server's (RFC 6638 §3.2.8, §3.2.9,
/// §7.2, §7.3).
struct OrganizerRecord: Sendable {
    private let sent: StoredCalendar
    private let revision: OrganizerRevision
    private let owner: CalendarUser

    init(_ sent: StoredCalendar, _ revision: OrganizerRevision, by owner: CalendarUser) {
        (self.sent, self.revision, self.owner) = (sent, revision, owner)
    }

    func body(_ statuses: [CalendarUserAddress: DeliveryStatus]) -> [UInt8] {
        var edits = ContentEdits()
        for (place, component) in sent.calendar.components.enumerated() where ScheduledParts.isScheduled(component) {
            let before = part(at: place).flatMap { revision.counterpart(of: $0) }
            let lines = revision.calendar.components[place].properties
            for (index, line) in lines.enumerated() {
                let result = Component.isParticipant(line) ? participant(line, before, statuses) : line
                if index >= component.properties.count {
                    edits.replace(line.source, by: result)
                } else if result != component.properties[index] {
                    edits.replace(component.properties[index], by: result)
                }
            }
        }
        return edits.applied(to: sent.octets)
    }

    private func part(at place: Int) -> ScheduledParts.Part? {
        revision.new.parts.part(at: place)
    }

    private func participant(
        _ line: ContentLine, _ before: ScheduledParts.Part?, _ statuses: [CalendarUserAddress: DeliveryStatus]
    ) -> ContentLine {
        let forced = line["SCHEDULE-FORCE-SEND"]
        let result = line.setting("SCHEDULE-FORCE-SEND", to: [])
        guard line.isNamed("ATTENDEE"), !owner.isNamed(by: line) else { return result }
        let address = line.address
        var codes: [String] = []
        if let status = statuses[address] {
            codes = [status.rawValue]
        } else if ScheduleAgent(line) == .server, let before {
            // What became of the last message: clients may not change it (§7.3), and some drop it.
            let known = (revision.old.attendees[before]?[address] ?? []).map { $0.values(of: "SCHEDULE-STATUS") }
            let own = line.values(of: "SCHEDULE-STATUS")
            // Somebody may be listed more than once, and not fare the same in each line.
            codes = !own.isEmpty && known.contains(own) ? own : known.first ?? []
        }
        // §7.2: 2.3 says that the parameter was not understood.
        if let forced, !["REQUEST", "REPLY"].contains(where: forced.isASCIIEqual), !codes.contains("2.3") {
            codes.append("2.3")
        }
        return codes.isEmpty ? result : result.setting("SCHEDULE-STATUS", to: [codes.joined(separator: ",")])
    }
}
