import Synchronization

/// Registrations that live in memory, for a back-end of your own: return it as ``Backend/pushRegistry``, and say what changes.
///
/// After each commit tell of the change with the resources it concerns: the one that changed, what holds it, and all above,
/// nearest first. Pass on the ``Condition`` that came with the write, since it says who is not to be told
/// (`Push-Dont-Notify`). Clients register again every few days, so what a restart forgets comes back; a change between a commit
/// and the end of the process may go untold. A back-end that cannot live with that implements ``PushRegistry`` in its own
/// transactions.
public final class MemoryPushRegistry: PushRegistry {
    private struct State {
        var ledger = PushLedger()
        var revision: Int64 = 0
        var observers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// The body of `chain.first` changed; or, if it is a collection, what it holds.
    public func contentChanged(_ chain: [ResourceID], if condition: Condition? = nil) {
        change { ledger, revision in ledger.note(.content, of: chain, at: revision, if: condition) }
    }

    /// Properties of `chain.first` changed.
    public func propertiesChanged(_ names: Set<XMLName>, of chain: [ResourceID], if condition: Condition? = nil) {
        change { ledger, revision in ledger.note(.properties(names), of: chain, at: revision, if: condition) }
    }

    /// A resource is no more. Those who registered there are told once more; call ``contentChanged(_:if:)`` for what held it.
    ///
    /// - Parameter info: the collection it was, or that held it: who may be told is judged by it.
    public func removed(_ resource: ResourceID, from info: CollectionInfo, if condition: Condition? = nil) {
        change { ledger, revision in
            ledger.noteRemoval(of: resource, from: info, at: revision, if: condition)
        }
    }

    /// A resource has another path now.
    public func moved(_ resource: ResourceID, to path: DAVPath) {
        state.withLock { $0.ledger.relocate(resource, to: path) }
    }

    private func change(_ note: (inout PushLedger, Int64) -> Bool) {
        let observers = state.withLock { state in
            state.revision += 1
            return note(&state.ledger, state.revision) ? state.observers : []
        }
        for wake in observers { wake() }
    }

    // MARK: PushRegistry

    public func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration {
        try state.withLock { try $0.ledger.register(registration, limits: limits) }
    }

    public func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool {
        state.withLock { $0.ledger.unregister(id, of: principal, now: now) }
    }

    public func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp)
        async throws -> [PushRegistration]
    {
        state.withLock { $0.ledger.registrations(of: principal, after: after, limit: limit, now: now) }
    }

    public func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> PushBacklog
    {
        state.withLock { $0.ledger.behind(since: revision, after: after, limit: limit, now: now) }
    }

    public func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery? {
        state.withLock { $0.ledger.delivery(of: id, now: now) }
    }

    public func record(_ records: [PushRecord]) async throws {
        state.withLock { state in for record in records { state.ledger.record(record) } }
    }

    public func removeExpired(now: Timestamp) async throws -> Bool {
        state.withLock { $0.ledger.removeExpired(now: now) }
        return false
    }

    public func observe(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.observers.append(wake) } }
}
