import DAV
import Synchronization

/// Stands for the table your application has already, with the SQL that each method would be.
///
/// ```sql
/// CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, changed_at INTEGER NOT NULL,
///                    change INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
/// CREATE INDEX note_change ON note (change);
/// ```
///
/// For Sync two columns were added: `change`, the number of the last change to the row, drawn *in the transaction that makes it*
/// from one counter; and `deleted`, because a client must be told what is gone. That is all.
final class NotesTable: Sendable {
    struct Row: Sendable {
        var id: Int
        var text: String
        var changedAt: Int64
        var change: Int64
        var deleted = false
    }

    /// Which life of the table this is. Give a restored backup a new one, so that nobody goes on from a change that was lost.
    let life = UInt32.random(in: 1 ... .max)
    /// Kept with the table, and never given to another one.
    let resourceID = ResourceID.random()
    private let state = Mutex((rows: [Row](), change: Int64(0)))

    /// `SELECT max(change) FROM note`
    var lastChange: Int64 { state.withLock { $0.change } }

    /// `SELECT * FROM note WHERE deleted = 0 AND id > ?1 ORDER BY id LIMIT ?2`
    func notes(after id: Int, limit: Int) -> [Row] {
        state.withLock { Array($0.rows.lazy.filter { !$0.deleted && $0.id > id }.prefix(limit)) }
    }

    /// `SELECT * FROM note WHERE deleted = 0 AND id = ?1`
    func note(_ id: Int) -> Row? {
        state.withLock { $0.rows.first { $0.id == id && !$0.deleted } }
    }

    /// `SELECT * FROM note WHERE change > ?1 ORDER BY change LIMIT ?2`, and the last change, both in one transaction.
    func changes(since change: Int64, limit: Int) -> (rows: [Row], last: Int64) {
        state.withLock { state in
            let rows = state.rows.filter { $0.change > change }.sorted { $0.change < $1.change }
            return (Array(rows.prefix(limit)), state.change)
        }
    }

    /// `INSERT … RETURNING id`, with the next change.
    @discardableResult
    func insert(_ text: String, at time: Int64) -> Int {
        state.withLock { state in
            state.change += 1
            state.rows.append(Row(id: state.rows.count + 1, text: text, changedAt: time, change: state.change))
            return state.rows.count
        }
    }

    /// `UPDATE note SET deleted = 1, text = '', change = (the next) WHERE id = ?1 AND deleted = 0`
    func delete(_ id: Int) {
        state.withLock { state in
            guard let index = state.rows.firstIndex(where: { $0.id == id && !$0.deleted }) else { return }
            state.change += 1
            state.rows[index].deleted = true
            state.rows[index].text = ""
            state.rows[index].change = state.change
        }
    }
}
