import DAV
import Synchronization

/// A dispatcher at work in virtual time over any back-end, and what push services are given by it.
final class PushPost: Sendable {
    struct Message: Sendable {
        var registration: PushRegistration
        var body: String
        var hasContent: Bool { body.contains("content-update") }
        var hasProperty: Bool { body.contains("property-update") }
    }

    /// Who looks on, and may let things happen meanwhile.
    struct Hooks: Sendable {
        /// A delivery was read, and the message is not made yet.
        var delivered: @Sendable (PushRegistration.ID, inout PushDelivery?) async throws -> Void = { _, _ in }
        var recorded: @Sendable ([PushRecord]) -> Void = { _ in }
        /// A message goes out: what its service answers, and after how many seconds.
        var sent: @Sendable (PushDelivery, Message) -> (PushOutcome.Kind, Int64) = { _, _ in (.accepted, 1) }
    }

    let clock: TestClock
    let registry: any PushRegistry
    private let handler: DAVHandler
    private let hooks: Mutex<Hooks>
    private let state = Mutex(State())

    private struct State {
        var dispatcher: PushDispatcher?
        var answers: [(at: Timestamp, sending: PushSending, outcome: PushOutcome)] = []
        var messages: [Message] = []
    }

    /// - Throws: ``Skip`` where nothing is told to anybody.
    init(_ subject: BackendConformance.Subject, rules: ShareRules, hooks: Hooks = Hooks()) async throws {
        guard let registry = subject.backend.pushRegistry else { throw Skip(reason: "tells nobody") }
        clock = subject.clock
        self.registry = registry
        self.hooks = Mutex(hooks)
        let looked = Looked(base: registry)
        var facts = ServerFacts(
            principals: People(people: ([subject.owner] + subject.sharees).compactMap(\.principal)))
        facts.push = PushOffer(registry: looked, transports: [Paper()])
        facts.sharing = rules
        handler = DAVHandler(
            backend: subject.backend, authorizer: GrantAuthorizer(memberships: NoMemberships()), facts: facts,
            clock: { [clock] in clock.now })
        looked.post.withLock { $0 = self }
        await restart()
    }

    var messages: [Message] { state.withLock { $0.messages } }
    func set(_ new: Hooks) { hooks.withLock { $0 = new } }
    private var current: Hooks { hooks.withLock { $0 } }

    /// A new dispatcher; the one before is gone in the middle of whatever it did.
    func restart() async {
        let dispatcher = PushDispatcher(handler: handler, random: SeededGenerator(seed: 7))
        await dispatcher?.observe()
        state.withLock { state in
            state.dispatcher = dispatcher
            state.answers = []
        }
    }

    /// Lets time pass.
    func run(seconds: Int64) async {
        let end = clock.now.adding(seconds: seconds)
        guard let dispatcher = state.withLock({ $0.dispatcher }) else { return }
        while true {
            while let batch = await dispatcher.turn() { for sending in batch { send(sending) } }
            let moments = [await dispatcher.nextWake, state.withLock { $0.answers.map(\.at).min() }]
            guard let next = moments.compactMap(\.self).min(), next <= end else { break }
            clock.advance(to: next)
            for answer in takeAnswers() { await dispatcher.finish(answer.sending, answer.outcome) }
        }
        clock.advance(to: end)
    }

    private func send(_ sending: PushSending) {
        let message = Message(
            registration: sending.delivery.registration, body: String(decoding: sending.notice.body, as: UTF8.self))
        let (kind, seconds) = current.sent(sending.delivery, message)
        let at = clock.now.adding(seconds: seconds)
        state.withLock { state in
            state.messages.append(message)
            state.answers.append((at, sending, PushOutcome(kind, "as drawn")))
        }
    }

    private func takeAnswers() -> [(at: Timestamp, sending: PushSending, outcome: PushOutcome)] {
        let now = clock.now
        return state.withLock { state in
            defer { state.answers.removeAll { $0.at <= now } }
            return state.answers.filter { $0.at <= now }
        }
    }

    // MARK: What the dispatcher is given

    /// The back-end's registry, looked at.
    private final class Looked: PushRegistry {
        let base: any PushRegistry
        let post = Mutex<PushPost?>(nil)
        init(base: any PushRegistry) { self.base = base }

        private var hooks: Hooks? { post.withLock { $0 }?.current }

        func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration {
            try await base.register(registration, limits: limits)
        }

        func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool {
            try await base.unregister(id, of: principal, now: now)
        }

        func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp)
            async throws -> [PushRegistration]
        {
            try await base.registrations(of: principal, after: after, limit: limit, now: now)
        }

        func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
            -> PushBacklog
        {
            try await base.behind(since: revision, after: after, limit: limit, now: now)
        }

        func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery? {
            var delivery = try await base.delivery(of: id, now: now)
            try await hooks?.delivered(id, &delivery)
            return delivery
        }

        func record(_ records: [PushRecord]) async throws {
            try await base.record(records)
            hooks?.recorded(records)
        }

        func removeExpired(now: Timestamp) async throws -> Bool { try await base.removeExpired(now: now) }
        func observe(_ wake: @escaping @Sendable () -> Void) { base.observe(wake) }
    }

    /// Stands in the offer; ``PushPost`` sends.
    private struct Paper: PushTransport {
        let id = "web-push"
        let subscriptionElement = XMLName("https://bitfire.at/webdav-push", "web-push-subscription")
        func advertise(in xml: inout XMLWriter) {}
        func subscription(from element: XMLElement) async throws -> PushSubscription {
            throw DAVError.invalidPushSubscription("")
        }
        func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
            PushOutcome(.unavailable, "never asked")
        }
    }

    private struct People: PrincipalDirectory {
        var people: [PrincipalID]
        var path: DAVPath { DAVPath([Name(unique: "principals")]) }
        func principal(_ id: PrincipalID) async throws -> Principal? {
            people.contains(id) ? Principal(id: id, displayName: "\(id)") : nil
        }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] { [] }
    }
}
