import DAV
import DAVTesting
import Synchronization
import Testing

@testable import DAVStorage

/// What is under way when access is taken back (X13, Y6).
struct SharingRaceTests {
    static let bob = PrincipalID(Name("bob")!)

    let test: TestStore
    private let rules = ShareRules(mode: .instant)

    init() async throws {
        test = try TestStore(sharing: rules)
        for id in [TestStore.alice, Self.bob] {
            try await test.store.add(Account(id: id, displayName: "\(id)", passwordHash: ""))
        }
        try await test.mkcol("c")
        try await share(.set(.principal(Self.bob), .readWrite))
    }

    private var condition: Condition { Condition(caller: .principal(Self.bob), now: test.clock.now) }

    private func share(_ change: ShareChange) async throws {
        let sharing = try #require(try await test.collection("c").sharing)
        try await sharing.share([change], rules: rules, roster: .empty, if: test.condition)
    }

    private func instance() async throws -> any DAVCollection {
        let path = try #require(try await test.store.sharedCollections().first?.instances.values.first)
        return try #require(try await test.backend.collection(at: path, for: .principal(Self.bob)))
    }

    /// A body that lets `body` happen between its first octets and its last.
    private func body(of size: Int, pausingFor body: @escaping @Sendable () async throws -> Void) -> BodyStream {
        let step = Steps()
        return BodyStream {
            switch step.next() {
            case 0: return [UInt8](repeating: 1, count: size)
            case 1:
                try await body()
                return [2]
            default: return nil
            }
        }
    }

    @Test(arguments: [
        (100, ShareChange.revoke(.principal(bob))), (100, .set(.principal(bob), .read)),
        (SQLiteStore.maxInlineBytes + 1, .revoke(.principal(bob))),
        (SQLiteStore.maxInlineBytes + 1, .set(.principal(bob), .read)),
    ])
    func aBodyThatEndsAfterTheRevocationIsNotStored(_ size: Int, _ change: ShareChange) async throws {
        let writing = try #require(try await instance().writing)
        let store = self
        await #expect(throws: DAVError.self) {
            let body = store.body(of: size) { try await store.share(change) }
            _ = try await writing.put(Name("a")!, Upload(body: body), if: store.condition)
        }
        #expect(try await test.collection("c").entries(.all(after: nil, limit: 9), fields: []).isEmpty)
        #expect(try await test.store.check() == [])
    }

    @Test func ofWritesThatRaceNoneIsStoredAfterTheRevocation() async throws {
        let writing = try #require(try await instance().writing)
        let condition = condition
        let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        _ = try await writing.put(
                            Name("n\(number)")!, Upload(body: BodyStream(of: [1])), if: condition)
                        return true
                    } catch is DAVError { return false }
                }
                if number == 30 {
                    group.addTask {
                        try await share(.revoke(.principal(Self.bob)))
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        // The removal of the instance is a change of its home, drawn from the same clock as the writes.
        let home = try #require(
            try test.store.connections.read { sql in
                try Tree(sql: sql, facts: test.store.facts).locate(test.store.homePath(of: Self.bob))?.collection
            })
        let latest = try await test.store.connections.scan { sql in
            try sql.first("SELECT count(*), max(rev) FROM entry WHERE name LIKE 'n%' AND removed = 0") {
                (count: Int($0.int(0)), revision: $0.int(1))
            }
        }
        #expect(latest?.count == stored)
        #expect(latest?.revision ?? 0 < home.cur)
        await #expect(throws: DAVError.self) {
            _ = try await writing.put(Name("late")!, Upload(body: BodyStream(of: [1])), if: condition)
        }
    }

    @Test func nothingIsToldBetweenTwoPagesThatWasWrittenAfterTheRevocation() async throws {  // Y6
        for name in ["a", "b", "c"] { try await test.put("c/" + name, [1]) }
        let instance = try await instance()
        let syncing = try #require(instance.syncing)
        let page = try await syncing.changes(since: nil, level: .one, limit: 2, fields: [])
        #expect(!page.isComplete && page.changes.count == 2)
        try await share(.revoke(.principal(Self.bob)))
        try await test.put("c/secret", [1])
        for level in [SyncLevel.one, .infinite] {
            await #expect(throws: DAVError.notFound) {
                _ = try await syncing.changes(since: page.token, level: level, limit: 2, fields: [])
            }
        }
        #expect(try await instance.entries(.all(after: Name("b")!, limit: 9), fields: []).isEmpty)
        #expect(try await instance.entries(.named([Name("secret")!]), fields: []).isEmpty)
        #expect(try await instance.open(Name("secret")!, fields: []) == nil)
    }

    @Test func aTokenOfAnInstanceDiesWithItAlsoIfItComesBack() async throws {  // Y7
        let token = try await instance().syncing?.changes(since: nil, level: .one, limit: 9, fields: []).token
        try await share(.revoke(.principal(Self.bob)))
        try await share(.set(.principal(Self.bob), .readWrite))
        let again = try #require(try await instance().syncing)
        await #expect(throws: DAVError.validSyncToken) {
            _ = try await again.changes(since: token, level: .one, limit: 9, fields: [])
        }
    }
}

/// Counts calls.
private final class Steps: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
