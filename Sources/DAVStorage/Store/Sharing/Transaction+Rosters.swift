import DAV

/// Who is in the groups that are invited: read in the transaction that changes either.
extension Transaction {
    /// - Parameter given: who is in groups that this store does not keep.
    func roster(_ given: ShareRoster = .empty, for list: ShareList, _ changes: [ShareChange] = []) throws -> ShareRoster
    {
        var groups: Set<PrincipalID> = []
        for invite in list.invites { if case .group(let id) = invite.sharee { groups.insert(id) } }
        for change in changes { if case .set(.group(let id), _, _, _) = change { groups.insert(id) } }
        if groups.isEmpty { return .empty }
        var direct = try members(ofAll: groups)
        for group in groups where direct[group] == nil { direct[group] = Array(given.people(in: group)) }
        return ShareRoster(direct: direct)
    }

    /// The groups named, those in them, and so on, each with those directly in it.
    private func members(ofAll groups: Set<PrincipalID>) throws -> [PrincipalID: [PrincipalID]] {
        var direct: [PrincipalID: [PrincipalID]] = [:]
        let names = JSONText.array(of: groups.map(\.description))
        try sql.each(Transaction.groupsBelow, .text(names)) { row in
            guard let group = PrincipalID(row.text(0)) else { return true }
            let member = row.optionalText(1).flatMap { PrincipalID($0) }
            direct[group, default: []] += [member].compactMap { $0 }
            return true
        }
        return direct
    }

    /// UNION keeps each group once, which ends circles. Whoever is a member and neither a group nor an account is about to be
    /// removed.
    private static let groupsBelow = """
        WITH RECURSIVE below(name) AS (
            SELECT value FROM json_each(?1)
            UNION SELECT m.member FROM below CROSS JOIN membership m ON m.grp = below.name)
        SELECT g.name, m.member FROM below CROSS JOIN principal_group g ON g.name = below.name
        LEFT JOIN membership m ON m.grp = g.name AND (EXISTS (SELECT 1 FROM account a WHERE a.name = m.member)
            OR EXISTS (SELECT 1 FROM principal_group o WHERE o.name = m.member))
        """

    /// Brings up to date whatever is shared with a group whose members changed, or with one that contains it (G2).
    func regroup(_ group: PrincipalID) throws {
        for collection in try sql.rows(Transaction.sharedWithGroup, .text(group.description), decode: { $0.int(0) }) {
            try change(collection) { list, roster in list.regroup(facts.sharing, roster) }
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
            try change(collection) { list, roster in list.forget(principal, facts.sharing, roster) }
        }
    }

    /// Ends all that a person shared (U4).
    func endShares(of owner: PrincipalID) throws {
        let text = "SELECT id FROM collection WHERE owner = ?1 AND shared = 1 AND dead = 0"
        for collection in try sql.rows(text, .text(owner.description), decode: { $0.int(0) }) {
            try change(collection) { list, _ in (ShareList(owner: owner), list.destroy()) }
        }
    }

    private func change(
        _ collection: Int64, _ body: (ShareList, ShareRoster) -> (list: ShareList, effects: [ShareEffect])
    ) throws {
        guard let place = try sharedPlace(collection), let owner = place.collection?.owner else { return }
        let old = try shares.shares(of: collection, owner: owner)
        let (list, effects) = try body(old.list, roster(for: old.list))
        try replace(old, with: list, effects, of: place, nil)
    }
}
