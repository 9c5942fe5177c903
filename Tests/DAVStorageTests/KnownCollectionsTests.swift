import DAV
import DAVTesting
import Testing

@testable import DAVStorage

/// What is remembered between commits must never be told after one (laws 3 and 6).
struct KnownCollectionsTests {
    private func filled() async throws -> TestStore {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.mkcol("c")
        try await test.put("c/a", [1])
        return test
    }

    @Test func aPollThatFindsNothingChangedAsksTheDatabaseNothing() async throws {
        let test = try await filled()
        let token = try await test.sync("c").token
        let statements = try await test.counting {
            let found = try await test.backend.resolve(test.path("c"), for: test.caller, fields: .syncToken)
            #expect(found?.entry?.syncToken == token)
            let page = try await found?.collection.syncing?.changes(
                since: token, level: .one, limit: 10, fields: .deadProperties)
            #expect(page?.changes.isEmpty == true && page?.token == token)
        }
        #expect(statements == [])
    }

    @Test func whoAskedBeforeAWriteSeesItWhenItIsAnswered() async throws {
        let test = try await filled()
        let token = try await test.sync("c").token
        let held = try await test.collection("c")
        for round in 0..<50 {
            try await test.put("c/n\(round)", [1])
            let page = try await held.syncing?.changes(since: token, level: .one, limit: 100, fields: [])
            #expect(page?.changes.count == round + 1)
            #expect(try await test.sync("c", token).changes.count == round + 1)
        }
    }

    @Test func aCommitOfAnotherProcessIsSeenAtOnce() async throws {
        let test = try await filled()
        let other = try SQLiteStore(folder: test.folder, purpose: .command, options: test.options)
        let elsewhere = try #require(try await other.backend.collection(at: test.path("c"), for: test.caller))
        for round in 0..<10 {
            let token = try await test.sync("c").token
            #expect(try await test.sync("c", token).changes.isEmpty)
            _ = try await elsewhere.writing?.put(Name("n\(round)")!, .init(body: [1].stream), if: test.condition)
            #expect(try await test.sync("c", token).changes.count == 1)
        }
        try other.close()
    }

    @Test func aCollectionThatWasRemovedOrMovedIsNotFoundAtItsOldPath() async throws {
        let test = try await filled()
        _ = try await test.collection("c")
        _ = try await test.writing().move(
            Name("c")!, to: test.path("d"), overwrite: false, if: test.condition)
        #expect(try await test.backend.collection(at: test.path("c"), for: test.caller) == nil)
        _ = try await test.collection("d")
        try await test.delete("d")
        #expect(try await test.backend.collection(at: test.path("d"), for: test.caller) == nil)
    }

    @Test func whatIsRememberedIsStillForTheOwnerAlone() async throws {
        let test = try await filled()
        _ = try await test.collection("c")
        let stranger = Caller.principal(PrincipalID(Name("bob")!))
        #expect(try await test.backend.collection(at: test.path("c"), for: stranger) == nil)
        #expect(try await test.backend.resolve(test.path("c"), for: stranger, fields: []) == nil)
    }

    @Test func everyCommitHasAMarkOfItsOwnAlsoWhenTheLogBeginsAnew() async throws {
        let test = try await filled()
        var marks: [CommitMark] = []
        for round in 0..<20 {
            try await test.put("c/a", [UInt8(round), 0])
            if round % 5 == 0 { try test.store.connections.checkpoint() }
            let mark = try #require(test.store.known.mark())
            #expect(!marks.contains(mark))
            marks.append(mark)
        }
        #expect(test.store.known.isCurrent(marks.last))
        try test.close()
    }
}
