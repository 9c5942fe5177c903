/// A recurrence rule (RFC 5545 §3.3.10, RFC 7529).
///
/// Only what it says; ``occurrences(from:)`` tells what it means for a start. Lists are sorted and hold nothing twice.
package struct RecurrenceRule: Sendable, Hashable {
    package enum Frequency: Int, Sendable, Hashable, CaseIterable, Comparable {
        case secondly, minutely, hourly, daily, weekly, monthly, yearly

        package static func < (a: Frequency, b: Frequency) -> Bool { a.rawValue < b.rawValue }

        var code: String { ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"][rawValue] }
    }

    /// `MO`, `1MO`, `-1FR`.
    package struct ByDay: Sendable, Hashable {
        package var weekday: Weekday
        /// Which one of the month or year, from its end if negative; 0 is every one.
        package var ordinal: Int
    }

    /// What becomes of a date that does not exist, such as 30 February (RFC 7529 §4.1).
    package enum Skip: String, Sendable, Hashable { case omit = "OMIT", backward = "BACKWARD", forward = "FORWARD" }

    package var frequency: Frequency
    package var interval = 1
    package var count: Int?
    package var until: DateValue?
    package var bySecond: [Int] = []
    package var byMinute: [Int] = []
    package var byHour: [Int] = []
    package var byDay: [ByDay] = []
    package var byMonthDay: [Int] = []
    package var byYearDay: [Int] = []
    package var byWeekNumber: [Int] = []
    package var byMonth: [Int] = []
    package var bySetPosition: [Int] = []
    package var weekStart = Weekday.monday
    package var skip = Skip.omit

    package init(_ frequency: Frequency) { self.frequency = frequency }

    /// Whether it ends by itself.
    package var isBounded: Bool { count != nil || until != nil }
}

/// Why a text is no recurrence rule.
package enum RecurrenceRuleError: Error, Sendable, Hashable, CustomStringConvertible {
    case missingFrequency
    case repeatedPart(String)
    case unknownPart(String)
    case badValue(part: String, value: String)
    /// RFC 7529 §5.3: a write is refused with `supported-rscale`.
    case unsupportedScale(String)
    case skipWithoutScale
    case countAndUntil
    /// BYSETPOS chooses from what another BY part makes.
    case positionsOfNothing

    package var description: String {
        switch self {
        case .missingFrequency: "A recurrence rule needs FREQ."
        case .repeatedPart(let part): "\(part) stands more than once in a recurrence rule."
        case .unknownPart(let part): "A recurrence rule has no part \(part)."
        case .badValue(let part, let value): "\(part)=\(value) is no part of a recurrence rule."
        case .unsupportedScale(let scale): "Recurrence in the calendar \(scale) is not supported; GREGORIAN is."
        case .skipWithoutScale: "SKIP needs RSCALE."
        case .countAndUntil: "A recurrence rule ends by COUNT or by UNTIL, not by both."
        case .positionsOfNothing: "BYSETPOS needs another BY part to choose from."
        }
    }
}
