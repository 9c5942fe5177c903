/// The value of `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in one of HTTP's three forms.
enum RetryAfter {
    /// The seconds to wait from `now` (seconds since 1970), not negative; `nil` if `value` is neither.
    static func seconds(_ value: String, now: Int64) -> Int64? {
        let bytes = Array(value.utf8).split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
        if bytes.count == 1, let digits = bytes.first, digits.allSatisfy(\.isDigit) {
            // More digits than a number has mean "for ever", which the caller caps.
            return digits.count > 18 ? .max : digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        guard let date = HTTPDate.seconds(value) else { return nil }
        return max(0, date - now)
    }
}

/// HTTP's dates (RFC 9110 §5.6.7).
enum HTTPDate {
    /// Seconds since 1970; `nil` if `text` is no date.
    static func seconds(_ text: String) -> Int64? {
        let words = text.utf8.split { byte in byte == 0x20 || byte == 0x2C || byte == 0x2D }.map { Array($0) }
        return switch words.count {
        // Sun, 06 Nov 1994 08:49:37 GMT, and Sunday, 06-Nov-94 08:49:37 GMT
        case 6 where words[5] == Array("GMT".utf8):
            seconds(day: words[1], month: words[2], year: words[3], time: words[4])
        // Sun Nov  6 08:49:37 1994
        case 5: seconds(day: words[2], month: words[1], year: words[4], time: words[3])
        default: nil
        }
    }

    private static func seconds(day: [UInt8], month: [UInt8], year: [UInt8], time: [UInt8]) -> Int64? {
        let clock = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { number(Array($0)) }
        guard let day = number(day), 1...31 ~= day, var fullYear = number(year), year.count == 4 || year.count == 2,
            let month = months.firstIndex(of: String(decoding: month, as: UTF8.self)),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        if year.count == 2 { fullYear += fullYear < 70 ? 2000 : 1900 }
        return days(year: fullYear, month: Int64(month) + 1, day: day) * 86400 + hour * 3600 + minute * 60 + second
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ digits: [UInt8]) -> Int64? {
        guard 1...4 ~= digits.count, digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Days since 1970 in the Gregorian calendar, with years that begin in March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
