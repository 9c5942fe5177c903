import DAV
import Testing

@testable import DAVStorage

struct AccountTests {
    @Test func aHashIsReplacedOnlyIfItIsStillTheOneThatWasSeen() async throws {
        let test = try TestStore()
        try await test.store.add(Account(id: TestStore.alice, displayName: "Alice", passwordHash: "old"))
        #expect(try await test.store.setPasswordHash("stronger", of: TestStore.alice, ifStill: "old"))
        #expect(try test.store.account(TestStore.alice)?.passwordHash == "stronger")
        #expect(try await !test.store.setPasswordHash("late", of: TestStore.alice, ifStill: "old"))
        #expect(try test.store.account(TestStore.alice)?.passwordHash == "stronger")
        try await test.store.removeAccount(TestStore.alice, withFiles: false)
        #expect(try await !test.store.setPasswordHash("late", of: TestStore.alice, ifStill: "stronger"))
    }

    @Test func activityCountsCommitsAndWhatTheyCarried() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        let before = test.store.activity
        try await test.put("a", [1])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 { group.addTask { try await test.put("b\(index)", [1]) } }
            try await group.waitForAll()
        }
        let after = test.store.activity
        #expect(after.writes - before.writes == 21)
        #expect((2...21).contains(after.commits - before.commits))
        #expect((1...20).contains(after.largestBatch))
        #expect(after.waiting == 0)
        #expect(after.revision > before.revision)
    }
}
