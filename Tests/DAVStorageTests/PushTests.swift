import DAV
import DAVTesting
import Synchronization
import Testing

@testable import DAVStorage

struct SQLitePushConformanceTests {
    @Test(arguments: BackendConformance.pushCases)
    func sqliteKnowsWhoIsBehind(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .sqlite(clock) }
        #expect(outcome == .passed, "SQLite offers everything, so no case is skipped")
    }
}

/// What is particular to the store: accounts, other processes, backups.
struct PushTests {
    static let bob = PrincipalID(Name("bob")!)
    static let friends = PrincipalID(Name("friends")!)
    static let principals = DAVPath([Name("principals")!])

    private func filled() async throws -> TestStore {
        let test = try TestStore()
        for id in [TestStore.alice, Self.bob] {
            try await test.store.add(Account(id: id, displayName: "\(id)", passwordHash: ""))
        }
        try await test.store.addGroup(Self.friends, displayName: "friends")
        return test
    }

    private func register(on id: PrincipalID, _ test: TestStore) async throws -> PushRegistration {
        let uuid = try #require(try test.store.principal(id)?.uuid)
        return try await test.register(
            uuid, at: Self.principals.appending(id.name), of: Self.bob, PushTriggers(property: .zero))
    }

    @Test func aPrincipalsNameAddressesAndGroupsAreLoud() async throws {  // T61
        let test = try await filled()
        let changes: [@Sendable (SQLiteStore) async throws -> Void] = [
            { try await $0.setDisplayName("Alice Liddell", of: TestStore.alice) },
            { try await $0.setAddresses(["alice@example.org"], of: TestStore.alice) },
            { try await $0.add(TestStore.alice, to: Self.friends) },
            { try await $0.setMembers([Self.bob], of: Self.friends) },
            { try await $0.setMembers([Self.bob, TestStore.alice], of: Self.friends) },
            { try await $0.remove(TestStore.alice, from: Self.friends) },
            { try await $0.add(TestStore.alice, to: PrincipalID(Self.bob.name, .write)) },
        ]
        let registration = try await register(on: TestStore.alice, test)
        for change in changes {
            #expect(try await test.due() == [])
            try await change(test.store)
            let delivery = try await test.registry.delivery(of: registration.id, now: test.clock.now)
            #expect(delivery?.hasPropertyUpdate == true && delivery?.hasContentUpdate == false)
            #expect(delivery?.registration.path == registration.path)
            try await test.registry.record([PushRecord(id: registration.id, told: delivery?.told)])
            // The same again is no change, and no other person's is this one's.
            try await change(test.store)
            try await test.store.setDisplayName("Bob \(test.clock.now)", of: Self.bob)
        }
        #expect(try await test.store.check() == [])
    }

    @Test func whatIsKeptFromSomebodyIsCounted() async throws {
        let test = try await filled()
        let home = try #require(try await test.backend.resolve(test.home, for: test.caller, fields: .resourceID)?.entry)
        let registration = try await test.register(
            try #require(home.resourceID), at: test.home, of: TestStore.alice, PushTriggers(content: .one))
        let writing = try #require(try await test.backend.collection(at: test.home, for: test.caller)?.writing)
        var condition = Condition(caller: test.caller, now: test.clock.now)
        for (dontNotify, count) in [
            (PushDontNotify.everybody, 1), (.registrations([registration.location]), 2), (.nobody, 2),
        ] {
            condition.dontNotify = dontNotify
            _ = try await writing.put(
                Name("f\(dontNotify)") ?? Name("f")!, Upload(body: BodyStream(of: Array("\(dontNotify)".utf8))),
                if: condition)
            #expect(test.store.activity.suppressedPushes == count)
        }
    }

    @Test func anAccountThatGoesTakesItsRegistrationsAlongWithoutAWord() async throws {  // T64
        let test = try await filled()
        _ = try await register(on: TestStore.alice, test)
        _ = try await register(on: Self.friends, test)
        let home = try #require(try await test.backend.resolve(test.home, for: test.caller, fields: .resourceID)?.entry)
        for principal in [TestStore.alice, Self.bob] {
            _ = try await test.register(
                try #require(home.resourceID), at: test.home, of: principal, PushTriggers(content: .infinity))
        }
        try await test.put("a", [1])
        #expect(try await test.due().count == 2)
        try await test.store.removeAccount(TestStore.alice, withFiles: false)
        let left = try await test.all()
        #expect(left.allSatisfy { $0.principal == Self.bob } && left.count == 2, "what was on Alice is gone as well")
        try await test.store.removeAccount(Self.bob, withFiles: true)
        #expect(try await test.all().isEmpty)
        #expect(try await test.due().isEmpty)
        let rows = try test.store.connections.read { sql in
            try ["subscription", "registration", "filter", "level", "lane"].map { table in
                try sql.first("SELECT count(*) FROM push_\(table)") { $0.int(0) }
            }
        }
        #expect(rows == [0, 0, 0, 0, 0])
    }

    @Test func aHomeThatIsRemovedIsToldOfOnce() async throws {
        let test = try await filled()
        try await test.mkcol("c")
        let resource = try await test.resource("c")
        let registration = try await test.register(
            resource, at: test.path("c"), of: Self.bob, PushTriggers(content: .one))
        try await test.store.removeAccount(TestStore.alice, withFiles: true)
        let delivery = try #require(try await test.registry.delivery(of: registration.id, now: test.clock.now))
        #expect(delivery.gone?.path == test.path("c") && delivery.gone?.owner == TestStore.alice)
        try await test.registry.record([PushRecord(id: registration.id, told: delivery.told)])
        #expect(try await test.due() == [])
        #expect(try await test.store.check() == [])
    }

    @Test func registrationsComeBackWithABackup() async throws {  // T84
        let test = try await filled()
        try await test.put("a", [1])
        let registration = try await test.register(
            try await test.resource("a"), at: test.path("a"), PushTriggers(content: .zero, property: .zero))
        try await test.put("a", [2])
        let copy = test.folder + "/copy"
        try await test.store.backup(to: copy)
        try await test.delete("a")
        try test.close()
        try await SQLiteStore.restore(from: copy, to: test.folder, replacing: true)
        try test.open()
        #expect(try await test.all() == [registration])
        #expect(try await test.due() == [registration.id])
        #expect(try await test.store.check() == [])
    }

    @Test func whoeverWaitsIsWokenForWhatIsLoudAndForNothingElse() async throws {
        let test = try await filled()
        let wakes = Mutex(0)
        try await test.mkcol("c")
        try await test.mkcol("d")
        let registration = try await test.register(
            try await test.resource("c"), at: test.path("c"), PushTriggers(content: .one))
        test.registry.observe { wakes.withLock { $0 += 1 } }
        try await test.put("d/a", [1])
        try await test.registry.record([PushRecord(id: registration.id, health: PushHealth())])
        #expect(wakes.withLock { $0 } == 0)
        try await test.put("c/a", [1])
        #expect(wakes.withLock { $0 } == 1)
        try await test.put("c/a", [1])
        #expect(wakes.withLock { $0 } == 1)
    }

    @Test func whatAnotherProcessMadeLoudIsFoundInTime() async throws {
        let test = try await filled()
        let wakes = Mutex(0)
        let registration = try await register(on: TestStore.alice, test)
        test.registry.observe { wakes.withLock { $0 += 1 } }
        let command = try SQLiteStore(folder: test.folder, purpose: .command, options: test.options)
        try await command.setDisplayName("Alice Liddell", of: TestStore.alice)
        try command.close()
        #expect(try await test.due() == [registration.id], "the state is common")
        try test.store.noticeOthers()
        #expect(wakes.withLock { $0 } == 1)
        try test.store.noticeOthers()
        #expect(wakes.withLock { $0 } == 1)
    }

    @Test func aMessageThatTookOffBeforeTheEndIsNotTheLast() async throws {  // D10
        let test = try await filled()
        try await test.mkcol("c")
        let registration = try await test.register(
            try await test.resource("c"), at: test.path("c"), PushTriggers(content: .one))
        try await test.put("c/a", [1])
        let early = try #require(try await test.registry.delivery(of: registration.id, now: test.clock.now))
        try await test.delete("c")
        try await test.registry.record([PushRecord(id: registration.id, told: early.told)])
        #expect(try await test.due() == [registration.id])
    }

    @Test func registrationsThatExpiredAreSweptInPortions() async throws {  // T79
        let test = try await filled()
        let home = try await test.resource("")
        for index in 0..<201 {
            _ = try await test.register(
                home, at: test.home, identity: "\(index)", PushTriggers(content: .one), limits: .unlimited)
        }
        try await test.put("a", [1])
        test.clock.advance(seconds: 100_000)
        #expect(try await test.due() == [])
        #expect(try await test.registry.removeExpired(now: test.clock.now))
        #expect(try await !test.registry.removeExpired(now: test.clock.now))
        #expect(try await test.store.check() == [])
        let levels = try test.store.connections.read { try $0.first("SELECT count(*) FROM push_level") { $0.int(0) } }
        #expect(levels == 0)
    }

    @Test func whoeverAsksForMoreIsToldNothingOfThePast() async throws {
        let test = try await filled()
        try await test.put("a", [1])
        let home = try await test.resource("")
        let narrow = try await test.register(home, at: test.home, PushTriggers(content: .zero))
        try await test.put("a", [2])
        #expect(try await test.due() == [])
        _ = try await test.register(home, at: test.home, PushTriggers(content: .infinity, property: .one))
        #expect(try await test.due() == [])
        try await test.put("a", [3])
        #expect(try await test.due() == [narrow.id])
        _ = try await test.register(home, at: test.home, PushTriggers(content: .infinity))
        #expect(try await test.due() == [narrow.id], "what is due stays so")
    }
}

extension PushLimits {
    static var unlimited: PushLimits {
        var limits = PushLimits()
        limits.perPrincipal = .max
        limits.perPrincipalAndResource = .max
        return limits
    }
}

extension TestStore {
    var registry: any PushRegistry { store.pushRegistry }

    func resource(_ text: String) async throws -> ResourceID {
        let entry = try await backend.resolve(path(text), for: caller, fields: .resourceID)?.entry
        guard let resource = entry?.resourceID else { throw DAVError.notFound }
        return resource
    }

    func register(
        _ resource: ResourceID, at path: DAVPath, of principal: PrincipalID = alice, identity: String = "1",
        _ triggers: PushTriggers, limits: PushLimits = PushLimits()
    ) async throws -> PushRegistration {
        let id = PushRegistration.ID.random()
        let subscription = PushSubscription(
            transport: "web-push", identity: identity, details: [1], lane: "https://push.example.net")
        return try await registry.register(
            PushRegistration(
                id: id, location: "https://dav.example.org/push/\(id)", principal: principal, resource: resource,
                path: path, subscription: subscription, triggers: triggers, expires: clock.now.adding(seconds: 86_400),
                created: clock.now), limits: limits)
    }

    func due() async throws -> [PushRegistration.ID] {
        try await registry.behind(since: 0, after: nil, limit: 1000, now: clock.now).items.map(\.id)
    }

    func all() async throws -> [PushRegistration] {
        try await registry.registrations(of: nil, after: nil, limit: 1000, now: clock.now)
    }
}
