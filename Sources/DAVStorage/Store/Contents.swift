import DAV

/// A body as the transaction finds it: in memory, or in a file that is on disk already.
enum StoredBody: Sendable {
    case bytes([UInt8])
    case file(name: String, size: Int64)

    var size: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let size): size
        }
    }
}

/// Bodies and the resources they belong to.
extension Transaction {
    /// Stores a body under a number of its own; an empty one needs no row.
    func insert(_ body: StoredBody) throws -> Int64? {
        if body.size == 0 { return nil }
        let id = nextSerial()
        switch body {
        case .bytes(let bytes): try sql.run("INSERT INTO body (id, data) VALUES (?1, ?2)", .int(id), .blob(bytes))
        case .file(let name, _): try sql.run("INSERT INTO body (id, file) VALUES (?1, ?2)", .int(id), .text(name))
        }
        return id
    }

    /// Whether a member's body is exactly this one. Only bodies in the database are compared.
    func holds(_ member: MemberContent, _ body: StoredBody) throws -> Bool {
        guard case .bytes(let bytes) = body, member.size == body.size else { return false }
        guard let id = member.body else { return bytes.isEmpty }
        return try sql.first("SELECT data = ?2 FROM body WHERE id = ?1", .int(id), .blob(bytes)) { $0.bool(0) } ?? false
    }

    /// A new resource.
    func newMember(_ body: StoredBody, type: String?, language: String?) throws -> MemberContent {
        MemberContent(
            resource: nextSerial(), epoch: facts.epoch, version: nextSerial(), body: try insert(body), size: body.size,
            type: type,
            language: language, created: now, modified: now, uuid: .random())
    }

    /// Replaces a member's content, keeping the resource.
    func replace(_ entry: EntryRow, with content: MemberContent, _ revision: Int64) throws {
        try sql.run(
            """
            UPDATE entry SET rev = ?2, epoch = ?3, version = ?4, body = ?5, size = ?6, type = ?7, language = ?8, modified = ?9
            WHERE id = ?1
            """, .int(entry.id), .int(revision), .int(Int64(bitPattern: content.epoch)), .int(content.version),
            .optional(content.body), .int(content.size), .optional(content.type), .optional(content.language),
            .int(content.modified.microseconds))
        if let old = entry.member?.body, old != content.body { try removeUnused(bodies: "[\(old)]") }
    }

    /// Lets go of what belonged to a member whose binding is gone.
    func release(_ member: MemberContent) throws {
        try sql.run("DELETE FROM property WHERE resource = ?1", .int(member.resource))
        if state.isShared { try PersonalTable(sql: sql).remove(member: member.resource) }
        if let body = member.body { try removeUnused(bodies: "[\(body)]") }
    }

    /// Removes those of the bodies that no entry refers to. Copies share a body, so it is the index that knows.
    func removeUnused(bodies: String) throws {
        let files = try sql.rows(
            """
            DELETE FROM body WHERE id IN (SELECT value FROM json_each(?1))
            AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.body = body.id) RETURNING file
            """, .text(bodies)
        ) { $0.optionalText(0) }
        state.effects.doomedFiles += files.compactMap { $0 }
    }

    // MARK: Collections

    /// A new collection, not bound to any name yet.
    ///
    /// - Parameter grants: what it inherits.
    func newCollection(
        kind: String, owner: PrincipalID?, _ revision: Int64, quota: Int64? = nil, grants: [AccessControlEntry] = []
    ) throws -> Int64 {
        let id = nextSerial()
        try sql.run(
            """
            INSERT INTO collection (id, kind, owner, uuid, incarnation, cur, quota, created, modified, acl)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)
            """, .int(id), .text(kind), .optional(owner?.name.string), .blob(ResourceID.random().bytes),
            .int(nextSerial()),
            .int(revision), .optional(quota), .int(now.microseconds), .optional(StoredGrants.encode(grants)))
        return id
    }

    /// Begins a new life for a collection and all below it, in a new place: tokens of the old one name another (17.1).
    ///
    /// What was granted on a collection stays with it unless another becomes its owner; the rest comes from above.
    func renew(_ collection: Int64, owner: PrincipalID?, inheriting grants: [AccessControlEntry], _ revision: Int64)
        throws
    {
        guard let row = try tree.collection(collection) else { return }
        if row.instance != nil {
            try sql.run(
                "UPDATE collection SET incarnation = ?2, cur = ?3 WHERE id = ?1", .int(collection),
                .int(nextSerial()), .int(revision))
            return
        }
        // The history of the old place stays there: what instances were told cannot be continued.
        if row.isShared {
            try sql.run("UPDATE collection SET floor = ?2 WHERE source = ?1", .int(collection), .int(revision))
        }
        let grants = (row.owner == owner ? row.grants.own : []) + grants
        for below in try sql.rows(
            "SELECT id FROM collection WHERE parent = ?1 AND dead = 0", .int(collection), decode: { $0.int(0) })
        {
            try renew(below, owner: owner, inheriting: grants.inherited, revision)
        }
        try sql.run(
            "UPDATE collection SET incarnation = ?2, cur = ?3, floor = 0, owner = ?4, acl = ?5 WHERE id = ?1",
            .int(collection), .int(nextSerial()), .int(revision), .optional(owner?.name.string),
            .optional(StoredGrants.encode(grants)))
    }

    /// How many levels of collections lie below.
    func height(of collection: Int64) throws -> Int {
        let below = try sql.rows("SELECT id FROM collection WHERE parent = ?1 AND dead = 0", .int(collection)) {
            $0.int(0)
        }
        return try below.reduce(0) { max($0, try height(of: $1) + 1) }
    }

    /// Copies a collection, with all members for ``Depth/infinity``. New resources with the old bodies and properties (RFC 4918 §9.8).
    /// A copy has the rights of the place it is put in: `grants`. Of an instance its source is copied; one that lies
    /// within what is copied comes along empty, since its content was given to the sharee alone.
    func copyCollection(
        _ source: CollectionRow, owner: PrincipalID?, inheriting grants: [AccessControlEntry], depth: Depth,
        _ revision: Int64
    ) throws -> Int64 {
        let copy = try newCollection(kind: source.kind, owner: owner, revision, grants: grants)
        try copyProperties(from: source.content, to: copy)
        guard depth == .infinity else { return copy }
        try sql.run("UPDATE collection SET bytes = ?2 WHERE id = ?1", .int(copy), .int(source.bytes))
        try copyMembers(of: source.content, to: copy, revision)
        let children = try sql.rows(
            EntryRow.select + " WHERE e.parent = ?1 AND e.removed = 0 AND (e.is_collection = 1 OR e.ghost IS NOT NULL)",
            .int(source.content), decode: EntryRow.init)
        for child in children {
            guard var collection = child.collection else { continue }
            let depth = collection.instance == nil ? depth : .zero
            collection.instance = nil
            let below = try copyCollection(
                collection, owner: owner, inheriting: grants.inherited, depth: depth, revision)
            try sql.run(
                "INSERT INTO entry (parent, name, rev, mapped, is_collection, resource) VALUES (?1, ?2, ?3, ?3, 1, ?4)",
                .int(copy), .text(child.name.string), .int(revision), .int(below))
            try sql.run(
                "UPDATE collection SET parent = ?2, binding = ?3 WHERE id = ?1", .int(below), .int(copy),
                .int(sql.lastInsertedRowID))
        }
        return copy
    }

    /// One statement each for the members and for their properties, however many there are.
    private func copyMembers(of source: Int64, to copy: Int64, _ revision: Int64) throws {
        let count = try sql.run(
            """
            INSERT INTO entry (parent, name, rev, mapped, is_collection, resource, epoch, version, body, size, type, language,
                created, modified, uuid)
            SELECT ?2, name, ?3, ?3, 0, ?4 + row_number() OVER (), ?5, ?4 + row_number() OVER (), body, size, type, language,
                ?6, ?6, randomblob(16)
            FROM entry WHERE parent = ?1 AND removed = 0 AND is_collection = 0
            """, .int(source), .int(copy), .int(revision), .int(state.serial), .int(Int64(bitPattern: facts.epoch)),
            .int(now.microseconds))
        state.serial += Int64(count)
        try content.copyAll(from: source, to: copy)
        try sql.run(
            """
            INSERT INTO property (resource, namespace, name, xml)
            SELECT new.resource, p.namespace, p.name, p.xml
            FROM entry old CROSS JOIN property p ON p.resource = old.resource
            CROSS JOIN entry new ON new.parent = ?2 AND new.name = old.name
            WHERE old.parent = ?1 AND old.removed = 0 AND old.is_collection = 0
            """, .int(source), .int(copy))
    }

    func copyProperties(from source: Int64, to copy: Int64) throws {
        try sql.run(
            "INSERT INTO property (resource, namespace, name, xml) SELECT ?2, namespace, name, xml FROM property WHERE resource = ?1",
            .int(source), .int(copy))
    }
}
