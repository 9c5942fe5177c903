/// Dates of HTTP (RFC 9110 §5.6.7) and of `DAV:creationdate` (RFC 3339), by arithmetic on the civil calendar.
extension Timestamp {
    /// IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`. Moments outside the years 0 to 9999 are moved to their edge.
    public var httpDate: String {
        let civil = CivilTime(self)
        var text = DateText()
        text.append(CivilTime.dayNames[civil.weekday])
        text.append(", ")
        text.append(civil.day, digits: 2)
        text.append(" ")
        text.append(CivilTime.monthNames[civil.month - 1])
        text.append(" ")
        text.append(civil.year, digits: 4)
        text.append(" ")
        text.append(time: civil)
        text.append(" GMT")
        return text.string
    }

    /// `1994-11-06T08:49:37Z`
    public var rfc3339: String {
        let civil = CivilTime(self)
        var text = DateText()
        text.append(civil.year, digits: 4)
        text.append("-")
        text.append(civil.month, digits: 2)
        text.append("-")
        text.append(civil.day, digits: 2)
        text.append("T")
        text.append(time: civil)
        text.append("Z")
        return text.string
    }

    /// Reads all three forms: IMF-fixdate, RFC 850's and asctime's.
    ///
    /// - Parameter now: decides the century of RFC 850's two digits: never more than 50 years ahead.
    /// - Returns: `nil` if it is none of them; a condition with such a date does not count (RFC 9110 §13.1.3, H-05).
    public init?(httpDate text: some StringProtocol, now: Timestamp) {
        let separators: [UInt8] = [0x20, 0x2C, 0x2D]
        let parts = text.utf8.split { separators.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        let isRFC850 = text.utf8.contains(UInt8(ascii: "-"))
        guard text.utf8.count <= 40, let first = parts.first, CivilTime.isDayName(first) else { return nil }
        switch parts.count {
        case 6 where parts[5] == "GMT":
            guard var year = CivilTime.number(parts[3], digits: isRFC850 ? 2 : 4) else { return nil }
            if isRFC850 {
                let thisYear = CivilTime(now).year
                year += thisYear / 100 * 100
                if year > thisYear + 50 { year -= 100 }
            }
            self.init(year: year, month: parts[2], day: parts[1], time: parts[4])
        case 5:
            guard let year = CivilTime.number(parts[4], digits: 4) else { return nil }
            self.init(year: year, month: parts[1], day: parts[2], time: parts[3])
        default: return nil
        }
    }

    private init?(year: Int, month: String, day: String, time: String) {
        let clock = time.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { CivilTime.number(String(decoding: $0, as: UTF8.self), digits: 2) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            let month = CivilTime.monthNames.firstIndex(of: month), day.utf8.count <= 2,
            let day = CivilTime.number(day, digits: day.utf8.count),
            (1...GregorianCalendar.length(ofMonth: month + 1, in: year)).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let days = GregorianCalendar.number(year: year, month: month + 1, day: day)
        self.init(seconds: Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second))
    }
}

/// A moment in UTC on the proleptic Gregorian calendar.
private struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    var secondOfDay: Int
    /// Sunday is 0.
    var weekday: Int

    static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longDayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func isDayName(_ text: String) -> Bool { dayNames.contains(text) || longDayNames.contains(text) }

    init(_ moment: Timestamp) {
        let earliest = Int64(GregorianCalendar.number(year: 0, month: 1, day: 1)) * 86_400
        let latest = Int64(GregorianCalendar.number(year: 10_000, month: 1, day: 1)) * 86_400 - 1
        let seconds = Int(min(max(moment.seconds, earliest), latest))
        let days = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        secondOfDay = seconds - days * 86_400
        weekday = ((days + 4) % 7 + 7) % 7
        (year, month, day) = GregorianCalendar.date(ofDay: days)
    }

    /// Exactly that many digits, at most four.
    static func number(_ text: String, digits: Int) -> Int? {
        guard text.utf8.count == digits, digits <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

/// ASCII under construction.
private struct DateText {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(32) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(0x30 + number / divisor % 10))
            divisor /= 10
        }
    }

    mutating func append(time civil: CivilTime) {
        append(civil.secondOfDay / 3600, digits: 2)
        append(":")
        append(civil.secondOfDay / 60 % 60, digits: 2)
        append(":")
        append(civil.secondOfDay % 60, digits: 2)
    }
}
