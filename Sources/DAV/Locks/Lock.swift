/// A write lock (RFC 4918 §6, §7).
public struct Lock: Sendable, Hashable {
    public var token: LockToken
    /// The URL that was locked: the root of its scope.
    public var root: DAVPath
    public var scope: Scope
    /// ``Depth/zero`` or ``Depth/infinity``.
    public var depth: Depth
    /// The client's `DAV:owner` element, serialised so that it stands alone; kept verbatim.
    public var owner: [UInt8]?
    /// The caller who took it; only the same caller may use its token.
    public var holder: Caller
    /// `nil`: never, by itself.
    public var expires: Timestamp?

    public enum Scope: String, Sendable, Hashable { case exclusive, shared }

    public init(
        token: LockToken, root: DAVPath, scope: Scope, depth: Depth, owner: [UInt8]?, holder: Caller,
        expires: Timestamp?
    ) {
        self.token = token
        self.root = root
        self.scope = scope
        self.depth = depth
        self.owner = owner
        self.holder = holder
        self.expires = expires
    }

    public func isExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }

    /// Whether the lock's scope includes the resource at `path`.
    public func covers(_ path: DAVPath) -> Bool {
        depth == .infinity ? path.isWithin(root) : path == root
    }

    /// Whether both cannot stand on the same resource (RFC 4918 §6.2): everything conflicts but shared with shared.
    public func conflicts(with scope: Scope) -> Bool { self.scope == .exclusive || scope == .exclusive }
}

/// `urn:uuid:…`, unique for all time (RFC 4918 §6.5).
public struct LockToken: Sendable, Hashable {
    public var uri: String
    public init(uri: String) { self.uri = uri }
    public static func random() -> LockToken { LockToken(uri: "urn:uuid:" + ResourceID.random().uuidString) }
}
