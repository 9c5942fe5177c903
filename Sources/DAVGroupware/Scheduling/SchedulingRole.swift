/// What a calendar object is to the owner of the calendar it stands in (RFC 6638 §3.1, D-02).
package enum SchedulingRole: Sendable, Hashable {
    /// No scheduling object: nobody is told of anything.
    case none
    /// ORGANIZER names them, and somebody is invited.
    case organizer
    /// ATTENDEE names them, and somebody else is the organizer.
    case attendee

    package init(of calendar: Component, for user: CalendarUser) {
        var (isOrganizer, isAttendee, invites) = (false, false, false)
        // What nobody is invited to can name anybody: a VTIMEZONE, or a component that is not known.
        for component in calendar.components where ScheduledParts.isScheduled(component) {
            guard let organizer = component["ORGANIZER"] else { continue }
            let attendees = component.all("ATTENDEE")
            isOrganizer = isOrganizer || user.isNamed(by: organizer)
            invites = invites || !attendees.isEmpty
            isAttendee = isAttendee || attendees.contains(where: user.isNamed)
        }
        self = isOrganizer ? (invites ? .organizer : .none) : isAttendee ? .attendee : .none
    }
}
