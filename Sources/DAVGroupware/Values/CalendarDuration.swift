/// A duration (RFC 5545 §3.3.6): days and weeks are *nominal*, they keep the time on the clock when a clock changes; hours,
/// minutes and seconds are *exact*.
package struct CalendarDuration: Sendable, Hashable {
    package var days: Int
    /// Of the same sign as `days`.
    package var seconds: Int64

    package static let zero = CalendarDuration(days: 0, seconds: 0)

    package init(days: Int, seconds: Int64) {
        self.days = days
        self.seconds = seconds
    }

    /// Reads `-P1W`, `P1DT2H`, `PT15M`, and what clients write besides: `P1W2D`, `PT`, small letters, white space around.
    ///
    /// `nil` if it is none of these, or longer than the calendar (ten thousand years).
    package init?(_ text: String) {
        var bytes = TextCursor(text)
        let isNegative = bytes.take("-")
        if !isNegative { _ = bytes.take("+") }
        guard bytes.take("P") else { return nil }
        var (days, seconds, inTime, count) = (0, 0, false, 0)
        while !bytes.isAtEnd {
            if bytes.take("T") {
                guard !inTime else { return nil }
                inTime = true
                continue
            }
            guard let number = bytes.number(digits: 1...12), let unit = bytes.next() else { return nil }
            switch (unit, inTime) {
            case (UInt8(ascii: "W"), false): days += number * 7
            case (UInt8(ascii: "D"), false): days += number
            case (UInt8(ascii: "H"), true): seconds += number * 3600
            case (UInt8(ascii: "M"), true): seconds += number * 60
            case (UInt8(ascii: "S"), true): seconds += number
            default: return nil
            }
            count += 1
            guard days <= Self.longest, seconds <= Self.longest * 86_400, count <= 5 else { return nil }
        }
        guard count > 0 || inTime else { return nil }
        self.init(days: isNegative ? -days : days, seconds: Int64(isNegative ? -seconds : seconds))
    }

    /// In days: nothing in a calendar of four-digit years is further apart.
    private static let longest = 3_660_000

    /// In seconds, if every day has 24 hours.
    package var nominalSeconds: Int64 { Int64(days) * 86_400 + seconds }

    package var isZero: Bool { days == 0 && seconds == 0 }

    package var negated: CalendarDuration { CalendarDuration(days: -days, seconds: -seconds) }

    /// As iCalendar writes it.
    package var text: String {
        let (days, seconds) = (days.magnitude, seconds.magnitude)
        var text = self.days < 0 || self.seconds < 0 ? "-P" : "P"
        if days > 0 { text += days % 7 == 0 && seconds == 0 ? "\(days / 7)W" : "\(days)D" }
        guard seconds > 0 || days == 0 else { return text }
        text += "T"
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        if hours > 0 { text += "\(hours)H" }
        // RFC 5545 §3.3.6: between hours and seconds the minutes must stand, even if there are none.
        if minutes > 0 || hours > 0 && rest > 0 { text += "\(minutes)M" }
        if rest > 0 || hours == 0 && minutes == 0 { text += "\(rest)S" }
        return text
    }
}
