import DAV

/// How far back changes are known: the map from time to revisions, and the removal of tombstones that are too old.
struct Horizon {
    let sql: SQL
    static let sampleSeconds: Int64 = 3600

    /// Notes when a revision was reached, at most once an hour. Times never decrease, whatever the system's clock does: a
    /// jump forwards makes history last longer, never shorter.
    func sample(revision: Int64, at now: Timestamp) throws {
        let last = try sql.first("SELECT time FROM tick ORDER BY revision DESC LIMIT 1") { $0.int(0) }
        if let last, now.microseconds < last + Horizon.sampleSeconds * 1_000_000 { return }
        try sql.run(
            "INSERT OR REPLACE INTO tick (revision, time) VALUES (?1, ?2)", .int(revision), .int(now.microseconds))
    }

    /// The last revision known to be older than `time`.
    func revision(before time: Timestamp) throws -> Int64 {
        // A tick says that its revision was reached then, so everything before the *next* tick may be younger.
        try sql.first("SELECT max(revision) FROM tick WHERE time <= ?1", .int(time.microseconds)) { $0.int(0) } ?? 0
    }

    /// The greatest revision whose pruning leaves at least `count` tombstones.
    func revision(keeping count: Int64) throws -> Int64 {
        guard count > 0 else { return .max }
        return try sql.first(
            "SELECT rev FROM entry WHERE removed = 1 ORDER BY rev DESC LIMIT 1 OFFSET ?1", .int(count - 1)
        ) { $0.int(0) - 1 }
            ?? 0
    }

    /// The revision up to which about `count` of the tombstones up to `revision` lie, never splitting one revision.
    func portion(of count: Int64, through revision: Int64) throws -> Int64 {
        let cut = try sql.first(
            "SELECT rev FROM entry WHERE removed = 1 AND rev <= ?1 ORDER BY rev LIMIT 1 OFFSET ?2", .int(revision),
            .int(count)
        ) { $0.int(0) }
        return cut ?? revision
    }

    /// Forgets every tombstone up to `revision`, and raises the floor of each collection that could have told of one.
    /// - Returns: how many were forgotten.
    func prune(through revision: Int64, isSyncable: (String) -> Bool) throws -> Int {
        let touched = try sql.rows(
            "SELECT parent, max(rev) FROM entry WHERE removed = 1 AND rev <= ?1 GROUP BY parent", .int(revision)
        ) { ($0.int(0), $0.int(1)) }
        if touched.isEmpty { return 0 }
        for (collection, floor) in touched { try raiseFloor(from: collection, to: floor, isSyncable) }
        let count = try sql.run("DELETE FROM entry WHERE removed = 1 AND rev <= ?1", .int(revision))
        try removeUnboundGhosts(revision)
        return count
    }

    private func raiseFloor(from collection: Int64, to floor: Int64, _ isSyncable: (String) -> Bool) throws {
        var next: Int64? = collection
        while let id = next {
            let row = try sql.first("SELECT parent, dead, kind FROM collection WHERE id = ?1", .int(id)) {
                (parent: $0.optionalInt(0), dead: $0.bool(1), kind: $0.text(2))
            }
            guard let row else { return }
            if !row.dead {
                try sql.run("UPDATE collection SET floor = max(floor, ?2) WHERE id = ?1", .int(id), .int(floor))
                // What lies inside a collection that reports do not descend into was never told above it.
                if !isSyncable(row.kind) { return }
            }
            next = row.parent
        }
    }

    /// A removed name and everything below it share their revision, so they go together; a ghost under a name that is mapped
    /// again goes when it is empty.
    private func removeUnboundGhosts(_ revision: Int64) throws {
        let bindings = try sql.rows(
            """
            DELETE FROM collection WHERE dead = 1 AND cur <= ?1
            AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.parent = collection.id)
            AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = collection.binding AND entry.removed = 1)
            RETURNING binding
            """, .int(revision)
        ) { $0.int(0) }
        for binding in bindings { try sql.run("UPDATE entry SET ghost = NULL WHERE id = ?1", .int(binding)) }
    }
}
