extension MemoryCollection: Sharing {
    func shareList() async throws -> ShareList {
        try store.read { tree in
            guard let collection = tree.collection(at: path), let owner = collection.owner else {
                throw DAVError.notFound
            }
            return collection.shares ?? ShareList(owner: owner)
        }
    }

    func share(_ changes: [ShareChange], rules: ShareRules, roster: ShareRoster, if condition: Condition) async throws {
        try store.transaction(condition) { tree in
            guard let collection = tree.collection(at: path), let owner = collection.owner else {
                throw DAVError.notFound
            }
            try store.judge(condition, at: path, in: tree)
            let (list, effects) = try (collection.shares ?? ShareList(owner: owner)).apply(
                changes, rules, roster, hasHome: { store.home(of: $0, for: collection.kind, in: tree) != nil })
            if list == collection.shares ?? ShareList(owner: owner), effects.isEmpty { return }
            tree.advance()
            tree.setShares(list, at: path)
            tree.carryOut(effects, of: path, now: condition.now) {
                store.home(of: $0, for: collection.kind, in: $1)
            }
        }
    }
}

extension MemoryBackend {
    public var invitations: (any Invitations)? { MemoryInvitations(store: self) }

    /// The home of a person where collections of the kind may stand.
    func home(of person: PrincipalID, for kind: CollectionKind, in tree: MemoryTree) -> DAVPath? {
        templates.lazy.filter { $0.kind.mayHold(kind) }.map { $0.root.appending(person.name) }.first {
            tree[$0] != nil
        }
    }
}

private struct MemoryInvitations: Invitations {
    let store: MemoryBackend

    func answer(
        _ answer: ShareAnswer, to invitation: ResourceID, by person: PrincipalID, placing: SharePlacement,
        if condition: Condition
    ) async throws -> DAVPath? {
        try store.transaction(condition) { tree in
            let found = tree.nodes.first { $0.value.collection?.shares?.seats.contains { $0.id == invitation } == true }
            guard let (path, node) = found, let collection = node.collection, let shares = collection.shares,
                shares.seat(of: person)?.id == invitation
            else { throw ShareRefusal.noSuchInvitation }
            let home = try home(placing, of: person, for: collection.kind, in: tree)
            let (list, effects, instance) = try shares.reply(
                answer, to: invitation, by: person, hasHome: home != nil)
            if list != shares {
                tree.advance()
                tree.setShares(list, at: path)
                tree.carryOut(effects, of: path, now: condition.now) { _, _ in home }
            }
            guard let place = tree.instances.first(where: { tree[$0]?.resourceID == instance }) else { return nil }
            if let name = placing.displayName, list != shares {
                tree.change(place) { node in
                    node.deadProperties.removeAll { $0.name == .dav("displayname") }
                    node.deadProperties.append(.displayName(name))
                }
            }
            return place
        }
    }

    private func home(_ placing: SharePlacement, of person: PrincipalID, for kind: CollectionKind, in tree: MemoryTree)
        throws -> DAVPath?
    {
        guard let wanted = placing.home else { return store.home(of: person, for: kind, in: tree) }
        guard store.home(of: wanted) == wanted, tree.collection(at: wanted)?.owner == person else {
            throw DAVError.forbidden("An instance stands in a home of the sharee.")
        }
        try tree.collection(at: wanted)?.kind.demandMayHold(kind)
        return wanted
    }
}
