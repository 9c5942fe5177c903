import DAVTesting
import Synchronization
import Testing

@testable import DAV

/// Writers, people who come and go, services and stores that fail, dispatchers that end: drawn from a seed, in virtual time.
final class DispatchSimulation: Sendable {
    let world: DispatchWorld
    let model = DispatchModel()
    private let chance: ModelledRegistry.Chance
    private let state: Mutex<(random: SeededGenerator, resource: Int, isCalm: Bool, isBusy: Bool)>

    init(seed: UInt64, fault: ModelledRegistry.Fault = .none) throws {
        let chance = ModelledRegistry.Chance(seed: seed &+ 1, faults: 0.05, meanwhile: 0.1)
        let model = model
        self.chance = chance
        state = Mutex((SeededGenerator(seed: seed), 0, false, false))
        // With every other seed nothing is found by looking at everything once more.
        var options = PushDispatcher.Options()
        if seed % 2 == 1 { options.sweepInterval = .seconds(1_000_000) }
        world = try DispatchWorld(options: options, seed: seed) { base, store in
            ModelledRegistry(base: base, store: store, model: model, chance: chance, fault: fault)
        }
    }

    private func draw<T: Sendable>(_ body: (inout SeededGenerator) -> T) -> T { state.withLock { body(&$0.random) } }
    private func draw(_ range: Range<Int>) -> Int { draw { Int.random(in: range, using: &$0) } }

    /// - Returns: what broke the law.
    func run(steps: Int) async throws -> [String] {
        for name in ["A", "B"] { try await create(name) }
        world.check { [model, world] in model.sent($0, at: world.now) }
        world.answer { [self] sending in
            let answer = answer(sending)
            if answer.0 == .accepted { model.accepted(sending) }
            return answer
        }
        chance.happen.withLock { $0 = { [self] in try await happen() } }
        try await world.startDispatcher()
        for step in 1...steps {
            try await happen()
            if draw(0..<40) == 0 { try await world.startDispatcher() }
            try await world.run(until: world.milliseconds + Int64(draw(0..<4) == 0 ? draw(0..<60_000) : draw(0..<900)))
            if step % 12 == 0 { try await settle() }
        }
        try await judgeTokens(try await settle())
        return model.read(\.complaints)
    }

    /// Everything works for a while, until nothing is left to do.
    @discardableResult
    private func settle() async throws -> [PushRegistration] {
        chance.isCalm.withLock { $0 = true }
        state.withLock { $0.isCalm = true }
        try await world.run(until: world.milliseconds + 4 * 3_600_000)
        let now = world.now
        let registered = try await world.registry.registrations(of: nil, after: nil, limit: 10_000, now: now)
        model.judge(at: now, registered: Set(registered.map(\.id)))
        chance.isCalm.withLock { $0 = false }
        state.withLock { $0.isCalm = false }
        return registered
    }

    /// A last change to everything: the last word each subscriber has is the token of now.
    private func judgeTokens(_ registered: [PushRegistration]) async throws {
        chance.isCalm.withLock { $0 = true }
        state.withLock { $0.isCalm = true }
        for name in ["A", "B"] where collection(name) != nil { try await write(name, .nobody) }
        try await world.run(until: world.milliseconds + 120_000)
        // Of a home that is empty by now the last word may be an old one.
        let messages = world.messages
        for registration in registered where registration.triggers.content != nil {
            let isOwed = model.read { state in
                state.registrations[registration.id].map { state.mayRead($0) && $0.expires > world.now && !$0.isGone }
                    ?? false
            }
            guard isOwed else { continue }
            let path = registration.path.description
            let current = world.wire.memory.read { tree in
                tree.nodes.first { $0.value.resourceID == registration.resource }?.key.description ?? path
            }
            let token = try await world.syncToken(current)
            if messages.last(where: { $0.registration == registration.id })?.syncToken != token {
                model.complain("\(registration.id) was not told the last token")
            }
        }
    }

    private func answer(_ sending: PushSending) -> (PushOutcome.Kind, Duration) {
        let isCalm = state.withLock { $0.isCalm }
        let latency = Duration.milliseconds(Int64(draw(1..<3000)))
        if isCalm { return (.accepted, latency) }
        switch draw(0..<100) {
        case 0..<62: return (.accepted, latency)
        case 62..<76: return (.unavailable, draw(0..<3) == 0 ? .seconds(15) : latency)
        case 76..<82: return (.throttled(draw(0..<2) == 0 ? nil : Int64(draw(0..<100))), latency)
        case 82..<86: return (.unclaimed, latency)
        case 86..<92: return (.unauthorized, latency)
        case 92..<95: return (.rejected, latency)
        case 95..<98: return (.redirected, latency)
        case 98: return (.gone, latency)
        default: return (.forbidden, latency)
        }
    }

    // MARK: What happens

    private func happen() async throws {
        // Something that happens may ask the registry, and then nothing more happens in between.
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard isFree else { return }
        defer { state.withLock { $0.isBusy = false } }
        let name = draw(0..<2) == 0 ? "A" : "B"
        guard collection(name) != nil else { return try await create(name) }
        switch draw(0..<100) {
        case 0..<40: try await write(name, dontNotify())
        case 40..<52: try await rename(name, dontNotify())
        case 52..<60: try await grant(name)
        case 60..<64: try await remove(name, dontNotify())
        case 64..<68: try await move(name)
        case 68..<90: try await register(name)
        default: try await unregister()
        }
    }

    private func collection(_ name: String) -> DispatchModel.Collection? { model.read { $0.collections[name] } }

    private func dontNotify() -> PushDontNotify {
        switch draw(0..<10) {
        case 0..<5: return .nobody
        case 5: return .everybody
        default:
            let locations = model.read { $0.registrations.values.map(\.location).sorted() }
            return .registrations(locations.filter { _ in draw(0..<2) == 0 })
        }
    }

    private func create(_ name: String) async throws {
        let resource = state.withLock { state in
            state.resource += 1
            return state.resource
        }
        try await world.makeCollection("/files/alice/\(name)")
        model.edit { $0.collections[name] = .init(resource: resource, path: "/files/alice/\(name)") }
        model.contentChanged(resource, .nobody)
    }

    private func write(_ name: String, _ dontNotify: PushDontNotify) async throws {
        guard let collection = collection(name) else { return }
        let number = model.edit { state in
            state.collections[name]?.content += 1
            return state.number
        }
        try await world.put("\(collection.path)/\(draw(0..<4))", "after \(number)", dontNotify: dontNotify)
        model.contentChanged(collection.resource, dontNotify)
    }

    private func rename(_ name: String, _ dontNotify: PushDontNotify) async throws {
        guard let collection = collection(name) else { return }
        try await world.rename(collection.path, "after \(model.read(\.number))", dontNotify: dontNotify)
        model.propertyChanged(collection.resource, dontNotify)
    }

    private func grant(_ name: String) async throws {
        guard let collection = collection(name) else { return }
        let isReadable = !collection.isReadableForBob
        try await world.grant(collection.path, read: isReadable)
        model.edit { state in
            state.collections[name]?.isReadableForBob = isReadable
            state.collections[name]?.granted = state.number + 1
        }
        model.propertyChanged(collection.resource, .nobody)
    }

    private func remove(_ name: String, _ dontNotify: PushDontNotify) async throws {
        guard let collection = collection(name) else { return }
        try await world.delete(collection.path, dontNotify: dontNotify)
        model.edit { $0.collections[name] = nil }
        model.removed(collection, dontNotify)
    }

    private func move(_ name: String) async throws {
        guard let collection = collection(name) else { return }
        let path = "/files/alice/\(name)"
        let destination = collection.path == path ? path + "-moved" : path
        try await world.move(collection.path, to: destination)
        model.edit { $0.collections[name]?.path = destination }
        model.contentChanged(collection.resource, .nobody)
    }

    private func register(_ name: String) async throws {
        guard let collection = collection(name) else { return }
        let isHome = draw(0..<5) == 0
        let holder = !isHome && draw(0..<3) == 0 ? DispatchWorld.bob : DispatchWorld.alice
        let device = "\(holder) \(draw(0..<3))"
        // The same for the same device and resource, so that to register again changes no trigger.
        let kind = isHome ? 0 : (collection.resource + device.utf8.reduce(0) { $0 + Int($1) }) % 3
        let triggers = PushTriggers(
            content: kind == 2 ? nil : isHome ? .infinity : .one, property: kind == 0 ? nil : .zero)
        let lifetime: Int64 = draw(0..<4) == 0 ? Int64(draw(5..<600)) : 14 * 86_400
        let registration = try await world.register(
            isHome ? "/files/alice" : collection.path, device: device, lane: "lane \(device.utf8.count % 2)\(device)",
            as: holder, triggers: triggers, lifetime: lifetime)
        model.edit { state in
            if state.registrations[registration.id] != nil {
                state.registrations[registration.id]?.expires = registration.expires
                return
            }
            state.registrations[registration.id] = .init(
                id: registration.id, location: registration.location, holder: holder, device: device,
                resource: isHome ? DispatchModel.home : collection.resource, hasContent: triggers.content != nil,
                hasProperty: triggers.property != nil, expires: registration.expires, told: state.number)
        }
    }

    private func unregister() async throws {
        let ids = model.read { $0.registrations.keys.sorted() }
        guard !ids.isEmpty else { return }
        let id = ids[draw(0..<ids.count)]
        if try await world.registry.unregister(id, of: nil, now: world.now) {
            model.unregistered(id)
        }
    }
}
