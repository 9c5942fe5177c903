package import DAV

/// What a message does to its recipient's calendar (RFC 6638 §4, RFC 5546).
package struct ReceivedMessage: Sendable {
    /// What the recipient's object becomes. `nil`: it stays as it is, or there is none and none is made.
    package let body: [UInt8]?
    /// Whether the schedule tag stays (D-10): after replies, and if nothing but the answers of others is new.
    package let keepsScheduleTag: Bool
    /// Whether the message is put into the inbox: not if nobody has to see it.
    package let isForInbox: Bool
    package let status: DeliveryStatus
    /// After a REPLY: the REQUESTs by which the copies of the other attendees learn the answer. Nobody's inbox gets them.
    package let updates: [SchedulingMessage]

    /// - Parameters:
    ///   - existing: the recipient's object of the same UID.
    package init(
        _ message: SchedulingMessage, over existing: StoredCalendar?, by recipient: CalendarUser, now: Timestamp,
        zones: Zones
    ) {
        guard message.method == .request, existing == nil else {
            (body, keepsScheduleTag, isForInbox, status, updates) = (nil, true, false, .delivered, [])
            return
        }
        var calendar = message.calendar
        calendar.properties.removeAll { $0.isNamed("METHOD") }
        (body, keepsScheduleTag, isForInbox, updates) = (ContentWriter.octets(of: [calendar]), false, true, [])
        status = .delivered
    }
}
