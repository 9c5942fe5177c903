import DAV
import HTTPTypes

extension DAVError {
    /// A precondition of RFC 4791 or a relative of it: 403 unless said otherwise.
    static func calDAV(
        _ element: String, _ message: String, status: HTTPResponse.Status = .forbidden, details: [XMLElement] = []
    ) -> DAVError {
        DAVError(status, Condition(.calDAV(element), details: details), message)
    }

    /// RFC 4791 §5.2.10, §5.3.1.1: a collection where none of its kind may stand.
    static let calendarCollectionLocation = calDAV(
        "calendar-collection-location-ok",
        "Calendars stand in a calendar home, and nothing stands in them but their objects.")

    /// RFC 4791 §5.3.1.1, §5.3.2.1
    static func validCalendarData(_ message: String) -> DAVError { calDAV("valid-calendar-data", message) }

    /// RFC 7809 §5.2, §7.2
    static let validTimezone = calDAV("valid-timezone", "The server does not know this time zone.")
}
