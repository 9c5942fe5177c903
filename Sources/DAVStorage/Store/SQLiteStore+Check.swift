import DAV

extension SQLiteStore {
    /// Looks for what must not be: damage to the database file, and breaches of the store's own invariants.
    ///
    /// Reads one snapshot and may run beside a serving process.
    /// - Returns: a sentence for each problem; empty if all is well.
    public func check() async throws -> [String] {
        // A file whose removal was committed after the snapshot is still needed by it.
        let hold = try await onOwnThread { try self.blobs.hold() }
        defer { hold?.release() }
        return try await connections.scan { sql in
            let syncable = self.facts.kinds.values.filter { $0.isSyncable }.map(\.id)
            let inspection = Inspection(sql: sql, syncableKinds: syncable)
            var problems = try inspection.run()
            problems += try inspection.unsettledShares(self.facts.sharing)
            problems += try self.checkFiles(sql)
            return problems
        }
    }

    /// Files that are missing or of the wrong size. One that nothing refers to is no problem: it is swept up in time.
    private func checkFiles(_ sql: SQL) throws -> [String] {
        let files = try sql.rows(
            "SELECT b.file, max(e.size) FROM body b JOIN entry e ON e.body = b.id WHERE b.file IS NOT NULL GROUP BY b.id"
        ) { ($0.text(0), $0.int(1)) }
        return files.compactMap { name, size in
            guard let found = Files.size(blobs.location(of: name)) else { return "The body file \(name) is missing." }
            return found == size ? nil : "The body file \(name) holds \(found) bytes instead of \(size)."
        }
    }
}

/// The invariants of the tables, each as a query that finds the rows that break it.
struct Inspection {
    let sql: SQL
    /// Kinds of collections that reports of those above descend into.
    let syncableKinds: [String]

    func run() throws -> [String] {
        let damage = try sql.rows("PRAGMA integrity_check(20)") { $0.text(0) }.filter { $0 != "ok" }
        return try damage.map { "SQLite: \($0)" } + sharedNames()
            + (Inspection.rules + Inspection.pushRules + Inspection.shareRules).flatMap { rule in
                try sql.rows(rule.query + " LIMIT 20") { "\(rule.name) (\(rule.of) \($0.int(0)))." }
            }
    }

    private func sharedNames() throws -> [String] {
        try sql.rows(
            """
            SELECT g.id, c.kind FROM entry b JOIN entry g ON g.parent = b.ghost JOIN entry e ON e.parent = b.resource AND e.name = g.name
            JOIN collection c ON c.id = b.resource WHERE b.removed = 0 AND b.is_collection = 1
            """
        ) { ($0.int(0), $0.text(1)) }.filter { syncableKinds.contains($0.1) }.prefix(20).map { id, _ in
            "A name is both in a collection and in the ghost at its binding (entry \(id))."
        }
    }

    struct Rule {
        var name: String
        var of: String
        var query: String
    }

    private static let rules: [Rule] = [
        Rule(
            name: "A revision lies after the store's clock", of: "entry",
            query: "SELECT id FROM entry WHERE rev > (SELECT clock FROM store) OR mapped > rev"),
        Rule(
            name: "A collection's revision lies after the store's clock, or its floor after the revision",
            of: "collection",
            query:
                "SELECT id FROM collection WHERE cur > (SELECT clock FROM store) OR (dead = 0 AND floor > (SELECT clock FROM store))"
        ),
        Rule(
            name: "A number was given out twice", of: "number",
            query: "SELECT max(resource, version) FROM entry WHERE max(resource, version) > (SELECT serial FROM store)"),
        Rule(
            name: "Two entries have the same ETag", of: "entry",
            query: "SELECT max(id) FROM entry WHERE version IS NOT NULL GROUP BY epoch, version HAVING count(*) > 1"),
        Rule(
            name: "An entry lies in no collection", of: "entry",
            query: "SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM collection c WHERE c.id = entry.parent)"),
        Rule(
            name: "A mapped entry lies in a dead collection", of: "entry",
            query: "SELECT e.id FROM entry e JOIN collection c ON c.id = e.parent WHERE c.dead = 1 AND e.removed = 0"),
        Rule(
            name: "A binding leads to no live collection", of: "entry",
            query: """
                SELECT e.id FROM entry e LEFT JOIN collection c ON c.id = e.resource
                WHERE e.removed = 0 AND e.is_collection = 1 AND (c.id IS NULL OR c.dead = 1 OR c.binding IS NOT e.id OR c.parent IS NOT e.parent)
                """),
        Rule(
            name: "A ghost is not where its binding says", of: "entry",
            query: """
                SELECT e.id FROM entry e LEFT JOIN collection c ON c.id = e.ghost
                WHERE e.ghost IS NOT NULL AND (c.id IS NULL OR c.dead = 0 OR c.binding IS NOT e.id OR c.parent IS NOT e.parent)
                """),
        Rule(
            name: "A collection is bound to nothing", of: "collection",
            query: """
                SELECT c.id FROM collection c LEFT JOIN entry e ON e.id = c.binding
                WHERE c.id NOT IN (SELECT collection FROM root) AND (e.id IS NULL OR (c.dead = 0 AND e.resource IS NOT c.id) OR (c.dead = 1 AND e.ghost IS NOT c.id))
                """),
        Rule(
            name: "A tombstone still has content", of: "entry",
            query: "SELECT id FROM entry WHERE removed = 1 AND (resource IS NOT NULL OR body IS NOT NULL)"),
        Rule(
            name: "A member has no content", of: "entry",
            query:
                "SELECT id FROM entry WHERE removed = 0 AND is_collection = 0 AND (resource IS NULL OR version IS NULL OR size IS NULL)"
        ),
        Rule(
            name: "A removed name and what was below it differ in revision", of: "entry",
            query:
                "SELECT e.id FROM entry e JOIN entry p ON p.ghost = e.parent WHERE p.removed = 1 AND (e.rev <> p.rev OR e.id < p.id)"
        ),
        Rule(
            name: "A collection's revision is behind that of a member", of: "collection",
            query:
                "SELECT DISTINCT c.id FROM collection c JOIN entry e ON e.parent = c.id WHERE c.id NOT IN (SELECT collection FROM root) AND e.rev > c.cur"
        ),
        Rule(
            name: "A collection's size is not the sum of its members'", of: "collection",
            query: """
                SELECT c.id FROM collection c WHERE c.dead = 0 AND c.id NOT IN (SELECT collection FROM root) AND c.bytes <>
                (SELECT coalesce(sum(CASE WHEN e.is_collection = 1 THEN s.bytes ELSE e.size END), 0)
                 FROM entry e LEFT JOIN collection s ON s.id = e.resource AND e.is_collection = 1 WHERE e.parent = c.id AND e.removed = 0)
                """),
        Rule(
            name: "A body is missing", of: "entry",
            query:
                "SELECT id FROM entry WHERE body IS NOT NULL AND NOT EXISTS (SELECT 1 FROM body b WHERE b.id = entry.body)"
        ),
        Rule(
            name: "A body's length is not the member's", of: "entry",
            query:
                "SELECT e.id FROM entry e JOIN body b ON b.id = e.body WHERE b.file IS NULL AND length(b.data) <> e.size"
        ),
        Rule(
            name: "A body belongs to nothing", of: "body",
            query: "SELECT id FROM body WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.body = body.id)"),
        Rule(
            name: "The index tells of a member that is not there", of: "collection",
            query: """
                SELECT collection FROM content WHERE NOT EXISTS
                (SELECT 1 FROM entry e WHERE e.parent = content.collection AND e.name = content.name AND e.removed = 0 AND e.is_collection = 0)
                """),
        Rule(
            name: "A property belongs to nothing", of: "resource",
            query: """
                SELECT DISTINCT resource FROM property p WHERE NOT EXISTS (SELECT 1 FROM collection c WHERE c.id = p.resource AND c.dead = 0)
                AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.resource = p.resource)
                """),
    ]
}
