public import DAV
public import DAVStorage
import Logging

/// A store on disk, as the server uses it.
public struct DataFolder: ServerStore, AccountStore {
    public let store: SQLiteStore

    public init(_ store: SQLiteStore) { self.store = store }

    public var backend: any Backend { store.backend }
    public var accounts: any AccountStore { self }
    public var gauges: [ServerMetrics.Gauge] { [] }

    public func passwordHash(of id: PrincipalID) async throws -> String? { try store.account(id)?.passwordHash }

    public func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {
        guard try store.account(id)?.passwordHash == old else { return }
        try await store.setPasswordHash(new, of: id)
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
        try await store.prune(olderThan: WallClock.now().adding(seconds: -historySeconds))
        try await store.maintain()
    }

    public func close() async {
        do {
            try store.close()
        } catch {
            Logger(label: "martlet").error(
                "Closing the store failed; nothing acknowledged is lost.", metadata: ["error": "\(error)"])
        }
    }
}
