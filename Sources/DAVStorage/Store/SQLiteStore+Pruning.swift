public import DAV

extension SQLiteStore {
    /// Forgets what was removed up to `revision`: tokens older than that are refused from now on, all others stay valid
    /// (RFC 6578 §3.2). Done in portions, so that writers wait only shortly.
    ///
    /// - Returns: how many removals were forgotten.
    @discardableResult
    public func prune(through revision: Int64) async throws -> Int {
        var total = 0
        while true {
            let count = try await commits.write { transaction in
                let horizon = Horizon(sql: transaction.sql)
                let facts = transaction.facts
                let portion = try horizon.portion(of: 5_000, through: revision)
                return try horizon.prune(through: portion) { facts.kind($0).isSyncable }
            }
            if count == 0 { return total }
            total += count
        }
    }

    /// Forgets what was removed before `time`, but keeps at least the latest `count` removals.
    ///
    /// Some clients never recover from a refused token by themselves, so keep a year or more (Y-28).
    /// - Returns: how many removals were forgotten.
    @discardableResult
    public func prune(olderThan time: Timestamp, keepingAtLeast count: Int = 100_000) async throws -> Int {
        let revision = try await connections.scan { sql in
            let horizon = Horizon(sql: sql)
            return min(try horizon.revision(before: time), try horizon.revision(keeping: Int64(count)))
        }
        return try await prune(through: revision)
    }
}
