public import DAV
import Synchronization

extension SQLiteStore {
    /// The registrations for push of everything in the store, its accounts included.
    public var pushRegistry: any PushRegistry { StoreRegistry(store: self) }
}

struct StoreRegistry: PushRegistry {
    let store: SQLiteStore

    private func read<T: Sendable>(_ body: @escaping @Sendable (PushTable) throws -> T) async throws -> T {
        let facts = store.facts
        return try await store.connections.scan { try body(PushTable(sql: $0, facts: facts)) }
    }

    func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration {
        try await store.commits.write { try $0.register(registration, limits) }
    }

    func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool {
        try await store.commits.write { try $0.unregister(id, of: principal, now: now) }
    }

    func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> [PushRegistration]
    {
        try await read { try $0.registrations(of: principal, after: after, limit: limit, now: now) }
    }

    func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> PushBacklog
    {
        try await read { try $0.behind(since: revision, after: after, limit: limit, now: now) }
    }

    func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery? {
        try store.connections.read { try PushTable(sql: $0, facts: store.facts).delivery(of: id, now: now) }
    }

    func record(_ records: [PushRecord]) async throws {
        if records.isEmpty { return }
        try await store.commits.write { transaction in
            for record in records { try transaction.record(record) }
        }
    }

    func removeExpired(now: Timestamp) async throws -> Bool {
        try await store.commits.write { try $0.removeExpiredRegistrations(now: now) }
    }

    func observe(_ wake: @escaping @Sendable () -> Void) { store.listeners.add(wake) }
}

/// Who wants to know that something became loud.
final class PushListeners: Sendable {
    private struct State {
        var wakes: [@Sendable () -> Void] = []
        /// How loud anything was when they were last woken.
        var loudest: Int64 = 0
        /// The last commit that was looked at, whoever made it.
        var mark: CommitMark?
    }
    private let state = Mutex(State())
    private let suppressions = Atomic<Int64>(0)

    /// How often somebody was not told, because a client asked for that.
    var suppressed: Int64 { suppressions.load(ordering: .relaxed) }

    func noteSuppressed(_ count: Int) { suppressions.add(Int64(count), ordering: .relaxed) }

    func add(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wakes.append(wake) } }

    /// Whether something was committed since the last time this was asked.
    func isNew(_ mark: CommitMark?) -> Bool {
        state.withLock { state in
            defer { state.mark = mark }
            return state.mark != mark
        }
    }

    /// Wakes all, unless they were for something as loud.
    func wake(at revision: Int64) {
        let wakes = state.withLock { state in
            guard revision > state.loudest else { return [@Sendable () -> Void]() }
            state.loudest = revision
            return state.wakes
        }
        for wake in wakes { wake() }
    }
}
