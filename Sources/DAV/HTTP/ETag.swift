/// A strong entity tag (RFC 9110 §8.8.3), without its quotes. Martlet makes no weak ones.
public struct ETag: Sendable, Hashable, CustomStringConvertible {
    /// The text between the quotes.
    public var opaque: String
    public init(opaque: String) { self.opaque = opaque }
    /// As headers and `DAV:getetag` spell it.
    public var description: String { "\"\(opaque)\"" }
}
