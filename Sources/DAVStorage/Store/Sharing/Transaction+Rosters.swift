import DAV

/// What groups that change, and accounts that go, do to what is shared.
extension Transaction {
    /// Brings up to date whatever is shared with a group whose members changed, or with one that contains it (G2).
    func regroup(_ group: PrincipalID) throws {
        for collection in try sql.rows(Transaction.sharedWithGroup, .text(group.description), decode: { $0.int(0) }) {
            try change(collection) { list, roster, kind in
                list.regroup(facts.sharing, roster, hasHome: { hasHome($0, for: kind) })
            }
        }
    }

    private static let sharedWithGroup = """
        WITH RECURSIVE up(name) AS (
            SELECT ?1 UNION SELECT m.grp FROM up CROSS JOIN membership m ON m.member = up.name)
        SELECT DISTINCT i.collection FROM up CROSS JOIN invite i ON i.sharee = up.name WHERE i.sort = 1
        """

    /// Takes a person or a group out of all that others share; whoever comes after them by that name finds nothing (U3).
    ///
    /// To be called while they are still members of what they were in: what they had through a group is theirs no more either.
    func forgetSharee(_ principal: PrincipalID) throws {
        let text = """
            SELECT collection FROM invite WHERE sharee = ?1 AND sort <> 2
            UNION SELECT collection FROM seat WHERE person = ?1
            """
        for collection in try sql.rows(text, .text(principal.description), decode: { $0.int(0) }) {
            try change(collection) { list, roster, _ in list.forget(principal, facts.sharing, roster) }
        }
    }

    /// Ends all that a person shared (U4).
    func endShares(of owner: PrincipalID) throws {
        let text = "SELECT id FROM collection WHERE owner = ?1 AND shared = 1 AND dead = 0"
        for collection in try sql.rows(text, .text(owner.description), decode: { $0.int(0) }) {
            try change(collection) { list, _, _ in (ShareList(owner: owner), list.destroy()) }
        }
    }

    private func change(
        _ collection: Int64,
        _ body: (ShareList, ShareRoster, CollectionKind) -> (list: ShareList, effects: [ShareEffect])
    ) throws {
        guard let place = try sharedPlace(collection), let row = place.collection, let owner = row.owner else { return }
        let old = try shares.shares(of: collection, owner: owner)
        let (list, effects) = try body(old.list, GroupTable(sql: sql).roster(for: old.list), facts.kind(row.kind))
        try replace(old, with: list, effects, of: place, nil)
    }
}
