import DAVTesting
import Synchronization
import Testing

@testable import DAV

/// From an answer of a service to what is done, in virtual time; and many registrations at once.
struct DispatchServiceTests {
    private static func world(_ options: PushDispatcher.Options = .init()) async throws -> DispatchWorld {
        let world = try DispatchWorld(options: options)
        try await world.makeCollection("/files/alice/w")
        try await world.startDispatcher()
        return world
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
