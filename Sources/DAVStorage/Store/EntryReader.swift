import DAV

/// Turns rows into what the protocol side sees, and adds the fields that were asked for: one query per field, however many
/// entries there are.
struct EntryReader {
    let sql: SQL
    let store: SQLiteStore
    /// The instance in which everything read lies.
    var view: FacadeView?
    /// Whether own parts are asked for, without ``DAV/Fields/content``.
    var wantsOwnParts = false

    /// What a row does not tell by itself.
    static let queried: Fields = [.deadProperties, .locks, .quota, .content, .shares]

    /// An entry, and what its dead properties are kept under.
    struct Found {
        var entry: Entry
        var resource: Int64
        var path: DAVPath
        var row: CollectionRow?
        var body: Int64?
    }

    func entry(_ row: EntryRow, in parent: DAVPath) -> Found {
        let path = parent.appending(row.name)
        if let collection = row.collection { return store.found(collection, at: path, in: view) }
        guard let member = row.member else {
            // A binding without content: `check` reports it; here it is an empty member rather than a crash.
            let nothing = Timestamp(microseconds: 0)
            return Found(
                entry: Entry(name: row.name, contentLength: 0, created: nothing, modified: nothing), resource: 0,
                path: path)
        }
        let entry = Entry(
            name: row.name, etag: member.etag, contentType: member.type, contentLanguage: member.language,
            contentLength: member.size, created: member.created, modified: member.modified, resourceID: member.uuid)
        return Found(entry: entry, resource: member.resource, path: path, body: member.body)
    }

    /// - Parameter collection: encloses all of the entries; locks are looked for around it.
    func fill(_ found: [Found], in collection: DAVPath, _ fields: Fields) throws -> [Entry] {
        var entries = found.map(\.entry)
        if entries.isEmpty { return entries }
        if fields.contains(.deadProperties) {
            let properties = try properties(of: found.flatMap(\.propertyHolders))
            for index in entries.indices { entries[index].deadProperties = found[index].choose(from: properties) }
        }
        if fields.contains(.locks) { try fillLocks(&entries, found, collection) }
        if fields.contains(.quota) { try fillQuota(&entries, found) }
        if fields.contains(.content) { try fillContent(&entries, found) }
        if let view, view.isPersonal { try fillOwnParts(&entries, found, view, fields) }
        if fields.contains(.shares) { try fillShares(&entries, found) }
        if fields.contains(.syncToken) {
            let tree = Tree(sql: sql, facts: store.facts)
            for index in entries.indices {
                entries[index].syncToken = try found[index].row.map(tree.settled).flatMap(store.facts.token)
            }
        }
        return entries
    }

    private func properties(of resources: [Int64]) throws -> [Int64: [DeadProperty]] {
        var properties: [Int64: [DeadProperty]] = [:]
        func add(_ row: SQL.Row) -> Bool {
            properties[row.int(0), default: []].append(
                DeadProperty(name: XMLName(row.text(1), row.text(2)), xml: row.blob(3)))
            return true
        }
        let select = "SELECT resource, namespace, name, xml FROM property WHERE resource "
        if resources.count == 1 {
            try sql.each(select + "= ?1", .int(resources[0]), body: add)
        } else {
            let list = "[" + resources.map(String.init).joined(separator: ",") + "]"
            try sql.each(select + "IN (SELECT value FROM json_each(?1))", .text(list), body: add)
        }
        return properties
    }

    /// The bodies that lie in the database; longer ones are left to be opened.
    private func fillContent(_ entries: inout [Entry], _ found: [Found]) throws {
        var bodies: [Int64: [UInt8]] = [:]
        let list = "[" + found.compactMap(\.body).map(String.init).joined(separator: ",") + "]"
        try sql.each(
            "SELECT id, data FROM body WHERE id IN (SELECT value FROM json_each(?1)) AND data IS NOT NULL", .text(list)
        ) { row in
            bodies[row.int(0)] = row.blob(1)
            return true
        }
        for index in entries.indices where !entries[index].isCollection {
            entries[index].content = found[index].body.map { bodies[$0] } ?? []
        }
    }

    /// What is told of members to whoever comes by the instance: tags and dates of their own.
    private func fillOwnParts(
        _ entries: inout [Entry], _ found: [Found], _ view: FacadeView, _ fields: Fields
    ) throws {
        let rows = try PersonalTable(sql: sql).rows(
            of: view.facade.id, members: found.filter { $0.row == nil }.map(\.resource),
            wantsParts: wantsOwnParts || fields.contains(.content))
        for index in entries.indices where !entries[index].isCollection {
            let row = rows[found[index].resource]
            entries[index].etag = entries[index].etag?.seen(view.share.grant.sight, own: row?.version)
            entries[index].own = row?.part
            if let row { entries[index].modified = max(entries[index].modified, row.modified) }
        }
    }

    private func fillShares(_ entries: inout [Entry], _ found: [Found]) throws {
        let views = try ShareTable(sql: sql).views(
            of: found.compactMap(\.row).filter { $0.instance != nil || view == nil && $0.isShared })
        for index in entries.indices { entries[index].shares = found[index].row.flatMap { views[$0.id] } }
    }

    private func fillLocks(_ entries: inout [Entry], _ found: [Found], _ collection: DAVPath) throws {
        let table = LockTable(sql: sql)
        let now = store.clock()
        let views = found.map { one in one.row.flatMap { FacadeView($0, at: one.path, store.facts) } ?? view }
        let places = zip(found, views).map { $1?.paths.base($0.path) ?? $0.path }
        var locks: [Lock]
        if found.count == 1 {
            locks = try table.covering(places[0])
        } else {
            locks = try table.around(view?.paths.base(collection) ?? collection)
            // Instances are locked where their content lies.
            let elsewhere = zip(found, places).filter { one, _ in one.row?.instance != nil }.map { $1 }
            if !elsewhere.isEmpty { locks += try table.covering(elsewhere).filter { !locks.contains($0) } }
        }
        locks.removeAll { $0.isExpired(at: now) }
        if locks.isEmpty { return }
        for index in entries.indices {
            let covering = locks.filter { $0.covers(places[index]) }
            entries[index].locks = views[index].map { covering.map($0.paths.visible) } ?? covering
        }
    }

    /// RFC 4331 §3: what the tightest quota around a collection leaves, and never more than the disk has.
    private func fillQuota(_ entries: inout [Entry], _ found: [Found]) throws {
        let collections = found.compactMap(\.row?.content)
        if collections.isEmpty { return }
        let disk = Files.freeBytes(store.folder)
        var rooms: [Int64: Int64] = [:]
        try sql.each(EntryReader.room, .text("[" + collections.map(String.init).joined(separator: ",") + "]")) { row in
            rooms[row.int(0)] = row.optionalInt(1)
            return true
        }
        let elsewhere = try bytesElsewhere(found.compactMap(\.row))
        for index in entries.indices {
            guard let row = found[index].row else { continue }
            let room = rooms[row.content].map { max(0, $0 - (row.owner.flatMap { elsewhere[$0] } ?? 0)) }
            let available = [room, disk].compactMap { $0 }.min()
            entries[index].quota = Quota(usedBytes: row.bytes, availableBytes: available)
        }
    }

    /// For each owner, what the homes hold that the rows do not lie in.
    private func bytesElsewhere(_ rows: [CollectionRow]) throws -> [PrincipalID: Int64] {
        guard store.facts.roots.count > 1 else { return [:] }
        var bytes: [PrincipalID: Int64] = [:]
        for row in rows {
            guard let owner = row.owner, bytes[owner] == nil else { continue }
            let home = try sql.first(EntryReader.home, .int(row.content)) { $0.int(0) } ?? 0
            bytes[owner] = try Room(sql: sql, facts: store.facts).used(by: owner) - home
        }
        return bytes
    }

    /// What the home around a collection holds.
    private static let home = """
        WITH RECURSIVE up(parent, bytes, kind) AS (
            SELECT parent, bytes, kind FROM collection WHERE id = ?1
            UNION ALL SELECT c.parent, c.bytes, c.kind FROM up CROSS JOIN collection c ON c.id = up.parent)
        SELECT bytes FROM up WHERE parent IN (SELECT collection FROM root)
        """

    private static let room = """
        WITH RECURSIVE up(origin, parent, room) AS (
            SELECT id, parent, quota - bytes FROM collection WHERE id IN (SELECT value FROM json_each(?1))
            UNION ALL SELECT up.origin, c.parent, c.quota - c.bytes FROM up CROSS JOIN collection c ON c.id = up.parent)
        SELECT origin, min(room) FROM up GROUP BY origin
        """
}

extension EntryReader.Found {
    /// What its dead properties are kept under: of an instance its own first, and then those that show through.
    fileprivate var propertyHolders: [Int64] { row?.instance.map { [resource, $0.source] } ?? [resource] }

    fileprivate func choose(from properties: [Int64: [DeadProperty]]) -> [DeadProperty] {
        let own = properties[resource] ?? []
        guard let source = row?.instance?.source, let others = properties[source] else { return own }
        return own + others.filter { property in !own.contains { $0.name == property.name } }
    }
}

extension SQLiteStore {
    /// - Parameter view: the instance it lies in.
    func found(_ row: CollectionRow, at path: DAVPath, in view: FacadeView?) -> EntryReader.Found {
        let entry = Entry(
            name: path.last ?? .root, collection: facts.info(row, at: path, in: view), created: row.created,
            modified: row.modified, resourceID: row.uuid)
        return EntryReader.Found(entry: entry, resource: row.id, path: path, row: row)
    }
}
