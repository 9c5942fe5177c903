import DAV

// With this, clients of RFC 6578 fetch just the difference. Nothing else had to change: the report is offered, `DAV:sync-token`
// appears, and `supported-report-set` tells of it, because the capability is there.
extension NotesCollection: Syncing {
    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        let start = try token.map(change) ?? 0
        // One more than wanted tells whether there is more. Rows and last change come from one transaction.
        let (rows, last) = table.changes(since: start, limit: limit + 1)
        let page = rows.prefix(limit)
        let isComplete = rows.count <= limit
        return ChangePage(
            // A client that starts with nothing need not hear of what is gone.
            changes: page.filter { token != nil || !$0.deleted }.map { row in
                row.deleted
                    ? .removed(path: [name(of: row.id)], wasCollection: false)
                    : .changed(path: [name(of: row.id)], entry(row))
            },
            // A page that was cut leads to its last change, not to the present: the next one goes on from there.
            token: self.token(isComplete ? last : page.last?.change ?? start), isComplete: isComplete)
    }

    /// A token is an absolute URI. It names the life of the table, so that one of another life is refused.
    func token(_ change: Int64) -> SyncToken { SyncToken(uri: "http://notes.invalid/sync/\(table.life)/\(change)") }

    /// - Throws: 403 `valid-sync-token` for what this table did not say in this life; the client then starts over.
    private func change(of token: SyncToken) throws -> Int64 {
        guard let change = token.uri.split(separator: "/").last.flatMap({ Int64($0) }), 0...table.lastChange ~= change,
            self.token(change) == token
        else { throw DAVError.validSyncToken }
        return change
    }
}
