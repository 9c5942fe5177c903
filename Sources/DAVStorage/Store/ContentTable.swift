import DAV

/// What kinds of collections keep beside bodies to answer queries (``ContentIndex``): one row for each member.
struct ContentTable {
    let sql: SQL

    /// The name of a member that stands in the way of `index` at `name`: another one with that UID, or the member itself if
    /// it has another.
    func conflict(with index: ContentIndex, at name: Name, in collection: Int64) throws -> Name? {
        guard let uid = index.uid else { return nil }
        var found: Name?
        try sql.each(ContentTable.conflicts, .int(collection), .text(uid), .text(name.string)) { row in
            let holder = Name(stored: row.text(0))
            if holder != name || row.optionalText(1) != uid { found = holder }
            return found == nil
        }
        return found
    }

    private static let conflicts = """
        SELECT name, uid FROM content WHERE collection = ?1 AND uid = ?2
        UNION ALL SELECT name, uid FROM content WHERE collection = ?1 AND name = ?3 AND uid IS NOT NULL
        """

    func uid(of name: Name, in collection: Int64) throws -> String? {
        try sql.first(
            "SELECT uid FROM content WHERE collection = ?1 AND name = ?2", .int(collection), .text(name.string)
        ) { $0.optionalText(0) } ?? nil
    }

    func set(_ index: ContentIndex, of name: Name, in collection: Int64) throws {
        try sql.run(
            """
            INSERT INTO content (collection, name, uid, component, first, last, days, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (collection, name) DO UPDATE SET uid = excluded.uid, component = excluded.component,
            first = excluded.first, last = excluded.last, days = excluded.days, text = excluded.text
            """, .int(collection), .text(name.string), .optional(index.uid), .text(index.component), .int(index.first),
            .int(index.last), index.days.map { .blob($0) } ?? .null, .optional(index.text))
    }

    func remove(_ name: Name, from collection: Int64) throws {
        try sql.run("DELETE FROM content WHERE collection = ?1 AND name = ?2", .int(collection), .text(name.string))
    }

    func removeAll(of collection: Int64) throws {
        try sql.run("DELETE FROM content WHERE collection = ?1", .int(collection))
    }

    func copyAll(from collection: Int64, to copy: Int64) throws {
        try sql.run(
            """
            INSERT INTO content (collection, name, uid, component, first, last, days, text)
            SELECT ?2, name, uid, component, first, last, days, text FROM content WHERE collection = ?1
            """, .int(collection), .int(copy))
    }

    /// The members the query cannot exclude, by name.
    func names(matching query: ContentQuery, in collection: Int64) throws -> [Name] {
        var names: [Name] = []
        let (text, values) = ContentTable.statement(query, collection)
        try sql.each(text, values: values) { row in
            if let range = query.range, !row.isNull(1) {
                let index = ContentIndex(uid: nil, component: "", first: row.int(2), days: row.blob(1))
                guard index.mayTouch(range) else { return true }
            }
            names.append(Name(stored: row.text(0)))
            return true
        }
        return names.sorted()
    }

    /// One range scan: over the time index if the component is known, over the collection's rows otherwise.
    static func statement(_ query: ContentQuery, _ collection: Int64) -> (text: String, values: [SQL.Value]) {
        var values: [SQL.Value] = [.int(collection)]
        // Without a range the time index alone answers which members are of a component.
        let columns = query.range == nil ? "name" : "name, days, first"
        var text = "SELECT \(columns) FROM content WHERE collection = ?1"
        func add(_ clause: String, _ value: SQL.Value) {
            values.append(value)
            text += " AND " + clause.replacing("?", with: "?\(values.count)")
        }
        if let uid = query.uid { add("uid = ?", .text(uid)) }
        if let component = query.component { add("component = ?", .text(component)) }
        if let range = query.range {
            add("last >= ?", .int(range.lowerBound))
            add("first <= ?", .int(range.upperBound))
        }
        if let folded = query.text { add("(text IS NULL OR instr(text, ?) > 0)", .text(folded)) }
        return (text, values)
    }
}

/// A body judged for its place, and the version of the member it was read from.
struct Admission: Sendable {
    var content: AdmittedContent
    var version: Int64
}

extension Transaction {
    var content: ContentTable { ContentTable(sql: sql) }

    /// - Throws: 409 with the policy's element, if the UID is taken.
    func demandUnique(_ index: ContentIndex, at place: Place) throws {
        guard let parent = place.parents.last, let name = place.path.last, let policy = facts.kind(parent.kind).content
        else { return }
        if let holder = try content.conflict(with: index, at: name, in: parent.id) {
            throw policy.uidConflict(with: place.visible.parent.appending(holder))
        }
    }

    /// Keeps what the kind of the collection at hand wants to know of a member just bound.
    func keep(_ admitted: AdmittedContent?, at place: Place) throws {
        guard let admitted, let parent = place.parents.last, let name = place.path.last else { return }
        try content.set(admitted.index, of: name, in: parent.id)
    }

    /// Forgets what was kept of a member about to be unbound.
    func forgetContent(at place: Place) throws {
        guard let parent = place.parents.last, let name = place.path.last, facts.kind(parent.kind).content != nil else {
            return
        }
        try content.remove(name, from: parent.id)
    }

    /// - Throws: what PUT or MKCOL there would be refused with; ``StaleAdmission`` if the body was replaced since it was
    ///   judged.
    func demandPlacement(of source: Place, at place: Place, _ admission: Admission?) throws {
        guard let parent = place.parents.last else { throw DAVError.conflict }
        let kind = facts.kind(parent.kind)
        if let collection = source.collection { return try kind.demandMayHold(facts.kind(collection.kind)) }
        try kind.demandHoldsMembers()
        guard kind.content != nil else { return }
        guard let admission, admission.version == source.entry?.member?.version else { throw StaleAdmission() }
    }
}

/// The member changed between being judged and being copied or moved.
struct StaleAdmission: Error {}

extension StoreCollection {
    /// Judges a member for the collection it is to be copied or moved to.
    ///
    /// - Returns: `nil` if nothing is demanded there.
    func admission(of source: DAVPath, at destination: DAVPath) async throws -> Admission? {
        let found = try store.connections.read { sql -> (ContentJudge, MemberContent)? in
            let tree = Tree(sql: sql, facts: store.facts)
            guard let member = try tree.locate(source)?.entry?.member,
                let parent = try tree.locate(destination)?.parents.last,
                let judge = try ContentJudge(parent, store.facts, sql)
            else { return nil }
            return (judge, member)
        }
        guard let (judge, member) = found, let name = source.last else { return nil }
        guard member.size <= judge.policy.maxBytes else { throw judge.policy.tooLarge }
        let holder = try await backend.collection(at: source.parent, for: caller)
        let entry = Entry(name: name, contentLength: member.size, created: member.created, modified: member.modified)
        guard let filled = try await holder?.filled(entry, named: name), filled.etag == member.etag || member.size == 0
        else {
            throw StaleAdmission()
        }
        return try judge.admission(of: member, filled.content ?? [])
    }

    /// Runs `write` with a judgement of the body that is still true when it runs.
    func withAdmission<T>(
        of source: DAVPath, at destination: DAVPath, _ write: (Admission?) async throws -> T
    ) async throws -> T {
        for _ in 0..<10 {
            do {
                return try await write(admission(of: source, at: destination))
            } catch is StaleAdmission {
                continue
            }
        }
        throw DAVError.conflict
    }
}

/// A collection's policy, and what it goes by.
struct ContentJudge: Sendable {
    let policy: any ContentPolicy
    let settings: [DeadProperty]
    /// Of the member that is replaced.
    var storedUID: String?

    /// - Returns: `nil` if the collection takes any content.
    init?(_ collection: CollectionRow, _ facts: StoreFacts, _ sql: SQL) throws {
        guard let policy = facts.kind(collection.kind).content else { return nil }
        self.policy = policy
        settings = try sql.rows(
            "SELECT namespace, name, xml FROM property WHERE resource = ?1", .int(collection.content)
        ) { DeadProperty(name: XMLName($0.text(0), $0.text(1)), xml: $0.blob(2)) }
    }

    /// Judges a member that is to be copied or moved here, with the octets it has.
    func admission(of member: MemberContent, _ body: [UInt8]) throws -> Admission {
        let content = try policy.admit(body, contentType: member.type, settings: settings)
        if content.replacement != nil { throw policy.needsRepair }
        return Admission(content: content, version: member.version)
    }
}

extension StoreCollection: Querying {
    func names(matching query: ContentQuery) async throws -> [Name] {
        try await store.connections.scan { sql in
            let names = try ContentTable(sql: sql).names(matching: query, in: row.content)
            return try isStanding(sql) ? names : []
        }
    }
}
