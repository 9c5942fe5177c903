import DAV

/// The rows of `invite`, `seat`, and `seat_invite`.
struct ShareTable {
    let sql: SQL

    // MARK: Reading

    /// Who is invited to one collection; nobody, if it was never shared.
    func shares(of collection: Int64, owner: PrincipalID) throws -> StoredShares {
        try shares(of: [collection: owner])[collection] ?? StoredShares(list: ShareList(owner: owner), numbers: [:])
    }

    /// The same of many, each with its owner, in two queries.
    func shares(of owners: [Int64: PrincipalID]) throws -> [Int64: StoredShares] {
        let list = SQL.Value.text("[" + owners.keys.map(String.init).joined(separator: ",") + "]")
        var invites: [Int64: [(number: Int64, invite: Invite)]] = [:]
        try sql.each(ShareTable.invites, list) { row in
            guard let sharee = StoredShares.sharee(sort: row.int(2), row.text(3)) else { return true }
            let invite = Invite(
                sharee, StoredGrant.decode(row.int(4)), displayName: row.optionalText(5),
                comment: row.optionalText(6), isInvalid: row.bool(7))
            invites[row.int(0), default: []].append((row.int(1), invite))
            return true
        }
        let sharees = invites.mapValues { Dictionary($0.map { ($0.number, $0.invite.sharee) }) { first, _ in first } }
        let seats = try seats(ShareTable.seats, list) { collection, number in
            sharees[collection]?[number]
        }
        var found: [Int64: StoredShares] = [:]
        for (collection, owner) in owners where invites[collection] != nil || seats[collection] != nil {
            let numbered = invites[collection] ?? []
            found[collection] = StoredShares(
                list: ShareList(owner: owner, invites: numbered.map(\.invite), seats: seats[collection] ?? []),
                numbers: Dictionary(numbered.map { ($0.invite.sharee, $0.number) }) { first, _ in first })
        }
        return found
    }

    /// The collection that somebody was invited to (``ShareSeat/id``).
    func collection(ofSeat id: ResourceID) throws -> Int64? {
        try sql.first("SELECT collection FROM seat WHERE id = ?1", .blob(id.bytes)) { $0.int(0) }
    }

    /// The collection that an instance is of.
    func collection(ofInstance id: ResourceID) throws -> Int64? {
        try sql.first("SELECT collection FROM seat WHERE instance = ?1", .blob(id.bytes)) { $0.int(0) }
    }

    private func seats(_ query: String, _ value: SQL.Value, sharee: (Int64, Int64) -> ShareeRef?) throws -> [Int64:
        [ShareSeat]]
    {
        var seats: [Int64: [ShareSeat]] = [:]
        var invites: Set<ShareeRef> = []
        var last: (id: ResourceID, collection: Int64, person: PrincipalID, grant: ShareGrant, answer: ShareSeat.Answer)?
        func finish() {
            guard let last else { return }
            seats[last.collection, default: []].append(
                ShareSeat(
                    id: last.id, person: last.person, grant: last.grant, answer: last.answer, invites: invites))
        }
        try sql.each(query, value) { row in
            let id = ResourceID(row.blob(0))
            if last?.id != id {
                finish()
                invites = []
                let instance = row.isNull(5) ? nil : ResourceID(row.blob(5))
                last = PrincipalID(row.text(2)).map {
                    (
                        id, row.int(1), $0, StoredGrant.decode(row.int(3)),
                        StoredShares.answer(row.int(4), instance: instance)
                    )
                }
            }
            if let number = row.optionalInt(6), let sharee = sharee(row.int(1), number) { invites.insert(sharee) }
            return true
        }
        finish()
        return seats
    }

    private static let invites = """
        SELECT collection, number, sort, sharee, access, display, comment, invalid FROM invite
        WHERE collection IN (SELECT value FROM json_each(?1)) ORDER BY collection, number
        """
    private static let seats = """
        SELECT s.id, s.collection, s.person, s.access, s.answer, s.instance, i.number
        FROM seat s LEFT JOIN seat_invite i ON i.seat = s.id
        WHERE s.collection IN (SELECT value FROM json_each(?1)) ORDER BY s.collection, s.person
        """

    /// What is told of shares at these URLs (``Fields/shares``): of the owner's all lines, of an instance the sharee's own.
    ///
    /// - Parameter rows: instances, and collections to which somebody is invited.
    func views(of rows: [CollectionRow]) throws -> [Int64: ShareView] {
        var views = try views(ofInstances: rows.filter { $0.instance != nil })
        let rows = rows.filter { $0.instance == nil }
        let owners = Dictionary(rows.compactMap { row in row.owner.map { (row.id, $0) } }) { first, _ in first }
        if owners.isEmpty { return views }
        let shares = try shares(of: owners)
        for row in rows {
            guard let list = shares[row.id]?.list, !list.invites.isEmpty else { continue }
            views[row.id] = ShareView(id: row.uuid, lines: list.lines)
        }
        return views
    }

    /// Who else is invited is not read: there may be many.
    private func views(ofInstances rows: [CollectionRow]) throws -> [Int64: ShareView] {
        var views: [Int64: ShareView] = [:]
        if rows.isEmpty { return views }
        let list = "[" + rows.map { String($0.id) }.joined(separator: ",") + "]"
        try sql.each(ShareTable.instances, .text(list)) { row in
            guard let person = PrincipalID(row.text(2)) else { return true }
            let line = ShareView.Line(
                sharee: .principal(person), grant: StoredGrant.decode(row.int(3)), status: .accepted)
            views[row.int(0)] = ShareView(id: ResourceID(row.blob(1)), lines: [line])
            return true
        }
        return views
    }

    private static let instances = """
        SELECT c.id, o.uuid, s.person, s.access FROM json_each(?1) j CROSS JOIN collection c ON c.id = j.value
        CROSS JOIN collection o ON o.id = c.source CROSS JOIN seat s ON s.instance = c.uuid
        """

    // MARK: Writing

    /// Writes what differs between `old` and `new`, and whether anybody is invited. What goes is written first: a name, or a
    /// person, can come back under another number.
    func save(_ new: ShareList, over old: StoredShares, of collection: Int64) throws {
        var numbers = old.numbers
        for invite in old.list.invites where !new.invites.contains(where: { $0.sharee == invite.sharee }) {
            guard let number = numbers.removeValue(forKey: invite.sharee) else { continue }
            try sql.run("DELETE FROM invite WHERE collection = ?1 AND number = ?2", .int(collection), .int(number))
        }
        for seat in old.list.seats where !new.seats.contains(where: { $0.id == seat.id }) {
            try sql.run("DELETE FROM seat WHERE id = ?1", .blob(seat.id.bytes))
            try sql.run("DELETE FROM seat_invite WHERE seat = ?1", .blob(seat.id.bytes))
        }
        let before = Dictionary(old.list.invites.map { ($0.sharee, $0) }) { first, _ in first }
        var next = (old.numbers.values.max() ?? 0) + 1
        for invite in new.invites where before[invite.sharee] != invite {
            let number = numbers[invite.sharee] ?? next
            if number == next { next += 1 }
            numbers[invite.sharee] = number
            try write(invite, number, of: collection)
        }
        let seated = Dictionary(old.list.seats.map { ($0.id, $0) }) { first, _ in first }
        for seat in new.seats where seated[seat.id] != seat {
            try write(seat, invitedBy: seat.invites.compactMap { numbers[$0] }, of: collection)
        }
        let isShared: Int64 = new.invites.isEmpty ? 0 : 1
        try sql.run(
            "UPDATE collection SET shared = ?2 WHERE id = ?1 AND shared <> ?2", .int(collection), .int(isShared))
    }

    private func write(_ invite: Invite, _ number: Int64, of collection: Int64) throws {
        let key = StoredShares.Key(invite.sharee)
        try sql.run(
            """
            INSERT INTO invite (collection, number, sort, sharee, access, display, comment, invalid)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (collection, number) DO UPDATE SET
            access = excluded.access, display = excluded.display, comment = excluded.comment, invalid = excluded.invalid
            """, .int(collection), .int(number), .int(key.sort), .text(key.text),
            .int(StoredGrant.encode(invite.grant)), .optional(invite.displayName), .optional(invite.comment),
            .int(invite.isInvalid ? 1 : 0))
    }

    private func write(_ seat: ShareSeat, invitedBy numbers: [Int64], of collection: Int64) throws {
        try sql.run(
            """
            INSERT INTO seat (id, collection, person, access, answer, instance) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (id) DO UPDATE SET access = excluded.access, answer = excluded.answer, instance = excluded.instance
            """, .blob(seat.id.bytes), .int(collection), .text(seat.person.description),
            .int(StoredGrant.encode(seat.grant)), .int(StoredShares.number(seat.answer)),
            seat.instance.map { .blob($0.bytes) } ?? .null)
        let list = "[" + numbers.map(String.init).joined(separator: ",") + "]"
        try sql.run(
            "DELETE FROM seat_invite WHERE seat = ?1 AND number NOT IN (SELECT value FROM json_each(?2))",
            .blob(seat.id.bytes), .text(list))
        try sql.run(
            "INSERT OR IGNORE INTO seat_invite (seat, number) SELECT ?1, value FROM json_each(?2)",
            .blob(seat.id.bytes), .text(list))
    }
}
