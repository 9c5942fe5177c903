/// What happens to shares when people and groups change.
extension MemoryBackend {
    /// Groups have other members now: who came is invited to what is shared with them, who left is not any more (G2).
    public func regroup(_ rules: ShareRules, _ roster: ShareRoster) {
        let now = Condition(caller: .anonymous, now: clock())
        transaction(now) { tree in
            tree.settle(now: now.now, self) { list, hasHome in list.regroup(rules, roster, hasHome: hasHome) }
        }
    }

    /// A principal is removed from the server: with the homes, and with every instance of what stood in them (U4). What others
    /// invited them to stays in the lists as invalid (U3).
    public func remove(_ principal: PrincipalID, _ rules: ShareRules, _ roster: ShareRoster) {
        let now = Condition(caller: .anonymous, now: clock())
        transaction(now) { tree in
            tree.settle(now: now.now, self) { list, _ in list.forget(principal, rules, roster) }
            for home in templates.map({ $0.root.appending(principal.name) }) where tree[home] != nil {
                tree.advance()
                tree.release(home, now: now.now)
                tree.unbind(home)
            }
        }
    }
}

extension MemoryTree {
    fileprivate mutating func settle(
        now: Timestamp, _ store: MemoryBackend,
        _ change: (ShareList, _ hasHome: (PrincipalID) -> Bool) -> (list: ShareList, effects: [ShareEffect])
    ) {
        for path in nodes.keys.sorted(by: { $0.names.lexicographicallyPrecedes($1.names) }) {
            guard let collection = collection(at: path), let shares = collection.shares else { continue }
            let (list, effects) = change(shares) { store.home(of: $0, for: collection.kind, in: self) != nil }
            if list == shares, effects.isEmpty { continue }
            advance()
            setShares(list, at: path)
            carryOut(effects, of: path, now: now) { store.home(of: $0, for: collection.kind, in: $1) }
        }
    }
}
