import DAV

/// Finds where collections are now, by climbing from them. Used by one thread, for one snapshot.
final class PushPaths {
    private let sql: SQL
    private let facts: StoreFacts
    private var known: [Int64: DAVPath?] = [:]

    init(sql: SQL, facts: StoreFacts) {
        self.sql = sql
        self.facts = facts
    }

    /// - Returns: `nil` if the collection lies below no root that is served.
    func path(of collection: Int64) throws -> DAVPath? {
        if let known = known[collection] { return known }
        let path = try climb(from: collection)
        known[collection] = path
        return path
    }

    private func climb(from collection: Int64) throws -> DAVPath? {
        var names: [Name] = []
        var root: DAVPath?
        try sql.each(PushPaths.upwards, values: [.int(collection)]) { row in
            let id = row.int(0)
            root = facts.roots.first { $0.row.id == id }?.template.root
            if root == nil { names.append(Name(stored: row.text(1))) }
            return root == nil
        }
        return root?.appending(names.reversed())
    }

    static let upwards = """
        WITH RECURSIVE up(id, parent, binding, level) AS (
            SELECT id, parent, binding, 0 FROM collection WHERE id = ?1 UNION ALL
            SELECT c.id, c.parent, c.binding, up.level + 1 FROM up CROSS JOIN collection c ON c.id = up.parent
            WHERE up.level < 200)
        SELECT up.id, e.name FROM up LEFT JOIN entry e ON e.id = up.binding ORDER BY up.level
        """

    // MARK: Paths that stay

    /// Each name after a NUL, which no name holds.
    static func bytes(_ path: DAVPath) -> [UInt8] { path.names.flatMap { [0] + $0.string.utf8 } }

    static func path(_ bytes: [UInt8]) -> DAVPath {
        if bytes.isEmpty { return .root }
        let names = bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false)
        return DAVPath(names.map { Name(stored: String(decoding: $0, as: UTF8.self)) })
    }
}
