import DAV

/// What a name is bound to: the content of a member, or a collection.
enum Bound {
    case member(MemberContent)
    case collection(Int64)
}

/// Mapping names and unmapping them: the two changes all others are made of.
extension Transaction {
    /// Maps `place` to `bound` at `revision`. Of the tombstones only that of the very path is erased; those below it stay and
    /// tell of stale descendants (RFC 6578 §3.5.2; SS-095).
    ///
    /// - Returns: the identifier of the binding.
    @discardableResult
    func bind(_ place: Place, to bound: Bound, _ revision: Int64) throws -> Int64 {
        guard let parent = place.parents.last, let name = place.path.last else { throw DAVError.conflict }
        let row: Int64
        if let existing = place.row {
            row = existing.id
        } else {
            try sql.run(
                "INSERT INTO entry (parent, name, rev, mapped, removed, is_collection) VALUES (?1, ?2, ?3, ?3, 0, 0)",
                .int(parent.id), .text(name.string), .int(revision))
            row = sql.lastInsertedRowID
            // What lies in a collection that reports do not descend into is not mapped for those above it (Y-16).
            if let ghost = parent.ghost, isReported(parent.kind) {
                try adoptGhost(of: name, from: ghost, into: row, below: parent.id)
            }
        }
        switch bound {
        case .member(let content):
            try write(content, to: row, mappedAt: revision)
            if state.isShared { try PersonalTable(sql: sql).follow(content.resource, to: row) }
        case .collection(let id):
            try sql.run(
                "UPDATE entry SET rev = ?2, mapped = ?2, removed = 0, is_collection = 1, resource = ?3 WHERE id = ?1",
                .int(row),
                .int(revision), .int(id))
            try sql.run(
                "UPDATE collection SET parent = ?2, binding = ?3 WHERE id = ?1", .int(id), .int(parent.id), .int(row))
            let ghost = try sql.first("SELECT ghost FROM entry WHERE id = ?1", .int(row)) { $0.optionalInt(0) } ?? nil
            if let ghost { try reconcile(id, with: ghost) }
        }
        return row
    }

    private func write(_ content: MemberContent, to row: Int64, mappedAt revision: Int64) throws {
        try sql.run(
            """
            UPDATE entry SET rev = ?2, mapped = ?2, removed = 0, is_collection = 0, resource = ?3, epoch = ?4, version = ?5,
            body = ?6, size = ?7, type = ?8, language = ?9, created = ?10, modified = ?11, uuid = ?12 WHERE id = ?1
            """, .int(row), .int(revision), .int(content.resource), .int(Int64(bitPattern: content.epoch)),
            .int(content.version), .optional(content.body), .int(content.size), .optional(content.type),
            .optional(content.language), .int(content.created.microseconds), .int(content.modified.microseconds),
            .blob(content.uuid.bytes))
    }

    /// Unmaps `place`, and everything below it, at `revision`; what was mapped is gone for good.
    func unbind(_ place: Place, _ revision: Int64) throws {
        guard let entry = place.entry else { return }
        try locks.removeAll(within: place.path)
        if let collection = entry.collection {
            try bury(collection.id, over: entry.ghost, revision)
            try entomb(entry, ghost: collection.id, revision)
        } else if let member = entry.member {
            if let ghost = entry.ghost { try lift(ghost, revision) }
            try entomb(entry, ghost: entry.ghost, revision)
            try forgetContent(at: place)
            try release(member)
        }
    }

    /// Unmaps `place` for a MOVE: what was mapped lives on and can be bound elsewhere.
    func vacate(_ place: Place, _ revision: Int64) throws {
        guard let entry = place.entry else { return }
        try locks.removeAll(within: place.path)
        if let collection = entry.collection {
            try entomb(entry, ghost: leaveTombstones(of: collection.id, over: entry.ghost, revision), revision)
        } else {
            if let ghost = entry.ghost { try lift(ghost, revision) }
            try entomb(entry, ghost: entry.ghost, revision)
            try forgetContent(at: place)
        }
    }

    /// Turns a binding's row into a tombstone that has `ghost` hanging from it.
    private func entomb(_ entry: EntryRow, ghost: Int64?, _ revision: Int64) throws {
        let id = ghost == nil ? entry.id : try lowestIdentifier()
        try sql.run(Transaction.entombOne, .int(entry.id), .int(revision), .int(id), .optional(ghost))
        if let ghost { try hang(ghost, below: nil, at: id) }
    }

    private static let entombOne = """
        UPDATE entry SET id = ?3, rev = ?2, mapped = ?2, removed = 1, ghost = ?4, \(cleared) WHERE id = ?1
        """
    private static let cleared = """
        resource = NULL, epoch = NULL, version = NULL, body = NULL, size = NULL, type = NULL, language = NULL, created = NULL,
        modified = NULL, uuid = NULL
        """

    private func hang(_ ghost: Int64, below parent: Int64?, at binding: Int64) throws {
        try sql.run(
            "UPDATE collection SET binding = ?2, parent = coalesce(?3, parent) WHERE id = ?1", .int(ghost),
            .int(binding),
            .optional(parent))
    }

    // MARK: Subtrees

    /// A row that something hangs from: a collection, a ghost, or both.
    private struct Branch {
        var id: Int64
        var name: String
        var isRemoved: Bool
        /// The live collection.
        var child: Int64?
        var ghost: Int64?
    }

    private func branches(of collection: Int64) throws -> [Branch] {
        try sql.rows(
            """
            SELECT id, name, removed, CASE WHEN is_collection = 1 THEN resource END, ghost FROM entry
            WHERE parent = ?1 AND (is_collection = 1 OR ghost IS NOT NULL)
            """, .int(collection)
        ) {
            Branch(
                id: $0.int(0), name: $0.text(1), isRemoved: $0.bool(2), child: $0.optionalInt(3),
                ghost: $0.optionalInt(4))
        }
    }

    /// Whether sync reports of the collections above descend into collections of this kind.
    private func isReported(_ kind: String) -> Bool { facts.kind(kind).isSyncable }

    private func isReported(_ collection: Int64) throws -> Bool {
        try sql.first("SELECT kind FROM collection WHERE id = ?1", .int(collection)) { isReported($0.text(0)) } ?? true
    }

    /// Kills a collection and all below: its rows become tombstones of `revision` and it becomes the ghost of its binding,
    /// taking up the older one.
    private func bury(_ collection: Int64, over ghost: Int64?, _ revision: Int64) throws {
        if try isReported(collection) {
            try buryRows(of: collection, revision)
        } else {
            // Nobody was ever told of these names by a report that goes on.
            try destroyRows(of: collection, revision)
        }
        if let ghost { try absorb(ghost, into: collection, revision) }
        try sql.run("DELETE FROM property WHERE resource = ?1", .int(collection))
        if state.isShared { try PersonalTable(sql: sql).remove(facade: collection) }
        try sql.run(Transaction.buryOne, .int(collection), .int(revision))
    }

    /// That an instance is gone is told to those who saw it.
    private static let buryOne = """
        UPDATE collection SET dead = 1, cur = ?2, floor = 0, bytes = 0, quota = NULL, owner = coalesce(sharee, owner),
        source = NULL, sharee = NULL, access = NULL, shared = 0 WHERE id = ?1
        """

    private func buryRows(of collection: Int64, _ revision: Int64) throws {
        for branch in try branches(of: collection) {
            if let child = branch.child {
                try bury(child, over: branch.ghost, revision)
                let id = try lowestIdentifier()
                try sql.run(
                    "UPDATE entry SET id = ?2, ghost = ?3 WHERE id = ?1", .int(branch.id), .int(id), .int(child))
                try hang(child, below: collection, at: id)
            } else if let ghost = branch.ghost {
                try lift(ghost, revision)
                if !branch.isRemoved {
                    let id = try lowestIdentifier()
                    try sql.run("UPDATE entry SET id = ?2 WHERE id = ?1", .int(branch.id), .int(id))
                    try hang(ghost, below: collection, at: id)
                }
            }
        }
        try releaseMembers(of: collection, revision)
    }

    /// Removes everything below a collection, tombstones included.
    private func destroyRows(of collection: Int64, _ revision: Int64) throws {
        for branch in try branches(of: collection) {
            if let ghost = branch.ghost { try forget(ghost) }
            if let child = branch.child {
                try destroyRows(of: child, revision)
                try sql.run("DELETE FROM property WHERE resource = ?1", .int(child))
                try sql.run("DELETE FROM collection WHERE id = ?1", .int(child))
            }
        }
        try releaseMembers(of: collection, revision)
        try sql.run("DELETE FROM entry WHERE parent = ?1", .int(collection))
    }

    /// Removes a ghost and those below.
    private func forget(_ ghost: Int64) throws {
        for below in try sql.rows("SELECT id FROM collection WHERE parent = ?1", .int(ghost), decode: { $0.int(0) }) {
            try forget(below)
        }
        try sql.run("DELETE FROM entry WHERE parent = ?1", .int(ghost))
        try sql.run("DELETE FROM collection WHERE id = ?1", .int(ghost))
    }

    /// Removes the tombstones below a collection that lives on elsewhere.
    private func forgetTombstones(below collection: Int64) throws {
        for branch in try branches(of: collection) {
            if let ghost = branch.ghost {
                try forget(ghost)
                try sql.run("UPDATE entry SET ghost = NULL WHERE id = ?1", .int(branch.id))
            }
            if let child = branch.child { try forgetTombstones(below: child) }
        }
        try sql.run("DELETE FROM entry WHERE parent = ?1 AND removed = 1", .int(collection))
    }

    private func releaseMembers(of collection: Int64, _ revision: Int64) throws {
        try content.removeAll(of: collection)
        if state.isShared { try PersonalTable(sql: sql).remove(membersOf: collection) }
        try sql.run(
            """
            DELETE FROM property WHERE resource IN
            (SELECT resource FROM entry WHERE parent = ?1 AND removed = 0 AND is_collection = 0)
            """, .int(collection))
        let bodies = try sql.first(
            "SELECT json_group_array(body) FROM entry WHERE parent = ?1 AND body IS NOT NULL", .int(collection)
        ) { $0.text(0) }
        try sql.run(
            "UPDATE entry SET rev = ?2, mapped = ?2, removed = 1, \(Transaction.cleared) WHERE parent = ?1",
            .int(collection),
            .int(revision))
        if let bodies, bodies != "[]" { try removeUnused(bodies: bodies) }
    }

    /// Moves the tombstones of one ghost to another of the same path. They share no name.
    private func absorb(_ ghost: Int64, into other: Int64, _ revision: Int64) throws {
        try lift(ghost, revision)
        try sql.run("UPDATE entry SET parent = ?2 WHERE parent = ?1", .int(ghost), .int(other))
        try sql.run("UPDATE collection SET parent = ?2 WHERE parent = ?1", .int(ghost), .int(other))
        try sql.run("DELETE FROM collection WHERE id = ?1", .int(ghost))
    }

    /// Gives every tombstone of a ghost, and of those below, the revision of the removal that now covers them (17.1, SS-111).
    private func lift(_ ghost: Int64, _ revision: Int64) throws {
        try sql.run("UPDATE entry SET rev = ?2, mapped = ?2 WHERE parent = ?1", .int(ghost), .int(revision))
        try sql.run("UPDATE collection SET cur = ?2 WHERE id = ?1", .int(ghost), .int(revision))
        for below in try sql.rows("SELECT id FROM collection WHERE parent = ?1", .int(ghost), decode: { $0.int(0) }) {
            try lift(below, revision)
        }
    }

    /// Leaves tombstones for all that a collection holds, as it moves away with the members themselves.
    ///
    /// Tombstones belong to paths: those inside the collection stay behind as well.
    /// - Returns: the new ghost.
    private func leaveTombstones(of collection: Int64, over ghost: Int64?, _ revision: Int64) throws -> Int64 {
        let new = nextSerial()
        try sql.run(
            """
            INSERT INTO collection (id, parent, dead, kind, owner, uuid, incarnation, cur, created, modified, acl)
            SELECT ?2, parent, 1, kind, coalesce(sharee, owner), zeroblob(16), ?2, ?3, created, modified, acl FROM collection WHERE id = ?1
            """, .int(collection), .int(new), .int(revision))
        if try isReported(collection) {
            try leaveRows(of: collection, in: new, revision)
        } else {
            try forgetTombstones(below: collection)
        }
        if let ghost { try absorb(ghost, into: new, revision) }
        return new
    }

    private func leaveRows(of collection: Int64, in new: Int64, _ revision: Int64) throws {
        try sql.run(
            """
            INSERT INTO entry (parent, name, rev, mapped, removed, is_collection)
            SELECT ?2, name, ?3, ?3, 1, 0 FROM entry WHERE parent = ?1 AND removed = 0 AND is_collection = 0 AND ghost IS NULL
            """, .int(collection), .int(new), .int(revision))
        for branch in try branches(of: collection) {
            var below = branch.ghost
            if let child = branch.child {
                below = try leaveTombstones(of: child, over: branch.ghost, revision)
            } else if let ghost = branch.ghost {
                try lift(ghost, revision)
            }
            if branch.isRemoved { continue }
            try sql.run("UPDATE entry SET ghost = NULL WHERE id = ?1", .int(branch.id))
            let id = try lowestIdentifier()
            try sql.run(
                """
                INSERT INTO entry (id, parent, name, rev, mapped, removed, is_collection, ghost)
                VALUES (?1, ?2, ?3, ?4, ?4, 1, ?5, ?6)
                """, .int(id), .int(new), .text(branch.name), .int(revision), .int(branch.child == nil ? 0 : 1),
                .optional(below))
            if let below { try hang(below, below: new, at: id) }
        }
        try sql.run(
            "UPDATE entry SET parent = ?2, rev = ?3, mapped = ?3 WHERE parent = ?1 AND removed = 1", .int(collection),
            .int(new),
            .int(revision))
        try sql.run("UPDATE collection SET parent = ?2 WHERE parent = ?1 AND dead = 1", .int(collection), .int(new))
    }

    // MARK: Ghosts below what is mapped again

    /// Takes a name's tombstone out of the ghost of its collection, since the name has a row of its own now; what was below
    /// the tombstone hangs from that row.
    private func adoptGhost(of name: Name, from ghost: Int64, into row: Int64, below parent: Int64) throws {
        let tombstone = try sql.first(
            "SELECT id, ghost FROM entry WHERE parent = ?1 AND name = ?2", .int(ghost), .text(name.string)
        ) {
            (id: $0.int(0), ghost: $0.optionalInt(1))
        }
        guard let tombstone else { return }
        try sql.run("DELETE FROM entry WHERE id = ?1", .int(tombstone.id))
        guard let below = tombstone.ghost else { return }
        try sql.run("UPDATE entry SET ghost = ?2 WHERE id = ?1", .int(row), .int(below))
        try hang(below, below: parent, at: row)
    }

    /// Brings a collection that came with members and the ghost of its new binding into order: each name in one of them only.
    private func reconcile(_ collection: Int64, with ghost: Int64) throws {
        guard try isReported(collection) else { return }
        let common = try sql.rows(
            """
            SELECT g.id, g.ghost, e.id, CASE WHEN e.is_collection = 1 THEN e.resource END
            FROM entry g CROSS JOIN entry e ON e.parent = ?1 AND e.name = g.name WHERE g.parent = ?2
            """, .int(collection), .int(ghost)
        ) { (tombstone: $0.int(0), ghost: $0.optionalInt(1), row: $0.int(2), child: $0.optionalInt(3)) }
        for name in common {
            try sql.run("DELETE FROM entry WHERE id = ?1", .int(name.tombstone))
            guard let below = name.ghost else { continue }
            try sql.run("UPDATE entry SET ghost = ?2 WHERE id = ?1", .int(name.row), .int(below))
            try hang(below, below: collection, at: name.row)
            if let child = name.child { try reconcile(child, with: below) }
        }
    }
}
