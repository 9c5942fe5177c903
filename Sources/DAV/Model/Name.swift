/// The name of one member inside its collection: a path segment, decoded.
///
/// Names are compared by their UTF-8 bytes, as URIs and stores do; Swift's `String` would call `é` in its composed and
/// decomposed spelling the same. A name is never empty, never `.` or `..`, holds no NUL and at most ``Name/maxBytes`` bytes.
///
/// A name *may* hold a slash: `%2F` in a URI is data, not a separator (RFC 3986 §2.2). A back-end that maps names to
/// file names must refuse it (``DAVError/forbidden(_:)``).
public struct Name: Sendable, Hashable, Comparable, CustomStringConvertible {
    public static let maxBytes = 255

    public let string: String

    /// - Returns: `nil` if `string` is not a legal name.
    public init?(_ string: String) {
        var string = string
        string.makeContiguousUTF8()
        let utf8 = string.utf8
        guard !utf8.isEmpty, utf8.count <= Name.maxBytes, string != ".", string != "..", !utf8.contains(0) else {
            return nil
        }
        self.string = string
    }

    /// For names that were checked when they were stored.
    package init(unchecked string: String) { self.string = string }

    public var description: String { string }

    public static func == (a: Name, b: Name) -> Bool { a.string.utf8.elementsEqual(b.string.utf8) }
    public static func < (a: Name, b: Name) -> Bool { a.string.utf8.lexicographicallyPrecedes(b.string.utf8) }

    public func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
