/// What a calendar takes at most (RFC 4791 §5.2.5 to §5.2.9). What is set is published as a property and enforced; what is
/// `nil` is neither (C-07).
public struct CalendarLimits: Sendable, Hashable {
    /// Bytes of one calendar object.
    public var maxResourceBytes = 10 << 20
    /// The years a date may lie in; what `min-date-time` and `max-date-time` say in whole.
    public var years = 1...9999
    /// Instances a recurrence with an end may have. One without end is always taken: work on it is bounded by the range asked
    /// for (C-11).
    public var maxInstances: Int? = 50_000
    /// Attendees of one instance.
    public var maxAttendees: Int? = 5000

    public init() {}

    /// `min-date-time`, as a UTC date-time value.
    var minDateTime: String { CalendarLimits.digits(years.lowerBound) + "0101T000000Z" }
    /// `max-date-time`
    var maxDateTime: String { CalendarLimits.digits(years.upperBound) + "1231T235959Z" }

    private static func digits(_ year: Int) -> String {
        let text = String(min(max(year, 0), 9999))
        return String(repeating: "0", count: 4 - text.utf8.count) + text
    }
}

/// What everything about calendars is made with.
struct CalendarSettings: Sendable {
    var limits: CalendarLimits
    var zones: Zones
}
