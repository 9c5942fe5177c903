import GRDB
import GRDBSQLite
import Synchronization

/// One state of the database, told from every other.
struct CommitMark: Equatable, Sendable {
    fileprivate var a, b, c, d, e, f: UInt64

    /// How many pages the log holds.
    var frames: Int { Int(UInt32(truncatingIfNeeded: c)) }
}

/// Tells whether anything was committed, by whichever process, without a statement or a system call.
///
/// SQLite's readers find their snapshot in the first 48 bytes of the WAL index: the last commit's number, the end of the log
/// and its checksums (https://www.sqlite.org/walformat.html §2.1). A commit replaces them when the log is on disk and before
/// it returns. So equal marks mean that nothing was committed in between, and whoever takes a mark after a write was
/// answered takes another than before.
final class WALIndex: Sendable {
    private let header: Mutex<Header?>

    init(_ writer: DatabaseQueue) throws {
        let header = try writer.writeWithoutTransaction { db in
            // The index is there once something was read.
            try SQL(database: db).run("PRAGMA data_version")
            return Header(of: db.sqliteConnection)
        }
        self.header = Mutex(header)
    }

    /// The state that the next snapshot is of, or an earlier one.
    ///
    /// - Returns: `nil` if a commit is just replacing it, or if it cannot be had at all: then nothing may be remembered.
    func mark() -> CommitMark? { header.withLock { $0?.read() } }

    /// To be called before the writer's connection, to whom the memory belongs, is closed.
    func close() { header.withLock { $0 = nil } }

    /// The header in memory that all processes share. It is only read, word by word, and by whoever holds the lock.
    private struct Header {
        private static let format: UInt64 = 3_007_000
        private static let regionBytes: Int32 = 32 << 10
        private let words: UnsafePointer<Atomic<UInt64>>

        init?(of connection: SQLiteConnection?) {
            var file: UnsafeMutablePointer<sqlite3_file>?
            var start: UnsafeMutableRawPointer?
            guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
                let methods = file.pointee.pMethods, methods.pointee.iVersion >= 2, let map = methods.pointee.xShmMap,
                map(file, 0, Header.regionBytes, 0, &start) == SQLITE_OK, let start
            else { return nil }
            words = UnsafePointer(start.assumingMemoryBound(to: Atomic<UInt64>.self))
            guard UInt64(truncatingIfNeeded: UInt32(truncatingIfNeeded: word(0))) == Header.format else { return nil }
        }

        private func word(_ index: Int) -> UInt64 { words[index].load(ordering: .acquiring) }

        private func copy(at index: Int) -> CommitMark {
            CommitMark(
                a: word(index), b: word(index + 1), c: word(index + 2), d: word(index + 3), e: word(index + 4),
                f: word(index + 5))
        }

        /// The second copy is written first, so two that are equal are whole.
        func read() -> CommitMark? {
            let first = copy(at: 0)
            return first == copy(at: 6) ? first : nil
        }
    }
}
