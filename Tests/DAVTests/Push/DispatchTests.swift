import DAVTesting
import Synchronization
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

    /// Changed while it was expired, renewed before it was swept: behind, though nothing changes any more.
    @Test func whoIsRenewedAfterExpiryIsToldOfWhatHappenedMeanwhile() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone", lifetime: 1000)
        world.at(1_010_000) { try await world.put("/files/alice/w/a", "1") }
        world.at(1_020_000) { try await world.register("/files/alice/w", device: "phone") }
        try await world.run(until: 1_100_000)
        #expect(world.messages.isEmpty)
        try await world.run(until: 2_000_000)
        #expect(world.messages.count == 1)
    }

    @Test func aServiceKeepsAMessageNoLongerThanTheRegistrationLasts() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone", lifetime: 7200)
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 5000)
        let lifetime = try #require(world.messages.first?.notice.lifetime)
        #expect((7190...7200).contains(lifetime))
    }

    /// T66
    @Test func aSubscriptionThatIsGoneIsForgottenWithAllItsRegistrations() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone")
        try await world.register("/files/alice", device: "phone")
        world.answer { _ in (.gone, .milliseconds(20)) }
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        world.at(30_000) { try await world.makeCollection("/files/alice/v") }
        try await world.run(until: 600_000)
        #expect(world.messages.count == 1)
        #expect(world.wire.memory.read { $0.push.isEmpty })
        #expect(await world.dispatcher?.metrics.drops == [.gone: 1])
    }

    /// T67
    @Test func aServiceThatAsksForAPauseGetsItAndThenOneMergedMessage() async throws {
        let world = try await Self.world()
        try await world.register("/files/alice/w", device: "phone")
        try await world.register("/files/alice", device: "tablet", triggers: PushTriggers(content: .infinity))
        world.answer { sending in
            (world.milliseconds < 20_000 ? .throttled(60) : .accepted, .milliseconds(1))
        }
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        for number in 0..<5 {
            world.at(3000 + Int64(number) * 1000) { try await world.put("/files/alice/w/a", "more \(number)") }
        }
        try await world.run(until: 600_000)
        let first = world.messages.filter { $0.at < 20_000 }
        let later = world.messages.filter { $0.at >= 20_000 }
        #expect((1...2).contains(first.count))
        #expect(first.allSatisfy { $0.at < 1000 })
        #expect(later.map(\.device).sorted() == ["phone", "tablet"])
        #expect(later.allSatisfy { $0.at >= 60_700 })
        #expect(later.allSatisfy { $0.hasContent })
    }

    /// T68
    @Test func aServiceThatIsDownIsTriedLessAndLessAndToldOnceItIsBack() async throws {
        let world = try await Self.world()
        let registration = try await world.register("/files/alice/w", device: "phone")
        world.answer { _ in (world.milliseconds < 7_200_000 ? .unavailable : .accepted, .seconds(15)) }
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 4 * 3_600_000)
        let tries = world.messages.count
        #expect((4...40).contains(tries))
        #expect(world.messages.last.map { $0.at >= 7_200_000 } == true)
        #expect(world.messages.filter { $0.at >= 7_200_000 }.count == 1)
        let kept = try await world.registry.registrations(of: nil, after: nil, limit: 9, now: world.now)
        #expect(kept.first?.id == registration.id)
        #expect(kept.first?.health.lastOutcome == "accepted")
        #expect(kept.first?.health.failures == 0)
    }

    /// T71
    @Test func aServiceThatHangsDelaysNoOther() async throws {
        let world = try await Self.world()
        for number in 0..<200 {
            try await world.register("/files/alice/w", device: "dead \(number)", lane: "https://dead.example")
            if number == 30 { break }
        }
        try await world.register("/files/alice/w", device: "phone")
        world.answer { sending in
            sending.lane == "https://dead.example" ? (.unavailable, .seconds(60)) : (.accepted, .milliseconds(20))
        }
        for number in 0..<5 {
            world.at(Int64(number) * 20_000) { try await world.put("/files/alice/w/a", "\(number)") }
        }
        try await world.run(until: 100_000)
        let told = world.messages.filter { $0.device == "phone" }.map(\.at)
        #expect(told.count == 5)
        #expect(told.enumerated().allSatisfy { $1 - Int64($0) * 20_000 < 1000 })
    }

    /// T77, T78
    @Test func aNewDispatcherTellsWhatTheLastOneDidNot() async throws {
        let world = try await Self.world()
        for number in 0..<20 { try await world.register("/files/alice/w", device: "phone \(number)") }
        world.at(0) { try await world.put("/files/alice/w/a", "1") }
        // Some are told and recorded, some under way, some not begun.
        world.answer { _ in (.accepted, .milliseconds(Int64(world.messages.count * 10))) }
        world.at(790) { try await world.startDispatcher() }
        try await world.run(until: 60_000)
        #expect(Set(world.messages.map(\.device)).count == 20)
        #expect(world.messages.count < 40)
        let before = world.messages.count
        try await world.startDispatcher()
        try await world.run(until: 120_000)
        #expect(world.messages.count == before)
    }

    /// T26: one sender per subscription, whose health is thus judged in order.
    @Test func registrationsOfOneSubscriptionAreToldOneAfterTheOther() async throws {
        let world = try await Self.world()
        for name in ["a", "b", "c", "d"] {
            try await world.makeCollection("/files/alice/\(name)")
            try await world.register("/files/alice/\(name)", device: "phone")
        }
        let underWay = Mutex(0)
        world.answer { _ in
            let now = underWay.withLock { count in
                count += 1
                return count
            }
            let number = Int64(now)
            world.at(world.milliseconds + 499) { underWay.withLock { $0 -= 1 } }
            return (number > 1 ? .gone : .accepted, .milliseconds(500))
        }
        world.at(0) { for name in ["a", "b", "c", "d"] { try await world.put("/files/alice/\(name)/x", "1") } }
        try await world.run(until: 60_000)
        #expect(world.messages.count == 4)
        #expect(await world.dispatcher?.metrics.drops == [:])
    }

    /// A change told to thousands does not have all of them come back at once.
    @Test func manyAreToldOverSeconds() async throws {
        var options = PushDispatcher.Options()
        options.perSecond = 100
        let world = try await Self.world(options)
        for number in 0..<600 {
            let principal = number < 300 ? DispatchWorld.alice : DispatchWorld.bob
            if number == 300 { try await world.grant("/files/alice/w", read: true) }
            let registration = PushRegistration(
                id: .random(), location: "", principal: principal, resource: try world.resource("/files/alice/w"),
                path: try world.path("/files/alice/w"),
                subscription: PushSubscription(
                    transport: "web-push", identity: "\(number)", details: [], lane: "lane \(number % 40)"),
                triggers: PushTriggers(content: .one), expires: world.now.adding(seconds: 86_400), created: world.now)
            var limits = PushLimits()
            limits.perPrincipalAndResource = 1000
            _ = try await world.registry.register(registration, limits: limits)
        }
        world.at(1000) { try await world.put("/files/alice/w/a", "1") }
        try await world.run(until: 60_000)
        #expect(world.messages.count == 600)
        for second in 0..<12 {
            let range = Int64(second) * 1000..<Int64(second + 1) * 1000
            #expect(world.messages.count { range.contains($0.at) } <= 125)
        }
        #expect(Set(world.messages.map(\.body)).count == 1)
    }

    @Test func aClockThatIsSetBackHoldsNothingUp() async throws {
        let clock = Mutex(Timestamp(seconds: 2_000_000))
        var facts = Wire().handler.facts
        let memory = MemoryBackend(homes: [Wire.alice]) { Timestamp(seconds: 0) }
        facts.push = PushOffer(registry: try #require(memory.pushRegistry), transports: [])
        let handler = DAVHandler(
            backend: memory, authorizer: OwnerAuthorizer(), facts: facts, clock: { clock.withLock { $0 } })
        let dispatcher = try #require(PushDispatcher(handler: handler))
        let before = await dispatcher.time()
        clock.withLock { $0 = Timestamp(seconds: 1_000_000) }
        #expect(await dispatcher.time() == before)
        clock.withLock { $0 = Timestamp(seconds: 1_000_007) }
        #expect(await dispatcher.time() == before.adding(seconds: 7))
    }

    @Test func withoutAnOfferThereIsNoDispatcher() {
        #expect(PushDispatcher(handler: Wire().handler) == nil)
    }
}
