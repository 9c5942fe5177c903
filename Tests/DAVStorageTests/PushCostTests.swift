import DAV
import DAVTesting
import GRDB
import Testing

@testable import DAVStorage

/// What push costs, in what machines cannot blur.
struct PushCostTests {
    /// A calendar-like collection that so many registered for, and the home above it.
    private func filled(_ count: Int) async throws -> TestStore {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        try await test.mkcol("c")
        try await test.put("c/a", [1])
        let resource = try await test.resource("c")
        let path = test.path("c")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask {
                    _ = try await test.register(
                        resource, at: path, identity: "\(index)",
                        PushTriggers(content: .one, property: .one, properties: index % 2 == 0 ? nil : [.dav("p")]),
                        limits: .unlimited)
                }
            }
            try await group.waitForAll()
        }
        return test
    }

    /// The levels of the collection: nothing else may be written for push.
    private func levels(_ test: TestStore) throws -> [Int64] {
        try test.store.connections.read { sql in
            try sql.rows("SELECT revision FROM push_level ORDER BY resource, reach, trigger") { $0.int(0) }
        }
    }

    @Test func aChangeCostsTheSameForOneAsForTenThousand() async throws {  // T81
        var costs: [[Int]] = []
        for count in [1, 10_000] {
            let test = try await filled(count)
            var cost: [Int] = []
            func measure(_ body: () async throws -> Void) async throws {
                let changes = try test.changes()
                cost.append(try await test.counting(body).filter { !$0.hasPrefix("PRAGMA") }.count)
                cost.append(try test.changes() - changes)
            }
            try await measure { try await test.put("c/a", [2]) }
            try await measure { try await test.put("c/b", [2]) }
            try await measure {
                let property = DeadProperty(name: .dav("q"), xml: Array("<q xmlns=\"DAV:\">1</q>".utf8))
                try await test.writing("c").patchProperties(of: .itself, [.set(property)], if: test.condition)
            }
            try await measure { try await test.delete("c/b") }
            costs.append(cost)
            #expect(try levels(test).count == 2, "content of members, and any property of the collection itself")
            var found: [PushRegistration.ID] = []
            while case let page = try await test.registry.behind(
                since: 0, after: found.last, limit: 500, now: test.clock.now
            ).items.map(\.id), !page.isEmpty {
                found += page
            }
            #expect(found.count == count && found == found.sorted())
        }
        #expect(costs[0] == costs[1])
    }

    @Test func whereNobodyListensAChangeTakesNoStatementMoreAndElsewhereOne() async throws {
        let test = try TestStore()
        try await test.store.ensureHome(for: TestStore.alice)
        for name in ["c", "d"] { try await test.mkcol(name) }
        try await test.put("c/a", [1])
        let silent = try await test.counting { try await test.put("c/a", [2]) }
        #expect(silent.filter { $0.contains("push_") }.allSatisfy { $0.hasPrefix("SELECT clock") })
        _ = try await test.register(try await test.resource("d"), at: test.path("d"), PushTriggers(content: .one))
        let elsewhere = try await test.counting { try await test.put("c/a", [3]) }
        #expect(elsewhere.count == silent.count + 1)
        #expect(try levels(test) == [])
    }

    @Test func whoIsBehindIsSearchedAndWhoIsNotIsNotMet() async throws {
        let test = try await filled(3)
        let queries = [
            PushQueries.behind, PushTable.byID, PushTable.ofPrincipal, PushTable.all, PushQueries.listenedTo[3],
            Transaction.moveAlongContent, Transaction.moveAlongProperties, Transaction.registeredBelow,
            Transaction.endInCollection, Transaction.endMember, PushPaths.upwards,
        ]
        for query in queries {
            let plan = try test.store.connections.read { sql in
                try sql.rows("EXPLAIN QUERY PLAN " + query) { $0.text(3) }
            }
            let scans = plan.filter { line in
                line.hasPrefix("SCAN ")
                    && !["SCAN v", "SCAN b", "SCAN up", "SCAN below", "SCAN json_each", "SCAN 3 CONST"].contains {
                        line.hasPrefix($0)
                    }
                    && line != "SCAN CONSTANT ROW"
            }
            #expect(scans == [], "\(plan) of \(query)")
        }
        let plan = try test.store.connections.read { sql in
            try sql.rows("EXPLAIN QUERY PLAN " + PushQueries.behind) { $0.text(3) }
        }
        #expect(plan.contains { $0.contains("push_level_revision (revision>?)") })
        #expect(plan.contains { $0.contains("push_registration_content (resource=? AND told_content<?)") })
        #expect(plan.contains { $0.contains("push_registration_property (resource=? AND told_property<?)") })
    }
}

extension TestStore {
    /// How many rows the writer has changed.
    fileprivate func changes() throws -> Int { try store.connections.writer.read { $0.totalChangesCount } }
}
