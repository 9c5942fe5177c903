/// What the server knows of itself: fixed at start, read by every request.
public struct ServerFacts: Sendable {
    /// Where the handler is mounted, percent-encoded, no slash at the end; empty at the root of the host.
    public var prefix: String
    public var principals: any PrincipalDirectory
    /// What `WWW-Authenticate` offers with a 401 (RFC 9110 §11.6.1), such as `Basic realm="Martlet", charset="UTF-8"`.
    public var challenges: [String] = []
    /// Kinds of collection that MKCOL can make (RFC 5689): one whose resource types are those asked for.
    public var kinds: [CollectionKind] = [.folder]
    /// What the `DAV` header says besides the base classes where it is about the server: at the root and at principals.
    public var complianceClasses: [String] = []
    /// WebDAV-Push; `nil`: not offered.
    public var push: PushOffer?
    /// How people share; `nil`: not offered, and nothing of it is seen anywhere.
    public var sharing: ShareRules?
    /// Links for whoever holds their URL; `nil`: nobody can make one.
    public var links: LinkOffer?
    /// What pages for people call the root.
    package var rootTitle: String?
    public var options: Options

    /// Limits and switches.
    public struct Options: Sendable {
        /// Offer `Depth: infinity` to PROPFIND; otherwise 403 `propfind-finite-depth` (RFC 4918 §9.1).
        public var allowsInfinitePropfind = false
        /// Most entries in one sync page; more answers 507 on the request-URI and goes on with the next token.
        public var maxSyncPage = 10_000
        /// Refuse `Depth` other than 0 on sync-collection (RFC 6578 §3.2). Off: widespread clients send 1.
        public var strictSyncDepth = false
        public var maxXMLBytes = 8 << 20
        public var maxXMLDepth = 64
        public var maxLockSeconds: Int64 = 86_400 * 7
        /// Largest body of a member; `nil`: as quota and disk allow.
        public var maxMemberBytes: Int64?
        /// Largest stored value of one dead property.
        public var maxPropertyBytes = 256 << 10
        public init() {}
    }

    public init(prefix: String = "", principals: any PrincipalDirectory, options: Options = Options()) {
        self.prefix = prefix
        self.principals = principals
        self.options = options
    }
}
