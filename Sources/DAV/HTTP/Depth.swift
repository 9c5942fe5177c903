import HTTPTypes

/// The `Depth` header (RFC 4918 §10.2).
public enum Depth: String, Sendable, Hashable {
    case zero = "0"
    case one = "1"
    case infinity

    /// - Throws: 400 for anything but `0`, `1` and `infinity` (in whatever case).
    public static func parse(_ field: some StringProtocol) throws(DAVError) -> Depth {
        guard let depth = Depth(rawValue: String(field).lowercased()) else {
            throw .badRequest("Depth must be 0, 1 or infinity.")
        }
        return depth
    }
}
