import DAV

/// A collection of the store as one caller sees it. A value made per request: a row and a path.
struct StoreCollection: DAVCollection {
    let backend: StoreBackend
    let row: CollectionRow
    /// The instance that it is, or lies in.
    let view: FacadeView?
    /// Of the time when ``row`` was read.
    let mark: CommitMark?
    let info: CollectionInfo
    let caller: Caller

    var store: SQLiteStore { backend.store }
    var path: DAVPath { info.path }

    /// - Returns: `nil` if the caller must not know of the collection.
    init?(
        _ backend: StoreBackend, at path: DAVPath, _ known: KnownCollections.Known, asOf mark: CommitMark?,
        _ caller: Caller
    ) {
        self.backend = backend
        self.mark = mark
        row = known.row
        view = known.view
        self.caller = caller
        info = backend.store.facts.info(row, at: path, in: view)
        if !backend.mayKnow(info, caller) { return nil }
    }

    var writing: (any Writing)? { info.capabilities.contains(.writing) ? self : nil }
    var syncing: (any Syncing)? { info.capabilities.contains(.syncing) ? self : nil }
    var accessControl: (any AccessControlling)? { info.capabilities.contains(.accessControl) ? self : nil }
    var locking: (any Locking)? { info.capabilities.contains(.locking) ? self : nil }
    var sharing: (any Sharing)? { info.capabilities.contains(.sharing) ? self : nil }
    var personalizing: (any Personalizing)? { view?.isPersonal == true ? self : nil }
    var querying: (any Querying)? { info.kind.content == nil ? nil : self }

    // MARK: Reading

    /// More entries than this are read on a thread of the store's own.
    private static let shortRead = 100

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            return try store.connections.read { sql in
                guard let row = try Tree(sql: sql, facts: store.facts).collection(row.id) else { return [] }
                let entries = try reader(sql).fill([store.found(row, at: path, in: view)], in: path.parent, fields)
                return try isStanding(sql) ? entries : []
            }
        case .named(let names) where names.count <= StoreCollection.shortRead:
            return try store.connections.read { try named(names, fields, $0) }
        case .named(let names):
            return try await store.connections.scan { try named(names, fields, $0) }
        case .all(let after, let limit):
            return try await store.connections.scan { try page(after: after, limit: limit, fields, $0) }
        }
    }

    func reader(_ sql: SQL) -> EntryReader { EntryReader(sql: sql, store: store, view: view) }

    /// Whether the instance through which the caller came was theirs in the snapshot, and showed no less than it did. What is
    /// committed after it was taken from them must not be told.
    ///
    /// To be asked when all is read: a snapshot begins with the first statement, and only then does it mean something that
    /// nothing was committed up to now.
    func isStanding(_ sql: SQL) throws -> Bool {
        guard let view, !store.known.isCurrent(mark) else { return true }
        let tree = Tree(sql: sql, facts: store.facts)
        guard let instance = try tree.collection(view.facade.id)?.instance,
            instance.sharee == view.share.sharee, instance.grant.sight >= view.share.grant.sight
        else { return false }
        // What lay in it may have been moved out of what is shared.
        return try row.id == view.facade.id || tree.lies(row.id, within: instance.source)
    }

    private func named(_ names: [Name], _ fields: Fields, _ sql: SQL) throws -> [Entry] {
        let reader = reader(sql)
        var rows: [Name: EntryRow] = [:]
        if names.count == 1 {
            rows[names[0]] = try Tree(sql: sql, facts: store.facts).row(in: row.content, names[0])
        } else {
            let list = JSONText.array(of: names.map(\.string))
            for found in try sql.rows(StoreCollection.selection, .int(row.content), .text(list), decode: EntryRow.init)
            {
                rows[found.name] = found
            }
        }
        let found = names.compactMap { rows.removeValue(forKey: $0) }.filter { !$0.isRemoved }
        let entries = try reader.fill(
            found.map { reader.entry($0, in: path) }.filter(isVisible), in: path, fields)
        return try isStanding(sql) ? entries : []
    }

    static let selection = EntryRow.select.replacing(
        "FROM entry e", with: "FROM json_each(?2) j CROSS JOIN entry e ON e.parent = ?1 AND e.name = j.value")

    private func page(after: Name?, limit: Int, _ fields: Fields, _ sql: SQL) throws -> [Entry] {
        let reader = reader(sql)
        var found: [EntryReader.Found] = []
        guard limit > 0 else { return [] }
        try sql.each(StoreCollection.listing, .int(row.content), .text(after?.string ?? "")) { row in
            let next = reader.entry(EntryRow(row), in: path)
            if isKnown(next) { found.append(next) }
            return found.count < limit
        }
        let entries = try reader.fill(found, in: path, fields)
        return try isStanding(sql) ? entries : []
    }

    static let listing =
        EntryRow.select + " WHERE e.parent = ?1 AND e.name > ?2 AND e.removed = 0 ORDER BY e.name"

    /// Whoever lists what is found here leaves out what the caller may not read; some reports need less than that.
    private func isKnown(_ found: EntryReader.Found) -> Bool {
        found.entry.collection.map { backend.mayKnow($0, caller) } ?? true
    }

    func isVisible(_ found: EntryReader.Found) -> Bool {
        found.entry.collection.map { backend.mayRead($0, caller) } ?? true
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        // A replaced body's file is removed after the commit; whoever comes in between reads once more and finds the new one.
        for _ in 0..<100 {
            let opened = try store.connections.read { sql -> Opened in
                guard let row = try Tree(sql: sql, facts: store.facts).row(in: row.content, name),
                    let member = row.member
                else { return .none }
                guard let body = try body(of: member, sql) else { return .vanished }
                var reader = reader(sql)
                reader.wantsOwnParts = true
                let entries = try reader.fill([reader.entry(row, in: path)], in: path, fields)
                guard let entry = entries.first, try isStanding(sql) else { return .none }
                return .member(OpenedMember(entry: entry, body: body))
            }
            switch opened {
            case .none: return nil
            case .member(let member): return member
            case .vanished: continue
            }
        }
        throw StoreError.io("Opening the body of \(path.appending(name))", code: 2)
    }

    private enum Opened {
        case none, vanished
        case member(OpenedMember)
    }

    private func body(of member: MemberContent, _ sql: SQL) throws -> (any MemberBody)? {
        guard let id = member.body else { return MemoryBody([]) }
        let body = try sql.first("SELECT file, data FROM body WHERE id = ?1", .int(id)) { row -> StoredBody in
            row.isNull(0) ? .bytes(row.blob(1)) : .file(name: row.text(0), size: member.size)
        }
        switch body {
        case .bytes(let bytes): return MemoryBody(bytes)
        case .file(let name, let size): return store.blobs.open(name, length: size)
        case nil: return nil
        }
    }
}
