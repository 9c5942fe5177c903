import DAV
import DAVTesting
import Foundation
import GRDB
import Testing

@testable import DAVStorage

/// Copies, restores, crashes and the passage of time.
struct LifeTests {
    private func store() async throws -> TestStore {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        return test
    }

    private func isRefused(_ token: SyncToken, _ test: TestStore) async throws -> Bool {
        do {
            _ = try await test.sync("", token)
            return false
        } catch let error as DAVError where error == .validSyncToken {
            return true
        }
    }

    @Test func aRestartKeepsTokensAndETags() async throws {
        let test = try await store()
        let etag = try await test.put("a", [1]).etag
        let token = try await test.sync().token
        try test.close()
        try test.open()
        #expect(try await test.sync().token == token)
        #expect(try await test.collection().entries(.named([Name("a")!]), fields: []).first?.etag == etag)
    }

    @Test func aDatabaseCopiedToAnotherFolderBeginsANewLife() async throws {
        let test = try await store()
        try await test.put("a", [1])
        let token = try await test.sync().token
        try test.close()
        let other = try TestStore()
        try other.close()
        for name in ["martlet.sqlite", "epoch"] {
            try FileManager.default.removeItem(atPath: other.folder + "/" + name)
            try FileManager.default.copyItem(atPath: test.folder + "/" + name, toPath: other.folder + "/" + name)
        }
        try other.open()
        #expect(try await isRefused(token, other))
        #expect(try await other.read("a") == [1])
    }

    @Test func anOlderDatabasePutInPlaceBeginsANewLife() async throws {
        let test = try await store()
        try await test.put("a", [1])
        try test.close()
        let file = test.folder + "/martlet.sqlite"
        let old = try Data(contentsOf: URL(filePath: file))
        try test.open()
        try await test.put("b", [1])
        let token = try await test.sync().token
        try test.close()
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: old)
        try handle.close()
        try test.open()
        #expect(try await isRefused(token, test), "same inode, but the clock went back")
    }

    @Test func aBackupIsTakenWhileWritersWriteAndRestoresToANewLife() async throws {
        let test = try await store()
        try await test.put("big", [UInt8](repeating: 3, count: 200_000))
        let writing = try await test.writing()
        let condition = test.condition
        let copy = test.folder + "/backup"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    let body = [UInt8](repeating: UInt8(index), count: 70_000)
                    _ = try await writing.put(Name("n\(index % 7)")!, .init(body: body.stream), if: condition)
                }
            }
            group.addTask { try await test.store.backup(to: copy) }
            try await group.waitForAll()
        }
        let token = try await test.sync().token
        await #expect(throws: StoreError.notEmpty(copy)) { try await test.store.backup(to: copy) }
        await #expect(throws: StoreError.inUse(folder: test.folder, process: getpid())) {
            try await SQLiteStore.restore(from: copy, to: test.folder, replacing: true)
        }
        await #expect(throws: StoreError.notAStore(test.folder + "/nothing")) {
            try await SQLiteStore.restore(from: test.folder + "/nothing", to: test.folder + "/x")
        }
        try test.close()
        try await SQLiteStore.restore(from: copy, to: test.folder, replacing: true)
        try test.open()
        #expect(try await test.store.check() == [])
        #expect(try await test.read("big")?.count == 200_000)
        #expect(try await isRefused(token, test), "SS-053")
        let fresh = try await test.sync().token
        #expect(try await !isRefused(fresh, test))
    }

    @Test func aCopyOfTheFilesTakenAtAnyMomentOpensWithEveryAnsweredWrite() async throws {
        let test = try await store()
        for round in 0..<5 {
            for index in 0..<20 { try await test.put("r\(round)-\(index)", [UInt8(index)]) }
            let crashed = try TestStore(clock: test.clock)
            try crashed.close()
            // The order a crash gives: the log has at least what was answered.
            for name in ["martlet.sqlite", "martlet.sqlite-wal"] {
                let target = crashed.folder + "/" + name
                try? FileManager.default.removeItem(atPath: target)
                try FileManager.default.copyItem(atPath: test.folder + "/" + name, toPath: target)
            }
            try crashed.open()
            #expect(try await crashed.store.check() == [])
            let names = try await crashed.collection().entries(.all(after: nil, limit: 1000), fields: []).count
            #expect(names == (round + 1) * 20)
        }
    }

    @Test func pruningByAgeKeepsAYearAndTheLatestRemovals() async throws {
        let test = try await store()
        let begin = try await test.sync().token
        try await test.put("a", [1])
        try await test.delete("a")
        let afterFirst = try await test.sync().token
        test.clock.advance(seconds: 400 * 86_400)
        try await test.put("b", [1])
        try await test.delete("b")
        let yearAgo = test.clock.now.adding(seconds: -365 * 86_400)
        #expect(try await test.store.prune(olderThan: yearAgo, keepingAtLeast: 10) == 0)
        #expect(try await test.store.prune(olderThan: yearAgo, keepingAtLeast: 0) <= 1)
        test.clock.advance(seconds: 400 * 86_400)
        try await test.put("c", [1])
        let horizon = test.clock.now.adding(seconds: -365 * 86_400)
        _ = try await test.store.prune(olderThan: horizon, keepingAtLeast: 1)
        #expect(try await isRefused(begin, test))
        #expect(try await !isRefused(afterFirst, test), "the removal of b is the latest, and is kept")
        #expect(try await test.store.check() == [])
    }

    @Test func aClockThatJumpsBackHarmsNeitherTokensNorETags() async throws {
        let test = try await store()
        let first = try await test.put("a", [1])
        let token = try await test.sync().token
        test.clock.advance(seconds: -100 * 86_400)
        let second = try await test.put("a", [2])
        #expect(first.etag != second.etag)
        #expect(try await test.sync("", token).changes.count == 1)
        try test.close()
        try test.open()
        #expect(try await test.sync("", token).changes.count == 1)
        #expect(try await test.store.check() == [])
    }

    @Test func aFullDiskIsAnsweredAndNothingIsLost() async throws {
        let test = try await store()
        try await test.put("a", [1])
        try await test.store.connections.writer.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count")!
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 20)")
        }
        let writing = try await test.writing()
        let condition = test.condition
        // A group in which one does not fit: the others must still be stored.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask {
                    let body = [UInt8](repeating: 1, count: index == 7 ? 1 : 60_000)
                    do {
                        _ = try await writing.put(Name("n\(index)")!, .init(body: body.stream), if: condition)
                    } catch let error as DAVError where error == .sufficientDiskSpace {
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await test.read("a") == [1])
        #expect(try await test.read("n7") == [1])
        await #expect(throws: DAVError.sufficientDiskSpace) {
            try await test.put("more", [UInt8](repeating: 1, count: 65_000))
        }
        #expect(try await test.store.check() == [])
    }

    @Test func aStoreOfANewerFormatIsNotTouched() async throws {
        let test = try await store()
        try await test.store.connections.writer.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('from the future')")
        }
        try test.close()
        #expect(throws: StoreError.newerFormat(test.folder)) { try test.open() }
    }

    @Test(arguments: [
        "UPDATE collection SET bytes = bytes + 1 WHERE owner IS NOT NULL",
        "UPDATE entry SET rev = 1000000 WHERE name = 'a'",
        "DELETE FROM body", "UPDATE entry SET size = size + 1 WHERE name = 'a'",
        "UPDATE entry SET resource = NULL WHERE name = 'c'",
        "UPDATE collection SET dead = 1 WHERE owner IS NOT NULL",
        "UPDATE entry SET rev = rev - 1 WHERE removed = 1 AND name = 'x'",
        "UPDATE collection SET cur = 1 WHERE owner IS NOT NULL",
        "INSERT INTO property (resource, namespace, name, xml) VALUES (99999, '', 'p', x'00')",
    ])
    func checkFindsWhatIsNotAsItMustBe(_ damage: String) async throws {
        let test = try await store()
        try await test.put("a", [1])
        try await test.mkcol("c")
        try await test.mkcol("d")
        try await test.put("d/x", [1])
        try await test.delete("d")
        #expect(try await test.store.check() == [])
        try await test.store.connections.writer.write { db in try db.execute(sql: damage) }
        #expect(try await !test.store.check().isEmpty)
    }

    @Test func checkFindsABodyFileThatIsGoneOrCut() async throws {
        let test = try await store()
        try await test.put("a", [UInt8](repeating: 1, count: 100_000))
        let name = try test.store.blobs.names()[0]
        let file = test.store.blobs.location(of: name)
        try FileHandle(forWritingTo: URL(filePath: file)).truncate(atOffset: 10)
        #expect(try await test.store.check() == ["The body file \(name) holds 10 bytes instead of 100000."])
        try FileManager.default.removeItem(atPath: file)
        #expect(try await test.store.check() == ["The body file \(name) is missing."])
    }
}
