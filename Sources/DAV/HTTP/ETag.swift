/// A strong entity tag (RFC 9110 §8.8.3), without its quotes. Martlet makes no weak ones.
public struct ETag: Sendable, Hashable, CustomStringConvertible {
    /// The text between the quotes.
    public var opaque: String
    public init(opaque: String) { self.opaque = opaque }
    /// As headers and `DAV:getetag` spell it.
    public var description: String { "\"\(opaque)\"" }
}

extension ByteScanner {
    /// `[W/] DQUOTE *etagc DQUOTE`.
    ///
    /// Old versions of Evolution put a backslash before each quote; then the backslashes are not part of the tag.
    /// - Parameter isQuotedString: spaces may stand in it, as in the examples of RFC 4918 §10.4, whose entity tags are those of
    ///   RFC 2616 §3.11. None of ours has one, so such a tag matches nothing.
    mutating func takeEntityTag(isQuotedString: Bool = false) -> (tag: ETag, isWeak: Bool)? {
        // Case matters here (RFC 9110 §8.8.3).
        let isWeak = next == UInt8(ascii: "W") && take(word: "W/")
        let isEscaped = take("\\")
        guard take("\""), var opaque = take(upTo: "\"") else { return nil }
        if isEscaped, opaque.utf8.last == UInt8(ascii: "\\") { opaque.removeLast() }
        guard opaque.utf8.allSatisfy({ ($0 > 0x20 || isQuotedString && $0 == 0x20) && $0 != 0x7F }) else { return nil }
        return (ETag(opaque: opaque), isWeak)
    }
}

extension Condition.EntityTags {
    /// Reads `If-Match` or `If-None-Match`: `*`, or tags separated by commas (RFC 9110 §13.1.1, §13.1.2).
    ///
    /// - Throws: 400 for anything else. A guard that cannot be read must not be taken for none.
    public static func parse(_ field: some StringProtocol) throws(DAVError) -> Self {
        var scanner = ByteScanner(field)
        scanner.skipWhitespace()
        if scanner.take("*") {
            scanner.skipWhitespace()
            guard scanner.isAtEnd else { throw .badRequest("An entity tag list is malformed.") }
            return .any
        }
        var strong: [ETag] = []
        var weak: [ETag] = []
        repeat {
            scanner.skipWhitespace()
            // Empty list elements are to be tolerated (RFC 9110 §5.6.1.2).
            if scanner.isAtEnd || scanner.next == UInt8(ascii: ",") { continue }
            guard let (tag, isWeak) = scanner.takeEntityTag() else { throw .badRequest("An entity tag is malformed.") }
            if isWeak { weak.append(tag) } else { strong.append(tag) }
            scanner.skipWhitespace()
        } while scanner.take(",")
        guard scanner.isAtEnd, !strong.isEmpty || !weak.isEmpty else {
            throw .badRequest("An entity tag list is malformed.")
        }
        return .list(strong, weak: weak)
    }
}
