import DAV

/// What every reader and writer of one open store shares.
struct StoreFacts: Sendable {
    /// The collections of homes: the rows that never change.
    var roots: [Root]
    var kinds: [String: CollectionKind]
    var epoch: UInt64
    var sharing: ShareRules

    /// A collection of homes.
    struct Root: Sendable {
        var template: HomeTemplate
        var row: CollectionRow
    }

    /// The root a path lies in, and the names below it.
    func root(of path: DAVPath) -> (row: CollectionRow, names: [Name])? {
        for root in roots {
            if let names = path.relative(to: root.template.root) { return (root.row, names) }
        }
        return nil
    }

    func kind(_ id: String) -> CollectionKind { kinds[id] ?? .folder }

    func token(_ collection: CollectionRow) -> SyncToken? {
        guard kind(collection.kind).isSyncable else { return nil }
        return SyncCursor(epoch: epoch, incarnation: collection.incarnation, revision: collection.cur).token
    }
}

/// What one path leads to in one snapshot.
struct Place {
    /// Where it is bound: below an instance in the owner's tree, of an instance itself in its home.
    var path: DAVPath
    /// The collections that enclose ``path``, outermost first; empty for the root.
    var parents: [CollectionRow]
    /// The row of the path's last name: a binding, a tombstone, or nothing.
    var row: EntryRow?
    /// The root itself has no binding.
    var root: CollectionRow?
    /// The instance that it is, or lies in.
    var view: FacadeView?

    /// The binding, if the path is mapped.
    var entry: EntryRow? { row.flatMap { $0.isRemoved ? nil : $0 } }
    var collection: CollectionRow? { root ?? entry?.collection }
    var isMapped: Bool { collection != nil || entry != nil }

    /// The path that was asked for.
    var visible: DAVPath { view?.paths.visible(path) ?? path }
    /// Where its content lies, and the locks on that.
    var content: DAVPath { view?.paths.base(visible) ?? path }
    /// What holds it, as whoever came by ``visible`` has it.
    var holder: (row: CollectionRow, view: FacadeView?)? {
        guard let parent = parents.last else { return nil }
        guard let view, view.top != visible else { return (parent, nil) }
        return (visible.parent == view.top ? view.facade : parent, view)
    }

    /// The instance it lies in, as a row.
    var instanceAround: Int64? { view.flatMap { $0.top == visible ? nil : $0.facade.id } }

    /// Has a rule judge paths where they are, and tells of refusals as the caller knows them.
    func spelled<T>(_ rule: () throws -> T) throws -> T {
        guard let view else { return try rule() }
        do {
            return try rule()
        } catch let error as DAVError { throw view.paths.visible(error) }
    }
}

/// Finds paths in a snapshot: one lookup by index per name, and one more where an instance leads to its source.
struct Tree {
    let sql: SQL
    let facts: StoreFacts

    /// - Returns: `nil` if the enclosing collection does not exist.
    func locate(_ path: DAVPath) throws -> Place? {
        guard case (let root, let names)? = facts.root(of: path) else { return nil }
        guard let last = names.last else { return Place(path: path, parents: [], root: root) }
        var place = Place(path: DAVPath(Array(path.names.dropLast(names.count))), parents: [root])
        for name in names.dropLast() { guard try enter(name, &place) else { return nil } }
        guard let parent = place.parents.last else { return nil }
        place.path = place.path.appending(last)
        place.row = try row(in: parent.id, last)
        if let row = place.collection, row.instance != nil { place.view = FacadeView(row, at: place.path, facts) }
        return place
    }

    /// Goes on in the collection of that name; where that is an instance, in its source, below what encloses that.
    private func enter(_ name: Name, _ place: inout Place) throws -> Bool {
        guard let parent = place.parents.last, let next = try row(in: parent.id, name)?.collection else { return false }
        let path = place.path.appending(name)
        guard let view = FacadeView(next, at: path, facts) else {
            place.parents.append(next)
            place.path = path
            return true
        }
        place.parents = try chain(to: next.content)
        place.path = view.paths.source
        place.view = view
        return !place.parents.isEmpty
    }

    /// The collection and all that enclose it, outermost first; none, if it does not live below a root that is served.
    private func chain(to collection: Int64) throws -> [CollectionRow] {
        let chain = try sql.rows(Tree.upwards, .int(collection)) {
            CollectionRow($0, from: 1, ghost: $0.optionalInt(0))
        }
        let isServed = chain.last.map { last in facts.roots.contains { $0.row.id == last.id } } ?? false
        return isServed ? chain.reversed() : []
    }

    func row(in parent: Int64, _ name: Name) throws -> EntryRow? {
        try sql.first(Tree.byName, .int(parent), .text(name.string), decode: EntryRow.init)
    }

    /// Whether a live collection is another one, or lies below it.
    func lies(_ id: Int64, within top: Int64) throws -> Bool {
        try sql.first(Tree.above, .int(id), .int(top)) { _ in true } ?? false
    }

    func collection(_ id: Int64) throws -> CollectionRow? {
        try sql.first(Tree.byID, .int(id)) { CollectionRow($0) }
    }

    /// The same for those who are told its token.
    func current(_ id: Int64) throws -> CollectionRow? { try collection(id).map(settled) }

    /// A home that reports what happens in its children does so of instances, too (Y-42). Whoever writes does not know of
    /// them, so whoever asks looks at their sources.
    func settled(_ row: CollectionRow) throws -> CollectionRow {
        guard row.holdsInstances, !row.isSettled, facts.kind(row.kind).reportsChildChanges else { return row }
        var row = row
        row.cur = max(row.cur, try sql.first(Tree.latestInInstances, .int(row.id)) { $0.int(0) } ?? 0)
        row.isSettled = true
        return row
    }

    static let byName = EntryRow.select + " WHERE e.parent = ?1 AND e.name = ?2"
    static let byID = "SELECT \(CollectionRow.columns) FROM collection c \(CollectionRow.join) WHERE c.id = ?1"
    static let upwards = """
        WITH RECURSIVE up(id, level) AS (
            SELECT ?1, 0 UNION ALL
            SELECT a.parent, up.level + 1 FROM up CROSS JOIN collection a ON a.id = up.id
            WHERE a.parent IS NOT NULL AND up.level < 200)
        SELECT e.ghost, \(CollectionRow.columns) FROM up CROSS JOIN collection c ON c.id = up.id AND c.dead = 0
        LEFT JOIN entry e ON e.id = c.binding \(CollectionRow.join) ORDER BY up.level
        """
    private static let above = """
        WITH RECURSIVE up(id, level) AS (
            SELECT ?1, 0 UNION ALL
            SELECT a.parent, up.level + 1 FROM up CROSS JOIN collection a ON a.id = up.id
            WHERE a.parent IS NOT NULL AND a.dead = 0 AND up.level < 200)
        SELECT 1 FROM up WHERE id = ?2
        """
    static let latestInInstances = """
        SELECT max(max(s.cur, b.rev)) FROM collection c CROSS JOIN collection s ON s.id = c.source
        CROSS JOIN entry b ON b.id = s.binding WHERE c.parent = ?1 AND c.source IS NOT NULL
        """

    /// What a condition may ask about any path (RFC 4918 §10.4).
    func state(of path: DAVPath, at now: Timestamp) throws -> ResourceState {
        guard let place = try locate(path), place.isMapped else { return .unmapped }
        let content = place.content
        let tokens = try LockTable(sql: sql).covering(content).filter { $0.covers(content) && !$0.isExpired(at: now) }
            .map(\.token)
        if let collection = try place.collection.map(settled) {
            return ResourceState(
                isMapped: true, modified: collection.modified, lockTokens: tokens, syncToken: facts.token(collection))
        }
        let member = place.entry?.member
        var state = ResourceState(
            isMapped: true, etag: member?.etag, modified: member?.modified, lockTokens: tokens)
        if let view = place.view, view.isPersonal, let member {
            let own = try PersonalTable(sql: sql).row(of: view.facade.id, member: member.resource)
            state.etag = member.etag.seen(view.share.grant.sight, own: own?.version)
            state.modified = max(member.modified, own?.modified ?? member.modified)
        }
        return state
    }
}
