import DAVTesting
import Logging
import Synchronization
import Testing

@testable import DAV

/// A dispatcher over the Memory back-end in virtual time: nothing sleeps, the driver moves the clock from event to event.
final class DispatchWorld: Sendable {
    /// A message as the push service saw it.
    struct Message: Sendable {
        /// Milliseconds since the beginning.
        var at: Int64
        var device: String
        var lane: String
        var registration: PushRegistration.ID
        var body: String
        var notice: PushNotice

        var syncToken: String? {
            body.split(separator: "<D:sync-token>").dropFirst().first?.split(separator: "</").first.map(String.init)
        }
        var hasContent: Bool { body.contains("content-update") }
        var hasProperty: Bool { body.contains("property-update") }
    }

    static let start = Timestamp(seconds: 1_700_000_000)
    static let alice = Wire.alice
    static let bob = Wire.bob

    let wire: Wire
    let handler: DAVHandler
    let options: PushDispatcher.Options
    let registry: any PushRegistry
    let state: Mutex<State>

    struct State {
        var dispatcher: PushDispatcher?
        var events: [(at: Timestamp, run: @Sendable () async throws -> Void)] = []
        var messages: [Message] = []
        /// Which life of the dispatcher it is: what was under way in another one is lost.
        var life = 0
        var answer: @Sendable (PushSending) -> (PushOutcome.Kind, Duration) = { _ in (.accepted, .milliseconds(20)) }
        var check: @Sendable (PushSending) -> Void = { _ in }
        var random = SeededGenerator(seed: 7)
    }

    init(
        options: PushDispatcher.Options = .init(), seed: UInt64 = 7,
        wrap: (any PushRegistry, MemoryBackend) -> any PushRegistry = { base, _ in base }
    ) throws {
        let clock = SharedClock()
        wire = Wire(clock: { clock.now })
        registry = wrap(try #require(wire.memory.pushRegistry), wire.memory)
        var facts = wire.handler.facts
        facts.push = PushOffer(registry: registry, transports: [UnusedTransport()])
        handler = DAVHandler(
            backend: wire.handler.backend, authorizer: wire.handler.authorizer, facts: facts,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }, clock: { clock.now })
        self.options = options
        self.clock = clock
        var state = State()
        state.random = SeededGenerator(seed: seed)
        self.state = Mutex(state)
    }

    private let clock: SharedClock
    var now: Timestamp { clock.now }
    var milliseconds: Int64 { (now.microseconds - DispatchWorld.start.microseconds) / 1000 }
    var messages: [Message] { state.withLock { $0.messages } }
    var dispatcher: PushDispatcher? { state.withLock { $0.dispatcher } }

    /// What services answer from now on, and how long they take.
    func answer(_ answer: @escaping @Sendable (PushSending) -> (PushOutcome.Kind, Duration)) {
        state.withLock { $0.answer = answer }
    }

    /// Looks at each message as it goes out.
    func check(_ check: @escaping @Sendable (PushSending) -> Void) { state.withLock { $0.check = check } }

    /// A new dispatcher; the one before is gone in the middle of whatever it did.
    func startDispatcher() async throws {
        let seed = state.withLock { state in
            state.life += 1
            return state.random.next()
        }
        let dispatcher = try #require(
            PushDispatcher(handler: handler, options: options, random: SeededGenerator(seed: seed)))
        await dispatcher.observe()
        state.withLock { $0.dispatcher = dispatcher }
    }

    func at(_ milliseconds: Int64, _ run: @escaping @Sendable () async throws -> Void) {
        let moment = DispatchWorld.start.adding(.milliseconds(milliseconds))
        state.withLock { $0.events.append((moment, run)) }
    }

    /// Lets time pass up to so many milliseconds after the beginning.
    func run(until milliseconds: Int64) async throws {
        let end = DispatchWorld.start.adding(.milliseconds(milliseconds))
        while true {
            try await dispatch()
            let wake = await dispatcher?.nextWake
            let event = state.withLock { $0.events.map(\.at).min() }
            guard let next = [wake, event].compactMap(\.self).min(), next <= end else { break }
            clock.set(max(next, now))
            for event in takeEvents() { try await event() }
        }
        clock.set(end)
    }

    private func takeEvents() -> [@Sendable () async throws -> Void] {
        let now = now
        return state.withLock { state in
            let due = state.events.enumerated().filter { $0.element.at <= now }.sorted {
                ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
            }
            state.events.removeAll { $0.at <= now }
            return due.map(\.element.run)
        }
    }

    private func dispatch() async throws {
        guard let dispatcher else { return }
        var turns = 0
        while let batch = await dispatcher.turn() {
            turns += 1
            if turns > 10_000 { throw Endless() }
            for sending in batch { deliver(sending, for: dispatcher) }
        }
    }

    struct Endless: Error {}

    private func deliver(_ sending: PushSending, for dispatcher: PushDispatcher) {
        let (answer, check, life) = state.withLock { ($0.answer, $0.check, $0.life) }
        check(sending)
        let (kind, latency) = answer(sending)
        let registration = sending.delivery.registration
        let message = Message(
            at: milliseconds, device: registration.subscription.identity, lane: sending.lane,
            registration: registration.id, body: String(decoding: sending.notice.body, as: UTF8.self),
            notice: sending.notice)
        let done = now.adding(latency)
        state.withLock { state in
            state.messages.append(message)
            state.events.append(
                (
                    done,
                    {
                        // A dispatcher that is gone hears nothing.
                        guard self.state.withLock({ $0.life }) == life else { return }
                        await dispatcher.finish(sending, PushOutcome(kind, kind.label))
                    }
                ))
        }
    }
}

private final class SharedClock: Sendable {
    private let moment = Mutex(DispatchWorld.start)
    var now: Timestamp { moment.withLock { $0 } }
    func set(_ to: Timestamp) { moment.withLock { $0 = to } }
}

/// Stands in the offer; the driver sends.
private struct UnusedTransport: PushTransport {
    var id: String { "web-push" }
    var subscriptionElement: XMLName { .push("web-push-subscription") }
    func advertise(in xml: inout XMLWriter) {}
    func subscription(from element: XMLElement) async throws -> PushSubscription {
        throw DAVError.invalidPushSubscription("")
    }
    func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
        PushOutcome(.unavailable, "never asked")
    }
}

// MARK: - What people do

extension DispatchWorld {
    func path(_ text: String) throws -> DAVPath { try DAVPath(parsing: text) }

    func resource(_ path: String) throws -> ResourceID {
        let path = try self.path(path)
        return try #require(wire.memory.read { $0[path]?.resourceID })
    }

    @discardableResult
    func register(
        _ path: String, device: String, lane: String = "https://push.example", as principal: PrincipalID = alice,
        triggers: PushTriggers = PushTriggers(content: .one), lifetime: Int64 = 7 * 86_400
    ) async throws -> PushRegistration {
        let id = PushRegistration.ID("r" + String(state.withLock { $0.random.next() }, radix: 36))
        let registration = PushRegistration(
            id: id, location: "https://dav.example/push/\(id)", principal: principal, resource: try resource(path),
            path: try self.path(path),
            subscription: PushSubscription(transport: "web-push", identity: device, details: [], lane: lane),
            triggers: triggers, expires: now.adding(seconds: lifetime), created: now)
        return try await registry.register(registration, limits: PushLimits())
    }

    private func condition(_ dontNotify: PushDontNotify) -> Condition {
        var condition = Condition(caller: .principal(Self.alice), now: now)
        condition.dontNotify = dontNotify
        return condition
    }

    private func collection(_ path: DAVPath) async throws -> any DAVCollection {
        try #require(try await wire.memory.collection(at: path, for: .principal(Self.alice)))
    }

    func put(_ text: String, _ body: String, dontNotify: PushDontNotify = .nobody) async throws {
        let path = try self.path(text)
        let once = Mutex<[UInt8]?>(Array(body.utf8))
        let upload = Upload(
            contentType: "text/plain",
            body: BodyStream {
                once.withLock { bytes in
                    defer { bytes = nil }
                    return bytes
                }
            })
        let writing = try #require(try await collection(path.parent).writing)
        _ = try await writing.put(try #require(path.last), upload, if: condition(dontNotify))
    }

    func makeCollection(_ text: String) async throws {
        let path = try self.path(text)
        let writing = try #require(try await collection(path.parent).writing)
        try await writing.makeCollection(
            try #require(path.last), kind: .folder, properties: [], if: condition(.nobody))
    }

    func delete(_ text: String, dontNotify: PushDontNotify = .nobody) async throws {
        let path = try self.path(text)
        let writing = try #require(try await collection(path.parent).writing)
        try await writing.delete(try #require(path.last), if: condition(dontNotify))
    }

    func move(_ text: String, to destination: String) async throws {
        let path = try self.path(text)
        let writing = try #require(try await collection(path.parent).writing)
        _ = try await writing.move(
            try #require(path.last), to: try self.path(destination), overwrite: false, if: condition(.nobody))
    }

    func rename(_ text: String, _ name: String, dontNotify: PushDontNotify = .nobody) async throws {
        let writing = try #require(try await collection(try path(text)).writing)
        try await writing.patchProperties(of: .itself, [.set(.displayName(name))], if: condition(dontNotify))
    }

    func grant(_ text: String, read: Bool, to principal: PrincipalID = bob) async throws {
        let access = try #require(try await collection(try path(text)).accessControl)
        let grants = read ? [AccessControlEntry(.principal(principal), granted: [.read], source: .itself)] : []
        try await access.setGrants(grants, if: condition(.nobody))
    }

    func syncToken(_ text: String) async throws -> String? {
        try await collection(try path(text)).entries(.itself, fields: .syncToken).first?.syncToken?.uri
    }

    func isRegistered(_ id: PushRegistration.ID) async throws -> Bool {
        try await registry.registrations(of: nil, after: nil, limit: 1000, now: now).contains { $0.id == id }
    }
}
