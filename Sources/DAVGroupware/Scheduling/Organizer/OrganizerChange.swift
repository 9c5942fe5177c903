package import DAV

/// What follows from what an organizer writes: who is told, and what is stored (RFC 6638 §3.2.1).
///
/// Cost: linear in both versions, and in the messages.
///
/// - **PARTSTAT of others** is stored as it is sent, and told so, unless the times change (§3.2.8). The text would have a server refuse
///   any but NEEDS-ACTION (§3.2.1, SHOULD); clients that import, restore or move an object send the answers it had, and so do
///   those that received answers by mail.
/// - **STATUS:CANCELLED** is a CANCEL, for an instance and for the whole object: a REQUEST may not have it (RFC 5546 §3.2.2).
///   Nobody takes part in what is cancelled, so it may be removed afterwards without another message.
/// - **An instance that is taken away from all** (EXDATE, or an override that is cancelled) is told to those of the series by a REQUEST,
///   which lacks it; one that somebody is uninvited from, by a CANCEL of that instance.
package struct OrganizerChange: Sendable {
    /// One for each recipient and method. If somebody gets both, CANCEL comes first.
    package let messages: [SchedulingMessage]

    private let new: StoredCalendar?
    /// What to store besides the status of what is sent; `nil`: what was sent is no scheduling object.
    private let record: OrganizerRecord?

    /// - Parameters:
    ///   - old: what is stored; `nil`: nothing is.
    ///   - new: what was sent; `nil`: the object is removed.
    ///   - owner: whose calendar it stands in.
    ///   - now: what messages are stamped with.
    /// - Throws: 403 `same-organizer-in-all-components`; 403 `allowed-organizer-scheduling-object-change` if somebody else is to be
    ///   the organizer of what is stored, or if messages would come to a size that no calendar is worth.
    package init(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, now: Timestamp, zones: Zones
    ) throws(DAVError) {
        let before = old.flatMap { SchedulingRole(of: $0.calendar, for: owner) == .organizer ? $0 : nil }
        let after = new.flatMap { SchedulingRole(of: $0.calendar, for: owner) == .organizer ? $0 : nil }
        if let new { try Self.judge(new.calendar, by: owner, isOrganizers: after != nil, wasOrganizers: before != nil) }
        self.new = new
        let nothing = Component("VCALENDAR")
        let revision = OrganizerRevision(
            from: before?.calendar ?? nothing, to: after?.calendar ?? nothing, by: owner, zones: zones)
        record = after.map { OrganizerRecord($0, revision, by: owner) }
        guard let organizer = revision.new.parts.organizer ?? revision.old.parts.organizer, owner.isNamed(by: organizer)
        else {
            messages = []
            return
        }
        var writer = OrganizerMessages(revision, organizer: organizer, now: now, zones: zones)
        var recipients = InvitationOutcomes(revision)
        messages = try recipients.messages(from: organizer.address, &writer)
    }

    /// What is to be stored, once it is known what became of each message.
    ///
    /// - Parameter statuses: of the recipients of messages.
    /// - Returns: `nil` if the object is removed; the octets that were sent if nothing has to differ.
    package func body(_ statuses: [CalendarUserAddress: DeliveryStatus]) -> [UInt8]? {
        guard let record else { return new?.octets }
        let recipients = Set(messages.map(\.recipient))
        return record.body(statuses.filter { recipients.contains($0.key) })
    }

    private static func judge(
        _ calendar: Component, by owner: CalendarUser, isOrganizers: Bool, wasOrganizers: Bool
    ) throws(DAVError) {
        let organizers = calendar.components.filter(ScheduledParts.isScheduled).flatMap { $0.all("ORGANIZER") }
        if wasOrganizers, let other = organizers.first(where: { !owner.isNamed(by: $0) }) {
            throw .calDAV(
                "allowed-organizer-scheduling-object-change",
                "You are the organizer of this object; it cannot be handed over to \(other.value.prefix(80)).")
        }
        if isOrganizers, let first = organizers.first, organizers.contains(where: { $0.address != first.address }) {
            throw .calDAV("same-organizer-in-all-components", "All components of an object have one ORGANIZER.")
        }
    }
}
