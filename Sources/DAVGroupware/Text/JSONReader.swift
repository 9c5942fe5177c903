/// Reads JSON (RFC 8259) under limits: octets, values, and depth, which bounds the stack as well.
package struct JSONReader {
    private let octets: [UInt8]
    private var index = 0
    private var count = 0

    private static let maxValues = 500_000
    private static let maxDepth = 64

    /// - Throws: ``ContentTextError`` with the line.
    package static func value(of octets: [UInt8], maxBytes: Int = 16 << 20) throws(ContentTextError) -> JSONValue {
        guard octets.count <= maxBytes else {
            throw ContentTextError(.limit, line: 1, "The text is longer than \(maxBytes) octets.")
        }
        var reader = JSONReader(octets: octets)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == octets.count else { throw reader.malformed("something follows the value") }
        return value
    }

    private init(octets: [UInt8]) { self.octets = octets }

    private mutating func value(depth: Int) throws(ContentTextError) -> JSONValue {
        count += 1
        guard depth < Self.maxDepth, count <= Self.maxValues else {
            throw ContentTextError(.limit, line: line, "There are too many values, or too many inside each other.")
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    private mutating func array(depth: Int) throws(ContentTextError) -> [JSONValue] {
        index += 1
        var values: [JSONValue] = []
        if take("]") { return values }
        repeat { values.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw malformed("an array has no end") }
        return values
    }

    private mutating func object(depth: Int) throws(ContentTextError) -> [JSONValue.Member] {
        index += 1
        var members: [JSONValue.Member] = []
        if take("}") { return members }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed("a member has no name") }
            let name = try string()
            guard take(":") else { throw malformed("a member has no value") }
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw malformed("an object has no end") }
        return members
    }

    private mutating func word() throws(ContentTextError) -> JSONValue {
        let start = index
        while let octet = next,
            LineTokenizer.isTokenOctet(octet) || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "+")
        {
            index += 1
        }
        let text = String(decoding: octets[start..<index], as: UTF8.self)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default:
            guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: "-"),
                text.utf8.count < 64,
                Double(text) != nil, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) })
            else { throw malformed("“\(text.prefix(20))” is no value") }
            return .number(text)
        }
    }

    private mutating func string() throws(ContentTextError) -> String {
        index += 1
        var content: [UInt8] = []
        while let octet = next, octet != UInt8(ascii: "\"") {
            index += 1
            if octet == UInt8(ascii: "\\") {
                content += String(try escaped()).utf8
            } else if octet < 0x20 {
                throw malformed("a string holds a control character")
            } else {
                content.append(octet)
            }
        }
        guard next == UInt8(ascii: "\""), let text = String(validating: content, as: UTF8.self) else {
            throw malformed("a string has no end, or is not UTF-8")
        }
        index += 1
        return text
    }

    private mutating func escaped() throws(ContentTextError) -> Unicode.Scalar {
        guard let octet = next else { throw malformed("a string has no end") }
        index += 1
        switch octet {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(octet)
        case UInt8(ascii: "u"): return try unicode()
        default: throw malformed("a string holds an unknown escape")
        }
    }

    /// After `\u`: one scalar, of one or two UTF-16 units.
    private mutating func unicode() throws(ContentTextError) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), octets[index...].starts(with: "\\u".utf8) else {
            throw malformed("half a character stands alone")
        }
        index += 2
        let second = try unit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw malformed("half a character stands alone") }
        return scalar
    }

    private mutating func unit() throws(ContentTextError) -> UInt32 {
        let digits = octets[index...].prefix(4)
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count == 4, !text.hasPrefix("+"), !text.hasPrefix("-"), let unit = UInt32(text, radix: 16) else {
            throw malformed("an escape has no four digits")
        }
        index += 4
        return unit
    }

    private var next: UInt8? { index < octets.count ? octets[index] : nil }

    private mutating func skipSpace() {
        while let octet = next, [0x20, 0x09, 0x0A, 0x0D].contains(octet) { index += 1 }
    }

    private mutating func take(_ octet: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: octet) else { return false }
        index += 1
        return true
    }

    private var line: Int { 1 + octets[..<index].count { $0 == 0x0A } }

    private func malformed(_ reason: String) -> ContentTextError {
        ContentTextError(.malformed, line: line, "This is no JSON: \(reason).")
    }
}
