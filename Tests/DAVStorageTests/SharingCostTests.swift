import DAV
import DAVTesting
import Testing

@testable import DAVStorage

/// What sharing costs in statements: nothing for whoever writes, and little for whoever comes by an instance.
@Suite struct SharingCostTests {
    private static let sam = PrincipalID(Name("sam")!)
    private static let root = DAVPath([Name("halls")!])
    private let sam = Caller.principal(Self.sam)
    private let home = Self.root.appending(Self.sam.name)
    private let own = Self.root.appending(TestStore.alice.name)

    private func store() async throws -> TestStore {
        let test = try TestStore(homes: [HomeTemplate(root: Self.root, kind: .hall)], kinds: [.team])
        for id in [TestStore.alice, Self.sam] {
            try await test.store.add(Account(id: id, displayName: "", passwordHash: ""))
        }
        return test
    }

    private func share(_ name: String, in test: TestStore, instances: Int) async throws {
        let collection = try #require(try await test.backend.collection(at: own, for: test.caller)?.writing)
        try await collection.makeCollection(Name(name)!, kind: .team, properties: [], if: test.condition)
        let path = own.appending(Name(name)!)
        let home = home
        try await test.store.commits.write { transaction in
            guard let source = try transaction.tree.locate(path)?.collection,
                let place = try transaction.tree.locate(home)
            else { throw DAVError.notFound }
            for _ in 0..<instances {
                try transaction.bindFacade(
                    of: source, id: .random(), sharee: Self.sam, grant: .readWrite, in: place,
                    transaction.nextRevision())
            }
        }
    }

    private func instance(in test: TestStore) async throws -> DAVPath {
        let listed = try await test.backend.collection(at: home, for: sam)?.entries(
            .all(after: nil, limit: 1), fields: [])
        return try #require(listed?.first?.collection?.path)
    }

    @Test func aWriteRunsTheSameStatementsHoweverManyInstancesThereAre() async throws {
        var costs: [[[String]]] = []
        for count in [0, 1, 500] {
            let test = try await store()
            try await share("c", in: test, instances: count)
            let path = own.appending(Name("c")!)
            let writing = try #require(try await test.backend.collection(at: path, for: test.caller)?.writing)
            costs.append([
                try await test.counting {
                    _ = try await writing.put(Name("a")!, .init(body: [1].stream), if: test.condition)
                },
                try await test.counting {
                    _ = try await writing.put(Name("a")!, .init(body: [2].stream), if: test.condition)
                },
                try await test.counting { try await writing.delete(Name("a")!, if: test.condition) },
            ])
        }
        #expect(costs[0] == costs[1] && costs[1] == costs[2])
        #expect(costs[0].allSatisfy { !$0.isEmpty })
    }

    @Test func aPathThroughAnInstanceTakesOneLookupMore() async throws {
        let test = try await store()
        try await share("c", in: test, instances: 1)
        let source = own.appending(Name("c")!)
        let writing = try #require(try await test.backend.collection(at: source, for: test.caller)?.writing)
        _ = try await writing.put(Name("a")!, .init(body: [1].stream), if: test.condition)
        let instance = try await instance(in: test)
        func cost(_ collection: DAVPath, _ caller: Caller) async throws -> Int {
            try await test.counting {
                let found = try await test.backend.resolve(collection.appending(Name("a")!), for: caller, fields: [])
                #expect(found?.entry?.contentLength == 1)
                // Nothing was committed since, so that the share stands is known.
                #expect(try await found?.collection.open(Name("a")!, fields: []) != nil)
            }.count
        }
        #expect(try await cost(instance, sam) == cost(source, test.caller) + 1)
    }

    @Test func aPollOfAHomeDoesNotGrowWithItsInstances() async throws {
        var costs: [[Int]] = []
        for count in [1, 200] {
            let test = try await store()
            for index in 0..<count { try await share("c\(index)", in: test, instances: 1) }
            func poll(_ token: SyncToken) async throws -> (changes: Int, token: SyncToken) {
                let found = try await test.backend.resolve(home, for: sam, fields: .syncToken)
                let page = try await found?.collection.syncing?.changes(
                    since: token, level: .one, limit: 1000, fields: .deadProperties)
                #expect(page?.token == found?.entry?.syncToken)
                return try (#require(page?.changes.count), #require(page?.token))
            }
            let token = try #require(
                try await test.backend.resolve(home, for: sam, fields: .syncToken)?.entry?.syncToken)
            let idle = try await test.counting {
                let found = try await poll(token)
                #expect(found == (0, token))
            }
            let source = try #require(
                try await test.backend.collection(at: own.appending(Name("c0")!), for: test.caller)?.writing)
            _ = try await source.put(Name("a")!, .init(body: [1].stream), if: test.condition)
            let changed = try await test.counting {
                let found = try await poll(token).changes
                #expect(found == 1)
            }
            let elsewhere = try #require(try await test.backend.collection(at: own, for: test.caller)?.writing)
            let last = try await poll(token).token
            _ = try await elsewhere.put(Name("b")!, .init(body: [1].stream), if: test.condition)
            let unchanged = try await test.counting {
                let found = try await poll(last)
                #expect(found == (0, last))
            }
            let all: Fields = [.deadProperties, .quota, .syncToken, .resourceID, .shares]
            let listed = try await test.counting {
                let found = try await test.backend.collection(at: home, for: sam)
                #expect(try await found?.entries(.all(after: nil, limit: 1000), fields: all).count == count)
            }
            costs.append([idle.count, changed.count, unchanged.count, listed.count])
        }
        #expect(costs[0] == costs[1])
        #expect(costs[0][0] == 0)
    }

    @Test func aWriteIsLoudAtNoMoreCostForManyInstances() async throws {
        var costs: [Int] = []
        for count in [1, 100] {
            let test = try await store()
            try await share("c", in: test, instances: count)
            let listed = try await test.backend.collection(at: home, for: sam)?.entries(
                .all(after: nil, limit: count), fields: .resourceID)
            for entry in listed ?? [] {
                let id = try #require(entry.resourceID)
                _ = try await test.register(
                    id, at: home.appending(entry.name), of: Self.sam, PushTriggers(content: .infinity),
                    limits: .unlimited)
            }
            let writing = try #require(
                try await test.backend.collection(at: own.appending(Name("c")!), for: test.caller)?.writing)
            let cost = try await test.counting {
                _ = try await writing.put(Name("a")!, .init(body: [1].stream), if: test.condition)
            }
            costs.append(cost.count)
            #expect(try await test.due().count == count)
        }
        #expect(costs[0] == costs[1])
    }

    /// Laws 3 and 6: what is remembered between commits is never told after one.
    @Test func whatIsRememberedOfInstancesDoesNotOutliveACommit() async throws {
        let test = try await store()
        try await share("c", in: test, instances: 1)
        let path = try await instance(in: test)
        let id = try #require(try await test.backend.resolve(path, for: sam, fields: .resourceID)?.entry?.resourceID)
        let held = try #require(try await test.backend.collection(at: path, for: sam))
        let source = try #require(
            try await test.backend.collection(at: own.appending(Name("c")!), for: test.caller)?.writing)
        let tokens = try await [home, path].asyncMap {
            try await test.backend.resolve($0, for: sam, fields: .syncToken)?.entry?.syncToken
        }
        _ = try await source.put(Name("a")!, .init(body: [1].stream), if: test.condition)
        for (path, token) in zip([home, path], tokens) {
            let now = try await test.backend.resolve(path, for: sam, fields: .syncToken)?.entry?.syncToken
            #expect(now != token)
        }
        #expect(try await held.open(Name("a")!, fields: []) != nil)
        try await test.store.commits.write { try $0.changeFacade(id, to: .read, $0.nextRevision()) }
        #expect(try await test.backend.collection(at: path, for: sam)?.info.share.instance?.grant == .read)
        try await test.store.commits.write { try $0.unbindFacade(id, $0.nextRevision()) }
        #expect(try await test.backend.collection(at: path, for: sam) == nil)
        #expect(try await held.open(Name("a")!, fields: []) == nil)
        #expect(try await held.entries(.itself, fields: []).isEmpty)
        #expect(try await test.store.check() == [])
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await body(element)) }
        return result
    }
}
