import DAV

/// What the server does because a calendar object changed (RFC 6638 §3.2): which side its owner is on, and what that entails.
enum SchedulingOperation: Sendable {
    /// Neither was nor is it a scheduling object.
    case none
    case organizer(OrganizerChange)
    /// The owner does not invite anybody any more, and keeps the event.
    case disbanding(OrganizerChange, into: [UInt8])
    case attendee(AttendeeChange)

    /// - Parameters:
    ///   - old: what is stored; `nil`: nothing.
    ///   - new: what was sent; `nil`: the object is removed.
    /// - Throws: 403 with the precondition of RFC 6638 that does not hold.
    init(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, sendsReply: Bool, now: Timestamp,
        zones: Zones
    ) throws(DAVError) {
        let before = old.map { SchedulingRole(of: $0.calendar, for: owner) } ?? .none
        let after = new.map { SchedulingRole(of: $0.calendar, for: owner) } ?? .none
        switch (before, after) {
        case (.none, .none): self = .none
        case (.attendee, _), (.none, .attendee):
            let known = before == .attendee ? old : nil
            self = .attendee(
                try AttendeeChange(from: known, to: new, by: owner, sendsReply: sendsReply, now: now, zones: zones))
        case (.organizer, .none):
            let change = try OrganizerChange(from: old, to: nil, by: owner, now: now, zones: zones)
            self = new.map { .disbanding(change, into: $0.octets) } ?? .organizer(change)
        case (.organizer, .attendee):
            throw .calDAV(
                "allowed-organizer-scheduling-object-change", "Somebody else cannot be made the organizer of an event.")
        case (_, .organizer):
            let known = before == .organizer ? old : nil
            self = .organizer(try OrganizerChange(from: known, to: new, by: owner, now: now, zones: zones))
        }
    }

    var messages: [SchedulingMessage] {
        switch self {
        case .none: []
        case .organizer(let change), .disbanding(let change, _): change.messages
        case .attendee(let change): change.reply.map { [$0] } ?? []
        }
    }

    /// What is stored, once it is known what became of the messages; `nil`: nothing.
    func body(_ statuses: [CalendarUserAddress: DeliveryStatus]) -> [UInt8]? {
        switch self {
        case .none: nil
        case .organizer(let change): change.body(statuses)
        case .disbanding(_, let octets): octets
        case .attendee(let change): change.body(change.reply.flatMap { statuses[$0.recipient] })
        }
    }
}
