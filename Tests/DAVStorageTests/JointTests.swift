import DAV
import DAVTesting
import Foundation
import Testing

@testable import DAVStorage

/// What writing at several places costs, and what it leaves behind.
@Suite struct JointTests {
    private func store() async throws -> TestStore {
        let test = try TestStore()
        try await test.store.add(Account(id: TestStore.alice, displayName: "", passwordHash: ""))
        for text in ["c", "d", "e", "f"] { try await test.mkcol(text) }
        return test
    }

    private func step(_ test: TestStore, _ text: String, _ body: [UInt8]) -> WriteStep {
        WriteStep(test.path(text), .put(Upload(body: BodyStream(of: body))), if: test.condition)
    }

    private func files(_ test: TestStore) throws -> Int { try test.store.blobs.names().count }

    /// SS-060: readers find all of it or nothing, since there is one commit.
    @Test func severalStepsAreOneCommitAndCostWhatTheyCostOneByOne() async throws {
        let test = try await store()
        let joint = try #require(test.backend.jointWriting)
        let places = ["c/a", "d/a", "e/a", "f/a"]
        // The first of all finds nothing cached.
        _ = try await joint.write(places.map { step(test, $0, [0]) })
        let one = try await test.counting { _ = try await joint.write([step(test, "c/a", [1])]) }
        let before = test.store.activity
        let four = try await test.counting { _ = try await joint.write(places.map { step(test, $0, [2]) }) }
        let after = test.store.activity
        #expect(after.commits - before.commits == 1)
        #expect(after.writes - before.writes == 1)
        #expect(four.count <= 4 * one.count, "\(four.count) statements, and \(one.count) for one")
        let single = try await test.counting { try await test.put("c/a", [3]) }
        #expect(one.count <= single.count + 1, "\(one) beside \(single)")
    }

    @Test func filesOfStepsThatAreTakenBackAreRemoved() async throws {
        let test = try await store()
        let joint = try #require(test.backend.jointWriting)
        let long = [UInt8](repeating: 7, count: SQLiteStore.maxInlineBytes + 1)
        var failing = step(test, "e/a", [1])
        failing.condition.ifMatch = .list([], weak: [])
        await #expect(throws: JointFailure.self) {
            _ = try await joint.write([step(test, "c/a", long), step(test, "d/a", long), failing])
        }
        #expect(try files(test) == 0, "refused in the transaction")
        await #expect(throws: JointFailure.self) {
            _ = try await joint.write([step(test, "c/a", long), step(test, "none/a", long)])
        }
        #expect(try files(test) == 0, "refused before")
        struct Lost: Error {}
        let broken = Upload(body: BodyStream { throw Lost() })
        await #expect(throws: Lost.self) {
            _ = try await joint.write([
                step(test, "c/a", long), WriteStep(test.path("d/a"), .put(broken), if: test.condition),
            ])
        }
        #expect(try files(test) == 0, "broken off")
        _ = try await joint.write([step(test, "c/a", long), step(test, "d/a", long)])
        #expect(try files(test) == 2)
        #expect(try await test.read("d/a") == long)
        _ = try await joint.write([step(test, "c/a", [1]), WriteStep(test.path("d/a"), .delete, if: test.condition)])
        // What goes with a commit goes after it.
        for _ in 0..<100 where try files(test) > 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try files(test) == 0)
    }

    @Test func whatWasCommittedTogetherIsThereTogetherWhenTheStoreIsOpenedAgain() async throws {
        let test = try await store()
        let joint = try #require(test.backend.jointWriting)
        let token = try await test.sync().token
        _ = try await joint.write(["c/a", "d/a"].map { step(test, $0, [1]) })
        try test.close()
        try test.open()
        let page = try await test.sync("", token)
        #expect(page.changes.map { $0.path.map(\.string) } == [["c", "a"], ["d", "a"]])
        #expect(try await test.store.check().isEmpty)
    }
}
