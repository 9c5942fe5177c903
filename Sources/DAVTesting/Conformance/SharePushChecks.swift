import DAV
import Synchronization

extension BackendConformance {
    /// What the dispatcher sends of shares: scenarios of WebDAV-Push, by their numbers (``DAV/PushDispatcher``).
    static let sharePushChecks: [Case] = [
        Case(id: "share-T43", title: "another level of a share is a property update to whoever has it, and no one else")
        {
            world in
            let (stage, post) = try await listening(world)
            try await stage.share("sam", .read)
            try await post.demand(["sam": "p"])
            // The same again changes nothing.
            try await stage.share("sam", .read)
            try await post.demand([:])
            try await stage.share("sam", .readWrite)
            try await post.demand(["sam": "p"])
        },
        Case(id: "share-T44", title: "a colour of somebody's own is told to their registrations only") { world in
            let (stage, post) = try await listening(world)
            try await stage.colour(stage.instance("sam"), "blue")
            try await post.demand(["sam": "p"])
            try await stage.colour(stage.instance("sue"), "green")
            try await post.demand(["sue": "p"])
            try await stage.put("alice/c/b")
            try await post.demand(all.filter { !$0.key.hasSuffix("member") })
        },
        Case(id: "share-T58", title: "whoever listens at a member, by whatever URL, is told a last time when it goes") {
            world in
            let (stage, post) = try await listening(world)
            try await stage.delete("alice/c/a")
            try await post.demand(all)
            let left = try await post.registry.registrations(of: nil, after: nil, limit: 100, now: post.clock.now)
            try demand(left.count == 6, "left: \(left.map { stage.text($0.path) })")
        },
        Case(
            id: "share-T62",
            title: "whoever a share is taken from is told of it at home, and of what then happens nothing"
        ) { world in
            let (stage, post) = try await listening(world)
            let instance = try await stage.instance("sam")
            try await stage.revoke("sam")
            try await post.demand(["sam-home": "c"])
            let left = try await post.registry.registrations(of: nil, after: nil, limit: 100, now: post.clock.now)
            try demand(!left.contains { stage.text($0.path).hasPrefix(instance) }, "a registration is left")
            try await stage.put("alice/c/a")
            try await stage.colour("alice/c", "red")
            var wanted = all.filter { !$0.key.hasPrefix("sam") }
            for name in ["alice", "sue"] { wanted[name] = "cp" }
            try await post.demand(wanted)
        },
        Case(id: "share-T62a", title: "whoever loses a share while a message is made for them is not sent it") {
            world in
            let (stage, post) = try await listening(world)
            let sam = stage.caller("sam").principal
            let revocation = try stage.revocation("sam")
            let isRevoked = Mutex(false)
            var hooks = PushPost.Hooks()
            hooks.delivered = { _, delivery in
                guard let registration = delivery?.registration, registration.principal == sam,
                    !registration.subscription.identity.hasSuffix("home"),
                    !isRevoked.withLock({ $0 })
                else { return }
                isRevoked.withLock { $0 = true }
                try await revocation()
            }
            post.set(hooks)
            try await stage.put("alice/c/a")
            var told = await post.told()
            try demand(isRevoked.withLock { $0 }, "nothing was revoked")
            // Of the change and of the revocation, in one message or in two.
            try demand(told.removeValue(forKey: "sam-home")?.allSatisfy { $0 == "c" } == true, "the home is not told")
            try demand(told == all.filter { !$0.key.hasPrefix("sam") }, "told are \(told)")
        },
    ]

    /// Content is told to all that ``listening(_:)`` registers.
    private static let all = [
        "alice": "c", "alice-home": "c", "alice-member": "c", "sam": "c", "sam-home": "c", "sam-member": "c",
        "sue": "c", "sue-home": "c", "sue-member": "c",
    ]

    /// Alice shares with Sam and Sue, and each listens to everything: at their home, at the collection, and at a member.
    private static func listening(_ world: World) async throws -> (ShareStage, PushPost) {
        let stage = try await ShareStage(world)
        try await stage.put("alice/c/a")
        let post = try await PushPost(world.subject, rules: stage.rules)
        let triggers = PushTriggers(content: .infinity, property: .zero)
        for name in ["alice", "sam", "sue"] {
            if name != "alice" { try await stage.share(name) }
            let top = name == "alice" ? stage.shared : try await stage.instance(name)
            for (place, device) in [(name, "-home"), (top, ""), (top + "/a", "-member")] {
                _ = try await stage.register(place, triggers, of: name, identity: name + device)
            }
        }
        await post.run(seconds: 120)
        return (stage, post)
    }
}

extension PushPost {
    /// Which devices are told of content (`c`), properties (`p`), or both in one message, until all is quiet.
    fileprivate func told() async -> [String: String] {
        let before = messages.count
        await run(seconds: 120)
        var told: [String: String] = [:]
        for message in messages.dropFirst(before) {
            let device = message.registration.subscription.identity.split(separator: "/").last.map(String.init) ?? ""
            told[device, default: ""] += (message.hasContent ? "c" : "") + (message.hasProperty ? "p" : "")
        }
        return told
    }

    fileprivate func demand(_ wanted: [String: String]) async throws {
        let told = await told()
        try DAVTesting.demand(told == wanted, "told are \(told), not \(wanted)")
    }
}
