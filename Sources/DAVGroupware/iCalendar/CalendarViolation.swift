package import DAV

/// Why a body is no calendar object resource that may be stored (RFC 4791 §5.3.2.1, C-10).
package typealias CalendarViolation = ContentViolation<CalendarPrecondition>

/// The element that names the rule, in the CalDAV namespace.
package enum CalendarPrecondition: String, Sendable, Hashable {
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

extension CalendarViolation {
    /// What the text cannot be read for.
    init(_ error: ContentTextError, isTooLong: Bool) {
        self.init(isTooLong ? .maxResourceSize : .validCalendarData, line: error.line, error.message)
    }

    /// 403 with the element.
    package var davError: DAVError { .calDAV(precondition.rawValue, description) }
}
