import DAV

/// Who is in the groups that are invited. Read in the transaction that changes either, so that no seat is left to somebody who
/// has just gone.
struct GroupTable {
    let sql: SQL

    /// - Parameter given: who is in groups that this store does not keep.
    func roster(_ given: ShareRoster = .empty, for list: ShareList, _ changes: [ShareChange] = []) throws -> ShareRoster
    {
        var groups = list.groups
        for change in changes { if case .set(.group(let id), _, _, _) = change { groups.insert(id) } }
        if groups.isEmpty { return .empty }
        var direct = try members(ofAll: groups)
        for group in groups where direct[group] == nil { direct[group] = Array(given.people(in: group)) }
        return ShareRoster(direct: direct)
    }

    /// Whether the store keeps all groups that are invited.
    func knowsGroups(of list: ShareList) throws -> Bool {
        let groups = list.groups
        return try groups.isEmpty || members(ofAll: groups).keys.filter(groups.contains).count == groups.count
    }

    /// The groups named, those in them, and so on, each with those directly in it.
    private func members(ofAll groups: Set<PrincipalID>) throws -> [PrincipalID: [PrincipalID]] {
        var direct: [PrincipalID: [PrincipalID]] = [:]
        try sql.each(GroupTable.below, .text(JSONText.array(of: groups.map(\.description)))) { row in
            guard let group = PrincipalID(row.text(0)) else { return true }
            let member = row.optionalText(1).flatMap { PrincipalID($0) }
            direct[group, default: []] += [member].compactMap { $0 }
            return true
        }
        return direct
    }

    /// UNION keeps each group once, which ends circles. A member that is neither a group nor an account is about to be removed.
    private static let below = """
        WITH RECURSIVE below(name) AS (
            SELECT value FROM json_each(?1)
            UNION SELECT m.member FROM below CROSS JOIN membership m ON m.grp = below.name)
        SELECT g.name, m.member FROM below CROSS JOIN principal_group g ON g.name = below.name
        LEFT JOIN membership m ON m.grp = g.name AND (EXISTS (SELECT 1 FROM account a WHERE a.name = m.member)
            OR EXISTS (SELECT 1 FROM principal_group o WHERE o.name = m.member))
        """
}

extension ShareList {
    /// The groups that are invited, and may come in.
    fileprivate var groups: Set<PrincipalID> {
        Set(invites.compactMap { if case .group(let id) = $0.sharee, !$0.isInvalid { id } else { nil } })
    }
}
