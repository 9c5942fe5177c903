/// The `Depth` header (RFC 4918 §10.2).
public enum Depth: String, Sendable, Hashable {
    case zero = "0"
    case one = "1"
    case infinity
}
