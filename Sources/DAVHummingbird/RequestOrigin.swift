public import Hummingbird

/// Where a request went, as its client sees it: what absolute URIs in `Destination` and `If` must name.
public struct RequestOrigin: Sendable, Hashable {
    public var scheme: String
    /// Host and port.
    public var authority: String
    /// Path and query, raw.
    public var target: String

    public init(scheme: String, authority: String, target: String) {
        self.scheme = scheme
        self.authority = authority
        self.target = target
    }

    /// Takes the origin from the request itself.
    ///
    /// - Returns: `nil` if the request names no host, or none that could be one: 400 (RFC 9112 §3.2).
    public init?(of request: Request, scheme: String) {
        guard let path = request.head.path, !path.isEmpty, let authority = request.head.authority,
            Self.isPlausible(authority: authority)
        else { return nil }
        self.init(scheme: scheme, authority: authority, target: path)
    }

    /// Only bytes that RFC 3986 §3.2.2 and §3.2.3 allow, and no user information: what is accepted here is compared and echoed.
    public static func isPlausible(authority: String) -> Bool {
        guard !authority.isEmpty, authority.utf8.count <= 261 else { return false }
        return authority.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~:%[]".utf8.contains(byte)
            }
        }
    }
}
