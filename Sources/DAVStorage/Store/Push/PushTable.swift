import DAV

/// Registrations as one snapshot has them.
struct PushTable {
    let sql: SQL
    let facts: StoreFacts
    private let paths: PushPaths

    init(sql: SQL, facts: StoreFacts) {
        self.sql = sql
        self.facts = facts
        paths = PushPaths(sql: sql, facts: facts)
    }

    /// What a row holds besides the registration.
    private struct Row {
        var registration: PushRegistration
        var number: Int64
        var collection: Int64?
        var name: Name?
        var path: DAVPath?
        var via: Int64?
        var isFiltered: Bool
        var gone: CollectionInfo?
        var isBehindOnContent: Bool
        var isBehindOnProperties: Bool
    }

    func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp) throws
        -> [PushRegistration]
    {
        guard limit > 0 else { return [] }
        let values: [SQL.Value] = [.text(after?.description ?? ""), .int(Int64(limit)), .int(now.microseconds)]
        var rows: [Row] = []
        let text = principal == nil ? PushTable.all : PushTable.ofPrincipal
        try sql.each(text, values: values + (principal.map { [.text($0.description)] } ?? [])) {
            rows.append(row($0))
            return true
        }
        return try rows.compactMap { try completed($0)?.registration }
    }

    /// A registration that can still be found.
    func registration(_ id: PushRegistration.ID, now: Timestamp) throws -> PushRegistration? {
        try row(of: id, now: now).flatMap { $0.gone == nil ? $0.registration : nil }
    }

    func delivery(of id: PushRegistration.ID, now: Timestamp) throws -> PushDelivery? {
        guard let row = try row(of: id, now: now) else { return nil }
        let hasContent = row.isBehindOnContent || row.gone != nil
        guard hasContent || row.isBehindOnProperties else { return nil }
        return PushDelivery(
            registration: row.registration, hasContentUpdate: hasContent, hasPropertyUpdate: row.isBehindOnProperties,
            told: try clock(), gone: row.gone)
    }

    func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) throws -> PushBacklog {
        let items = try sql.rows(
            PushQueries.behind, .int(revision), .int(now.microseconds), .text(after?.description ?? ""),
            .int(Int64(max(0, limit)))
        ) { PushBacklog.Item(id: PushRegistration.ID($0.text(0)), lane: $0.text(1)) }
        return PushBacklog(items: items, revision: try clock())
    }

    /// The loudest that anything is.
    func loudest() throws -> Int64 {
        let text = """
            SELECT max(coalesce((SELECT max(revision) FROM push_level), 0),
            coalesce((SELECT max(gone) FROM push_registration WHERE gone IS NOT NULL), 0))
            """
        return try sql.first(text) { $0.int(0) } ?? 0
    }

    private func clock() throws -> Int64 { try sql.first("SELECT clock FROM store") { $0.int(0) } ?? 0 }

    // MARK: Rows

    private func row(of id: PushRegistration.ID, now: Timestamp) throws -> Row? {
        try sql.first(PushTable.byID, .text(id.description), .int(now.microseconds), decode: row).flatMap(completed)
    }

    private static let select = """
        SELECT r.id, r.location, r.principal, r.resource, r.content, r.property, r.expires, r.created, r.number, r.collection,
        r.name, r.path, r.filtered, r.gone, r.kind, r.owner, r.acl,
        s.transport, s.identity, s.details, s.lane, s.failures, s.first_failure, s.last_success, s.last_attempt, s.last_outcome,
        \(PushQueries.isBehindOnContent), \(PushQueries.isBehindOnProperties), r.via
        FROM push_registration r CROSS JOIN push_subscription s ON s.id = r.subscription
        """
    static let byID = select + " WHERE r.id = ?1 AND r.expires > ?2"
    static let all = select + " WHERE r.id > ?1 AND r.gone IS NULL AND r.expires > ?3 ORDER BY r.id LIMIT ?2"
    static let ofPrincipal =
        select
        + " WHERE r.principal = ?4 AND r.id > ?1 AND r.gone IS NULL AND r.expires > ?3 ORDER BY r.id LIMIT ?2"

    private func row(_ row: SQL.Row) -> Row {
        func time(_ column: Int32) -> Timestamp? { row.optionalInt(column).map { Timestamp(microseconds: $0) } }
        func depth(_ column: Int32) -> Depth? { row.optionalInt(column).flatMap { PushReach(rawValue: $0)?.depth } }
        let path = row.isNull(11) ? nil : PushPaths.path(row.blob(11))
        var health = PushHealth()
        health.failures = Int(row.int(21))
        health.firstFailure = time(22)
        health.lastSuccess = time(23)
        health.lastAttempt = time(24)
        health.lastOutcome = row.optionalText(25)
        let registration = PushRegistration(
            id: PushRegistration.ID(row.text(0)), location: row.text(1),
            principal: PrincipalID(row.text(2)) ?? PrincipalID(.root), resource: ResourceID(row.blob(3)),
            path: path ?? .root,
            subscription: PushSubscription(
                transport: row.text(17), identity: row.text(18), details: row.blob(19), lane: row.text(20)),
            triggers: PushTriggers(content: depth(4), property: depth(5)),
            expires: Timestamp(microseconds: row.int(6)), created: Timestamp(microseconds: row.int(7)), health: health)
        var gone: CollectionInfo?
        if !row.isNull(13) {
            gone = facts.info(
                row.text(14), at: path ?? .root, owner: row.optionalText(15).flatMap(PrincipalID.init),
                grants: row.optionalText(16).map(StoredGrants.decode) ?? [])
        }
        return Row(
            registration: registration, number: row.int(8), collection: row.optionalInt(9),
            name: row.optionalText(10).map(Name.init(stored:)), path: path, via: row.optionalInt(28),
            isFiltered: row.bool(12), gone: gone,
            isBehindOnContent: row.bool(26), isBehindOnProperties: row.bool(27))
    }

    /// How those who came by an instance know paths within it.
    private func view(_ facade: Int64) throws -> InstanceView? {
        let source = try sql.first("SELECT source FROM collection WHERE id = ?1", .int(facade)) { $0.optionalInt(0) }
        guard let source, let source, let top = try paths.path(of: facade), let base = try paths.path(of: source) else {
            return nil
        }
        return InstanceView(top: top, source: base)
    }

    /// Adds what takes more statements. None may run while rows are read.
    ///
    /// - Returns: `nil` if it lies below a root that is not served now.
    private func completed(_ row: Row) throws -> Row? {
        var row = row
        let base = try row.collection.map { try paths.path(of: $0) } ?? row.path
        guard let base else { return nil }
        let place = row.name.map(base.appending) ?? base
        row.registration.path = try row.via.flatMap(view)?.visible(place) ?? place
        if row.isFiltered {
            let names = try sql.rows("SELECT property FROM push_filter WHERE registration = ?1", .int(row.number)) {
                PushTrigger.name($0.text(0))
            }
            row.registration.triggers.properties = Set(names.compactMap { $0 })
        }
        return row
    }
}
