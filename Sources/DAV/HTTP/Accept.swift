import HTTPTypes

/// The `Accept` header (RFC 9110 §12.5.1): which of several forms a client likes best.
public struct Accept: Sendable, Hashable {
    private var ranges: [Range] = []

    private struct Range: Sendable, Hashable {
        /// `type/subtype`, `type/*` or `*/*`, in lower case.
        var type: String
        /// In thousandths.
        var quality: Int
    }

    /// More ranges than this are left aside.
    private static let maxRanges = 64

    /// - Parameter field: the header's value; what is malformed in it does not count.
    public init(_ field: String) {
        for part in field.utf8.split(separator: UInt8(ascii: ",")).prefix(Accept.maxRanges) {
            let pieces = part.split(separator: UInt8(ascii: ";")).map { Accept.token($0) }
            guard let type = pieces.first, type.contains("/") else { continue }
            let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Accept.quality($0.dropFirst(2)) }
            ranges.append(Range(type: type, quality: quality ?? 1000))
        }
    }

    /// Whether the header names the type itself, not only by a wildcard.
    public func names(_ type: String) -> Bool { ranges.contains { $0.type == type && $0.quality > 0 } }

    /// How much the type is liked: 0 is not at all, 1000 most.
    public func quality(of type: String) -> Int {
        let family = (type.split(separator: "/").first ?? "") + "/*"
        for wanted in [type, String(family), "*/*"] {
            if let range = ranges.first(where: { $0.type == wanted }) { return range.quality }
        }
        return ranges.isEmpty ? 1000 : 0
    }

    private static func token(_ piece: Substring.UTF8View.SubSequence) -> String {
        String(decoding: piece.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self).lowercased()
    }

    /// `0.5` is 500.
    private static func quality(_ text: Substring) -> Int {
        let digits = text.utf8.filter { 0x30...0x39 ~= $0 }.prefix(4)
        guard text.utf8.first == UInt8(ascii: "0") else { return 1000 }
        return zip(digits.dropFirst(), [100, 10, 1]).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    }
}
