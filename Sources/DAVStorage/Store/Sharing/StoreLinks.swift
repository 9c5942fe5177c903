public import DAV

extension SQLiteStore {
    /// The links to everything in the store. Changes are seen by a serving process at once, whichever process makes them.
    public var links: any Links { StoreLinks(store: self) }
}

struct StoreLinks: Links {
    let store: SQLiteStore

    func add(
        _ terms: LinkTerms, digest: [UInt8], to path: DAVPath, of owner: PrincipalID?, most: Int
    ) async throws -> Link {
        try await store.commits.write { try $0.addLink(terms, digest, to: path, of: owner, most: most) }
    }

    func link(digest: [UInt8]) async throws -> Link? {
        try read { try $0.first(LinkTable.byDigest, .blob(digest), decode: LinkRow.init) }
    }

    func link(number: Int64) async throws -> Link? {
        try read { try $0.first(LinkTable.byNumber, .int(number), decode: LinkRow.init) }
    }

    private func read(_ find: (SQL) throws -> LinkRow?) throws -> Link? {
        try store.connections.read { sql in
            try find(sql).map { try LinkTable(sql: sql, facts: store.facts).link($0) }
        }
    }

    func links(of owner: PrincipalID?, after: Int64?, limit: Int) async throws -> [Link] {
        let facts = store.facts
        return try await store.connections.scan { sql in
            let table = LinkTable(sql: sql, facts: facts)
            let start = SQL.Value.int(after ?? 0)
            let most = SQL.Value.int(Int64(max(0, limit)))
            let rows =
                try owner.map {
                    try sql.rows(LinkTable.ofOwner, start, most, .text($0.name.string), decode: LinkRow.init)
                } ?? sql.rows(LinkTable.all, start, most, decode: LinkRow.init)
            return try rows.map(table.link)
        }
    }

    func remove(_ number: Int64, of owner: PrincipalID?) async throws -> Bool {
        try await store.commits.write { transaction in
            try transaction.sql.run(
                "DELETE FROM link WHERE number = ?1 AND owner = coalesce(?2, owner)", .int(number),
                .optional(owner?.name.string)) == 1
        }
    }

    func noteUses(_ count: Int64, of number: Int64, until time: Timestamp) async throws {
        try await store.commits.write { transaction in
            _ = try transaction.sql.run(
                "UPDATE link SET uses = uses + ?2, used = max(coalesce(used, 0), ?3) WHERE number = ?1", .int(number),
                .int(count), .int(time.microseconds))
        }
    }
}

/// A row of `link`.
struct LinkRow {
    var number: Int64
    var owner: PrincipalID
    var collection: Int64
    var member: Int64?
    var name: Name?
    var terms: LinkTerms
    var created: Timestamp
    var uses: Int64
    var lastUse: Timestamp?

    static let columns = "number, owner, collection, member, name, label, password, created, expires, uses, used, sight"

    init(_ row: SQL.Row) {
        func time(_ column: Int32) -> Timestamp? { row.optionalInt(column).map { Timestamp(microseconds: $0) } }
        number = row.int(0)
        owner = PrincipalID(Name(stored: row.text(1)))
        collection = row.int(2)
        member = row.optionalInt(3)
        name = row.optionalText(4).map(Name.init(stored:))
        terms = LinkTerms(label: row.optionalText(5), expires: time(8), passwordHash: row.optionalText(6))
        // Of what cannot be understood the least is shown.
        terms.sight = row.optionalInt(11).map { Int(exactly: $0).flatMap(ShareGrant.Sight.init) ?? .busy }
        created = Timestamp(microseconds: row.int(7))
        uses = row.int(9)
        lastUse = time(10)
    }
}

/// Finds out where links lead, in one snapshot.
struct LinkTable {
    let sql: SQL
    private let paths: PushPaths

    init(sql: SQL, facts: StoreFacts) {
        self.sql = sql
        paths = PushPaths(sql: sql, facts: facts)
    }

    static let byDigest = "SELECT \(LinkRow.columns) FROM link WHERE digest = ?1"
    static let byNumber = "SELECT \(LinkRow.columns) FROM link WHERE number = ?1"
    static let all = "SELECT \(LinkRow.columns) FROM link WHERE number > ?1 ORDER BY number LIMIT ?2"
    static let ofOwner =
        "SELECT \(LinkRow.columns) FROM link WHERE number > ?1 AND owner = ?3 ORDER BY number LIMIT ?2"

    func link(_ row: LinkRow) throws -> Link {
        Link(
            number: row.number, owner: row.owner, target: try target(of: row), terms: row.terms, created: row.created,
            uses: row.uses, lastUse: row.lastUse)
    }

    /// - Returns: `nil` if it is gone, or somebody else's now.
    private func target(of row: LinkRow) throws -> Link.Target? {
        let owner = try sql.first("SELECT owner FROM collection WHERE id = ?1 AND dead = 0", .int(row.collection)) {
            $0.optionalText(0)
        }
        guard owner == row.owner.name.string else { return nil }
        guard let member = row.member else {
            return try paths.path(of: row.collection).map { Link.Target(path: $0, isCollection: true) }
        }
        let isThere = try sql.first(
            "SELECT 1 FROM entry WHERE parent = ?1 AND name = ?2 AND is_collection = 0 AND resource = ?3",
            .int(row.collection), .optional(row.name?.string), .int(member)
        ) { _ in true }
        guard isThere == true, let name = row.name else { return nil }
        return try paths.path(of: row.collection).map { Link.Target(path: $0.appending(name), isCollection: false) }
    }
}

extension Transaction {
    fileprivate func addLink(
        _ terms: LinkTerms, _ digest: [UInt8], to path: DAVPath, of owner: PrincipalID?, most: Int
    ) throws -> Link {
        guard let place = try tree.locate(path), place.isMapped, let holder = place.parents.last else {
            throw DAVError.notFound
        }
        let person = place.collection.map(\.owner) ?? holder.owner
        guard owner == nil || person == owner else { throw DAVError.notFound }
        let kind = facts.kind(place.collection?.kind ?? holder.kind)
        let isLinkable = place.collection == nil ? kind === CollectionKind.folder : kind.sharing != nil
        // A home belongs to nobody's collection: what stands directly below the roots is not given away as a whole.
        guard isLinkable, let person, holder.owner == person else {
            throw DAVError.forbidden("There can be no link to this.")
        }
        var terms = terms
        terms.sight = try kind.linkSight(terms.sight)
        let count = try sql.first("SELECT count(*) FROM link WHERE owner = ?1", .text(person.name.string)) { $0.int(0) }
        guard count ?? 0 < most else {
            throw DAVError(.insufficientStorage, nil, "Nobody can have more than \(most) links; remove some first.")
        }
        let number = nextSerial()
        try sql.run(
            """
            INSERT INTO link (number, digest, owner, collection, member, name, label, password, created, expires, sight)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """, .int(number), .blob(digest), .text(person.name.string), .int(place.collection?.id ?? holder.id),
            .optional(place.entry?.member?.resource), .optional(place.collection == nil ? path.last?.string : nil),
            .optional(terms.label), .optional(terms.passwordHash), .int(now.microseconds),
            .optional(terms.expires?.microseconds), .optional(terms.sight.map { Int64($0.rawValue) }))
        let target = Link.Target(path: path, isCollection: place.collection != nil)
        return Link(number: number, owner: person, target: target, terms: terms, created: now)
    }

    /// Has links to a file follow it.
    func moveLinks(to member: MemberContent, at place: Place) throws {
        guard let parent = place.parents.last, let name = place.path.last else { return }
        try sql.run(
            "UPDATE link SET collection = ?2, name = ?3 WHERE member = ?1", .int(member.resource), .int(parent.id),
            .text(name.string))
    }

    func removeLinks(of owner: PrincipalID) throws {
        try sql.run("DELETE FROM link WHERE owner = ?1", .text(owner.name.string))
    }

    /// Forgets links that nobody can use: those that ended before `time`, and those to collections that are gone.
    func removeEndedLinks(before time: Timestamp) throws {
        try sql.run("DELETE FROM link WHERE expires < ?1", .int(time.microseconds))
        try sql.run(
            """
            DELETE FROM link WHERE NOT EXISTS (SELECT 1 FROM collection c WHERE c.id = link.collection AND c.dead = 0)
            OR member IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e
                WHERE e.parent = link.collection AND e.name = link.name AND e.resource = link.member)
            """)
    }
}
