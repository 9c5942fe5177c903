import DAVTesting
import Synchronization
import Testing

@testable import DAV

/// The dispatcher as it is mounted: its own tasks, woken by the registry, ended by cancellation.
struct DispatchRunTests {
    /// Sends what it is told to, and holds on to what it is told to.
    private final class Transport: PushTransport {
        let id = "web-push"
        let subscriptionElement = XMLName.push("web-push-subscription")
        let sent = Mutex<[String]>([])
        let ended = Mutex<[String]>([])
        let hangs: Duration
        init(hangs: Duration) { self.hangs = hangs }

        func advertise(in xml: inout XMLWriter) {}
        func subscription(from element: XMLElement) async throws -> PushSubscription {
            throw DAVError.invalidPushSubscription("")
        }
        func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
            sent.withLock { $0.append(subscription.identity) }
            if subscription.lane.contains("slow") { try? await Task.sleep(for: hangs) }
            ended.withLock { $0.append(subscription.identity) }
            return PushOutcome(Task.isCancelled ? .unavailable : .accepted, "done")
        }
    }

    private struct Stage {
        let world: DispatchWorld
        let transport: Transport
        let dispatcher: PushDispatcher
        let task: Task<Void, Never>

        init(hangs: Duration, grace: Duration = .seconds(2)) async throws {
            world = try DispatchWorld()
            transport = Transport(hangs: hangs)
            var facts = world.handler.facts
            facts.push = PushOffer(registry: world.registry, transports: [transport])
            let start = ContinuousClock.now
            let handler = DAVHandler(
                backend: world.handler.backend, authorizer: world.handler.authorizer, facts: facts,
                clock: { DispatchWorld.start.adding(ContinuousClock.now - start) })
            var options = PushDispatcher.Options()
            options.debounce = .milliseconds(1)
            options.jitter = .zero
            options.grace = grace
            let dispatcher = try #require(PushDispatcher(handler: handler, options: options))
            self.dispatcher = dispatcher
            try await world.makeCollection("/files/alice/w")
            try await world.register("/files/alice/w", device: "quick")
            try await world.register("/files/alice/w", device: "slow", lane: "slow")
            task = Task { await dispatcher.run() }
        }

        /// Waits for something to become so; the test's own time limit ends it otherwise.
        func until(_ isSo: @Sendable () async -> Bool) async throws {
            while await !isSo() { try await Task.sleep(for: .milliseconds(2)) }
        }

        func isOwed(_ device: String) async throws -> Bool {
            let page = try await world.registry.behind(since: 0, after: nil, limit: 9, now: DispatchWorld.start)
            return page.items.contains { $0.lane.contains("slow") == (device == "slow") }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aChangeWakesItAndASlowServiceDelaysNoOther() async throws {
        let stage = try await Stage(hangs: .seconds(600), grace: .zero)
        try await stage.world.put("/files/alice/w/a", "1")
        try await stage.until { stage.transport.ended.withLock { $0 } == ["quick"] }
        try await stage.until { await stage.dispatcher.metrics.underWay == 1 }
        #expect(try await !stage.isOwed("quick"))
        stage.task.cancel()
        await stage.task.value
        #expect(try await stage.isOwed("slow"))
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsUnderWayAtTheEndMayEndAndIsKept() async throws {
        let stage = try await Stage(hangs: .milliseconds(200), grace: .seconds(30))
        try await stage.world.put("/files/alice/w/a", "1")
        try await stage.until { stage.transport.sent.withLock { $0.count } == 2 }
        stage.task.cancel()
        await stage.task.value
        #expect(stage.transport.ended.withLock { $0.sorted() } == ["quick", "slow"])
        #expect(try await !stage.isOwed("slow"))
    }

    @Test(.timeLimit(.minutes(1)))
    func itSleepsWhileNothingHappens() async throws {
        let stage = try await Stage(hangs: .zero)
        try await stage.world.put("/files/alice/w/a", "1")
        try await stage.until { stage.transport.ended.withLock { $0.count } == 2 }
        try await stage.until { await stage.dispatcher.metrics.due == 0 }
        let turns = await stage.dispatcher.turns
        try await Task.sleep(for: .milliseconds(300))
        #expect(await stage.dispatcher.turns <= turns + 2)
        stage.task.cancel()
        await stage.task.value
    }
}
