import DAV

/// How ``DAV/ShareGrant``s are kept. Numbers are never used again for something else.
enum StoredGrant {
    static func encode(_ grant: ShareGrant) -> Int64 { Int64(grant.rawValue) }

    /// A number this program does not know grants no more than the least.
    static func decode(_ code: Int64) -> ShareGrant {
        Int(exactly: code).flatMap(ShareGrant.init(rawValue:)) ?? .busy
    }
}

/// Instances, as bindings of their own: what `ShareEffect`s come down to. Each is called once the revision is drawn.
extension Transaction {
    /// Maps an instance of `source` in a home of the sharee, under a name nobody can guess (``ShareEffect/instanceAppeared(_:of:_:)``).
    ///
    /// Its history begins now: what was removed before is not told, whatever revision a token names.
    ///
    /// - Parameters:
    ///   - home: where ``Tree/locate(_:)`` found the home.
    ///   - condition: of the request that makes it so; `nil`: the server does it by itself.
    func bindFacade(
        of source: CollectionRow, id: ResourceID, sharee: PrincipalID, grant: ShareGrant, in home: Place,
        _ revision: Int64, _ condition: Condition? = nil
    ) throws {
        guard let holder = home.collection else { throw DAVError.conflict }
        let name = Name(unchecked: id.uuidString)
        var place = Place(path: home.path.appending(name), parents: home.parents + [holder])
        place.row = try tree.row(in: holder.id, name)
        let facade = nextSerial()
        try sql.run(
            """
            INSERT INTO collection
                (id, kind, owner, uuid, incarnation, cur, created, modified, source, sharee, access, floor)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, (SELECT cur FROM collection WHERE id = ?8))
            """, .int(facade), .text(source.kind), .optional(source.owner?.name.string), .blob(id.bytes),
            .int(nextSerial()), .int(revision), .int(now.microseconds), .int(source.id), .text(sharee.name.string),
            .int(StoredGrant.encode(grant)))
        try bind(place, to: .collection(facade), revision)
        try watch(source, inHome: holder.id, revision)
        for property in facts.kind(source.kind).sharing?.properties ?? [] {
            try apply(.set(property), toCollection: facade)
        }
        try touch(place.parents, revision)
        try tell(.content, in: place.parents, revision, condition)
    }

    /// Unmaps an instance, with its properties, its tokens, and the registrations for push on it and through it. Those are
    /// told nothing more (``ShareEffect/instanceRemoved(_:of:)``).
    func unbindFacade(_ id: ResourceID, _ revision: Int64, _ condition: Condition? = nil) throws {
        guard let facade = try facade(id), let place = try place(of: facade) else { return }
        try removeRegistrations(through: facade)
        if let home = place.parents.last { try unwatch(facade, inHome: home.id) }
        try unbind(place, revision)
        try touch(place.parents, revision)
        try tell(.content, in: place.parents, revision, condition)
    }

    /// Grants more or less from now on. For those who synchronise the home the instance is changed
    /// (``ShareEffect/accessChanged(_:of:_:)``).
    func changeFacade(_ id: ResourceID, to grant: ShareGrant, _ revision: Int64, _ condition: Condition? = nil) throws {
        guard let facade = try facade(id), let place = try place(of: facade), let entry = place.entry else { return }
        let known = try sql.first("SELECT access FROM collection WHERE id = ?1", .int(facade)) {
            StoredGrant.decode($0.int(0))
        }
        try sql.run(
            "UPDATE collection SET access = ?2 WHERE id = ?1", .int(facade), .int(StoredGrant.encode(grant)))
        // Who sees more or less of everything begins anew.
        if known?.sight != grant.sight {
            try sql.run(
                """
                UPDATE collection SET incarnation = ?2, floor = (SELECT s.cur FROM collection s WHERE s.id = collection.source)
                WHERE id = ?1
                """, .int(facade), .int(nextSerial()))
        }
        try sql.run("UPDATE entry SET rev = ?2 WHERE id = ?1", .int(entry.id), .int(revision))
        try touch(place.parents, revision, membersChanged: false)
        try tell(Transaction.rights, of: id, in: place.parents, revision, condition)
    }

    func facade(_ id: ResourceID) throws -> Int64? {
        try sql.first(
            "SELECT id FROM collection WHERE uuid = ?1 AND source IS NOT NULL AND dead = 0", .blob(id.bytes)
        ) { $0.int(0) }
    }

    /// Where an instance is mapped now.
    func place(of facade: Int64) throws -> Place? {
        try PushPaths(sql: sql, facts: facts).path(of: facade).flatMap(tree.locate)
    }
}
