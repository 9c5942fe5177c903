public import DAV
import Logging
import Synchronization

/// The groups that callers are in, for as long as nothing is committed: rights are judged on polls, too.
final class KnownMemberships: Memberships {
    /// More callers than this are not remembered at a time.
    static let most = 4096

    private struct State {
        var mark: CommitMark?
        var groups: [PrincipalID: Set<PrincipalID>] = [:]
    }

    private let store: SQLiteStore
    private let state = Mutex(State())

    init(_ store: SQLiteStore) { self.store = store }

    func groups(of principal: PrincipalID) -> Set<PrincipalID> {
        let mark = store.known.mark()
        if let mark, let known = state.withLock({ $0.mark == mark ? $0.groups[principal] : nil }) { return known }
        do {
            let groups = Set(try store.allGroups(of: principal))
            if let mark { remember(groups, of: principal, asOf: mark) }
            return groups
        } catch {
            // What cannot be found out is denied.
            store.logger.error("The groups of a caller cannot be read.", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func remember(_ groups: Set<PrincipalID>, of principal: PrincipalID, asOf mark: CommitMark) {
        state.withLock { state in
            if state.mark != mark || state.groups.count >= KnownMemberships.most { state = State(mark: mark) }
            state.groups[principal] = groups
        }
    }
}

extension SQLiteStore {
    /// The groups of the store, for a ``GrantAuthorizer``.
    public var memberships: any Memberships { KnownMemberships(self) }

    /// Owners, grants, groups and calendar proxies.
    public var authorizer: GrantAuthorizer { GrantAuthorizer(memberships: memberships) }
}
