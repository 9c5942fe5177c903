/// The `Accept` header (RFC 9110 §12.5.1): which of several forms a client likes best.
public struct Accept: Sendable, Hashable {
    /// In the order of the header, for those who look at parameters such as a version.
    public let ranges: [MediaRange]

    /// - Parameter field: the header's value; what is malformed in it does not count.
    public init(_ field: String) { ranges = MediaRange.list(field) }

    /// Whether the header names the type itself, not only by a wildcard.
    public func names(_ type: String) -> Bool { ranges.contains { $0.essence == type && $0.weight > 0 } }

    /// How much the type is liked: 0 is not at all, 1000 most.
    public func quality(of type: String) -> Int {
        let family = (type.split(separator: "/").first ?? "") + "/*"
        for wanted in [type, String(family), "*/*"] {
            if let range = ranges.first(where: { $0.essence == wanted }) { return range.weight }
        }
        return ranges.isEmpty ? 1000 : 0
    }
}
