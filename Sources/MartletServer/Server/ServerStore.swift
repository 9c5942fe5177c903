public import DAV

/// What the server needs of whatever keeps its data.
public protocol ServerStore: Sendable {
    /// What it was opened with: the collections it keeps, and what they take.
    var assembly: Assembly { get }
    /// Serves `/files`.
    var backend: any Backend { get }
    var accounts: any AccountStore { get }
    /// The server's own keys.
    var secrets: any SecretStore { get }
    /// Figures for `/metrics`.
    var gauges: [ServerMetrics.Gauge] { get }

    /// The principal as others see it; `nil`: there is none.
    func principal(_ id: PrincipalID) async throws -> Principal?
    func principals(after: PrincipalID?, limit: Int) async throws -> [Principal]

    /// The principals, served at `path`, as far as `privacy` lets people find each other.
    func directory(at path: DAVPath, privacy: DirectoryPrivacy) -> any PrincipalDirectory
    /// Who may do what in ``backend``.
    var authorizer: any Authorizer { get }

    /// Makes a person's home unless it is there.
    func ensureHome(of principal: PrincipalID) async throws
    /// Throws if the store does not answer.
    func check() async throws
    /// Forgets history older than `historySeconds`, drops expired locks and bodies nobody refers to, and writes the log back.
    func maintain(historySeconds: Int64) async throws
    /// Looks whether another process changed something that is to be told. Called about every second.
    func noticeOthers() throws
    /// Everything acknowledged is on disk already; this gives the files back.
    func close() async
}

extension ServerStore {
    public func directory(at path: DAVPath, privacy: DirectoryPrivacy) -> any PrincipalDirectory {
        StoreDirectory(store: self)
    }

    public var assembly: Assembly { .standard }
    public func noticeOthers() throws {}

    public var authorizer: any Authorizer { GrantAuthorizer(memberships: NoMemberships()) }
}
