/// When something overlaps a range of time (RFC 4791 §9.9, C-21a to C-21c): one function a table, one line a row.
///
/// A bound that is missing is `.min` or `.max`.
package enum Overlap {
    /// - Parameter end: DTEND, DTSTART + DURATION, or the day after a DATE. `nil`: neither, or a duration of nothing.
    package static func event(_ range: Range<Int64>, start: Int64, end: Int64?) -> Bool {
        let (s, e) = (range.lowerBound, range.upperBound)
        if let end { return s < end && e > start }
        return s <= start && e > start
    }

    /// - Parameter lasts: whether `end` is DTSTART + DURATION, not DUE.
    package static func toDo(
        _ range: Range<Int64>, start: Int64?, end: Int64?, lasts: Bool, completed: Int64?, created: Int64?
    ) -> Bool {
        let (s, e) = (range.lowerBound, range.upperBound)
        return switch (start, end, completed, created) {
        case (let start?, let end?, _, _) where lasts: s <= end && (e > start || e >= end)
        case (let start?, let due?, _, _): (s < due || s <= start) && (e > start || e >= due)
        case (let start?, nil, _, _): s <= start && e > start
        case (nil, let due?, _, _): s < due && e >= due
        case (nil, nil, let completed?, let created?):
            (s <= created || s <= completed) && (e >= created || e >= completed)
        case (nil, nil, let completed?, nil): s <= completed && e >= completed
        case (nil, nil, nil, let created?): e > created
        case (nil, nil, nil, nil): true
        }
    }

    /// - Parameter end: the day after a DATE; `nil` for a DATE-TIME.
    package static func journal(_ range: Range<Int64>, start: Int64?, end: Int64?) -> Bool {
        guard let start else { return false }
        let (s, e) = (range.lowerBound, range.upperBound)
        if let end { return s < end && e > start }
        return s <= start && e > start
    }

    /// - Parameter periods: of FREEBUSY; they count if the component does not have both a start and an end.
    package static func freeBusy(
        _ range: Range<Int64>, start: Int64?, end: Int64?, periods: [(start: Int64, end: Int64)]
    ) -> Bool {
        let (s, e) = (range.lowerBound, range.upperBound)
        if let start, let end { return s <= end && e > start }
        return periods.contains { s < $0.end && e > $0.start }
    }

    /// RFC 7953 §7.2.2: a bound that is missing is open.
    package static func availability(_ range: Range<Int64>, start: Int64?, end: Int64?) -> Bool {
        (end.map { range.lowerBound < $0 } ?? true) && (start.map { range.upperBound > $0 } ?? true)
    }

    /// An alarm that rings at `trigger`, and `count` times more, each `interval` later.
    package static func alarm(_ range: Range<Int64>, trigger: Int64, count: Int = 0, interval: Int64 = 0) -> Bool {
        let (s, e) = (range.lowerBound, range.upperBound)
        if s <= trigger { return e > trigger }
        guard count > 0, interval > 0, s > .min else { return false }
        // The first repetition that is not before the range.
        let (distance, overflow) = s.subtractingReportingOverflow(trigger)
        guard !overflow else { return false }
        let repetition = distance / interval + (distance % interval == 0 ? 0 : 1)
        guard repetition <= Int64(count) else { return false }
        return e > trigger + repetition * interval
    }

    /// A property whose value is a date.
    package static func property(_ range: Range<Int64>, _ value: Int64) -> Bool {
        range.lowerBound <= value && range.upperBound > value
    }
}

extension CalendarInstance {
    /// Whether it overlaps a range, by the table of its component.
    package func overlaps(_ range: Range<Int64>) -> Bool {
        switch kind {
        case .event: start.map { Overlap.event(range, start: $0, end: end) } ?? false
        case .toDo: Overlap.toDo(range, start: start, end: end, lasts: lasts, completed: completed, created: created)
        case .journal: Overlap.journal(range, start: start, end: end)
        }
    }
}

/// What an expansion answers that may run out of its budget.
package enum Verdict: Sendable, Hashable {
    case no
    case yes
    /// The budget did not suffice. Callers go on as if it were yes.
    case maybe
}
