/// A time of day in whole seconds, without a zone (RFC 5545 §3.3.12).
package struct CivilTime: Sendable, Hashable, Comparable {
    /// 0..<86,400.
    package var second: Int

    package static let midnight = CivilTime(second: 0)

    /// - Precondition: `second` is one of 0..<86,400.
    package init(second: Int) { self.second = second }

    /// A leap second counts as the one before it, since we keep no table of them (RFC 5545 §3.3.12).
    package init?(hour: Int, minute: Int, second: Int) {
        guard 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second else { return nil }
        self.second = hour * 3600 + minute * 60 + min(second, 59)
    }

    package var hour: Int { second / 3600 }
    package var minute: Int { second / 60 % 60 }

    package static func < (a: CivilTime, b: CivilTime) -> Bool { a.second < b.second }
}

/// A day and a time on some clock on the wall; which clock, ``DateValue`` tells.
package struct CivilDateTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00 on that same clock: what a clock in Greenwich would call UTC.
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package init(_ date: CivilDate, _ time: CivilTime = .midnight) {
        seconds = Int64(date.number) * 86_400 + Int64(time.second)
    }

    package init?(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        guard let date = CivilDate(year: year, month: month, day: day),
            let time = CivilTime(hour: hour, minute: minute, second: second)
        else { return nil }
        self.init(date, time)
    }

    package var date: CivilDate { CivilDate(number: Int(seconds).flooring(by: 86_400).quotient) }
    package var time: CivilTime { CivilTime(second: Int(seconds).flooring(by: 86_400).remainder) }

    package static func < (a: CivilDateTime, b: CivilDateTime) -> Bool { a.seconds < b.seconds }

    package static let first = CivilDateTime(.first)
    package static let last = CivilDateTime(.last, CivilTime(second: 86_399))
}

extension CivilDate {
    /// As iCalendar writes it: `20260131`. Years beyond four digits are written as the nearest that fits.
    package var text: String {
        let fields = min(max(self, .first), .last).fields
        return Self.padded(fields.year, 4) + Self.padded(fields.month, 2) + Self.padded(fields.day, 2)
    }

    fileprivate static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension CivilDateTime {
    /// As iCalendar writes it, without a `Z`: `20260131T235959`.
    package var text: String {
        let clamped = min(max(self, .first), .last)
        let time = clamped.time
        return clamped.date.text + "T" + CivilDate.padded(time.hour, 2) + CivilDate.padded(time.minute, 2)
            + CivilDate.padded(time.second % 60, 2)
    }
}
