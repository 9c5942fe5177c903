extension MemoryTree {
    /// The instance that `path` is, or lies in.
    func view(of path: DAVPath) -> InstanceView? {
        guard let top = instances.first(where: path.isWithin), let source = source(of: top) else { return nil }
        return InstanceView(top: top, source: source)
    }

    /// Runs `check`, whose refusals name what is kept, for somebody who came by `path`. The binding of an instance is kept
    /// where they see it; what lies in it is not.
    func spelled<T>(forThoseAt path: DAVPath, _ check: () throws -> T) throws -> T {
        do {
            return try check()
        } catch let error as DAVError { throw view(of: path.parent)?.visible(error) ?? error }
    }

    /// Where what is reached by `path` is kept.
    func base(_ path: DAVPath) -> DAVPath { view(of: path)?.base(path) ?? path }

    /// The same, but of an instance itself its own binding: what is moved and removed.
    func binding(_ path: DAVPath) -> DAVPath { instances.contains(path) ? path : base(path) }

    func source(of instance: DAVPath) -> DAVPath? {
        guard let id = self[instance]?.instance?.source else { return nil }
        return nodes.first { $0.value.resourceID == id }?.key
    }

    func resourceID(at path: DAVPath) -> ResourceID? { self[binding(path)]?.resourceID }

    func syncToken(at path: DAVPath) -> SyncToken? {
        guard var collection = collection(at: base(path)) else { return nil }
        if instances.contains(path) { collection = seen(collection, through: path) }
        return syncToken(of: collection)
    }

    /// What a collection is to those who synchronise an instance of it: begun with the instance, and changed with whatever is
    /// the sharee's own in it.
    func seen(_ collection: MemoryNode.Collection, through top: DAVPath) -> MemoryNode.Collection {
        var collection = collection
        collection.incarnation = self.collection(at: top)?.incarnation ?? 0
        collection.current = max(collection.current, self[top]?.instance?.current ?? 0)
        collection.floor = max(collection.floor, self.collection(at: top)?.floor ?? 0)
        return collection
    }

    /// Does what a change of a collection's list says, in the revision that has begun.
    ///
    /// - Parameter home: where somebody's instances stand.
    mutating func carryOut(
        _ effects: [ShareEffect], of path: DAVPath, now: Timestamp, home: (PrincipalID, MemoryTree) -> DAVPath?
    ) {
        for effect in effects {
            switch effect {
            case .instanceAppeared(let id, let person, let grant):
                guard let home = home(person, self), self[home] != nil, let source = self[path],
                    let collection = source.collection
                else { continue }
                var node = MemoryNode(
                    .collection(.init(kind: collection.kind, owner: collection.owner)), at: clock, now: now)
                node.resourceID = id
                node.deadProperties = collection.kind.sharing?.properties ?? []
                node.instance = .init(source: source.resourceID, sharee: person, grant: grant)
                bind(node, at: home.appending(Name(unchecked: id.uuidString)))
            case .instanceRemoved(let id, let person):
                guard let top = instance(id) else { continue }
                endLocks(of: person, in: path)
                unbind(top)
                push.forget { $0.path.isWithin(top) }
            case .accessChanged(let id, let person, let grant):
                guard let top = instance(id) else { continue }
                // Who sees more or less of everything begins anew.
                if self[top]?.instance?.grant.sight != grant.sight { beginAnew(top) }
                if !grant.allowsWriting { endLocks(of: person, in: path) }
                change(top) { $0.instance?.grant = grant }
            case .inviteListChanged: if self[path] != nil { change(path) { _ in } }
            case .notify(let person, let notice): deliver(notice, to: person, about: path, now: now)
            }
        }
    }

    /// What somebody may not write any more they do not keep others from writing either.
    private mutating func endLocks(of person: PrincipalID, in path: DAVPath) {
        locks.removeAll { $0.holder == .principal(person) && $0.root.isWithin(path) }
    }

    private func instance(_ id: ResourceID) -> DAVPath? { instances.first { self[$0]?.resourceID == id } }

    /// Ends what is shared at `path` and below, and leaves the instances there: all of it is about to be unmapped.
    mutating func release(_ path: DAVPath, now: Timestamp) {
        for member in subtree(of: path) {
            if let shares = collection(at: member)?.shares {
                carryOut(shares.destroy(), of: member, now: now) { _, _ in nil }
                setShares(nil, at: member)
            }
            if let node = self[member], node.instance != nil, let source = source(of: member),
                let list = collection(at: source)?.shares, let (next, effects) = try? list.leave(node.resourceID)
            {
                setShares(next, at: source)
                carryOut(effects, of: source, now: now) { _, _ in nil }
            }
        }
    }

    mutating func setShares(_ shares: ShareList?, at path: DAVPath) {
        guard var collection = collection(at: path) else { return }
        collection.shares = shares
        change(path) { $0.content = .collection(collection) }
    }
}
