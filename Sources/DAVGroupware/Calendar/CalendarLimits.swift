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
    /// Refuses, with 403 `valid-calendar-data`, what clients get wrong and is otherwise kept as it came (C-14): line ends, missing
    /// properties, types that do not match, zones nobody knows.
    public var isStrict = false
    /// Takes objects with a METHOD, which may not be stored (RFC 4791 §4.1), and cuts it out; then the answer has no ETag.
    /// Otherwise they are 403 `valid-calendar-object-resource`.
    public var stripsMethod = false

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
    var scheduling: SchedulingRules?
}
