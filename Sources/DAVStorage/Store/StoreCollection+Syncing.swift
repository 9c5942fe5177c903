import DAV

extension StoreCollection: Syncing {
    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        // The commonest question of all: nothing changed. It is answered from one row, on the caller's thread.
        if let token, let page = try unchanged(since: token) { return page }
        return try await store.connections.scan { sql in
            let now = try current(sql)
            let page = try changes(since: token, of: now, level: level, limit: max(1, limit), fields, sql)
            guard try isStanding(sql) else { throw DAVError.notFound }
            return page
        }
    }

    private func unchanged(since token: SyncToken) throws -> ChangePage? {
        // A home's row and its instances may be of two snapshots here: who was told what both say has missed nothing.
        let now = store.known.isCurrent(mark) ? row : try store.connections.readOnce(current)
        // A token has one spelling: whoever sends the one they would get has seen everything.
        return store.facts.token(now) == token ? ChangePage(changes: [], token: token, isComplete: true) : nil
    }

    /// - Throws: 404 if it is gone, or the instance it was reached by.
    private func current(_ sql: SQL) throws -> CollectionRow {
        guard let now = try Tree(sql: sql, facts: store.facts).current(row.id), try isStanding(sql) else {
            throw DAVError.notFound
        }
        return now
    }

    private func cursor(_ token: SyncToken, for row: CollectionRow) throws -> SyncCursor {
        guard let cursor = SyncCursor(token),
            cursor.isValid(epoch: store.facts.epoch, incarnation: row.incarnation, current: row.cur, floor: row.floor)
        else { throw DAVError.validSyncToken }
        return cursor
    }

    private func changes(
        since token: SyncToken?, of now: CollectionRow, level: SyncLevel, limit: Int, _ fields: Fields, _ sql: SQL
    ) throws -> ChangePage {
        var cursor = SyncCursor(epoch: store.facts.epoch, incarnation: now.incarnation, revision: -1)
        var base: Int64 = 0
        if let token {
            cursor = try self.cursor(token, for: now)
            base = cursor.base
        } else {
            base = try sql.first("SELECT clock FROM store") { $0.int(0) } ?? 0
        }
        let question = SyncQuestion(
            isInitial: token == nil, position: Position(revision: cursor.revision, id: cursor.after ?? .max),
            base: base, limit: limit)
        let reader = reader(sql)
        var found: [SyncFinding]
        switch level {
        case .one: found = try directChanges(of: now, question, reader)
        // Nothing below but members.
        case .infinite where view?.isPersonal == true: found = try directChanges(of: now, question, reader)
        case .infinite: found = try SyncWalk(question: question, reader: reader, collection: self).run(now)
        }
        let isComplete = found.count <= limit
        found.removeLast(max(0, found.count - limit))
        cursor.revision = now.cur
        (cursor.after, cursor.base) = (nil, 0)
        if !isComplete, let last = found.last {
            (cursor.revision, cursor.after, cursor.base) = (last.position.revision, last.position.id, base)
        }
        return ChangePage(changes: try report(found, reader, fields), token: cursor.token, isComplete: isComplete)
    }

    /// Level 1 is one range of the index (parent, rev); the row's identifier closes its order.
    private func directChanges(of now: CollectionRow, _ question: SyncQuestion, _ reader: EntryReader) throws
        -> [SyncFinding]
    {
        var found: [SyncFinding] = []
        let own = try ownChanges(in: now, question, reader)
        let later = Set(own.map(\.position.id))
        func take(_ sqlRow: SQL.Row) throws -> Bool {
            let entry = EntryRow(sqlRow)
            if later.contains(entry.id) { return true }
            if now.isSettled, entry.collection?.instance != nil { return true }
            let finding = SyncFinding(
                entry, at: Position(revision: entry.rev, id: entry.id), in: path, barred: false, reader)
            if try question.wants(entry) && isVisible(finding, reader) { found.append(finding) }
            return found.count <= question.limit
        }
        let start = question.position
        if start.id != .max {
            try reader.sql.each(
                SyncQueries.atRevision, .int(now.content), .int(start.revision), .int(start.id), body: take)
        }
        if found.count <= question.limit {
            try reader.sql.each(SyncQueries.afterRevision, .int(now.content), .int(start.revision), body: take)
        }
        if !own.isEmpty {
            let news = own.filter { $0.position > question.position }.prefix(question.limit + 1)
            return Array((found + news).sorted { $0.position < $1.position }.prefix(question.limit + 1))
        }
        guard now.isSettled else { return found }
        found = try (found + changedInstances(in: now, question, reader)).sorted { $0.position < $1.position }
        return Array(found.prefix(question.limit + 1))
    }

    /// Of an instance, the members in which what is the sharee's own changed later than all else.
    private func ownChanges(in now: CollectionRow, _ question: SyncQuestion, _ reader: EntryReader) throws
        -> [SyncFinding]
    {
        guard let view, view.isPersonal else { return [] }
        return try reader.sql.rows(
            PersonalTable.changes, .int(now.content), .int(view.facade.id), .int(question.position.revision)
        ) { sqlRow in
            let entry = EntryRow(sqlRow)
            let position = Position(revision: sqlRow.int(EntryRow.columnCount), id: entry.id)
            return SyncFinding(entry, at: position, in: path, barred: false, reader)
        }
    }

    /// Of a home that reports what happens in its children, the instances that are changed, or whose source is.
    private func changedInstances(in home: CollectionRow, _ question: SyncQuestion, _ reader: EntryReader) throws
        -> [SyncFinding]
    {
        let start = question.position.revision
        let found = try reader.sql.rows(SyncQueries.instances, .int(home.id), .int(start)) { sqlRow in
            let entry = EntryRow(sqlRow)
            let position = Position(revision: sqlRow.int(EntryRow.columnCount), id: entry.id)
            return SyncFinding(entry, at: position, in: path, barred: false, reader)
        }
        return try found.filter { try $0.position > question.position && isVisible($0, reader) }
    }

    /// Whether the caller may know of what was found. Of a removed collection its ghost still tells what it was (Y-44).
    func isVisible(_ finding: SyncFinding, _ reader: EntryReader) throws -> Bool {
        switch finding.kind {
        case .changed(let entry), .barred(let entry): return isVisible(entry)
        case .removed(_, nil): return true
        case .removed(_, let ghost?):
            guard let row = try Tree(sql: reader.sql, facts: store.facts).collection(ghost) else { return true }
            return backend.mayRead(store.facts.info(row, at: finding.path, in: view), caller)
        }
    }

    private func report(_ found: [SyncFinding], _ reader: EntryReader, _ fields: Fields) throws -> [Change] {
        let described = found.compactMap { finding -> EntryReader.Found? in
            switch finding.kind {
            case .changed(let entry), .barred(let entry): entry
            case .removed: nil
            }
        }
        var entries = try reader.fill(described, in: path, fields).makeIterator()
        return found.compactMap { finding in
            let names = finding.path.relative(to: path) ?? []
            switch finding.kind {
            case .removed(let wasCollection, _): return .removed(path: names, wasCollection: wasCollection)
            case .changed: return entries.next().map { .changed(path: names, $0) }
            case .barred: return entries.next().map { .barred(path: names, $0) }
            }
        }
    }
}

/// Where a change stands in the order of pages: its revision, and within it the binding's identifier.
struct Position: Comparable, Sendable {
    var revision: Int64
    var id: Int64
    static func < (a: Position, b: Position) -> Bool { (a.revision, a.id) < (b.revision, b.id) }
}

/// What a report is to find.
struct SyncQuestion {
    var isInitial: Bool
    /// Everything up to here was delivered.
    var position: Position
    /// Removals up to this revision were never known to the client (17.2).
    var base: Int64
    var limit: Int

    func wants(_ row: EntryRow) -> Bool {
        row.isRemoved ? wantsRemoval(at: Position(revision: row.rev, id: row.id)) : true
    }

    func wantsRemoval(at place: Position) -> Bool {
        !isInitial && place > position && place.revision > base
    }
}

/// One change, before the fields asked for are read.
struct SyncFinding {
    enum Kind {
        case changed(EntryReader.Found)
        case barred(EntryReader.Found)
        case removed(wasCollection: Bool, ghost: Int64?)
    }
    var position: Position
    var path: DAVPath
    var kind: Kind

    init(
        _ row: EntryRow, at position: Position, in parent: DAVPath, barred: Bool, _ reader: EntryReader,
        holder: CollectionInfo? = nil
    ) {
        self.position = position
        if row.isRemoved {
            path = parent.appending(row.name)
            kind = .removed(wasCollection: row.isCollection, ghost: row.isCollection ? row.ghost : nil)
        } else {
            var found = reader.entry(row, in: parent)
            found.entry.holder = holder
            path = found.path
            kind = barred ? .barred(found) : .changed(found)
        }
    }
}

enum SyncQueries {
    static let binding = EntryRow.select + " WHERE e.id = ?1"
    static let atRevision = EntryRow.select + " WHERE e.parent = ?1 AND e.rev = ?2 AND e.id > ?3 ORDER BY e.id"
    static let afterRevision = EntryRow.select + " WHERE e.parent = ?1 AND e.rev > ?2 ORDER BY e.rev, e.id"
    /// For a collection whose own binding is newer than the cursor: all that is mapped is new to the client.
    static let fromRevision = EntryRow.select + " WHERE e.parent = ?1 AND e.rev >= ?2 ORDER BY e.rev, e.id"
    /// The collections and ghosts below, in which something happened since.
    static let changedBelow = """
        SELECT c.id, c.dead, e.mapped, e.name, e.removed, e.id, live.kind, \(CollectionRow.columns)
        FROM collection c JOIN entry e ON e.id = c.binding
        LEFT JOIN collection live ON e.is_collection = 1 AND live.id = e.resource \(CollectionRow.join)
        WHERE c.parent = ?1 AND c.cur >= ?2
        """
    /// The instances directly below, and when anything last happened to each: at its own binding, or to the source.
    static let instances = """
        SELECT \(EntryRow.columns), max(e.rev, s.cur, b.rev)
        FROM collection c CROSS JOIN collection s ON s.id = c.source CROSS JOIN entry b ON b.id = s.binding
        CROSS JOIN entry e ON e.id = c.binding
        WHERE c.parent = ?1 AND c.source IS NOT NULL AND max(e.rev, s.cur, b.rev) >= ?2
        """
}
