import DAV

@testable import DAVGroupware

extension GroupwareProperty {
    private static let zones = Zones()
    private static let alice = CalendarUser(
        PrincipalID(Name(unchecked: "alice")), addresses: [CalendarUserAddress("mailto:alice@example.com")])

    /// The input is what an organizer has stored, a NUL, and what they send.
    func checkScheduling(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let new = admitted(Array(parts[1])) else { return }
        guard let change = try? organized(admitted(Array(parts[0])), new) else { return }
        for message in change.messages { try check(message) }
        let statuses = Dictionary(change.messages.map { ($0.recipient, DeliveryStatus.delivered) }) { one, _ in one }
        let body = change.body(statuses) ?? []
        let stored = StoredCalendar(body)
        try demand(
            stored?.calendar.components.map(\.name) == new.calendar.components.map(\.name),
            "all components are stored that were sent")
        let again = try organized(stored, stored)
        try demand(again.messages.isEmpty, "what is stored already is told to nobody")
        try demand(again.body([:]) == body, "what is stored already stays as it is")
    }

    private func admitted(_ body: [UInt8]) -> StoredCalendar? {
        let settings = CalendarSettings(limits: CalendarLimits(), zones: Self.zones)
        let policy = CalendarContentPolicy(settings: settings, isInbox: false)
        guard let admitted = try? policy.admit(body, contentType: nil, settings: [], storedUID: nil) else { return nil }
        return StoredCalendar(admitted.replacement ?? body)
    }

    private func organized(_ old: StoredCalendar?, _ new: StoredCalendar?) throws -> OrganizerChange {
        try OrganizerChange(
            from: old, to: new, by: Self.alice, now: Timestamp(seconds: 1_767_225_600), zones: Self.zones)
    }

    private func check(_ message: SchedulingMessage) throws {
        let octets = ContentWriter.octets(of: [message.calendar])
        let components = StoredCalendar(octets)?.calendar.components.filter(\.isSchedulable) ?? []
        try demand(!components.isEmpty, "a message can be read")
        try demand(
            components.allSatisfy { $0.attendee(message.recipient) != nil && $0["ORGANIZER"] != nil },
            "a message holds only what its recipient is invited to")
        let parameters = ["SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND"]
        try demand(
            components.flatMap(\.properties).allSatisfy { line in parameters.allSatisfy { line[$0] == nil } },
            "no message has SCHEDULE- parameters")
    }
}
