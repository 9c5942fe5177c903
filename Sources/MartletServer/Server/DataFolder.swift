public import DAV
public import DAVStorage
import Logging

/// A store on disk, as the server uses it.
public struct DataFolder: ServerStore, AccountStore {
    public let store: SQLiteStore
    public let assembly: Assembly

    private let grants: GrantAuthorizer

    /// - Parameter assembly: what the store was opened with.
    public init(_ store: SQLiteStore, _ assembly: Assembly = .standard) {
        self.store = store
        self.assembly = assembly
        grants = store.authorizer
    }

    public var backend: any Backend { store.backend(authorizer: grants) }
    public var authorizer: any Authorizer { grants }
    public func directory(at path: DAVPath, privacy: DirectoryPrivacy) -> any PrincipalDirectory {
        AccountDirectory(store, path: path, privacy: privacy)
    }
    public var accounts: any AccountStore { self }
    public var secrets: any SecretStore { store }

    public var gauges: [ServerMetrics.Gauge] {
        func gauge(
            _ name: String, isCounter: Bool = false, _ help: String,
            _ read: @escaping @Sendable (StoreActivity) -> Int64
        ) -> ServerMetrics.Gauge {
            ServerMetrics.Gauge(name, isCounter: isCounter, help) { Double(read(store.activity)) }
        }
        return [
            gauge("martlet_store_commits_total", isCounter: true, "Transactions written to disk.") { $0.commits },
            gauge(
                "martlet_store_writes_total", isCounter: true,
                "Changes those transactions carried; divided by their number, the size of a batch."
            ) { $0.writes },
            gauge("martlet_store_largest_batch", "Most changes in one transaction so far.") { $0.largestBatch },
            gauge("martlet_store_waiting_writes", "Changes waiting for a transaction.") { $0.waiting },
            gauge("martlet_store_revision", "Revision of the last change since the start.") { $0.revision },
            gauge(
                "martlet_push_suppressed_total", isCounter: true,
                "Changes that a registration was not told of, because the client that made them asked for that."
            ) { $0.suppressedPushes },
            gauge("martlet_store_idle_readers", "Connections for reading that nobody uses.") { $0.idleReaders },
        ]
    }

    public func passwordHash(of id: PrincipalID) async throws -> String? { try store.account(id)?.passwordHash }

    public func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {
        try await store.setPasswordHash(new, of: id, ifStill: old)
    }

    public func principal(_ id: PrincipalID) async throws -> Principal? { try store.account(id).map(principal) }

    public func principals(after: PrincipalID?, limit: Int) async throws -> [Principal] {
        try await store.accounts(after: after, limit: limit).map(principal)
    }

    private func principal(_ account: Account) -> Principal {
        Principal(id: account.id, displayName: account.displayName, homes: [store.homePath(of: account.id)])
    }

    public func ensureHome(of principal: PrincipalID) async throws { try await store.ensureHome(for: principal) }

    public func check() async throws { _ = try await store.accounts(limit: 1) }

    public func maintain(historySeconds: Int64) async throws {
        try await store.prune(olderThan: Timestamp.now.adding(seconds: -historySeconds))
        try await store.maintain()
    }

    public func noticeOthers() throws { try store.noticeOthers() }

    public func close() async {
        do {
            try store.close()
        } catch {
            Logger(label: "martlet").error(
                "Closing the store failed; nothing acknowledged is lost.", metadata: ["error": "\(error)"])
        }
    }
}
