package import DAV

/// Why a body is no calendar object resource that may be stored (RFC 4791 §5.3.2.1, C-10).
package struct CalendarViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// The element that names the rule, in the CalDAV namespace.
    package enum Precondition: String, Sendable, Hashable {
        /// Not iCalendar 2.0.
        case supportedCalendarData = "supported-calendar-data"
        /// It cannot be read.
        case validCalendarData = "valid-calendar-data"
        /// It is iCalendar, but not one object: RFC 4791 §4.1.
        case validCalendarObjectResource = "valid-calendar-object-resource"
        case supportedCalendarComponent = "supported-calendar-component"
        case maxResourceSize = "max-resource-size"
        case minDateTime = "min-date-time"
        case maxDateTime = "max-date-time"
        case maxInstances = "max-instances"
        case maxAttendeesPerInstance = "max-attendees-per-instance"
        /// RFC 7529 §7
        case supportedRscale = "supported-rscale"
    }

    package var precondition: Precondition
    /// From 1; `nil` if the whole is meant.
    package var line: Int?
    /// A sentence for the person who reads the client's log.
    package var message: String

    package init(_ precondition: Precondition, line: Int? = nil, _ message: String) {
        self.precondition = precondition
        self.line = line
        self.message = message
    }

    /// What the text cannot be read for.
    init(_ error: ContentTextError, isTooLong: Bool) {
        self.init(isTooLong ? .maxResourceSize : .validCalendarData, line: error.line, error.message)
    }

    package var description: String { line.map { "Line \($0): \(message)" } ?? message }

    /// 403 with the element.
    package var davError: DAVError { .calDAV(precondition.rawValue, description) }
}
