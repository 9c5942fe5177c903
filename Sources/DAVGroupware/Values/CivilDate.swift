import DAV

/// A day of the proleptic Gregorian calendar (RFC 5545 §3.3.4), kept as a number, so that every value is a real day and
/// arithmetic is addition.
package struct CivilDate: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    package var number: Int

    /// The first and the last day that iCalendar's four digits can write.
    package static let first = CivilDate(number: -719_528)
    package static let last = CivilDate(number: 2_932_896)

    package init(number: Int) { self.number = number }

    /// `nil` unless that day exists and the year is one of 0...9999.
    package init?(year: Int, month: Int, day: Int) {
        guard 0...9999 ~= year, 1...12 ~= month, day >= 1, day <= Self.length(ofMonth: month, in: year) else {
            return nil
        }
        self.init(unchecked: year, month, day)
    }

    /// - Precondition: `month` is one of 1...12. A day outside the month counts on into its neighbours.
    package init(unchecked year: Int, _ month: Int, _ day: Int) {
        number = GregorianCalendar.number(year: year, month: month, day: day)
    }

    package struct Fields: Sendable, Hashable {
        package var year: Int
        package var month: Int
        package var day: Int
    }

    package var fields: Fields {
        let (year, month, day) = GregorianCalendar.date(ofDay: number)
        return Fields(year: year, month: month, day: day)
    }

    package var year: Int { fields.year }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday(rawValue: (number % 7 + 10) % 7) ?? .monday
    }

    package static func < (a: CivilDate, b: CivilDate) -> Bool { a.number < b.number }

    package static func + (date: CivilDate, days: Int) -> CivilDate { CivilDate(number: date.number + days) }

    package static func isLeap(_ year: Int) -> Bool { GregorianCalendar.isLeap(year) }

    package static func length(of year: Int) -> Int { isLeap(year) ? 366 : 365 }

    /// - Precondition: `month` is one of 1...12.
    package static func length(ofMonth month: Int, in year: Int) -> Int {
        GregorianCalendar.length(ofMonth: month, in: year)
    }
}

/// In the order of ISO 8601: Monday comes first.
package enum Weekday: Int, Sendable, Hashable, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// As RFC 5545 §3.3.10 writes it.
    package var code: String { Self.codes[rawValue] }

    /// - Parameter code: two letters of either case.
    package init?(code: some StringProtocol) {
        guard let found = Self.codes.firstIndex(where: { $0.isASCIIEqual(to: String(code)) }) else { return nil }
        self.init(rawValue: found)
    }

    private static let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    /// How many days later than `other` this one comes in a week that starts with `other`.
    package func days(after other: Weekday) -> Int { (rawValue - other.rawValue + 7) % 7 }
}

extension Int {
    /// The quotient rounded down, and a remainder that is never negative.
    ///
    /// - Precondition: `divisor` is positive.
    @inline(__always)
    package func flooring(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let quotient = self / divisor
        let remainder = self - quotient * divisor
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
