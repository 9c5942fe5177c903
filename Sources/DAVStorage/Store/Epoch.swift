import DAV
import GRDB

/// The life of a store: part of every sync token, so that a token of a lost future is refused (SS-053).
///
/// A restored backup begins a new life by itself. A database file that somebody copied into place does not say so; what gives
/// it away is the small file `epoch` beside it, which remembers the life, the database file's inode and the last revision
/// seen. It cannot catch every copy (one that restores all files, in place, and reuses the inode), hence `martlet restore`.
struct Epoch {
    let folder: String
    private var path: String { folder + "/epoch" }
    private var database: String { folder + "/martlet.sqlite" }

    /// - Parameter mayBegin: whether this process may begin a new life: only the one that serves.
    /// - Returns: the life this database is in.
    func settle(_ sql: SQL, mayBegin: Bool) throws -> UInt64 {
        let row = try sql.first("SELECT epoch, clock FROM store") {
            (epoch: UInt64(bitPattern: $0.int(0)), clock: $0.int(1))
        }
        guard let row else { throw StoreError.notAStore(database) }
        var epoch = row.epoch
        if mayBegin {
            let isNew = !Files.exists(path) && row.clock <= 1
            if !isNew, !isRemembered(epoch: epoch, clock: row.clock) {
                epoch = .random(in: .min ... .max)
                try sql.run("UPDATE store SET epoch = ?1", .int(Int64(bitPattern: epoch)))
            }
            try write(epoch: epoch, clock: row.clock)
        }
        return epoch
    }

    /// Notes how far the store has come.
    func remember(_ connections: Connections) throws {
        let row = try connections.read { sql in
            try sql.first("SELECT epoch, clock FROM store") { (UInt64(bitPattern: $0.int(0)), $0.int(1)) }
        }
        if let row { try write(epoch: row.0, clock: row.1) }
    }

    private func write(epoch: UInt64, clock: Int64) throws {
        try Files.replace(path, with: "\(String(epoch, radix: 16)) \(Files.inode(database) ?? 0) \(clock)\n")
    }

    private func isRemembered(epoch: UInt64, clock: Int64) -> Bool {
        let parts = Files.readText(path)?.split(whereSeparator: { $0 == " " || $0 == "\n" }) ?? []
        guard parts.count == 3, let seen = Int64(parts[2]) else { return false }
        return UInt64(parts[0], radix: 16) == epoch && UInt64(parts[1]) == Files.inode(database) && clock >= seen
    }
}
