/// Takes one unfolded content line apart: group, name, parameters, value (RFC 5545 §3.1, RFC 6350 §3.3).
struct LineTokenizer {
    private let limits: ContentLimits
    private(set) var deviations: ContentText.Deviations = []
    private var valueCount = 0

    init(limits: ContentLimits) { self.limits = limits }

    /// - Parameter isCard: whether the name may have a group, and parameters without a name are vCard 2.1's.
    mutating func line(
        _ octets: [UInt8], number: Int, source: Range<Int>, isCard: Bool
    ) throws(ContentTextError) -> ContentLine {
        let nameEnd = octets.firstIndex { $0 == Self.colon || $0 == Self.semicolon } ?? octets.count
        guard nameEnd < octets.count, let (group, name) = names(octets[..<nameEnd], isCard: isCard) else {
            throw ContentTextError(.malformed, line: number, "This is no property: “\(shown(octets))”.")
        }
        var index = nameEnd
        var parameters: [ContentLine.Parameter] = []
        var values = 0
        while index < octets.count, octets[index] == Self.semicolon {
            index += 1
            // “DTSTART;:…” and “TEL;;HOME:…”
            if index < octets.count, octets[index] == Self.semicolon || octets[index] == Self.colon {
                deviations.insert(.irregularParameters)
                continue
            }
            guard let parameter = parameter(octets, &index, isCard: isCard, &values) else {
                throw ContentTextError(
                    .malformed, line: number, "A parameter of \(name.prefix(40)) cannot be read: “\(shown(octets))”.")
            }
            parameters.append(parameter)
            guard parameters.count <= limits.maxParameters, values <= limits.maxParameterValues,
                valueCount + values <= limits.maxAllParameterValues
            else {
                throw ContentTextError(.limit, line: number, "\(name.prefix(40)) has too many parameters.")
            }
        }
        valueCount += values
        guard index < octets.count else {
            throw ContentTextError(.malformed, line: number, "\(name.prefix(40)) has no value: “\(shown(octets))”.")
        }
        return ContentLine(
            group: group, name, parameters, value: text(octets[(index + 1)...]), source: source)
    }

    private mutating func names(_ octets: ArraySlice<UInt8>, isCard: Bool) -> (group: String?, name: String)? {
        let dot = isCard ? octets.lastIndex(of: UInt8(ascii: ".")) : nil
        let name = octets[(dot.map { $0 + 1 } ?? octets.startIndex)...]
        guard let name = self.name(name) else { return nil }
        guard let dot else { return (nil, name) }
        guard let group = self.name(octets[..<dot]) else { return nil }
        return (group, name)
    }

    private mutating func name(_ octets: ArraySlice<UInt8>) -> String? {
        guard !octets.isEmpty, octets.allSatisfy(Self.isNameOctet) else { return nil }
        if !octets.allSatisfy(Self.isTokenOctet) { deviations.insert(.irregularNames) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Takes a parameter, up to the semicolon or colon after it.
    private mutating func parameter(
        _ octets: [UInt8], _ index: inout Int, isCard: Bool, _ count: inout Int
    ) -> ContentLine.Parameter? {
        let start = index
        while index < octets.count, !Self.endsParameterName(octets[index]) { index += 1 }
        guard index < octets.count, let name = name(octets[start..<index]) else { return nil }
        guard octets[index] == UInt8(ascii: "=") else {
            deviations.insert(.irregularParameters)
            count += 1
            // vCard 2.1 leaves the name out where the value tells it.
            guard isCard else { return .init(name, []) }
            let isEncoding = ["BASE64", "QUOTED-PRINTABLE", "8BIT", "7BIT"].contains(name.uppercased())
            return .init(isEncoding ? "ENCODING" : "TYPE", [name])
        }
        var values: [String] = []
        repeat {
            index += 1
            guard let value = parameterValue(octets, &index) else { return nil }
            values.append(value)
            count += 1
        } while count <= limits.maxParameterValues && index < octets.count && octets[index] == UInt8(ascii: ",")
        return .init(name, values)
    }

    /// Takes a value, in quotes or not, up to the comma, semicolon or colon after it.
    private mutating func parameterValue(_ octets: [UInt8], _ index: inout Int) -> String? {
        let quote = UInt8(ascii: "\"")
        guard index < octets.count, octets[index] == quote else {
            let start = index
            while index < octets.count, !Self.endsParameterValue(octets[index]) {
                if octets[index] == quote { deviations.insert(.irregularParameters) }
                index += 1
            }
            return ParameterEncoding.decode(text(octets[start..<index]))
        }
        let start = index + 1
        guard let end = octets[start...].firstIndex(of: quote) else { return nil }
        index = end + 1
        let rest = index
        while index < octets.count, !Self.endsParameterValue(octets[index]) { index += 1 }
        if rest < index { deviations.insert(.irregularParameters) }
        return ParameterEncoding.decode(text(octets[start..<end] + octets[rest..<index]))
    }

    private mutating func text(_ octets: ArraySlice<UInt8>) -> String {
        var highest: UInt8 = 0
        for octet in octets {
            if Self.isControl(octet) {
                deviations.insert(.controlCharacters)
                return text(ArraySlice(octets.filter { !Self.isControl($0) }))
            }
            highest = max(highest, octet)
        }
        let text = String(decoding: octets, as: UTF8.self)
        // Decoding mends what is ill-formed, so that it differs from the octets.
        if highest >= 0x80, !text.utf8.elementsEqual(octets) { deviations.insert(.invalidUTF8) }
        return text
    }

    private func shown(_ octets: [UInt8]) -> String {
        String(String(decoding: octets.prefix(60).filter { !Self.isControl($0) }, as: UTF8.self).prefix(40))
    }
}

extension LineTokenizer {
    static let colon = UInt8(ascii: ":")
    static let semicolon = UInt8(ascii: ";")

    static func isBlank(_ octets: [UInt8]) -> Bool { octets.allSatisfy { $0 <= 0x20 || $0 == 0x7F } }

    /// All but tab, which is white space.
    static func isControl(_ octet: UInt8) -> Bool { octet < 0x20 && octet != 0x09 || octet == 0x7F }

    /// What a name is made of by the grammar.
    static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// What a name may be made of to be told from what is no name: printable ASCII that separates nothing.
    static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "="): false
        case 0x21...0x7E: true
        default: false
        }
    }

    private static func endsParameterName(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "=") || octet == colon || octet == semicolon
    }

    private static func endsParameterValue(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: ",") || octet == colon || octet == semicolon
    }
}
