package import DAV

/// What follows from what an organizer writes: who is told, and what is stored (RFC 6638 §3.2.1).
package struct OrganizerChange: Sendable {
    /// One for each recipient and method. If somebody gets both, CANCEL comes first.
    package let messages: [SchedulingMessage]

    private let new: StoredCalendar?

    /// - Parameters:
    ///   - old: what is stored; `nil`: nothing is.
    ///   - new: what was sent; `nil`: the object is removed.
    ///   - owner: whose calendar it stands in.
    ///   - now: what messages are stamped with.
    /// - Throws: 403 `same-organizer-in-all-components`, 403 `allowed-organizer-scheduling-object-change`.
    package init(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, now: Timestamp, zones: Zones
    ) throws(DAVError) {
        self.new = new
        messages = []
    }

    /// What is to be stored, once it is known what became of each message.
    ///
    /// - Returns: `nil` if the object is removed; the octets that were sent if nothing has to differ.
    package func body(_ statuses: [CalendarUserAddress: DeliveryStatus]) -> [UInt8]? { new?.octets }
}
