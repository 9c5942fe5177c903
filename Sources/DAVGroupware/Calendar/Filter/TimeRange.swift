import DAV
import HTTPTypes

/// Ranges of time as requests write them: attributes `start` and `end` (RFC 4791 §9.9).
enum TimeRange {
    /// Which of the two may be missing.
    enum Bounds: Sendable, Hashable {
        /// Either one.
        case oneAtLeast
        case both
    }

    /// Reads an element with `start` and `end`: UTC date-times, the end later than the start.
    ///
    /// - Parameters:
    ///   - limits: whose years it may speak of.
    ///   - refusal: what refuses a range that is none.
    /// - Returns: seconds since 1970 UTC; a bound that is missing is `.min` or `.max`.
    /// - Throws: `refusal`; 403 `min-date-time` and `max-date-time` (§7.8).
    static func read(_ element: XMLElement, _ bounds: Bounds, _ limits: CalendarLimits, refusal: DAVError)
        throws(DAVError) -> Range<Int64>
    {
        let start = try instant(element[attribute: "start"], limits, refusal: refusal)
        let end = try instant(element[attribute: "end"], limits, refusal: refusal)
        guard bounds == .oneAtLeast ? start != nil || end != nil : start != nil && end != nil else { throw refusal }
        let (lower, upper) = (start ?? .min, end ?? .max)
        guard lower < upper else { throw refusal }
        return lower..<upper
    }

    private static func instant(_ text: String?, _ limits: CalendarLimits, refusal: DAVError) throws(DAVError)
        -> Int64?
    {
        guard let text else { return nil }
        guard case .utc(let civil)? = DateValue(text) else { throw refusal }
        try limits.demand(civil.date)
        return civil.seconds
    }
}

extension CalendarLimits {
    /// - Throws: 403 `min-date-time` or `max-date-time`.
    func demand(_ date: CivilDate) throws(DAVError) {
        let year = date.year
        if year < years.lowerBound {
            throw .calDAV("min-date-time", "Dates here begin with \(minDateTime).")
        }
        if year > years.upperBound {
            throw .calDAV("max-date-time", "Dates here end with \(maxDateTime).")
        }
    }
}
