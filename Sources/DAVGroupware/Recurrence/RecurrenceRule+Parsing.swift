extension RecurrenceRule {
    /// Reads the value of RRULE or EXRULE.
    ///
    /// - Parameter isLenient: reads on where the meaning is plain though the rule is broken, as is right for what is stored
    ///   already: unknown parts, both COUNT and UNTIL, SKIP without RSCALE, BYSETPOS with nothing to choose from.
    package init(_ text: String, isLenient: Bool = true) throws(RecurrenceRuleError) {
        var parts: [(name: String, value: String)] = []
        for part in text.utf8.split(separator: UInt8(ascii: ";")) {
            // A trailing semicolon, or white space at one, has been seen in the wild.
            var cursor = TextCursor(String(Substring(part)))
            guard !cursor.isAtEnd else { continue }
            let name = cursor.upTo("=")
            let value = cursor.rest
            guard !parts.contains(where: { $0.name == name }) else { throw .repeatedPart(name) }
            parts.append((name, value))
            guard parts.count <= 32 else { throw .unknownPart(name) }
        }
        guard let frequency = parts.first(where: { $0.name == "FREQ" }) else { throw .missingFrequency }
        guard let known = Frequency.allCases.first(where: { $0.code == frequency.value }) else {
            throw .badValue(part: "FREQ", value: frequency.value.beginning)
        }
        self.init(known)
        for part in parts where part.name != "FREQ" {
            try read(part.name, part.value, isLenient: isLenient)
        }
        guard !isLenient else { return }
        if count != nil && until != nil { throw .countAndUntil }
        if parts.contains(where: { $0.name == "SKIP" }) && !parts.contains(where: { $0.name == "RSCALE" }) {
            throw .skipWithoutScale
        }
        if !bySetPosition.isEmpty && !parts.contains(where: { $0.name.hasPrefix("BY") && $0.name != "BYSETPOS" }) {
            throw .positionsOfNothing
        }
    }

    private mutating func read(_ name: String, _ value: String, isLenient: Bool) throws(RecurrenceRuleError) {
        switch name {
        case "INTERVAL": interval = try Self.number(name, value, 1...Self.largest)
        case "COUNT": count = try Self.number(name, value, 1...Self.largest)
        case "UNTIL":
            guard let date = DateValue(value) else { throw .badValue(part: name, value: value.beginning) }
            until = date
        case "WKST":
            guard let weekday = Weekday(code: value) else { throw .badValue(part: name, value: value.beginning) }
            weekStart = weekday
        case "BYSECOND": bySecond = Self.unique(try Self.numbers(name, value, 0...60).map { min($0, 59) })
        case "BYMINUTE": byMinute = try Self.numbers(name, value, 0...59)
        case "BYHOUR": byHour = try Self.numbers(name, value, 0...23)
        case "BYDAY": byDay = try Self.days(value)
        case "BYMONTHDAY": byMonthDay = try Self.numbers(name, value, 1...31, fromTheEnd: true)
        case "BYYEARDAY": byYearDay = try Self.numbers(name, value, 1...366, fromTheEnd: true)
        case "BYWEEKNO": byWeekNumber = try Self.numbers(name, value, 1...53, fromTheEnd: true)
        case "BYMONTH": byMonth = try Self.months(value)
        case "BYSETPOS": bySetPosition = try Self.numbers(name, value, 1...366, fromTheEnd: true)
        case "RSCALE": if value != "GREGORIAN" { throw .unsupportedScale(value.beginning) }
        case "SKIP":
            guard let skip = Skip(rawValue: value) else { throw .badValue(part: name, value: value.beginning) }
            self.skip = skip
        default:
            // RFC 2445 let rules have X- parts; what is none of the standard's has no meaning to us.
            guard isLenient || name.hasPrefix("X-") else { throw .unknownPart(name.beginning) }
        }
    }

    /// Larger numbers mean nothing in a calendar of four-digit years, and sums of these do not overflow.
    private static let largest = 999_999_999_999

    private static func number(
        _ name: String, _ value: String, _ range: ClosedRange<Int>
    ) throws(RecurrenceRuleError) -> Int {
        var cursor = TextCursor(value)
        guard let number = cursor.number(digits: 1...12), cursor.isAtEnd, range.contains(number) else {
            throw .badValue(part: name, value: value.beginning)
        }
        return number
    }

    private static func numbers(
        _ name: String, _ value: String, _ range: ClosedRange<Int>, fromTheEnd: Bool = false
    ) throws(RecurrenceRuleError) -> [Int] {
        var found: [Int] = []
        for item in value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            var cursor = TextCursor(Substring(item))
            let isNegative = fromTheEnd && cursor.take("-")
            if !isNegative { _ = fromTheEnd && cursor.take("+") }
            guard let number = cursor.number(digits: 1...3), cursor.isAtEnd, range.contains(number) else {
                throw .badValue(part: name, value: value.beginning)
            }
            found.append(isNegative ? -number : number)
        }
        return unique(found)
    }

    /// A month may be a leap month, `5L` (RFC 7529 §4.2); the Gregorian calendar has none, so it adds nothing.
    private static func months(_ value: String) throws(RecurrenceRuleError) -> [Int] {
        let items = value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        let plain = items.filter { !$0.hasSuffix("L") && !$0.hasSuffix("l") }
        guard !plain.isEmpty else { throw .badValue(part: "BYMONTH", value: value.beginning) }
        return try numbers("BYMONTH", plain.joined(separator: ","), 1...12)
    }

    private static func days(_ value: String) throws(RecurrenceRuleError) -> [ByDay] {
        var found: [ByDay] = []
        for item in value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            var cursor = TextCursor(Substring(item))
            let isNegative = cursor.take("-")
            if !isNegative { _ = cursor.take("+") }
            let hasOrdinal = cursor.peek.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false
            let ordinal = hasOrdinal ? cursor.number(digits: 1...2) : 0
            guard let ordinal, hasOrdinal == (ordinal > 0), ordinal <= 53, hasOrdinal || !isNegative,
                let weekday = Weekday(code: cursor.rest)
            else { throw .badValue(part: "BYDAY", value: value.beginning) }
            let day = ByDay(weekday: weekday, ordinal: isNegative ? -ordinal : ordinal)
            if !found.contains(day) { found.append(day) }
        }
        return found
    }

    private static func unique(_ numbers: [Int]) -> [Int] { Set(numbers).sorted() }
}

extension TextCursor {
    /// What stands before that letter, which is passed over; everything if there is none. In upper case.
    fileprivate mutating func upTo(_ letter: Unicode.Scalar) -> String {
        var bytes: [UInt8] = []
        while let byte = next(), byte != UInt8(ascii: letter) { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is left, in upper case.
    fileprivate var rest: String {
        var (copy, bytes) = (self, [UInt8]())
        while let byte = copy.next() { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// As much of it as an error should repeat.
    fileprivate var beginning: String { utf8.count <= 40 ? self : String(prefix(40)) + "…" }
}

extension RecurrenceRule {
    /// As iCalendar writes it.
    package var text: String {
        var parts = ["FREQ=" + frequency.code]
        if skip != .omit { parts.insert("RSCALE=GREGORIAN", at: 0) }
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { parts.append(name + "=" + values.joined(separator: ",")) }
        }
        add("UNTIL", until.map { [$0.text] } ?? [])
        add("COUNT", count.map { [String($0)] } ?? [])
        add("INTERVAL", interval == 1 ? [] : [String(interval)])
        add("BYSECOND", bySecond.map(String.init))
        add("BYMINUTE", byMinute.map(String.init))
        add("BYHOUR", byHour.map(String.init))
        add("BYDAY", byDay.map { ($0.ordinal == 0 ? "" : String($0.ordinal)) + $0.weekday.code })
        add("BYMONTHDAY", byMonthDay.map(String.init))
        add("BYYEARDAY", byYearDay.map(String.init))
        add("BYWEEKNO", byWeekNumber.map(String.init))
        add("BYMONTH", byMonth.map(String.init))
        add("BYSETPOS", bySetPosition.map(String.init))
        add("WKST", weekStart == .monday ? [] : [weekStart.code])
        add("SKIP", skip == .omit ? [] : [skip.rawValue])
        return parts.joined(separator: ";")
    }
}
