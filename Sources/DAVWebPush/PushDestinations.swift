import DAV
public import WebPush

/// Where messages may be sent. Clients name any URL they like, so the rule is: only to the global Internet over TLS, and to
/// what is allowed by name.
public struct PushDestinations: Sendable {
    /// Origins that may be anywhere, and may be plain HTTP.
    public var allowedOrigins: Set<String>
    /// Networks that are not global and may be sent to all the same.
    public var allowedRanges: [AddressRange]
    /// Receivers on this very machine may be sent to, over plain HTTP too: right where only its own users can register.
    public var allowsLoopback: Bool
    /// Nobody but receivers on this machine, and allowed origins, is sent to.
    public var isLocalOnly: Bool
    /// The server's own public names: a message to oneself is a loop.
    public var ownHosts: Set<String>

    public init(
        allowedOrigins: Set<String> = [], allowedRanges: [AddressRange] = [], allowsLoopback: Bool = false,
        isLocalOnly: Bool = false, ownHosts: Set<String> = []
    ) {
        self.allowedOrigins = allowedOrigins
        self.allowedRanges = allowedRanges
        self.allowsLoopback = allowsLoopback
        self.isLocalOnly = isLocalOnly
        self.ownHosts = ownHosts
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { AddressRange($0) }
    private static let lenient = {
        var policy = PushEndpoint.Policy()
        (policy.allowsHTTP, policy.allowsWellKnownPorts) = (true, true)
        return policy
    }()

    /// The part of the rule that is about addresses, for the client that connects.
    public var addresses: AddressPolicy {
        AddressPolicy(
            allowedOrigins: allowedOrigins, allowedRanges: allowedRanges + (allowsLoopback ? Self.loopback : []),
            deniedHosts: ownHosts)
    }

    /// A push resource that may be sent to, as far as its URL tells.
    ///
    /// - Throws: 403 `invalid-subscription`
    func endpoint(_ text: String) throws(DAVError) -> PushEndpoint {
        let found: PushEndpoint
        do {
            found = try PushEndpoint(text, policy: Self.lenient)
            if allowedOrigins.contains(found.origin) || allowsLoopback && Self.isLoopback(found) { return found }
            _ = try PushEndpoint(text)
        } catch {
            throw .invalidPushSubscription("The push resource is no URL that messages are sent to (\(error)).")
        }
        guard !isLocalOnly else {
            throw .invalidPushSubscription("Messages stay on this machine until push.contact is set.")
        }
        return found
    }

    private static func isLoopback(_ endpoint: PushEndpoint) -> Bool {
        guard case .address(let address) = endpoint.host else { return false }
        return loopback.contains { $0.contains(address) }
    }
}
