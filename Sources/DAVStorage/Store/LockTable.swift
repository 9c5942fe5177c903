import DAV

/// The locks of a store, found by the path they are rooted at.
///
/// A root is kept as the bytes of its names, each after a NUL, which no name holds: so "at or below" is one range of the index.
struct LockTable {
    let sql: SQL

    /// The locks rooted at `path` or above it: all that may cover it.
    func covering(_ path: DAVPath) throws -> [Lock] {
        try rooted(at: LockTable.keys(upTo: path).map(SQL.Value.blob))
    }

    /// The same for several paths.
    func covering(_ paths: [DAVPath]) throws -> [Lock] {
        try rooted(at: Set(paths.flatMap(LockTable.keys)).map(SQL.Value.blob))
    }

    private static func keys(upTo path: DAVPath) -> [[UInt8]] {
        var keys: [[UInt8]] = [[]]
        for name in path.names { keys.append((keys.last ?? []) + key(name)) }
        return keys
    }

    private func rooted(at keys: [SQL.Value]) throws -> [Lock] {
        var locks: [Lock] = []
        for start in stride(from: 0, to: keys.count, by: LockTable.maxKeys) {
            let part = Array(keys[start..<min(keys.count, start + LockTable.maxKeys)])
            try sql.each(LockTable.atRoots[part.count], values: part) { row in
                if let lock = Lock(row) { locks.append(lock) }
                return true
            }
        }
        return locks
    }

    /// The locks rooted below `path`.
    func below(_ path: DAVPath) throws -> [Lock] {
        let (low, high) = LockTable.range(below: path)
        return try sql.rows(LockTable.select + " WHERE root >= ?1 AND root < ?2", .blob(low), .blob(high)) { Lock($0) }
            .compactMap { $0 }
    }

    func around(_ path: DAVPath) throws -> [Lock] { try covering(path) + below(path) }

    func find(_ token: LockToken) throws -> Lock? {
        try sql.first(LockTable.select + " WHERE token = ?1", .text(token.uri)) { Lock($0) } ?? nil
    }

    func insert(_ lock: Lock) throws {
        try sql.run(
            "INSERT INTO lock (token, root, exclusive, deep, owner, holder, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            .text(lock.token.uri), .blob(LockTable.key(lock.root)), .int(lock.scope == .exclusive ? 1 : 0),
            .int(lock.depth == .infinity ? 1 : 0), lock.owner.map(SQL.Value.blob) ?? .null,
            .optional(lock.holder.principal?.name.string), .optional(lock.expires?.microseconds))
    }

    func setExpiry(of token: LockToken, _ expires: Timestamp?) throws {
        try sql.run("UPDATE lock SET expires = ?2 WHERE token = ?1", .text(token.uri), .optional(expires?.microseconds))
    }

    func remove(_ token: LockToken) throws { try sql.run("DELETE FROM lock WHERE token = ?1", .text(token.uri)) }

    /// What is no longer mapped is no longer locked (RFC 4918 §6.1); locks do not move (§7.6).
    func removeAll(within path: DAVPath) throws {
        let (low, high) = LockTable.range(below: path)
        try sql.run(
            "DELETE FROM lock WHERE root = ?1 OR root >= ?2 AND root < ?3", .blob(LockTable.key(path)), .blob(low),
            .blob(high))
    }

    /// Ends the locks of somebody who may not write there any more.
    func removeAll(of holder: PrincipalID, within path: DAVPath) throws {
        let (low, high) = LockTable.range(below: path)
        try sql.run(
            "DELETE FROM lock WHERE holder = ?4 AND (root = ?1 OR root >= ?2 AND root < ?3)",
            .blob(LockTable.key(path)), .blob(low), .blob(high), .text(holder.name.string))
    }

    func removeExpired(at now: Timestamp) throws {
        try sql.run("DELETE FROM lock WHERE expires <= ?1", .int(now.microseconds))
    }

    private static let select = "SELECT token, root, exclusive, deep, owner, holder, expires FROM lock"
    private static let maxKeys = 32
    /// One text per number of roots, so that each is prepared once.
    static let atRoots: [String] = (0...maxKeys).map { count in
        select + " WHERE root IN (" + (0..<count).map { "?\($0 + 1)" }.joined(separator: ", ") + ")"
    }

    private static func key(_ name: Name) -> [UInt8] { [0] + name.string.utf8 }
    private static func key(_ path: DAVPath) -> [UInt8] { path.names.flatMap { key($0) } }
    private static func range(below path: DAVPath) -> (low: [UInt8], high: [UInt8]) {
        let key = key(path)
        return (key + [0], key + [1])
    }
}

extension Lock {
    /// - Returns: `nil` for a row that this type did not write.
    fileprivate init?(_ row: SQL.Row) {
        let names = row.blob(1).dropFirst().split(separator: 0, omittingEmptySubsequences: false)
            .map { Name(stored: String(decoding: $0, as: UTF8.self)) }
        self.init(
            token: LockToken(uri: row.text(0)), root: DAVPath(row.blob(1).isEmpty ? [] : names),
            scope: row.bool(2) ? .exclusive : .shared, depth: row.bool(3) ? .infinity : .zero,
            owner: row.isNull(4) ? nil : row.blob(4),
            holder: row.optionalText(5).flatMap { Name($0) }.map { .principal(PrincipalID($0)) } ?? .anonymous,
            expires: row.optionalInt(6).map { Timestamp(microseconds: $0) })
    }
}
