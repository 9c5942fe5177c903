import DAV
import Dispatch
import GRDB
import Synchronization

/// The connections to one database file: a writer, and as many readers as there are threads reading at once.
///
/// GRDB's pool asks for the schema version and enters several queues per read; a sync poll costs less than that. So the
/// store keeps GRDB's serialized connections in a free list of its own and opens the snapshot itself.
final class Connections: Sendable {
    let writer: DatabaseQueue
    let index: WALIndex
    private let path: String
    private let readers = Mutex(Readers())
    private let scanners: [DispatchQueue]
    private let nextScanner = Atomic<Int>(0)
    private let observer: @Sendable (String) -> Void

    /// - Parameter observer: is told every statement that runs; for tests that count them. `nil` costs nothing.
    init(path: String, scanThreads: Int = 4, observer: (@Sendable (String) -> Void)? = nil) throws {
        self.path = path
        self.observer = observer ?? { _ in }
        var configuration = Connections.configuration(observer: observer)
        configuration.journalMode = .wal
        configuration.label = "martlet.writer"
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try writer.writeWithoutTransaction { db in
            // GRDB sets NORMAL when it enters WAL mode; an answered write must survive the loss of power (law 6).
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // Checkpoints are made by ``checkpoint(meanwhile:)`` alone.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        index = try WALIndex(writer)
        scanners = (0..<scanThreads).map { DispatchQueue(label: "martlet.scan.\($0)") }
        isObserved = observer != nil
    }

    private let isObserved: Bool
    private let checkpointing = Mutex(())

    private struct Readers {
        var free: [DatabaseQueue] = []
        var isClosed = false
    }

    private static func configuration(observer: (@Sendable (String) -> Void)?) -> Configuration {
        var configuration = Configuration()
        // The store states its invariants in `check()`; enforcing them per row would double the cost of a write.
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA secure_delete = OFF")
            try db.execute(sql: "PRAGMA cache_size = -8192")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if let observer {
                db.trace { event in
                    if case .statement(let statement) = event { observer(statement.sql) }
                }
            }
        }
        return configuration
    }

    var idleReaders: Int { readers.withLock { $0.free.count } }

    /// Reads in one snapshot, on the caller's thread. For reads of microseconds; others use ``scan(_:)``.
    func read<T>(_ body: (SQL) throws -> T) throws -> T {
        try readOnce { sql in
            try sql.run("BEGIN DEFERRED")
            defer { _ = try? sql.run("COMMIT") }
            return try body(sql)
        }
    }

    /// Reads with a single statement, which is a snapshot by itself.
    func readOnce<T>(_ body: (SQL) throws -> T) throws -> T {
        let queue = try takeReader()
        defer { giveBack(queue) }
        return try queue.unsafeRead { db in try body(SQL(database: db)) }
    }

    private func takeReader() throws -> DatabaseQueue {
        let free = try readers.withLock { readers in
            if readers.isClosed { throw StoreError.closed }
            return readers.free.popLast()
        }
        return try free ?? openReader()
    }

    private func giveBack(_ queue: DatabaseQueue) {
        let isClosed = readers.withLock { readers in
            if !readers.isClosed { readers.free.append(queue) }
            return readers.isClosed
        }
        if isClosed { try? queue.close() }
    }

    /// Reads in one snapshot on a thread of the store's own, so that a long listing does not hold up other requests.
    func scan<T: Sendable>(_ body: @escaping @Sendable (SQL) throws -> T) async throws -> T {
        let index = nextScanner.wrappingAdd(1, ordering: .relaxed).newValue
        let queue = scanners[Int(UInt(bitPattern: index) % UInt(scanners.count))]
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.read(body) }) }
        }
    }

    /// Copies the state of one moment into another database.
    func copy(to target: DatabaseQueue) throws {
        let queue = try openReader()
        try queue.backup(to: target)
        try queue.close()
    }

    private func openReader() throws -> DatabaseQueue {
        var configuration = Connections.configuration(observer: isObserved ? observer : nil)
        configuration.readonly = true
        configuration.label = "martlet.reader"
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Brings the log into the database as far as readers allow, without making anybody but other checkpoints wait.
    ///
    /// A snapshot is held all the while. Before SQLite 3.51.3 a checkpoint that is about to begin when a commit starts the log
    /// anew may note pages of the new log as copied that never were, and the database is damaged
    /// (https://www.sqlite.org/wal.html#walresetbug). A snapshot that reads from the log keeps it from being started anew, and one
    /// that reads from the database alone keeps every checkpoint away.
    ///
    /// - Parameter meanwhile: for tests: runs when the snapshot is there and the checkpoint has not begun.
    /// - Returns: how many of the log's pages are in the database now.
    @discardableResult
    func checkpoint(meanwhile: () throws -> Void = {}) throws -> Int {
        try checkpointing.withLock { _ in
            try read { sql in
                // A snapshot begins with the first thing read.
                _ = try sql.first("SELECT clock FROM store") { $0.int(0) }
                try meanwhile()
                let queue = try DatabaseQueue(path: path, configuration: Connections.configuration(observer: nil))
                let pages = try queue.writeWithoutTransaction { db in
                    try SQL(database: db).first("PRAGMA wal_checkpoint(PASSIVE)") { $0.int(2) }
                }
                try queue.close()
                return Int(pages ?? 0)
            }
        }
    }

    /// Ends every connection. Reads that still run finish first.
    func close() throws {
        let free = readers.withLock { readers in
            defer { readers = Readers(isClosed: true) }
            return readers.free
        }
        index.close()
        for queue in free { try queue.close() }
        writer.writeWithoutTransaction { db in _ = try? db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try writer.close()
    }
}
