/// Which locks stand in the way of which change (RFC 4918 §7), as pure rules that every store applies in its transaction.
///
/// Each takes `locks`: all unexpired locks that might matter (above, at or below the path); more do no harm. For a lock in
/// the way its token must have been submitted, by the caller who holds it. Of several shared locks on one resource the
/// caller's own is enough.
///
/// All throw ``DAVError/lockTokenSubmitted(_:)`` (423) naming the roots of the locks in the way.
extension Condition {
    /// Changing a resource's body or properties: PUT on a mapped URL, PROPPATCH.
    public func mayChange(_ path: DAVPath, under locks: [Lock]) throws {
        try demandOne(of: locks.filter { $0.covers(path) })
    }

    /// Adding a member to `collection`: PUT, MKCOL, LOCK on an unmapped URL, the destination of COPY and MOVE.
    ///
    /// A depth-0 lock on a collection protects the set of its members too (§7.5).
    public func mayBind(into collection: DAVPath, under locks: [Lock]) throws {
        try demandOne(of: locks.filter { $0.covers(collection) })
    }

    /// Removing the mapping of `path` and of everything below it: DELETE, the source of MOVE, an overwritten destination.
    public func mayUnbind(_ path: DAVPath, under locks: [Lock]) throws {
        if !path.isRoot { try demandOne(of: locks.filter { $0.covers(path.parent) }) }
        try demandOne(of: locks.filter { $0.covers(path) })
        let below = Set(locks.map(\.root)).filter { $0.isWithin(path) && $0 != path }
        for root in below.sorted(by: { $0.names.lexicographicallyPrecedes($1.names) }) {
            try demandOne(of: locks.filter { $0.covers(root) })
        }
    }

    /// Whether a new lock may stand at `path` (§6.2, §9.10.3): none that conflicts may cover it, nor, for depth infinity,
    /// be rooted below it.
    ///
    /// - Throws: ``DAVError/noConflictingLock(_:)`` (423).
    public func mayLock(_ path: DAVPath, _ scope: Lock.Scope, depth: Depth, under locks: [Lock]) throws {
        let inTheWay = locks.filter {
            !$0.isExpired(at: now) && $0.conflicts(with: scope)
                && ($0.covers(path) || depth == .infinity && $0.root.isWithin(path))
        }
        if !inTheWay.isEmpty { throw DAVError.noConflictingLock(inTheWay.map(\.root)) }
    }

    private func demandOne(of locks: [Lock]) throws {
        let live = locks.filter { !$0.isExpired(at: now) }
        let tokens = submittedTokens
        guard live.isEmpty || live.contains(where: { tokens.contains($0.token.uri) && $0.holder == caller }) else {
            throw DAVError.lockTokenSubmitted(live.map(\.root))
        }
    }
}
