import DAV

extension BackendConformance {
    /// Who is told of what happens to something shared (``DAV/PushRegistry``).
    static let instancePushChecks: [Case] = [
        Case(id: "share-W1", title: "whoever registered at an instance, in it, or at the home is told as the owner is")
        {
            world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            let content = PushTriggers(content: .infinity, property: .zero)
            let home = try await stage.register("sam", content)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.demandDue([home.id])
            try await stage.tellAll()
            let top = try await stage.register(instance, content)
            let member = try await stage.register(instance + "/a", content)
            let shallow = try await stage.register("sam", PushTriggers(content: .one), of: "sam", identity: "2")
            try await stage.demandDue([])
            try await stage.put("alice/c/a")
            try await stage.demandDue([home.id, top.id, member.id])
            let now = world.subject.clock.now
            for (registration, text) in [(home, "sam"), (top, instance), (member, instance + "/a")] {
                let delivery = try await stage.registry().delivery(of: registration.id, now: now)
                try demand(delivery.map { stage.text($0.registration.path) } == text, "\(text): \(delivery as Any)")
                try demand(delivery?.hasContentUpdate == true && delivery?.hasPropertyUpdate == false, "\(text)")
            }
            try await stage.tellAll()
            try await stage.demandDue([])
            try await stage.colour("alice/c", "red")
            try await stage.demandDue([top.id])
            try await stage.tellAll()
            try await stage.make("sam/own")
            try await stage.demandDue([home.id, shallow.id])
            try await stage.tellAll()
            try await stage.colour(instance, "blue")
            try await stage.demandDue([top.id])
        },
        Case(
            id: "share-W2",
            title: "revoking ends what was registered through the instance, and nothing is told of it after"
        ) {
            world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            let content = PushTriggers(content: .infinity)
            let (own, home) = (
                try await stage.register("alice/c", content), try await stage.register("sam", content)
            )
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            _ = try await stage.register(instance, content)
            _ = try await stage.register(instance + "/a", content)
            try await stage.revoke("sam")
            let left = try await stage.registry().registrations(
                of: nil, after: nil, limit: 10, now: world.subject.clock.now)
            try demand(Set(left.map(\.id)) == [own.id, home.id], "left: \(left.map(\.path))")
            try await stage.tellAll()
            try await stage.put("alice/c/a")
            try await stage.demandDue([own.id])
        },
        Case(id: "share-W1a", title: "what happened before it was shared is no news to the home it comes to") { world in
            let stage = try await ShareStage(world)
            let own = try await stage.register("alice/c", PushTriggers(content: .infinity))
            let home = try await stage.register("sam", PushTriggers(content: .infinity))
            try await stage.put("alice/c/a")
            try await stage.share("sam", dontNotify: .everybody)
            try await stage.demandDue([own.id])
            try await stage.put("alice/c/a")
            try await stage.demandDue([own.id, home.id])
        },
        Case(
            id: "share-W6",
            title: "a client that asks for it is not told of its own writes through an instance"
        ) {
            world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let own = try await stage.register("alice/c", PushTriggers(content: .infinity))
            let top = try await stage.register(instance, PushTriggers(content: .infinity))
            let home = try await stage.register("sam", PushTriggers(content: .infinity))
            var condition = stage.condition("sam")
            // Another's registration is none that the caller may speak for.
            condition.dontNotify = .registrations([top.location, home.location, own.location])
            try await stage.put(instance + "/a", if: condition)
            try await stage.demandDue([own.id])
        },
        Case(id: "share-W7", title: "what its owner moves out of what is shared is told through it no more") { world in
            let stage = try await ShareStage(world)
            try await stage.make("alice/c/d")
            for text in ["a", "b", "d/x"] { try await stage.put("alice/c/" + text) }
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let stays = try await stage.register(instance + "/b", PushTriggers(content: .zero))
            for text in ["/a", "/d", "/d/x"] {
                _ = try await stage.register(instance + text, PushTriggers(content: .zero))
            }
            for (from, to) in [("c/b", "c/d/b"), ("c/a", "a"), ("c/d/b", "c/e"), ("c/d", "d"), ("c", "renamed")] {
                try await stage.move("alice/" + from, "alice/" + to)
            }
            let now = world.subject.clock.now
            let left = try await stage.registry().registrations(of: nil, after: nil, limit: 100, now: now)
            try demand(
                left.map { stage.text($0.path) } == [instance + "/e"], "left: \(left.map { stage.text($0.path) })")
            try demand(left.first?.id == stays.id, "another one is left")
        },
        Case(
            id: "share-W8",
            title: "a home that is due a word of what was shared stays so when that is taken away in silence"
        ) { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let home = try await stage.register("sam", PushTriggers(content: .infinity))
            _ = try await stage.register("sam", PushTriggers(content: .one), of: "sam", identity: "2")
            try await stage.put("alice/c/a")
            try await stage.demandDue([home.id])
            try await stage.revoke("sam", dontNotify: .everybody)
            try await stage.demandDue([home.id])
            try await stage.tellAll()
            try await stage.demandDue([])
        },
        Case(id: "share-W4", title: "properties that are named are told through instances") { world in
            let stage = try await ShareStage(world)
            let named = PushTriggers(property: .infinity, properties: [XMLName("urn:x", "colour")])
            let home = try await stage.register("sam", named)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let other = try await stage.register(
                instance, PushTriggers(property: .infinity, properties: [.dav("displayname")]))
            let top = try await stage.register(instance, named, of: "sam", identity: "2")
            try await stage.tellAll()
            try await stage.put("alice/c/a")
            try await stage.demandDue([])
            try await stage.colour("alice/c/a", "red")
            try await stage.demandDue([home.id, top.id])
            try await stage.tellAll()
            try await stage.revoke("sam")
            try await stage.colour("alice/c/a", "blue")
            try await stage.demandDue([])
            _ = other
        },
    ]
}

extension ShareStage {
    func registry() throws -> any PushRegistry { try world.registry() }

    func register(_ text: String, _ triggers: PushTriggers, of name: String? = nil, identity: String = "1") async throws
        -> PushRegistration
    {
        guard let resource = try await entry(text, .resourceID)?.resourceID,
            let principal = caller(name ?? text).principal
        else { throw Skip(reason: "has no resource-id") }
        var new = world.registration(
            of: principal, on: resource, at: [], identity: identity, triggers, lifetime: 1000)
        new.path = path(text)
        return try await registry().register(new, limits: PushLimits())
    }

    func demandDue(_ wanted: Set<PushRegistration.ID>) async throws {
        let now = world.subject.clock.now
        let due = try await registry().behind(since: 0, after: nil, limit: 100, now: now).items.map(\.id)
        try demand(Set(due) == wanted, "\(due.count) are due, not \(wanted.count)")
    }

    /// Delivers all that is due.
    func tellAll() async throws {
        let now = world.subject.clock.now
        var records: [PushRecord] = []
        for item in try await registry().behind(since: 0, after: nil, limit: 100, now: now).items {
            records.append(
                PushRecord(id: item.id, told: try await registry().delivery(of: item.id, now: now)?.told))
        }
        try await registry().record(records)
    }
}
