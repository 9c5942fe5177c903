import DAV

extension Place {
    /// What a collection bound here inherits.
    var inheritedGrants: [AccessControlEntry] { parents.last?.grants.inherited ?? [] }
}

extension Transaction {
    /// Replaces a collection's own grants, and tells every collection below: rights are read with the row, on every request,
    /// and changed seldom.
    func setGrants(_ grants: [AccessControlEntry], at path: DAVPath, _ identity: Identity, if condition: Condition)
        throws
    {
        let place = try locate(path, identity)
        guard let collection = place.collection, let entry = place.entry else { throw DAVError.notFound }
        try check(condition, at: path)
        try place.spelled { try condition.mayChange(place.path, under: locks.covering(place.path)) }
        if collection.grants.own == grants { return }
        let below = try spread(grants + place.inheritedGrants, to: collection).dropFirst()
        let revision = nextRevision()
        try sql.run("UPDATE entry SET rev = ?2 WHERE id = ?1", .int(entry.id), .int(revision))
        try touch(place.parents, revision, membersChanged: false)
        try tell(Transaction.rights, of: collection.uuid, in: place.parents, revision, condition)
        for changed in below { try tell(Transaction.rights, of: changed.uuid, in: [], revision, condition) }
    }

    /// What changes with grants, here and in everything that inherits them.
    static let rights = PushUpdate.properties([.dav("acl"), .dav("current-user-privilege-set")])

    /// - Returns: the collections whose grants changed, the first one first.
    private func spread(_ grants: [AccessControlEntry], to collection: CollectionRow) throws -> [CollectionRow] {
        var changed: [CollectionRow] = []
        var pending = [(collection, grants)]
        while let (row, grants) = pending.popLast() {
            if row.grants == grants { continue }
            changed.append(row)
            try sql.run(
                "UPDATE collection SET acl = ?2 WHERE id = ?1", .int(row.id), .optional(StoredGrants.encode(grants)))
            let children = try sql.rows(
                Transaction.inheriting,
                .int(row.id)
            ) { CollectionRow($0) }
            pending += children.map { ($0, $0.grants.own + grants.inherited) }
        }
        return changed
    }

    /// Instances have the rights that were granted to the sharee, and no others.
    private static let inheriting = """
        SELECT \(CollectionRow.columns) FROM collection c \(CollectionRow.join)
        WHERE c.parent = ?1 AND c.dead = 0 AND c.source IS NULL
        """

    /// Takes a principal that is gone out of every list: another one of that name must not find its rights.
    func forgetGrants(to name: Name) throws {
        let rows = try sql.rows("SELECT id, acl FROM collection WHERE acl IS NOT NULL") { ($0.int(0), $0.text(1)) }
        for (id, text) in rows {
            let grants = StoredGrants.decode(text)
            let kept = grants.filter { entry in
                if case .principal(let id) = entry.subject { id.name != name } else { true }
            }
            if kept.count == grants.count { continue }
            try sql.run("UPDATE collection SET acl = ?2 WHERE id = ?1", .int(id), .optional(StoredGrants.encode(kept)))
        }
    }
}

extension StoreCollection: AccessControlling {
    func setGrants(_ grants: [AccessControlEntry], if condition: Condition) async throws {
        try await store.commits.write {
            try $0.setGrants(grants, at: path, self.identity(of: .itself), if: condition)
        }
    }
}
