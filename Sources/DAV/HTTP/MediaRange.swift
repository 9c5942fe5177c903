/// A media type with its parameters, or a range of them with a weight, as `Accept` lists (RFC 9110 §8.3.1, §12.5.1).
public struct MediaRange: Sendable, Hashable {
    /// In lower case; `*`: any.
    public var type: String
    /// In lower case; `*`: any.
    public var subtype: String
    /// Names in lower case, without the weight.
    public var parameters: [String: String]
    /// In thousandths; 0: not acceptable.
    public var weight: Int

    /// `type/subtype`
    public var essence: String { "\(type)/\(subtype)" }

    /// Reads one, such as the value of `Content-Type`.
    ///
    /// - Returns: `nil` if it does not begin with a media type. What follows one and is none of its parameters is left aside.
    public init?(_ text: String) {
        var scanner = ByteScanner(text)
        self.init(&scanner)
    }

    /// Most ranges one header may list; more are left aside.
    private static let mostRanges = 64

    /// Reads the value of `Accept`. What is no media range is left aside.
    public static func list(_ text: String) -> [MediaRange] {
        var scanner = ByteScanner(text)
        var ranges: [MediaRange] = []
        while !scanner.isAtEnd, ranges.count < mostRanges {
            if let range = MediaRange(&scanner) { ranges.append(range) }
            while !scanner.isAtEnd, !scanner.take(",") {
                if scanner.takeQuotedString() == nil { scanner.skip() }
            }
        }
        return ranges
    }

    private init?(_ scanner: inout ByteScanner) {
        scanner.skipWhitespace()
        guard let type = scanner.takeToken(), scanner.take("/"), let subtype = scanner.takeToken() else { return nil }
        self.type = type.lowercased()
        self.subtype = subtype.lowercased()
        parameters = [:]
        weight = 1000
        scanner.skipWhitespace()
        while scanner.take(";") {
            scanner.skipWhitespace()
            guard let name = scanner.takeToken()?.lowercased() else { continue }
            // White space beside the equals sign is not allowed, and is sent.
            scanner.skipWhitespace()
            guard scanner.take("=") else { continue }
            scanner.skipWhitespace()
            let value = scanner.takeQuotedString() ?? scanner.takeToken() ?? ""
            if name == "q" { weight = MediaRange.weight(value) } else { parameters[name] = value }
            scanner.skipWhitespace()
        }
    }

    /// RFC 9110 §12.4.2; what is none counts as one.
    private static func weight(_ text: String) -> Int {
        let digits = Array(text.utf8)
        guard let first = digits.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
            digits.count == 1 || digits[1] == UInt8(ascii: ".")
        else { return 1000 }
        var weight = Int(first - 0x30) * 1000
        var unit = 100
        for digit in digits.dropFirst(2) {
            guard 0x30...0x39 ~= digit else { return 1000 }
            weight += Int(digit - 0x30) * unit
            unit /= 10
        }
        return min(weight, 1000)
    }
}
