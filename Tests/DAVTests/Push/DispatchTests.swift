import DAVTesting
import Testing

@testable import DAV

/// From a change to a message, in virtual time.
struct DispatchTests {
    private static func world(_ options: PushDispatcher.Options = .init()) async throws -> DispatchWorld {
        let world = try DispatchWorld(options: options)
        try await world.makeCollection("/files/alice/w")
        try await world.startDispatcher()
        return world
    }

    /// T30, T31
    @Test func aChangeIsToldOnceWithinASecondWithTopicAndToken() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone")
        try await world.run(until: 1000)
        world.at(2000) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 600_000)
        let message = try #require(world.messages.first)
        #expect(world.messages.count == 1)
        #expect((2700...3000).contains(message.at))
        let topic = try world.resource("/files/alice/w").pushTopic
        #expect(message.body.contains("topic>\(topic)</"))
        #expect(message.syncToken == (try await world.syncToken("/files/alice/w")))
        #expect(message.hasContent)
        #expect(!message.hasProperty)
        #expect(message.notice.lifetime == 3 * 86_400)
        let metrics = try #require(await world.dispatcher?.metrics)
        #expect(metrics.sent == 1)
        #expect(metrics.outcomes == ["https://push.example": ["accepted": 1]])
        #expect(metrics.due == 0)
        #expect(metrics.delays.reduce(0, +) == 1)
    }

    /// T53
    @Test func aHundredChangesInFiveSecondsAreTwoMessagesAndTheLastHasTheFinalToken() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone")
        for number in 0..<100 {
            world.at(Int64(number) * 50) { try await world.put("/files/alice/w/a\(number)", "x") }
        }
        try await world.run(until: 600_000)
        #expect((1...2).contains(world.messages.count))
        #expect(world.messages.last?.syncToken == (try await world.syncToken("/files/alice/w")))
        let metrics = try #require(await world.dispatcher?.metrics)
        #expect(metrics.wakes >= 100)
        #expect(metrics.merged > 90)
    }

    /// T54
    @Test func steadyChangesAreToldOncePerIntervalAndTheLastOfThemIsTold() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone")
        for number in 0..<30 {
            world.at(Int64(number) * 2000) { try await world.put("/files/alice/w/a", "\(number)") }
        }
        try await world.run(until: 600_000)
        let moments = world.messages.map(\.at)
        #expect(moments.count <= 7)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 >= 10_000 })
        #expect(world.messages.last?.syncToken == (try await world.syncToken("/files/alice/w")))
    }

    @Test func whatIsNotUrgentIsToldOnceAMinute() async throws {
        var options = PushDispatcher.Options()
        options.urgency = { $0.path.names.count == 3 ? .low : .high }
        let world = try await Self.world(options)
        try await world.register("/files/alice/w", device: "phone")
        for number in 0..<30 {
            world.at(Int64(number) * 2000) { try await world.put("/files/alice/w/a", "\(number)") }
        }
        try await world.run(until: 600_000)
        #expect(world.messages.count == 2)
        #expect(world.messages.allSatisfy { $0.notice.urgency == .low })
    }

    /// T42, N32
    @Test func contentAndPropertyWithinTheDebounceAreOneMessageWithBoth() async throws {
        let world = try await Self.world()
        let both = PushTriggers(content: .one, property: .zero)
        try await world.register("/files/alice/w", device: "phone", triggers: both)
        world.at(100) { try await world.put("/files/alice/w/a", "1") }
        world.at(300) { try await world.rename("/files/alice/w", "New") }
        try await world.run(until: 600_000)
        #expect(world.messages.count == 1)
        #expect(world.messages.first?.hasContent == true)
        #expect(world.messages.first?.hasProperty == true)
    }

    /// T39, T86
    @Test func messagesOfOtherMeaningDoNotReplaceEachOtherAtTheService() async throws {
        let world = try await Self.world()
        let both = PushTriggers(content: .one, property: .zero)
        try await world.register("/files/alice/w", device: "phone", triggers: both)
        try await world.register("/files/alice/w", device: "tablet")
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        world.at(30_000) { try await world.put("/files/alice/w/a", "2") }
        world.at(60_000) { try await world.rename("/files/alice/w", "New") }
        try await world.run(until: 600_000)
        let phone = world.messages.filter { $0.device == "phone" }
        #expect(phone.map(\.hasProperty) == [false, false, true])
        #expect(phone[0].notice.replacing == phone[1].notice.replacing)
        #expect(phone[1].notice.replacing != phone[2].notice.replacing)
        let tablet = world.messages.filter { $0.device == "tablet" }
        #expect(tablet.count == 2)
        #expect(tablet[0].notice.replacing != phone[0].notice.replacing)
    }

    /// T45, T47, T50 (N28, N29)
    @Test func whoIsNotToBeNotifiedIsNotAndAllOthersAre() async throws {
        let world = try await Self.world()
        let phone = try await world.register("/files/alice/w", device: "phone")
        try await world.register("/files/alice/w", device: "tablet")
        world.at(0) { try await world.put("/files/alice/w/a", "1", dontNotify: .everybody) }
        try await world.run(until: 30_000)
        #expect(world.messages.isEmpty)
        world.at(30_000) {
            try await world.put("/files/alice/w/a", "2", dontNotify: .registrations([phone.location]))
        }
        try await world.run(until: 60_000)
        #expect(world.messages.map(\.device) == ["tablet"])
        world.at(60_000) {
            try await world.put("/files/alice/w/a", "3", dontNotify: .registrations([phone.location]))
            try await world.put("/files/alice/w/a", "4")
        }
        try await world.run(until: 90_000)
        #expect(world.messages.map(\.device).sorted() == ["phone", "tablet", "tablet"])
    }

    /// T62, T63, D11
    @Test func whoMayNotReadIsToldNothingAndForgotten() async throws {
        let world = try await Self.world()
        try await world.grant("/files/alice/w", read: true)
        let his = try await world.register("/files/alice/w", device: "bob's", as: DispatchWorld.bob)
        try await world.register("/files/alice/w", device: "alice's")
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 30_000)
        #expect(world.messages.map(\.device).sorted() == ["alice's", "bob's"])
        world.at(30_000) {
            try await world.put("/files/alice/w/a", "2")
            try await world.grant("/files/alice/w", read: false)
        }
        try await world.run(until: 60_000)
        #expect(world.messages.count == 3)
        #expect(world.messages.last?.device == "alice's")
        #expect(try await !world.isRegistered(his.id))
        #expect(await world.dispatcher?.metrics.drops == [.access: 1])
    }

    /// T55, D10
    @Test func whatIsRemovedIsToldALastTimeWithoutAToken() async throws {
        let world = try await Self.world()
        let registration = try await world.register("/files/alice/w", device: "phone")
        try await world.register("/files/alice", device: "home")
        try await world.grant("/files/alice/w", read: true)
        try await world.register("/files/alice/w", device: "bob's", as: DispatchWorld.bob)
        world.at(0) { try await world.delete("/files/alice/w") }
        world.at(100) { try await world.makeCollection("/files/alice/w") }
        try await world.run(until: 600_000)
        let last = try #require(world.messages.first { $0.device == "phone" })
        #expect(world.messages.map(\.device).sorted() == ["bob's", "home", "phone"])
        #expect(last.hasContent)
        #expect(last.syncToken == nil)
        #expect(last.body.contains("topic>\(registration.resource.pushTopic)</"))
        #expect(try await !world.isRegistered(registration.id))
    }

    /// D10: a message that was made before is not the last.
    @Test func whatIsRemovedWhileAMessageIsUnderWayIsToldALastTimeToo() async throws {
        let world = try await Self.world()
        let registration = try await world.register("/files/alice/w", device: "phone")
        world.answer { _ in (.accepted, .seconds(2)) }
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        world.at(1500) { try await world.delete("/files/alice/w") }
        try await world.run(until: 60_000)
        #expect(world.messages.map { $0.syncToken != nil } == [true, false])
        #expect(try await !world.isRegistered(registration.id))
    }

    /// D14
    @Test func whatMovesTakesItsRegistrationsAlong() async throws {
        let world = try await Self.world()
        let registration = try await world.register("/files/alice/w", device: "phone")
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        world.at(100) { try await world.move("/files/alice/w", to: "/files/alice/v") }
        try await world.run(until: 600_000)
        #expect(world.messages.count == 1)
        #expect(world.messages.first?.syncToken == (try await world.syncToken("/files/alice/v")))
        #expect(try await world.isRegistered(registration.id))
    }

    /// N25, T79
    @Test func whatExpiredIsToldNothingAndSwept() async throws {
        let world = try await Self.world()
        let registration = try await world.register("/files/alice/w", device: "phone", lifetime: 3600)
        world.at(3_599_900) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 5_000_000)
        #expect(world.messages.isEmpty)
        #expect(world.wire.memory.read { $0.push.isEmpty })
        #expect(try await !world.isRegistered(registration.id))
    }

    /// However it came to be overlooked, such as by a clock that was wrong for a while.
    @Test func whoIsOverlookedIsFoundWhenEverythingIsLookedAt() async throws {
        let chance = ModelledRegistry.Chance(seed: 3, faults: 0, meanwhile: 0)
        let world = try DispatchWorld { base, store in
            ModelledRegistry(base: base, store: store, model: DispatchModel(), chance: chance, fault: .overlooks)
        }
        try await world.startDispatcher()
        for device in 0..<10 { try await world.register("/files/alice", device: "\(device)") }
        world.at(0) { try await world.makeCollection("/files/alice/w") }
        try await world.run(until: 60_000)
        try await world.run(until: 8 * 3_600_000)
        #expect(world.messages.count == 10)
        #expect(Set(world.messages.map(\.device)).count == 10)
    }

    @Test func aServiceKeepsAMessageNoLongerThanTheRegistrationLasts() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone", lifetime: 7200)
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 5000)
        let lifetime = try #require(world.messages.first?.notice.lifetime)
        #expect((7190...7200).contains(lifetime))
    }
}
