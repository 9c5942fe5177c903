public import DAV
import GRDB
import Glibc
public import Logging

/// A data folder: everything a server keeps, in one SQLite database and a folder of large bodies.
///
/// `martlet.sqlite` holds all state; `blobs/` the bodies larger than ``maxInlineBytes``; `epoch` tells a copied or replaced
/// database from the one that was here; `lock` keeps a second server out. What a method acknowledged is on disk.
public final class SQLiteStore: Sendable {
    /// Bodies up to this size live in the database.
    public static let maxInlineBytes = 64 << 10

    public struct Options: Sendable {
        /// The collections of homes, below the handler's mount, none within another. The first one's homes are what
        /// ``SQLiteStore/homePath(of:)`` tells.
        public var homes = [HomeTemplate.files]
        /// Kinds of collections besides plain folders.
        public var kinds: [CollectionKind] = []
        /// How people share: what those are asked who join a group that is invited. The handler has the same in
        /// `ServerFacts.sharing`.
        public var sharing = ShareRules()
        public var clock: @Sendable () -> Timestamp = { .now }
        public var logger = Logger(label: "martlet.store")
        /// Is told every SQL statement; for tests that count them.
        public var observer: (@Sendable (String) -> Void)?
        public init() {}
    }

    /// Why the folder is opened.
    public enum Purpose: Sendable {
        /// To serve requests: one process at a time.
        case serving
        /// To run one command, perhaps beside a serving process.
        case command
    }

    let folder: String
    let facts: StoreFacts
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    let connections: Connections
    let known: KnownCollections
    let commits: GroupCommit
    let listeners = PushListeners()
    let blobs: BlobFolder
    private let lock: FileLock?

    /// Opens the data folder, creating it if it is not there.
    ///
    /// - Throws: ``StoreError`` with a sentence for the person at the keyboard: ``StoreError/inUse(folder:process:)`` if another
    ///   process serves this folder.
    public init(folder: String, purpose: Purpose = .serving, options: Options = Options()) throws {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
        clock = options.clock
        logger = options.logger
        try Files.makeDirectory(folder)
        lock = purpose == .serving ? try SQLiteStore.lock(folder) : nil
        connections = try Connections(path: folder + "/martlet.sqlite", observer: options.observer)
        let now = options.clock()
        let isServing = purpose == .serving
        try SQLiteStore.migrate(connections.writer, at: folder)
        let (epoch, roots) = try connections.writer.writeWithoutTransaction { db in
            let sql = SQL(database: db)
            let roots = try SQLiteStore.prepare(sql, options.homes, now: now)
            return (try Epoch(folder: folder).settle(sql, mayBegin: isServing), roots)
        }
        var kinds: [String: CollectionKind] = [:]
        let templated = options.homes.flatMap { [$0.kind] + $0.children.map(\.kind) }
        for kind in options.kinds + templated + [.folder, .system, .principal] { kinds[kind.id] = kind }
        facts = StoreFacts(roots: roots, kinds: kinds, epoch: epoch, sharing: options.sharing)
        known = KnownCollections(connections.index)
        let blobs = try BlobFolder(folder: folder)
        let checkpoints = Checkpoints(connections)
        let listeners = listeners
        self.blobs = blobs
        commits = GroupCommit(writer: connections.writer, facts: facts, clock: options.clock) { effects in
            blobs.remove(effects.doomedFiles)
            checkpoints.note(effects.revision)
            if effects.isLoud { listeners.wake(at: effects.revision) }
            if effects.suppressed > 0 { listeners.noteSuppressed(effects.suppressed) }
        }
        if isServing { try sweep(isStart: true) }
    }

    static func lock(_ folder: String) throws -> FileLock {
        let path = folder + "/lock"
        guard let lock = try FileLock.acquire(path, exclusive: true) else {
            throw StoreError.inUse(
                folder: folder, process: Files.readText(path).flatMap { Int32($0.filter(\.isNumber)) })
        }
        lock.write("\(getpid())\n")
        return lock
    }

    /// Whether a folder holds a store: what a command that must not make one asks first.
    public static func isStore(_ folder: String) -> Bool { Files.exists(folder + "/martlet.sqlite") }

    /// Makes what every store has, as far as it is missing: the clock, and a collection for each root.
    private static func prepare(_ sql: SQL, _ homes: [HomeTemplate], now: Timestamp) throws -> [StoreFacts.Root] {
        try sql.run("BEGIN IMMEDIATE")
        try sql.run(
            "INSERT OR IGNORE INTO store (id, epoch, clock, serial, created) VALUES (1, ?1, 1, 1, ?2)",
            .int(.random(in: .min ... .max)), .int(now.microseconds))
        // A store from before there were several has its only root under the first number.
        try sql.run(
            """
            INSERT INTO root (path, collection) SELECT ?1, id FROM collection
            WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM root)
            """, .text(homes.first.map { $0.root.description } ?? ""))
        let roots = try homes.map { StoreFacts.Root(template: $0, row: try root($0.root, sql, now: now)) }
        try sql.run("COMMIT")
        return roots
    }

    private static func root(_ path: DAVPath, _ sql: SQL, now: Timestamp) throws -> CollectionRow {
        let find = """
            SELECT \(CollectionRow.columns) FROM root r JOIN collection c ON c.id = r.collection \(CollectionRow.join)
            WHERE r.path = ?1
            """
        if let row = try sql.first(find, .text(path.description), decode: { CollectionRow($0) }) { return row }
        try sql.run("UPDATE store SET serial = serial + 1")
        try sql.run(
            """
            INSERT INTO collection (id, kind, uuid, incarnation, cur, created, modified)
            SELECT serial, 'system', ?1, 1, 1, ?2, ?2 FROM store
            """, .blob(ResourceID.random().bytes), .int(now.microseconds))
        try sql.run("INSERT INTO root (path, collection) SELECT ?1, serial FROM store", .text(path.description))
        guard let row = try sql.first(find, .text(path.description), decode: { CollectionRow($0) }) else {
            throw StoreError.closed
        }
        return row
    }

    private static func migrate(_ writer: DatabaseQueue, at folder: String) throws {
        let migrator = Schema.migrator
        if try writer.read(migrator.hasBeenSuperseded) { throw StoreError.newerFormat(folder) }
        try migrator.migrate(writer)
    }

    /// Ends the store: refuses new writes, waits for the one under way, and brings the log into the database.
    public func close() throws {
        commits.close()
        if lock != nil { try Epoch(folder: folder).remember(connections) }
        try connections.close()
        lock?.release()
    }

    /// Removes files no commit refers to.
    @discardableResult
    func sweep(isStart: Bool) throws -> Int {
        try blobs.sweep(isStart: isStart) {
            try connections.read { sql in
                Set(try sql.rows("SELECT file FROM body WHERE file IS NOT NULL") { $0.text(0) })
            }
        }
    }

    /// Wakes who waits for pushes if another process, such as an import, made some due.
    ///
    /// Cost: a look at the log's index while nothing was committed since the last call, and otherwise one query; call it about
    /// every second.
    public func noticeOthers() throws {
        let mark = connections.index.mark()
        guard mark == nil || listeners.isNew(mark) else { return }
        listeners.wake(at: try connections.read { try PushTable(sql: $0, facts: facts).loudest() })
    }

    /// Work that is due now and then: checkpoints, expired locks, forgotten files, and pushes that another process made due.
    /// Cheap; call it about every minute.
    public func maintain() async throws {
        let connections = connections
        _ = try await onOwnThread { try connections.checkpoint() }
        let now = clock()
        try await commits.write { transaction in
            try transaction.locks.removeExpired(at: now)
            try transaction.removeEndedLinks(before: now.adding(seconds: -30 * 86_400))
        }
        _ = try await onOwnThread { try self.sweep(isStart: false) }
        try noticeOthers()
        if lock != nil { try Epoch(folder: folder).remember(connections) }
    }
}
