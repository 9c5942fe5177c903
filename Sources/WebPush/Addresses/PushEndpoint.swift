import Crypto

/// The URL of a push resource (RFC 8030 §2): where messages for one subscriber go.
///
/// Whoever knows it can send, so it is a secret: the description tells only the origin and the beginning of a digest, by
/// which an operator can still find a subscription. Two endpoints are equal if their text is, octet by octet.
///
/// The URL is plain ASCII and says one thing to every reader: no user information, no fragment, no number for a host but
/// in its usual form, nothing that one library would escape and another would not. A name that is not ASCII is to be
/// given in its ASCII form (`xn--…`). The addresses behind a name are another question: see ``AddressPolicy``.
public struct PushEndpoint: Sendable {
    /// What URLs are taken.
    public struct Policy: Sendable {
        /// Whether `http` is taken too. Only for tests and closed networks: it shows the subscription to everyone between.
        public var allowsHTTP = false
        /// Whether ports below 1024 other than 443 (and 80 for `http`) are taken: those of mail, shells and the like.
        public var allowsWellKnownPorts = false
        /// The longest URL, in octets.
        public var longestURL = 2048

        public init() {}
    }

    /// A host in one spelling: lower case, an address without brackets.
    public enum Host: Hashable, Sendable, CustomStringConvertible {
        case name(String)
        case address(IPAddress)

        public var description: String {
            switch self {
            case .name(let name): name
            case .address(let address): address.description
            }
        }
    }

    /// The URL as it was given. A secret.
    public let url: String
    /// Scheme, host and port in lower case, without the scheme's own port: what RFC 8292 §2 calls the audience.
    public let origin: String
    public let host: Host
    public let port: UInt16
    /// Path and query, at least `/`.
    let target: String

    /// Takes a URL that a subscriber gave.
    ///
    /// - Throws: ``PushEndpointError``, with what is wrong.
    public init(_ url: String, policy: Policy = Policy()) throws(PushEndpointError) {
        let bytes = Array(url.utf8)
        guard bytes.count <= policy.longestURL else { throw .tooLong }
        let (scheme, rest) = try Self.splitScheme(bytes, policy: policy)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        let (authority, target) = (rest[..<(end ?? rest.endIndex)], rest[(end ?? rest.endIndex)...])
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInformation }
        let (host, port) = try Self.splitPort(authority)
        try Self.check(target)

        let usualPort: UInt16 = scheme == "https" ? 443 : 80
        self.port = port ?? usualPort
        guard self.port == usualPort || self.port >= 1024 || policy.allowsWellKnownPorts && self.port > 0 else {
            throw .port
        }
        self.url = url
        self.host = try Self.parse(host: host)
        let text = String(decoding: target, as: UTF8.self)
        self.target = target.first == UInt8(ascii: "/") ? text : "/" + text
        var origin = scheme + "://"
        if case .address(.v6) = self.host { origin += "[\(self.host)]" } else { origin += "\(self.host)" }
        self.origin = self.port == usualPort ? origin : origin + ":\(self.port)"
    }

    /// The origin and the first eight hexadecimal digits of the URL's SHA-256.
    public var redacted: String {
        let digits = SHA256.hash(data: Array(url.utf8)).prefix(4)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(origin)/…\(digits)"
    }

    /// Whether messages travel over TLS.
    var isEncrypted: Bool { origin.utf8.starts(with: "https:".utf8) }
}

extension PushEndpoint: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.url.utf8.elementsEqual(b.url.utf8) }
    public func hash(into hasher: inout Hasher) { hasher.combine(url) }
}

extension PushEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { redacted }
    public var debugDescription: String { redacted }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a URL is no push resource to send to. Holds no part of the URL.
public enum PushEndpointError: Error, Hashable, Sendable {
    case tooLong
    /// Not `https://…`, or `http` without leave.
    case scheme
    case userInformation
    case fragment
    /// A character that RFC 3986 does not allow in a path or query, or a broken percent escape.
    case character
    case port
    /// No host, a trailing dot, a label that cannot be, a letter that is not ASCII.
    case host
    /// A number in an unusual spelling: `2130706433`, `0x7f.1`, `0177.1`.
    case numericHost
}
