/// One value of a property in a content line and in JSON (RFC 7265 §3.6, RFC 7095 §3.5).
///
/// What is not as its type wants it is told as it stands, and comes back as it stood.
enum JSONScalar {
    static func json(_ raw: String, _ type: String) -> JSONValue {
        switch type {
        case "text": return .string(TextValue.unescape(raw))
        case "integer", "float": return .number(orString: raw)
        case "boolean" where raw.isASCIIEqual(to: "TRUE"): return .boolean(true)
        case "boolean" where raw.isASCIIEqual(to: "FALSE"): return .boolean(false)
        case "date", "date-time", "time", "timestamp", "date-and-or-time", "utc-offset":
            return .string(JSONDate.extended(raw, isOffset: type == "utc-offset", isTime: type == "time"))
        case "period":
            let ends = raw.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard ends.count == 2 else { return .string(raw) }
            return .array(ends.map { .string(JSONDate.extended($0, isOffset: false, isTime: false)) })
        case "recur": return recurrence(raw) ?? .string(raw)
        default: return .string(raw)
        }
    }

    static func raw(_ value: JSONValue, _ type: String) -> String {
        switch value {
        case .null: return ""
        case .boolean(let flag): return flag ? "TRUE" : "FALSE"
        case .number(let text): return text
        case .string(let text):
            switch type {
            case "text": return TextValue.escape(text)
            case "date", "date-time", "time", "timestamp", "date-and-or-time", "utc-offset", "period":
                return JSONDate.basic(text, isOffset: type == "utc-offset", isTime: type == "time")
            default: return text
            }
        case .array(let values): return values.map { raw($0, type) }.joined(separator: ",")
        case .object(let members):
            return members.map {
                "\($0.name.uppercased())=\(part($0.value, isUntil: $0.name.isASCIIEqual(to: "UNTIL")))"
            }
            .joined(separator: ";")
        }
    }

    private static func part(_ value: JSONValue, isUntil: Bool) -> String {
        let type = isUntil ? "date-time" : JSONVocabulary.unknown
        guard case .array(let values) = value else { return raw(value, type) }
        return values.map { raw($0, type) }.joined(separator: ",")
    }

    /// RFC 7265 §3.6.10: an object, if each part has a name of its own.
    private static func recurrence(_ raw: String) -> JSONValue? {
        var members: [JSONValue.Member] = []
        for part in raw.split(separator: ";", omittingEmptySubsequences: false) {
            guard let equals = part.firstIndex(of: "="), members.count < 32 else { return nil }
            let name = part[..<equals].lowercased()
            guard !name.isEmpty, name.utf8.allSatisfy(LineTokenizer.isTokenOctet),
                !members.contains(where: { $0.name == name })
            else { return nil }
            let values = part[part.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false).map
            {
                name == "until"
                    ? JSONValue.string(JSONDate.extended(String($0), isOffset: false, isTime: false))
                    : .number(orString: String($0))
            }
            members.append(JSONValue.Member(name, values.count == 1 ? values[0] : .array(values)))
        }
        return .object(members)
    }
}

/// Dates and times with the separators of RFC 3339, which JSON has, and without, which content lines have.
enum JSONDate {
    /// `19850412T101530Z` → `1985-04-12T10:15:30Z`, `--0412` → `--04-12`, `-0500` → `-05:00`.
    static func extended(_ raw: String, isOffset: Bool, isTime: Bool) -> String {
        guard raw.utf8.count <= 32, raw.utf8.allSatisfy(isPart) else { return raw }
        if isOffset { return offset(raw[...], separator: ":") ?? raw }
        let (date, time) = halves(raw, isTime: isTime)
        let digits = date.drop { $0 == "-" }
        let prefix = date.prefix(date.count - digits.count)
        let day: String
        switch (prefix.count, digits.count) {
        case (0, 8) where !digits.contains("-"):
            day = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
        case (2, 4) where !digits.contains("-"): day = "--\(digits.prefix(2))-\(digits.suffix(2))"
        default: day = String(date)
        }
        return day + (time.flatMap { clock($0, separator: ":", hasT: !isTime) } ?? rest(of: raw, after: date))
    }

    /// The reverse; what is no date or time in the form of JSON is left as it is.
    static func basic(_ text: String, isOffset: Bool, isTime: Bool) -> String {
        guard text.utf8.count <= 40, text.utf8.allSatisfy({ isPart($0) || $0 == UInt8(ascii: ":") }) else {
            return text
        }
        let result = isOffset ? text.filter { $0 != ":" } : withoutSeparators(text, isTime: isTime)
        return extended(result, isOffset: isOffset, isTime: isTime) == text ? result : text
    }

    private static func withoutSeparators(_ text: String, isTime: Bool) -> String {
        let (date, time) = halves(text, isTime: isTime)
        let parts = date.split(separator: "-")
        let day: String
        switch (date.prefix { $0 == "-" }.count, parts.count) {
        case (0, 3): day = parts.joined()
        case (2, 2): day = "--" + parts.joined()
        default: day = String(date)
        }
        return day + (time.map { (isTime ? "" : "T") + $0.filter { $0 != ":" } } ?? "")
    }

    private static func isPart(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || "-+TZ".utf8.contains(octet)
    }

    /// What stands before and after the `T`; no time, if there is none.
    private static func halves(_ text: String, isTime: Bool) -> (date: Substring, time: Substring?) {
        if isTime { return ("", text[...]) }
        guard let index = text.firstIndex(of: "T") else { return (text[...], nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func rest(of raw: String, after date: Substring) -> String { String(raw.dropFirst(date.count)) }

    /// `101530-0500` → `10:15:30-05:00`; `nil` for what is no time.
    private static func clock(_ time: Substring, separator: String, hasT: Bool) -> String? {
        let digits = time.prefix { $0.isNumber }
        let zone = time.dropFirst(digits.count)
        guard digits.count == 6 || digits.count == 4 || digits.count == 2 else { return nil }
        let parts = stride(from: 0, to: digits.count, by: 2).map { digits.dropFirst($0).prefix(2) }
        let offset = zone.isEmpty || zone == "Z" ? String(zone) : self.offset(zone, separator: separator)
        return offset.map { (hasT ? "T" : "") + parts.joined(separator: separator) + $0 }
    }

    private static func offset(_ text: Substring, separator: String) -> String? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst()
        guard [2, 4, 6].contains(digits.count), digits.allSatisfy({ $0.isNumber }) else { return nil }
        let parts = stride(from: 0, to: digits.count, by: 2).map { digits.dropFirst($0).prefix(2) }
        return String(sign) + parts.joined(separator: separator)
    }
}
