import DAV
import DAVTesting
import GRDB
import Testing

@testable import DAVStorage

/// What machines cannot blur: which index answers, and how many statements run (design §9).
struct CostTests {
    /// A home with `count` members in `big`, and a token from before the last of them.
    private func filled(_ count: Int) async throws -> TestStore {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.mkcol("big")
        let writing = try await test.writing("big")
        let condition = test.condition
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask { _ = try await writing.put(Name("n\(index)")!, .init(body: [1].stream), if: condition) }
            }
            try await group.waitForAll()
        }
        return test
    }

    @Test func whatARequestAsksOfTheDatabaseDoesNotGrowWithTheCollection() async throws {
        var costs: [[Int]] = []
        for count in [10, 300] {
            let test = try await filled(count)
            let collection = try await test.collection("big")
            guard let syncing = collection.syncing, let writing = collection.writing else { throw DAVError.conflict }
            let token = try await test.sync("big").token
            let condition = test.condition
            let all: Fields = [.deadProperties, .locks, .quota, .syncToken, .resourceID]
            var cost: [Int] = []
            func measure(_ body: () async throws -> Void) async throws {
                cost.append(try await test.counting(body).filter { !$0.hasPrefix("PRAGMA") }.count)
            }
            try await measure {
                _ = try await test.backend.resolve(test.path("big"), for: test.caller, fields: .syncToken)
            }
            try await measure {
                _ = try await syncing.changes(since: token, level: .infinite, limit: 1000, fields: all)
            }
            try await measure { _ = try await syncing.changes(since: nil, level: .one, limit: 1000, fields: all) }
            try await measure { _ = try await syncing.changes(since: nil, level: .infinite, limit: 1000, fields: all) }
            try await measure { _ = try await collection.entries(.all(after: nil, limit: 1000), fields: all) }
            try await measure { _ = try await collection.open(Name("n1")!, fields: []) }
            try await measure { _ = try await writing.put(Name("n1")!, .init(body: [2].stream), if: condition) }
            try await measure { _ = try await writing.put(Name("new")!, .init(body: [2].stream), if: condition) }
            try await measure { try await writing.delete(Name("n1")!, if: condition) }
            try await measure {
                _ = try await syncing.changes(since: token, level: .infinite, limit: 1000, fields: all)
            }
            costs.append(cost)
        }
        #expect(costs[0] == costs[1])
        let limits = [8, 3, 12, 12, 8, 6, 30, 30, 24, 12]
        #expect(zip(costs[0], limits).allSatisfy { $0 <= $1 }, "\(costs[0]) beside \(limits)")
    }

    @Test func aShortPutThatIsOnItsWayIsLookedUpInOneSnapshotAndJudgedOnce() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.mkcol("c")
        try await test.put("c/a", [1])
        for name in ["a", "b"] {
            let path = test.path("c/\(name)")
            var found: Resolution?
            let lookups = try await test.counting {
                found = try await test.backend.resolveBinding(path, for: test.caller, fields: [])
            }
            #expect(found?.target == .member(Name(name)!))
            #expect((found?.entry != nil) == (name == "a"))
            #expect(lookups.filter { $0.hasPrefix("BEGIN") } == ["BEGIN DEFERRED"])
            let writing = try #require(found?.collection.writing)
            var upload = Upload(declaredLength: 1, body: [2].stream)
            upload.isOnItsWay = true
            let writes = try await test.counting {
                _ = try await writing.put(Name(name)!, upload, if: test.condition)
            }
            #expect(writes.filter { $0.hasPrefix("BEGIN") } == ["BEGIN IMMEDIATE"])
        }
    }

    @Test func listingAHomeTakesAsManyStatementsForFiftyCollectionsAsForThree() async throws {
        var costs: [Int] = []
        for count in [3, 50] {
            let test = try TestStore()
            try await test.store.ensureHome(for: TestStore.alice)
            for index in 0..<count { try await test.mkcol("c\(index)") }
            let home = try await test.collection()
            let all: Fields = [.deadProperties, .locks, .quota, .syncToken, .resourceID]
            costs.append(
                try await test.counting { _ = try await home.entries(.all(after: nil, limit: 100), fields: all) }.count)
        }
        #expect(costs[0] == costs[1])
    }

    @Test(arguments: [
        SyncQueries.atRevision, SyncQueries.afterRevision, SyncQueries.fromRevision, SyncQueries.changedBelow,
        Tree.byName, Tree.byID,
        StoreCollection.listing, LockTable.atRoots[3], SyncQueries.instances, Tree.latestInInstances,
    ])
    func everyReadOfARequestIsASearchOfAnIndexInItsOrder(_ query: String) throws {
        let test = try TestStore()
        let plan = try test.store.connections.writer.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + query,
                arguments: StatementArguments(Array(repeating: 1, count: query.parameters))
            )
            .map { row -> String in row["detail"] }
        }
        // Where the source of an instance lies is climbed up to; of roots there are a handful.
        let climbing = ["SCAN up", "SCAN CONSTANT ROW", "SCAN root"]
        let bad = plan.filter { step in
            ["SCAN", "USE TEMP", "MATERIALIZE"].contains(where: step.hasPrefix) && !climbing.contains(step)
        }
        #expect(plan.first?.hasPrefix("SEARCH") == true && bad == [], "no scan and no sorting: \(plan)")
    }

    @Test func theStatementsOfWritesSearchIndexes() async throws {
        let test = try await filled(20)
        try await test.mkcol("a")
        try await test.mkcol("a/b")
        try await test.put("a/b/c", [1])
        let statements = try await test.counting {
            try await test.put("a/x", [1])
            try await test.put("a/x", [2])
            _ = try await test.writing().copy(
                .member(Name("a")!), to: test.path("c"), depth: .infinity, overwrite: true, if: test.condition)
            _ = try await test.writing().move(Name("a")!, to: test.path("c"), overwrite: true, if: test.condition)
            try await test.delete("c/x")
            try await test.delete("c")
            try await test.mkcol("c")
        }
        let scans = try plans(of: Set(statements), test).filter { plan in
            ["entry", "e", "collection", "c", "property", "body", "lock"].contains { plan.hasPrefix("SCAN \($0):") }
        }
        #expect(scans == [])
    }

    private func plans(of statements: Set<String>, _ test: TestStore) throws -> [String] {
        try test.store.connections.read { sql in
            try statements.filter { text in ["SELECT", "UPDATE", "INSERT", "DELETE"].contains(where: text.hasPrefix) }
                .flatMap {
                    text in
                    let arguments = StatementArguments(Array(repeating: 1, count: text.parameters))
                    return try Row.fetchAll(sql.database, sql: "EXPLAIN QUERY PLAN " + text, arguments: arguments)
                        .map { row -> String in "\(row["detail"] as String): \(text)" }
                }
        }
    }
}

extension String {
    /// How many parameters the statement has: the greatest number after a question mark.
    fileprivate var parameters: Int {
        split(separator: "?").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }.max() ?? 0
    }
}
