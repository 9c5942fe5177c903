import DAV
import Synchronization

/// A random script of changes and registrations, judged after each step against ``PushModel``.
final class PushRun {
    private let world: World
    private var registry: any PushRegistry
    private var model: PushModel
    private var random: SeededGenerator
    private var steps: [String] = []
    /// Messages that took off and did not arrive yet.
    private var inFlight: [PushDelivery] = []
    private var lastRevision: Int64 = 0
    /// Names that make a script the same each time.
    private var registered = 0
    private let wakes = Counter()
    private let names = ["a", "b", "c"].map { Name(unique: $0) }
    private let properties = ["p", "q"].map { XMLName("urn:x", $0) }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }
        func add() { value.withLock { $0 += 1 } }
    }

    init(_ world: World, seed: UInt64) async throws {
        self.world = world
        registry = try world.registry()
        model = PushModel(home: try await world.collection("").info.kind)
        random = SeededGenerator(seed: seed)
        observe()
    }

    private func observe() {
        let wakes = wakes
        registry.observe { wakes.add() }
    }

    /// - Throws: ``Mismatch`` with the whole script.
    func run(_ count: Int) async throws {
        do {
            if world.subject.makesNotes { try await make([Name(unique: "desk")], .desk, world.condition()) }
            for _ in 0..<count {
                try await step()
                try await check()
            }
        } catch {
            throw Mismatch("\(error)\nafter:\n\(steps.joined(separator: "\n"))")
        }
    }

    // MARK: Steps

    private func step() async throws {
        switch Int.random(in: 0..<22, using: &random) {
        case 0..<5: try await register()
        case 5: try await unregister()
        case 6, 7: try await takeOff()
        case 8, 9: try await arrive()
        case 10: try await pass()
        default: try await change()
        }
    }

    private func anyPath() -> PushModel.Path {
        model.nodes.keys.sorted { text($0) < text($1) }.randomElement(using: &random) ?? []
    }

    /// A path that is mapped, or could be.
    private func anyPlace() -> PushModel.Path {
        var path = anyPath()
        if model.nodes[path]?.kind == nil { path.removeLast() }
        return path.count > 4 ? path : path + [names.randomElement(using: &random) ?? names[0]]
    }

    private func register() async throws {
        let path = anyPath()
        guard let resource = try await world.entry(text(path), .resourceID)?.resourceID else {
            throw Skip(reason: "has no resource-id")
        }
        let depths: [Depth?] = [nil, .zero, .one, .infinity]
        var triggers = PushTriggers(
            content: depths.randomElement(using: &random) ?? nil, property: depths.randomElement(using: &random) ?? nil)
        if triggers.isEmpty { triggers.content = .one }
        if triggers.property != nil, Bool.random(using: &random) { triggers.properties = [properties[0]] }
        let mine = Bool.random(using: &random) ? world.subject.owner.principal : world.subject.stranger?.principal
        guard let principal = mine ?? world.subject.owner.principal else { return }
        registered += 1
        let new = world.registration(
            PushRegistration.ID("r\(registered)"), of: principal, on: resource, at: path,
            identity: "\(Int.random(in: 0..<4, using: &random))", triggers,
            lifetime: Int64.random(in: 50..<5000, using: &random))
        let old = model.listed.first {
            $0.registration.principal == principal && $0.registration.resource == resource
                && $0.registration.subscription.identity == new.subscription.identity
        }
        if old != nil { return }
        steps.append("register \(new.id) of \(principal) on \(text(path)): \(triggers)")
        let kept = try await registry.register(new, limits: PushLimits())
        try demand(kept.id == new.id && kept.path == new.path, "registered \(kept), not \(new)")
        model.add(kept, at: path)
    }

    private func anyListener() -> PushModel.Listener? {
        model.listeners.values.sorted { $0.registration.id < $1.registration.id }.randomElement(using: &random)
    }

    private func unregister() async throws {
        guard let listener = anyListener() else { return }
        let id = listener.registration.id
        steps.append("unregister \(id)")
        let found = try await registry.unregister(id, of: listener.registration.principal, now: world.subject.clock.now)
        try demand(found == (listener.gone == nil), "unregister \(id): \(found)")
        if found { model.remove(id) }
    }

    private func takeOff() async throws {
        guard let listener = anyListener() else { return }
        let id = listener.registration.id
        guard !inFlight.contains(where: { $0.registration.id == id }),
            let delivery = try await registry.delivery(of: id, now: world.subject.clock.now)
        else { return }
        steps.append("take off \(id)")
        inFlight.append(delivery)
        model.takeOff(id)
    }

    private func arrive() async throws {
        let records = inFlight.map { PushRecord(id: $0.registration.id, told: $0.told) }
        if records.isEmpty { return }
        steps.append("arrive \(records.map(\.id))")
        try await registry.record(records)
        for delivery in inFlight { model.arrive(delivery.registration.id, wasLast: delivery.gone != nil) }
        inFlight = []
    }

    /// Time passes, or the back-end stops and starts.
    private func pass() async throws {
        if world.subject.restart != nil, Int.random(in: 0..<4, using: &random) == 0 {
            steps.append("restart")
            try await world.restart()
            registry = try world.registry()
            return observe()
        }
        steps.append("100 s")
        world.subject.clock.advance(seconds: 100)
        model.expire(at: world.subject.clock.now)
        if Bool.random(using: &random) {
            while try await registry.removeExpired(now: world.subject.clock.now) {}
        }
    }

    // MARK: Changes

    private func change() async throws {
        var condition = world.condition()
        switch Int.random(in: 0..<8, using: &random) {
        case 0: condition.dontNotify = .everybody
        case 1..<4:
            let known = model.listed.map(\.registration.location).shuffled(using: &random)
            if !known.isEmpty { condition.dontNotify = .registrations(Array(known.prefix(3))) }
        default: break
        }
        let before = model.due
        let wakesBefore = wakes.count
        do {
            try await change(condition)
        } catch let error as DAVError {
            steps.append("  refused with \(error.code)")
        }
        let fresh = model.due.filter { !before.contains($0) }
        try demand(fresh.isEmpty || wakes.count > wakesBefore, "nobody was woken for \(fresh)")
        let heard = try await registry.behind(
            since: lastRevision, after: nil, limit: 1000, now: world.subject.clock.now)
        let told = Set(heard.items.map(\.id))
        try demand(told.isSuperset(of: fresh), "since \(lastRevision), \(told) are behind, and \(fresh) should be")
        lastRevision = heard.revision
    }

    private func change(_ condition: Condition) async throws {
        let (path, place) = (anyPath(), anyPlace())
        func note(_ text: String) { steps.append(text + " [\(condition.dontNotify)]") }
        switch Int.random(in: 0..<14, using: &random) {
        case 0..<3, 10...11:
            note("put \(text(place))")
            try await world.put(text(place), if: condition)
            model.put(place, condition)
        case 3, 12...13: try await make(place, anyKind(), condition)
        case 4 where !path.isEmpty && text(path) != "desk":
            note("delete \(text(path))")
            try await world.delete(text(path), if: condition)
            model.delete(path, condition)
        case 5...6 where !path.isEmpty && text(path) != "desk" && text(place) != "desk":
            note("move \(text(path)) \(text(place))")
            try await world.move(text(path), text(place), if: condition)
            model.move(path, to: place, condition)
        case 7 where !path.isEmpty && text(path) != "desk" && text(place) != "desk":
            note("copy \(text(path)) \(text(place))")
            try await world.copy(text(path), text(place), if: condition)
            model.copy(path, to: place, condition)
        default:
            let property = properties.randomElement(using: &random) ?? properties[0]
            note("patch \(property) of \(text(path))")
            let change = PropertyChange.set(world.property(property, world.freshBody()))
            // What is so already is no change, and is told to nobody.
            for _ in 0..<2 { try await world.patch(text(path), [change], if: condition) }
            model.patch(path, property, condition)
        }
    }

    private func make(_ path: PushModel.Path, _ kind: CollectionKind, _ condition: Condition) async throws {
        steps.append("mkcol \(text(path)) (\(kind.id)) [\(condition.dontNotify)]")
        try await world.makeCollection(text(path), kind: kind, if: condition)
        model.makeCollection(path, kind, condition)
    }

    private func anyKind() -> CollectionKind {
        let isBarred = Int.random(in: 0..<4, using: &random) == 0
        return isBarred ? world.subject.barredKind ?? .folder : .folder
    }

    private func text(_ path: PushModel.Path) -> String { path.map(\.string).joined(separator: "/") }

    // MARK: Judging

    private func check() async throws {
        let now = world.subject.clock.now
        var behind: [PushRegistration.ID] = []
        while case let page = try await registry.behind(since: 0, after: behind.last, limit: 2, now: now).items,
            !page.isEmpty
        {
            behind += page.map(\.id)
        }
        try demand(behind == model.due, "behind are \(behind), not \(model.due)")
        for listener in model.listeners.values { try await check(listener, now) }
        let listed = try await registry.registrations(of: nil, after: nil, limit: 1000, now: now)
        try demand(listed.map(\.id) == model.listed.map(\.registration.id), "listed are \(listed.map(\.id))")
        for (found, listener) in zip(listed, model.listed) {
            let path = model.path(of: listener).map { world.subject.home.appending($0) }
            try demand(found.path == path, "\(found.id) is at \(found.path), not \(path?.description ?? "nowhere")")
            try demand(found.triggers == listener.registration.triggers, "\(found.id) has \(found.triggers)")
        }
    }

    private func check(_ listener: PushModel.Listener, _ now: Timestamp) async throws {
        let id = listener.registration.id
        guard let delivery = try await registry.delivery(of: id, now: now) else {
            return try demand(!listener.isDue, "\(id) is due, and there is nothing to deliver")
        }
        let gone = listener.gone.map { world.subject.home.appending($0) }
        try demand(listener.isDue, "\(id) is not due")
        try demand(delivery.gone?.path == gone, "\(id): gone from \(delivery.gone?.path.description ?? "nowhere")")
        try demand(delivery.hasContentUpdate == (listener.content || gone != nil), "\(id): the content is wrong")
        try demand(delivery.hasPropertyUpdate == listener.property, "\(id): the properties are wrong")
    }
}
