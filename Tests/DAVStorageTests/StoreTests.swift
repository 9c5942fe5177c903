import DAV
import DAVTesting
import Foundation
import GRDB
import Synchronization
import Testing

@testable import DAVStorage

struct StoreTests {
    @Test func theWriterWaitsForTheDisk() throws {
        let test = try TestStore()
        let (synchronous, journal) = try test.store.connections.writer.read { db in
            (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        #expect(synchronous == 2, "FULL: an answered write survives the loss of power (law 6)")
        #expect(journal == "wal")
    }

    @Test func aSecondServerOnTheFolderIsRefusedWithTheFirstOnesProcess() throws {
        let test = try TestStore()
        #expect(throws: StoreError.inUse(folder: test.folder, process: getpid())) {
            _ = try SQLiteStore(folder: test.folder, options: test.options)
        }
        let command = try SQLiteStore(folder: test.folder, purpose: .command, options: test.options)
        try command.close()
    }

    @Test func accountsAddedByAnotherProcessAreSeenAtOnce() async throws {
        let test = try TestStore()
        let command = try SQLiteStore(folder: test.folder, purpose: .command, options: test.options)
        try await command.add(Account(id: TestStore.alice, displayName: "Alice", passwordHash: "hash", quotaBytes: 10))
        #expect(try test.store.account(TestStore.alice)?.passwordHash == "hash")
        await #expect(throws: StoreError.accountExists("alice")) {
            try await test.store.add(Account(id: TestStore.alice, displayName: "", passwordHash: ""))
        }
        try await test.put("a", [1])
        try await command.setPasswordHash("other", of: TestStore.alice)
        #expect(try test.store.account(TestStore.alice)?.passwordHash == "other")
        try await command.removeAccount(TestStore.alice, withFiles: true)
        #expect(try test.store.account(TestStore.alice) == nil)
        #expect(try await test.backend.collection(at: test.home, for: test.caller) == nil)
        await #expect(throws: StoreError.noSuchAccount("alice")) {
            try await command.removeAccount(TestStore.alice, withFiles: true)
        }
        try command.close()
        #expect(try await test.store.check() == [])
    }

    @Test func aMemberThatFailsInAGroupUndoesOnlyItself() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        let writing = try await test.writing()
        let condition = test.condition
        var failing = condition
        failing.ifMatch = .any
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                let failing = failing
                group.addTask {
                    do {
                        _ = try await writing.put(
                            Name("n\(index)")!, .init(body: [1, 2, 3].stream), if: index % 3 == 0 ? failing : condition)
                        return true
                    } catch let error as DAVError where error == .preconditionFailed {
                        return false
                    }
                }
            }
            var stored = 0
            for try await result in group where result { stored += 1 }
            #expect(stored == 133)
        }
        #expect(try await test.collection().entries(.all(after: nil, limit: 1000), fields: []).count == 133)
        #expect(try await test.store.check() == [])
    }

    @Test func aSavepointThatIsRolledBackReturnsItsRevision() async throws {
        let test = try TestStore()
        struct Failure: Error {}
        let before = try await test.store.commits.write { $0.state.clock }
        await #expect(throws: Failure.self) {
            try await test.store.commits.write { transaction -> Void in
                _ = transaction.nextRevision()
                throw Failure()
            }
        }
        #expect(try await test.store.commits.write { $0.state.clock } == before)
    }

    @Test func writesAfterClosingAreRefused() async throws {
        let test = try TestStore()
        let store = test.store
        try store.close()
        await #expect(throws: StoreError.closed) { try await store.ensureHome2() }
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 300_000])
    func bodiesComeBackOctetForOctet(_ size: Int) async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await test.put("a", body)
        #expect(try await test.read("a") == body)
        #expect(try test.store.blobs.names().count == (size > SQLiteStore.maxInlineBytes ? 1 : 0))
        let opened = try await test.collection().open(Name("a")!, fields: [])
        try await test.put("a", [1])
        #expect(try await opened?.body.read(at: 0, count: size + 1) == body, "an open body stays readable")
        #expect(try await test.read("a") == [1])
        #expect(try await test.store.check() == [])
    }

    @Test func aFailedUploadLeavesNothing() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        struct Gone: Error {}
        let chunks = Counter()
        let stream = BodyStream {
            if chunks.next() > 3 { throw Gone() }
            return [UInt8](repeating: 1, count: 50_000)
        }
        let writing = try await test.writing()
        let condition = test.condition
        await #expect(throws: Gone.self) { try await writing.put(Name("a")!, .init(body: stream), if: condition) }
        #expect(try Files.list(test.folder + "/uploads").isEmpty)
        #expect(try test.store.blobs.names().isEmpty)
        #expect(try await test.collection().entries(.all(after: nil, limit: 10), fields: []).isEmpty)
    }

    @Test func aBodyIsNotAskedForWhenTheRequestIsRefusedAnyway() async throws {
        let test = try TestStore()
        try await test.store.add(Account(id: TestStore.alice, displayName: "", passwordHash: "", quotaBytes: 100))
        let pulls = Counter()
        let stream = BodyStream {
            _ = pulls.next()
            return nil
        }
        let writing = try await test.writing()
        var condition = test.condition
        await #expect(throws: DAVError.quotaNotExceeded) {
            try await writing.put(Name("a")!, .init(declaredLength: 101, body: stream), if: condition)
        }
        condition.ifMatch = .any
        let failing = condition
        await #expect(throws: DAVError.preconditionFailed) {
            try await writing.put(Name("a")!, .init(body: stream), if: failing)
        }
        #expect(pulls.next() == 1, "nobody pulled before")
    }

    @Test func filesNobodyRefersToAreSweptUp() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.put("a", [UInt8](repeating: 7, count: 100_000))
        let known = try test.store.blobs.names()
        try FileManager.default.createDirectory(atPath: test.folder + "/blobs/zz", withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: test.folder + "/blobs/zz/zzz", contents: Data([1]))
        _ = FileManager.default.createFile(atPath: test.folder + "/uploads/left", contents: Data([1]))
        try test.close()
        try test.open()
        #expect(try test.store.blobs.names() == known)
        #expect(try Files.list(test.folder + "/uploads").isEmpty)
        #expect(try await test.read("a")?.count == 100_000)
    }

    @Test func copiesShareABodyAndTheLastOneRemovesIt() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.put("a", [UInt8](repeating: 7, count: 100_000))
        let writing = try await test.writing()
        _ = try await writing.copy(
            .member(Name("a")!), to: test.path("b"), depth: .infinity, overwrite: true, if: test.condition)
        #expect(try test.store.blobs.names().count == 1)
        try await test.delete("a")
        #expect(try await test.read("b")?.count == 100_000)
        try await test.delete("b")
        for _ in 0..<100 where try !test.store.blobs.names().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try test.store.blobs.names().isEmpty)
    }
}

extension SQLiteStore {
    fileprivate func ensureHome2() async throws { try await commits.write { _ in } }
}

final class Counter: Sendable {
    private let value = Atomic(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
