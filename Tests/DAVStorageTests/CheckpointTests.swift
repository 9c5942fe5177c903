import DAV
import GRDB
import Testing

@testable import DAVStorage

@Suite struct CheckpointTests {
    /// https://www.sqlite.org/walformat.html §2.1, and walresetbug in https://www.sqlite.org/wal.html: what a checkpoint in that
    /// moment notes of the old log would be believed of the new one.
    @Test func nothingIsCopiedWhileTheLogIsStartedAnew() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        for index in 0..<10 { try await test.put("\(index)", [1]) }
        let connections = test.store.connections
        let before = try #require(connections.index.mark()?.frames)
        #expect(try connections.checkpoint() == before)
        let copied = try connections.checkpoint {
            try connections.writer.write { db in try db.execute(sql: "UPDATE store SET created = created + 1") }
        }
        #expect(copied == 0)
        let after = try #require(connections.index.mark()?.frames)
        #expect(after < before, "the log was started anew")
        #expect(try connections.checkpoint() == after)
        #expect(try await test.store.check() == [])
    }

    @Test func aSnapshotOfTheLogKeepsItFromBeingStartedAnew() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        let connections = test.store.connections
        let before = try #require(connections.index.mark()?.frames)
        let copied = try connections.checkpoint {
            try connections.writer.write { db in try db.execute(sql: "UPDATE store SET created = created + 1") }
        }
        #expect(copied == before)
        #expect(try #require(connections.index.mark()?.frames) > before)
    }

    /// Fewer operations than make a checkpoint beside the writer, more pages than a log may have.
    @Test func aLogThatIsTooLongIsBroughtInAtOnce() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        var longest = 0
        for index in 0..<1_300 {
            try await test.put("a", [UInt8](repeating: UInt8(index & 255), count: 60_000))
            longest = max(longest, try #require(test.store.connections.index.mark()?.frames))
        }
        #expect(longest > 15_000 && longest < 17_000)
        #expect(try #require(test.store.connections.index.mark()?.frames) < 10_000)
    }
}
