import DAV
import Synchronization

/// Makes a person's home when they first sign in; remembers who has one.
final class Homes: Sendable {
    private let store: any ServerStore
    private let known = Mutex<Set<PrincipalID>>([])

    init(_ store: any ServerStore) { self.store = store }

    func ensure(_ principal: PrincipalID) async throws {
        if known.withLock({ $0.contains(principal) }) { return }
        try await store.ensureHome(of: principal)
        known.withLock { known in
            if known.count > 10_000 { known = [] }
            known.insert(principal)
        }
    }
}
