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
    var path: DAVPath
    /// The enclosing collections, outermost first; empty for the root.
    var parents: [CollectionRow]
    /// The row of the path's last name: a binding, a tombstone, or nothing.
    var row: EntryRow?
    /// The root itself has no binding.
    var root: CollectionRow?

    /// The binding, if the path is mapped.
    var entry: EntryRow? { row.flatMap { $0.isRemoved ? nil : $0 } }
    var collection: CollectionRow? { root ?? entry?.collection }
    var isMapped: Bool { collection != nil || entry != nil }
}

/// Finds paths in a snapshot: one lookup by index per name.
struct Tree {
    let sql: SQL
    let facts: StoreFacts

    /// - Returns: `nil` if the enclosing collection does not exist.
    func locate(_ path: DAVPath) throws -> Place? {
        guard case (var collection, let names)? = facts.root(of: path) else { return nil }
        guard let last = names.last else { return Place(path: path, parents: [], root: collection) }
        var parents = [collection]
        for name in names.dropLast() {
            guard let row = try row(in: collection.id, name), let next = row.collection else { return nil }
            collection = next
            parents.append(next)
        }
        return Place(path: path, parents: parents, row: try row(in: collection.id, last))
    }

    func row(in parent: Int64, _ name: Name) throws -> EntryRow? {
        try sql.first(Tree.byName, .int(parent), .text(name.string), decode: EntryRow.init)
    }

    func collection(_ id: Int64) throws -> CollectionRow? {
        try sql.first(Tree.byID, .int(id)) { CollectionRow($0) }
    }

    static let byName = EntryRow.select + " WHERE e.parent = ?1 AND e.name = ?2"
    static let byID = "SELECT \(CollectionRow.columns) FROM collection c WHERE c.id = ?1"

    /// What a condition may ask about any path (RFC 4918 §10.4).
    func state(of path: DAVPath, at now: Timestamp) throws -> ResourceState {
        guard let place = try locate(path), place.isMapped else { return .unmapped }
        let tokens = try LockTable(sql: sql).covering(path).filter { $0.covers(path) && !$0.isExpired(at: now) }.map(
            \.token)
        if let collection = place.collection {
            return ResourceState(
                isMapped: true, modified: collection.modified, lockTokens: tokens, syncToken: facts.token(collection))
        }
        let member = place.entry?.member
        return ResourceState(isMapped: true, etag: member?.etag, modified: member?.modified, lockTokens: tokens)
    }
}
