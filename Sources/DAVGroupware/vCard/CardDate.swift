/// Dates of cards: with separators in 3.0 (RFC 2426 §3.1.5), without them and possibly with parts missing in 4.0 (RFC 6350
/// §4.3.1).
enum CardDate {
    /// Apple's year for birthdays without one.
    private static let omittedYear = "1604"

    /// A property of 3.0 as 4.0 has it; what is no date is text.
    static func basic(_ line: ContentLine) -> ContentLine {
        var line = line
        let isText = line.hasValueType("TEXT")
        let omitsYear = line["X-APPLE-OMIT-YEAR"]
        line.remove("VALUE", "X-APPLE-OMIT-YEAR")
        guard !isText, let (date, time) = parts(line.value) else {
            if !line.value.isEmpty { line.parameters.append(.init("VALUE", ["text"])) }
            return line
        }
        let day = date.filter { $0 != "-" }
        if date.hasPrefix("--") {
            line.value = "--\(day)" + time
        } else if let omitsYear, day.hasPrefix(omitsYear) {
            line.value = "--\(day.dropFirst(4))" + time
        } else {
            line.value = day + time
        }
        return line
    }

    /// A property of 4.0 as 3.0 has it. What 3.0 cannot say goes under an `X-` name: it would be no date there.
    static func extended(_ line: ContentLine) -> ContentLine {
        var line = line
        let isText = line.hasValueType("TEXT")
        line.remove("VALUE")
        guard !isText, let (date, time) = parts(line.value) else {
            if !line.isNamed("REV"), !line.value.isEmpty {
                if line.isNamed("BDAY") { line.name = "X-BDAY" }
                if isText { line.parameters.append(.init("VALUE", ["text"])) }
            }
            return line
        }
        var digits = date.filter { $0 != "-" }
        if date.hasPrefix("--") {
            line.parameters.append(.init("X-APPLE-OMIT-YEAR", [omittedYear]))
            digits = omittedYear + digits
        }
        let clock = time.isEmpty ? "" : "T" + timeWithColons(time.dropFirst())
        line.value = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))" + clock
        return line
    }

    /// A whole date, or a month and a day, in either format, and the time in the basic one, with its `T`; `nil` for anything
    /// else.
    private static func parts(_ value: String) -> (date: String, time: String)? {
        guard value.utf8.count <= 40 else { return nil }
        let halves = value.uppercased().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = halves.first else { return nil }
        let digits = date.filter { $0 != "-" }
        let isWhole = digits.count == 8 && !date.hasPrefix("-")
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            isWhole || digits.count == 4 && date.hasPrefix("--")
        else { return nil }
        guard halves.count == 2 else { return (String(date), "") }
        // Fractions of a second are allowed in 3.0 alone.
        let time = halves[1].filter { $0 != ":" }
        let clock = time.prefix { $0.isASCII && $0.isNumber }
        let zone = time.dropFirst(clock.count).drop { $0 == "." || $0 == "," || $0.isNumber }
        guard clock.utf8.count == 6 || clock.utf8.count == 4,
            zone.utf8.allSatisfy({ (0x30...0x39).contains($0) || "Z+-".utf8.contains($0) })
        else { return nil }
        return (String(date), "T\(clock)\(zone)")
    }

    private static func timeWithColons(_ time: Substring) -> String {
        let clock = time.prefix { $0.isNumber }
        let zone = Array(time.dropFirst(clock.count))
        let pairs = stride(from: 0, to: clock.count, by: 2).map { clock.dropFirst($0).prefix(2) }
        let offset = zone.count == 5 ? String(zone[..<3]) + ":" + String(zone[3...]) : String(zone)
        return pairs.joined(separator: ":") + offset
    }
}
