package import DAV

/// What follows from what an attendee writes in their own copy (RFC 6638 §3.2.2).
package struct AttendeeChange: Sendable {
    /// What the organizer is told; `nil`: nothing, or the server is not the one to tell.
    package let reply: SchedulingMessage?
    private let new: StoredCalendar?

    /// - Parameters:
    ///   - old: what is stored; `nil`: the object is new.
    ///   - new: what was sent; `nil`: the object is removed.
    ///   - owner: whose calendar it is.
    ///   - sendsReply: `false` for `Schedule-Reply: F` (RFC 6638 §8.1).
    /// - Throws: 403 `C:allowed-attendee-scheduling-object-change` if only the organizer may change that.
    package init(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, sendsReply: Bool, now: Timestamp,
        zones: Zones
    ) throws(DAVError) {
        self.new = new
        reply = nil
    }

    /// What is to be stored; `nil` if the object was removed.
    ///
    /// - Parameter status: what became of the reply: SCHEDULE-STATUS of ORGANIZER. `nil` if there was none to send.
    package func body(_ status: DeliveryStatus?) -> [UInt8]? { new?.octets }
}
