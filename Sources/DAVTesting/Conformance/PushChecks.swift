import DAV

extension BackendConformance {
    /// What ``DAV/PushRegistry`` promises, for back-ends that have one.
    public static let pushCases: [Case] =
        pushChecks
        + (1...12).map { seed in
            Case(id: "push-\(seed)", title: "who is told is who a list of all changes says, seed \(seed)") { world in
                try await PushRun(world, seed: UInt64(seed)).run(120)
            }
        }

    private static let pushChecks: [Case] = [
        Case(id: "push-T24", title: "whoever registers again keeps the URL, and all their registrations get the keys") {
            world in
            let listener = try await PushListener(world)
            try await world.makeCollection("C")
            let first = try await listener.register("", PushTriggers(content: .one))
            let second = try await listener.register("C", PushTriggers(content: .one))
            try demand(first.id != second.id, "one registration for two resources")
            var again = first
            again.id = .random()
            again.location = "https://dav.example.org/push/other"
            again.subscription.details = [9]
            again.triggers = PushTriggers(property: .zero, properties: [.dav("displayname")])
            again.expires = again.expires.adding(seconds: 5)
            let kept = try await listener.registry.register(again, limits: PushLimits())
            try demand(kept.id == first.id && kept.location == first.location, "\(kept.id) for \(first.id)")
            try demand(kept.expires == again.expires && kept.triggers == again.triggers, "kept \(kept)")
            let all = try await listener.all()
            try demand(all.count == 2 && all.allSatisfy { $0.subscription.details == [9] }, "kept \(all)")
        },
        Case(id: "push-T27", title: "the same subscription of another principal is another one") { world in
            let listener = try await PushListener(world)
            let stranger = try world.stranger()
            let mine = try await listener.register("", PushTriggers(content: .one))
            let theirs = try await listener.register("", PushTriggers(content: .one), of: stranger.principal)
            try demand(mine.id != theirs.id, "one registration for two principals")
            let now = world.subject.clock.now
            let registry = listener.registry
            try demand(!(try await registry.unregister(mine.id, of: stranger.principal, now: now)), "foreign hands")
            try demand(try await registry.unregister(mine.id, of: mine.principal, now: now), "not found")
            try demand(!(try await registry.unregister(mine.id, of: mine.principal, now: now)), "found again (T28)")
            try demand(try await registry.unregister(theirs.id, of: nil, now: now), "not found by the server")
        },
        Case(id: "push-T38", title: "identical bytes, refusals and locks are told to nobody") { world in
            try await world.put("a", "same")
            let listener = try await PushListener(world)
            _ = try await listener.register("", PushTriggers(content: .infinity, property: .infinity))
            _ = try await listener.register("a", PushTriggers(content: .zero, property: .zero))
            try await world.put("a", "same")
            try await demandRefusal(412) { try await world.move("a", "a2", overwrite: false, if: world.failing()) }
            try await demandRefusal(405) {
                try await world.makeCollection("b")
                try await listener.tellAll()
                try await world.makeCollection("b")
            }
            let request = LockRequest(scope: .exclusive, depth: .zero, owner: nil, timeoutSeconds: 60)
            let (holder, target) = try await world.locate("a")
            if let locking = holder.locking {
                let lock = try await locking.lock(target, request, if: world.condition()).lock
                try await locking.unlock(target, lock.token, mayBreak: false, if: world.condition())
            }
            try demand(try await listener.due() == [], "told of nothing")
        },
        Case(id: "push-T55", title: "what is gone is told of once, and is found no more") { world in
            try await world.makeCollection("C")
            try await world.put("C/a")
            let listener = try await PushListener(world)
            let collection = try await listener.register("C", PushTriggers(content: .one))
            let member = try await listener.register("C/a", PushTriggers(content: .zero))
            _ = try await listener.register("C", PushTriggers(property: .zero), identity: "2")
            try await world.delete("C")
            let due = try await listener.due()
            try demand(due == [collection.id, member.id].sorted(), "due: \(due)")
            try demand(try await listener.all().isEmpty, "still listed")
            let now = world.subject.clock.now
            let found = try await listener.registry.unregister(member.id, of: nil, now: now)
            try demand(!found, "still found")
            guard let last = try await listener.registry.delivery(of: member.id, now: now) else {
                throw Mismatch("nothing to deliver")
            }
            try demand(last.hasContentUpdate && last.gone?.path == world.path("C"), "delivers \(last)")
            try demand(last.gone?.owner == world.subject.owner.principal, "gone: \(String(describing: last.gone))")
            try await world.makeCollection("C")
            try await listener.tellAll()
            try await world.put("C/a")
            try demand(try await listener.due() == [], "what is made again is not what was")
        },
        Case(id: "push-T80", title: "beyond a limit is 507, and what there is stays") { world in
            let listener = try await PushListener(world)
            try await world.makeCollection("C")
            var limits = PushLimits()
            limits.perPrincipal = 2
            limits.perPrincipalAndResource = 1
            listener.limits = limits
            _ = try await listener.register("", PushTriggers(content: .one))
            try await demandRefusal(507) {
                _ = try await listener.register("", PushTriggers(content: .one), identity: "2")
            }
            _ = try await listener.register("C", PushTriggers(content: .one), identity: "2")
            try await world.put("a")
            try await demandRefusal(507) { _ = try await listener.register("a", PushTriggers(content: .zero)) }
            _ = try await listener.register("", PushTriggers(content: .zero))
            try demand(try await listener.all().count == 2, "the old ones went")
            listener.limits = PushLimits()
            listener.limits.newLanesPerDay = 3
            for lane in ["x", "y"] {
                _ = try await listener.register("a", PushTriggers(content: .zero), identity: lane, lane: lane)
            }
            try await demandRefusal(507) {
                _ = try await listener.register("a", PushTriggers(content: .zero), identity: "z", lane: "z")
            }
        },
        Case(id: "push-404", title: "a resource that is not at the path cannot be registered for") { world in
            let listener = try await PushListener(world)
            try await world.put("a")
            let registration = try await listener.register("a", PushTriggers(content: .zero))
            var other = registration
            other.id = .random()
            other.subscription.identity = "2"
            try await world.delete("a")
            try await demandRefusal(404) { _ = try await listener.registry.register(other, limits: PushLimits()) }
            try await world.put("a")
            try await demandRefusal(404) { _ = try await listener.registry.register(other, limits: PushLimits()) }
        },
        Case(id: "push-T40", title: "who names properties is told of those") { world in
            let listener = try await PushListener(world)
            let named = PushTriggers(property: .one, properties: [.dav("displayname")])
            let some = try await listener.register("", named)
            let any = try await listener.register("", PushTriggers(property: .one), identity: "2")
            try await world.put("a")
            try await world.patch("a", [.set(world.property(XMLName("urn:x", "p"), "1"))])
            try demand(try await listener.due() == [any.id], "another property")
            try await world.patch("a", [.set(world.property(.dav("displayname"), "1"))])
            try demand(try await listener.due() == [any.id, some.id].sorted(), "the property")
        },
        Case(id: "push-T43", title: "a change of rights is a property update") { world in
            try await world.makeCollection("C")
            let listener = try await PushListener(world)
            let rights: Set<XMLName> = [.dav("current-user-privilege-set")]
            let itself = try await listener.register("C", PushTriggers(property: .zero, properties: rights))
            let above = try await listener.register("", PushTriggers(content: .infinity, property: .zero))
            try await world.grant([.read], on: "C")
            let due = try await listener.due()
            try demand(due == [itself.id], "\(due), not \(itself.id): \(above)")
        },
        Case(
            id: "push-health", title: "what is known of a device is known of all its registrations, and ends with them"
        ) { world in
            let listener = try await PushListener(world)
            try await world.makeCollection("C")
            let first = try await listener.register("", PushTriggers(content: .one))
            let other = try await listener.register("", PushTriggers(content: .one), identity: "2")
            _ = try await listener.register("C", PushTriggers(content: .one))
            var health = PushHealth()
            health.failures = 3
            health.firstFailure = Timestamp(seconds: 1)
            health.lastOutcome = "507"
            health.lastAttempt = Timestamp(seconds: 2)
            try await listener.registry.record([PushRecord(id: first.id, health: health)])
            let all = try await listener.all()
            try demand(all.count { $0.health == health } == 2 && all.count == 3, "health: \(all.map(\.health))")
            try await listener.registry.record([
                PushRecord(id: .random(), told: 1), PushRecord(id: first.id, removal: .subscription),
            ])
            try demand(try await listener.all().map(\.id) == [other.id], "the subscription is still there")
            try await listener.registry.record([PushRecord(id: other.id, removal: .registration)])
            try demand(try await listener.all().isEmpty, "the registration is still there")
        },
    ]
}

/// Registers on paths of a world.
final class PushListener {
    let world: World
    let registry: any PushRegistry
    var limits = PushLimits()

    init(_ world: World) async throws {
        self.world = world
        registry = try world.registry()
    }

    func register(
        _ text: String, _ triggers: PushTriggers, of principal: PrincipalID? = nil, identity: String = "1",
        lane: String = "https://push.example.net"
    ) async throws -> PushRegistration {
        guard let resource = try await world.demandEntry(text, .resourceID).resourceID,
            let principal = principal ?? world.subject.owner.principal
        else { throw Skip(reason: "has no resource-id") }
        let path = text.split(separator: "/").map { Name(unique: String($0)) }
        var new = world.registration(
            of: principal, on: resource, at: path, identity: identity, triggers, lifetime: 1000)
        new.subscription.lane = lane
        return try await registry.register(new, limits: limits)
    }

    func all() async throws -> [PushRegistration] {
        try await registry.registrations(of: nil, after: nil, limit: 100, now: world.subject.clock.now)
    }

    func due() async throws -> [PushRegistration.ID] {
        try await registry.behind(since: 0, after: nil, limit: 100, now: world.subject.clock.now).items.map(\.id)
    }

    /// Delivers all that is due.
    func tellAll() async throws {
        var records: [PushRecord] = []
        for id in try await due() {
            let delivery = try await registry.delivery(of: id, now: world.subject.clock.now)
            records.append(PushRecord(id: id, told: delivery?.told))
        }
        try await registry.record(records)
    }
}

extension World {
    func registry() throws -> any PushRegistry {
        guard let registry = backend.pushRegistry else { throw Skip(reason: "keeps no registrations for push") }
        return registry
    }

    func registration(
        _ id: PushRegistration.ID = .random(), of principal: PrincipalID, on resource: ResourceID, at path: [Name],
        identity: String, _ triggers: PushTriggers,
        lifetime: Int64
    ) -> PushRegistration {
        PushRegistration(
            id: id, location: "https://dav.example.org/push/\(id)", principal: principal, resource: resource,
            path: subject.home.appending(path),
            subscription: PushSubscription(
                transport: "web-push", identity: "https://push.example.net/\(identity)", details: [1],
                lane: "https://push.example.net"),
            triggers: triggers, expires: subject.clock.now.adding(seconds: lifetime), created: subject.clock.now)
    }

    func property(_ name: XMLName, _ text: String) -> DeadProperty {
        var xml = XMLWriter()
        xml.element(name, text: text)
        return DeadProperty(name: name, xml: xml.take())
    }

    /// A condition that does not hold.
    func failing() -> Condition {
        var condition = condition()
        condition.ifMatch = .list([], weak: [])
        return condition
    }
}
