public import DAV

/// A collection of which somebody is invited, as an administrator sees it.
public struct SharedCollection: Sendable {
    public var path: DAVPath
    public var list: ShareList
    /// Where those who accepted have it, by ``ShareSeat/instance``.
    public var instances: [ResourceID: DAVPath]
}

extension SQLiteStore {
    /// All that is shared, by a person or by everybody, in one snapshot.
    ///
    /// - Parameter path: only the collection that is there.
    public func sharedCollections(of owner: PrincipalID? = nil, at path: DAVPath? = nil) async throws
        -> [SharedCollection]
    {
        try await connections.scan { sql in
            let paths = PushPaths(sql: sql, facts: self.facts)
            let owners = try sql.rows(SQLiteStore.sharedCollections, .optional(owner?.name.string)) {
                ($0.int(0), PrincipalID(Name(stored: $0.text(1))))
            }
            let shares = try ShareTable(sql: sql).shares(of: Dictionary(owners) { first, _ in first })
            return try owners.compactMap { id, _ in
                guard let found = try paths.path(of: id), path == nil || path == found, let list = shares[id]?.list
                else { return nil }
                let facades = try sql.rows("SELECT id, uuid FROM collection WHERE source = ?1", .int(id)) {
                    ($0.int(0), ResourceID($0.blob(1)))
                }
                var instances: [ResourceID: DAVPath] = [:]
                for (facade, identity) in facades { instances[identity] = try paths.path(of: facade) }
                return SharedCollection(path: found, list: list, instances: instances)
            }
        }
    }

    private static let sharedCollections = """
        SELECT id, owner FROM collection WHERE shared = 1 AND dead = 0 AND owner IS NOT NULL AND (?1 IS NULL OR owner = ?1)
        ORDER BY owner, id
        """
}
