import DAV
import GRDB
import Glibc

extension SQLiteStore {
    /// Copies the store into `target`, a new or empty folder, while it is in use. The copy is one consistent state.
    ///
    /// Bodies are linked where the file system can, since they never change; else copied.
    /// - Throws: ``StoreError/notEmpty(_:)``.
    public func backup(to target: String) async throws {
        try await onOwnThread {
            try SQLiteStore.demandEmpty(target)
            try Files.makeDirectory(target + "/blobs")
            // No body file is removed until all those the snapshot refers to are copied.
            let hold = try self.blobs.hold()
            try withExtendedLifetime(hold) {
                let copy = try DatabaseQueue(path: target + "/martlet.sqlite")
                try self.connections.copy(to: copy)
                try SQLiteStore.copyFiles(named: SQLiteStore.files(copy), from: self.folder, to: target)
                try copy.close()
            }
            try SQLiteStore.syncAll(target)
        }
    }

    /// Puts a backup into `target` and begins a new life of the store: sync tokens of the time since the backup are refused,
    /// and clients start over (SS-053).
    ///
    /// - Parameter replacing: whether a store in `target` may be overwritten. It must not be in use.
    /// - Throws: ``StoreError/notAStore(_:)``, ``StoreError/notEmpty(_:)``, ``StoreError/inUse(folder:process:)``.
    public static func restore(from source: String, to target: String, replacing: Bool = false) async throws {
        try await onOwnThread {
            guard Files.exists(source + "/martlet.sqlite") else { throw StoreError.notAStore(source) }
            if !replacing { try demandEmpty(target) }
            try Files.makeDirectory(target)
            try Files.makeDirectory(target + "/blobs")
            let lock = try self.lock(target)
            try withExtendedLifetime(lock) {
                for name in ["martlet.sqlite", "martlet.sqlite-wal", "martlet.sqlite-shm", "epoch"] {
                    unlink(target + "/" + name)
                }
                // Under another name until it is whole: a restore that was cut short leaves no store that looks like one.
                let unfinished = target + "/restoring.sqlite"
                for suffix in ["", "-wal", "-shm"] { unlink(unfinished + suffix) }
                let from = try DatabaseQueue(path: source + "/martlet.sqlite")
                var configuration = Configuration()
                configuration.foreignKeysEnabled = false
                let copy = try DatabaseQueue(path: unfinished, configuration: configuration)
                try from.backup(to: copy)
                try from.close()
                try copy.writeWithoutTransaction { db in
                    _ = try SQL(database: db).run("UPDATE store SET epoch = ?1", .int(.random(in: .min ... .max)))
                }
                try copyFiles(named: files(copy), from: source, to: target)
                try copy.close()
                try syncAll(target)
                guard rename(unfinished, target + "/martlet.sqlite") == 0 else {
                    throw Files.fail("Renaming \(unfinished)")
                }
                try Files.syncDirectory(target)
            }
        }
    }

    private static func demandEmpty(_ folder: String) throws {
        try Files.makeDirectory(folder)
        if try !Files.list(folder).isEmpty { throw StoreError.notEmpty(folder) }
    }

    private static func files(_ database: DatabaseQueue) throws -> [String] {
        try database.unsafeRead { db in
            try SQL(database: db).rows("SELECT file FROM body WHERE file IS NOT NULL") { $0.text(0) }
        }
    }

    private static func copyFiles(named names: [String], from source: String, to target: String) throws {
        for name in names {
            let place = "/blobs/\(name.prefix(2))"
            try Files.makeDirectory(target + place)
            try Files.linkOrCopy(source + place + "/" + name, to: target + place + "/" + name)
        }
    }

    private static func syncAll(_ folder: String) throws {
        for name in try Files.list(folder) where name.hasSuffix(".sqlite") { try Files.sync(folder + "/" + name) }
        for name in try Files.list(folder + "/blobs") { try Files.syncDirectory(folder + "/blobs/" + name) }
        try Files.syncDirectory(folder + "/blobs")
        try Files.syncDirectory(folder)
    }
}
