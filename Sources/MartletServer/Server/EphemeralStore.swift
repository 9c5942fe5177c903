public import DAV
import DAVStorage
import Synchronization

/// A store that is gone when the process ends, for tests and demonstrations of the server.
public final class EphemeralStore: ServerStore, AccountStore {
    private let memory: MemoryBackend
    private let people = Mutex<[PrincipalID: String]>([:])

    public init(clock: @escaping @Sendable () -> Timestamp = { .now }) {
        let assembly = Assembly.standard
        memory = MemoryBackend(
            templates: assembly.homes, homes: [], kinds: [.folder] + assembly.kinds, epoch: .random(in: 1 ... .max),
            clock: clock)
    }

    public var backend: any Backend { memory }
    public var accounts: any AccountStore { self }
    public let secrets: any SecretStore = ForgottenSecrets()
    public var gauges: [ServerMetrics.Gauge] { [] }

    public func setPasswordHash(_ hash: String, of id: PrincipalID) { people.withLock { $0[id] = hash } }

    public func passwordHash(of id: PrincipalID) async throws -> String? { people.withLock { $0[id] } }

    public func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {
        people.withLock { people in
            if people[id] == old { people[id] = new }
        }
    }

    public func principal(_ id: PrincipalID) async throws -> Principal? {
        people.withLock { $0[id] != nil } ? principal(named: id) : nil
    }

    public func principals(after: PrincipalID?, limit: Int) async throws -> [Principal] {
        let all = people.withLock { $0.keys.sorted() }
        return all.filter { id in after.map { $0 < id } ?? true }.prefix(limit).map(principal(named:))
    }

    private func principal(named id: PrincipalID) -> Principal {
        Principal(id: id, displayName: id.name.string, homes: [memory.root.appending(id.name)])
    }

    public func ensureHome(of principal: PrincipalID) async throws { memory.makeHome(of: principal) }
    public func check() async throws {}
    public func maintain(historySeconds: Int64) async throws {}
    public func close() async {}
}

/// Keys that are gone when the process ends.
private final class ForgottenSecrets: SecretStore {
    private let kept = Mutex<[String: [StoredSecret]]>([:])

    func secrets(_ purpose: String) async throws -> [StoredSecret] { kept.withLock { $0[purpose] ?? [] } }

    func ensureSecret(_ purpose: String, value: [UInt8]) async throws -> [StoredSecret] {
        kept.withLock { kept in
            let secrets = kept[purpose] ?? [StoredSecret(number: 1, value: value, created: .now)]
            kept[purpose] = secrets
            return secrets
        }
    }

    func replaceSecret(_ purpose: String, by value: [UInt8]) async throws -> [StoredSecret] {
        kept.withLock { kept in
            let old = kept[purpose] ?? []
            let new = StoredSecret(number: (old.first?.number ?? 0) + 1, value: value, created: .now)
            kept[purpose] = [new] + old
            return [new] + old
        }
    }

    func removeSecrets(_ purpose: String, replacedBefore time: Timestamp) async throws {}
}
