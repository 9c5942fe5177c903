/// A DATE or DATE-TIME (RFC 5545 §3.3.4 and §3.3.5) as it is written: what instant it means may depend on a zone.
package enum DateValue: Sendable, Hashable {
    case date(CivilDate)
    /// On the clock of whoever looks at it.
    case floating(CivilDateTime)
    case utc(CivilDateTime)
    /// The TZID without the quotes and spaces around it.
    case zoned(CivilDateTime, tzid: String)

    /// The first value of a property.
    ///
    /// Read leniently: the text tells DATE from DATE-TIME whatever VALUE says, `Z` wins over TZID, quotes and white space around
    /// a TZID do not count (Outlook writes a space behind it). `nil` if there is no date in it that exists.
    package init?(_ line: ContentLine) {
        guard let text = line.value.utf8.split(separator: UInt8(ascii: ","), maxSplits: 1).first else { return nil }
        self.init(String(Substring(text)), tzid: line["TZID"])
    }

    package init?(_ text: String, tzid: String? = nil) {
        var bytes = TextCursor(text)
        guard let year = bytes.digits(4), let month = bytes.digits(2), let day = bytes.digits(2),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        if bytes.isAtEnd {
            self = .date(date)
            return
        }
        guard bytes.take("T"), let hour = bytes.digits(2), let minute = bytes.digits(2), let second = bytes.digits(2),
            let time = CivilTime(hour: hour, minute: minute, second: second)
        else { return nil }
        let civil = CivilDateTime(date, time)
        if bytes.take("Z") {
            self = .utc(civil)
        } else if let tzid = tzid.map(Self.bare(tzid:)), !tzid.isEmpty {
            self = Self.isUTC(tzid) ? .utc(civil) : .zoned(civil, tzid: tzid)
        } else {
            self = .floating(civil)
        }
        guard bytes.isAtEnd else { return nil }
    }

    /// Every value of a list such as EXDATE's; what is none is left out.
    package static func list(_ line: ContentLine) -> [DateValue] {
        line.value.utf8.split(separator: UInt8(ascii: ",")).compactMap {
            DateValue(String(Substring($0)), tzid: line["TZID"])
        }
    }

    /// A TZID without the quotes and white space around it.
    package static func bare(tzid: String) -> String {
        let isOutside: (UInt8) -> Bool = { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
        guard let first = tzid.utf8.first, let last = tzid.utf8.last, isOutside(first) || isOutside(last) else {
            return tzid
        }
        let bytes = tzid.utf8.drop(while: isOutside)
        let count = bytes.reversed().drop(while: isOutside).count
        return String(Substring(bytes.prefix(count)))
    }

    private static func isUTC(_ tzid: String) -> Bool {
        ["UTC", "Etc/UTC", "GMT", "Z"].contains { tzid.isASCIIEqual(to: $0) }
    }

    /// What the clock shows; midnight for a DATE.
    package var civil: CivilDateTime {
        switch self {
        case .date(let date): CivilDateTime(date)
        case .floating(let civil), .utc(let civil), .zoned(let civil, _): civil
        }
    }

    package var isDate: Bool { if case .date = self { true } else { false } }

    /// Whether the instant depends on who looks at it.
    package var isFloating: Bool {
        switch self {
        case .date, .floating: true
        case .utc, .zoned: false
        }
    }

    package var tzid: String? { if case .zoned(_, let tzid) = self { tzid } else { nil } }

    /// The value of a property, without its parameters.
    package var text: String {
        switch self {
        case .date(let date): date.text
        case .floating(let civil), .zoned(let civil, _): civil.text
        case .utc(let civil): civil.text + "Z"
        }
    }

    /// A content line that says this.
    package func line(_ name: String) -> ContentLine {
        switch self {
        case .date: ContentLine(name, [.init("VALUE", ["DATE"])], value: text)
        case .zoned(_, let tzid): ContentLine(name, [.init("TZID", [tzid])], value: text)
        case .floating, .utc: ContentLine(name, value: text)
        }
    }
}
