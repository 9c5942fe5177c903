import Synchronization

extension MemoryBackend {
    public var pushRegistry: (any PushRegistry)? { Registry(store: self) }

    /// Registrations are a part of the state: they change with it, in the same transaction.
    private struct Registry: PushRegistry {
        let store: MemoryBackend

        func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration {
            try store.edit { tree in
                guard tree.resourceID(at: registration.path) == registration.resource else { throw DAVError.notFound }
                return try tree.push.register(registration, limits: limits)
            }
        }

        func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool {
            store.edit { $0.push.unregister(id, of: principal, now: now) }
        }

        func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp)
            async throws
            -> [PushRegistration]
        {
            store.read { $0.push.registrations(of: principal, after: after, limit: limit, now: now) }
        }

        func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
            -> PushBacklog
        {
            store.read { $0.push.behind(since: revision, after: after, limit: limit, now: now) }
        }

        func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery? {
            store.read { $0.push.delivery(of: id, now: now) }
        }

        func record(_ records: [PushRecord]) async throws {
            store.edit { tree in for record in records { tree.push.record(record) } }
        }

        func removeExpired(now: Timestamp) async throws -> Bool {
            store.edit { $0.push.removeExpired(now: now) }
            return false
        }

        func observe(_ wake: @escaping @Sendable () -> Void) { store.observers.withLock { $0.append(wake) } }
    }
}
