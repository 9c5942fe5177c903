/// A PERIOD (RFC 5545 §3.3.9).
package struct Period: Sendable, Hashable {
    package enum Length: Sendable, Hashable {
        case until(DateValue)
        case lasting(CalendarDuration)
    }

    package var start: DateValue
    package var length: Length

    package init(start: DateValue, length: Length) {
        self.start = start
        self.length = length
    }

    /// `nil` unless it is `start/end` or `start/duration`.
    package init?(_ text: String, tzid: String? = nil) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard parts.count == 2, let start = DateValue(parts[0], tzid: tzid) else { return nil }
        if let duration = CalendarDuration(parts[1]) {
            self.init(start: start, length: .lasting(duration))
        } else if let end = DateValue(parts[1], tzid: tzid) {
            self.init(start: start, length: .until(end))
        } else {
            return nil
        }
    }

    /// Every period of a list such as FREEBUSY's; what is none is left out.
    package static func list(_ line: ContentLine) -> [Period] {
        line.value.utf8.split(separator: UInt8(ascii: ",")).compactMap {
            Period(String(Substring($0)), tzid: line["TZID"])
        }
    }
}

/// A UTC-OFFSET (RFC 5545 §3.3.14): `+0100`, `-033000`.
package struct UTCOffset: Sendable, Hashable {
    /// East of Greenwich is positive.
    package var seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    /// `nil` if it is none, or a day or more.
    package init?(_ text: String) {
        var bytes = TextCursor(text)
        let isWest = bytes.take("-")
        if !isWest { _ = bytes.take("+") }
        guard let hours = bytes.digits(2), let minutes = bytes.digits(2), hours < 24, minutes < 60 else { return nil }
        let seconds = bytes.isAtEnd ? 0 : bytes.digits(2)
        guard let seconds, seconds < 60, bytes.isAtEnd else { return nil }
        let total = hours * 3600 + minutes * 60 + seconds
        self.init(seconds: isWest ? -total : total)
    }

    package var text: String {
        let size = Int(seconds.magnitude)
        let parts = [size / 3600, size / 60 % 60] + (size % 60 == 0 ? [] : [size % 60])
        return (seconds < 0 ? "-" : "+") + parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
    }
}
