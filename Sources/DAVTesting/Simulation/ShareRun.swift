import DAV

/// People who write, share, accept, revoke, leave and rename at random, and clients that only ever synchronise: those know
/// what a listing says, at every URL, and no two URLs of one collection say different things.
package final class ShareRun {
    private let stage: ShareStage
    private let world: World
    private var random: SeededGenerator
    private var log: [String] = []
    private var clients: [ShareClient]
    private let names = ["sam", "sue"]

    /// - Throws: ``Skip`` where nothing can be shared.
    convenience package init(_ subject: BackendConformance.Subject, seed: UInt64) async throws {
        try await self.init(World(subject), seed: seed)
    }

    init(_ world: World, seed: UInt64) async throws {
        self.world = world
        stage = try await ShareStage(world)
        random = SeededGenerator(seed: seed)
        clients = ["alice", "sam", "sue"].map(ShareClient.init)
        stage.rules = ShareRules(mode: seed % 2 == 0 ? .instant : .invitation)
    }

    /// - Returns: what was done and what came of it, without what differs from back-end to back-end: two that keep the same
    ///   promises give the same.
    /// - Throws: ``Mismatch`` with the whole script.
    package func run(_ count: Int) async throws -> [String] {
        do {
            for step in 0..<count {
                try await act(step)
                for index in clients.indices where pick(3) > 0 {
                    try await clients[index].catchUp(on: stage, limit: pick(4) == 0 ? 1 + pick(3) : 100)
                    if pick(4) == 0 { try await clients[index].demandTrue(on: stage) }
                }
                if pick(10) == 0 { try await note() }
                if pick(30) == 0, try await stage.entry(stage.shared) != nil {
                    try await world.prune(through: stage.token(stage.shared))
                }
            }
            for index in clients.indices {
                try await clients[index].catchUp(on: stage, limit: 2)
                try await clients[index].demandTrue(on: stage)
            }
            try await note()
        } catch {
            throw Mismatch("\(error)\nafter:\n\(log.joined(separator: "\n"))")
        }
        return log
    }

    private func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// One content, whatever the URL; and what stands there is noted.
    private func note() async throws {
        guard try await stage.entry(stage.shared) != nil else { return log.append("nothing is there") }
        let own = try await stage.listing(stage.shared, .infinite)
        log.append(
            "there is "
                + own.members.keys.map { $0.map(\.string).joined(separator: "/") }.sorted().joined(separator: " "))
        for name in names {
            for instance in try await stage.instances(name) {
                try demand(try await stage.listing(instance, .infinite) == own, "\(instance) shows something else")
                log.append("\(name) has \(try await stage.colour(instance) ?? "no colour")")
            }
        }
    }

    // MARK: Steps

    /// Rights are judged before a back-end is asked.
    private func writable(_ instance: String?) async throws -> String? {
        guard let instance else { return nil }
        let share = try await stage.collection(instance).info.share.instance
        return share?.grant.allowsWriting == true ? instance : nil
    }

    /// Something to do, and what it is called.
    private typealias Deed = (words: String, run: () async throws -> Void)

    private func act(_ step: Int) async throws {
        let name = names[pick(names.count)]
        let instance = try await stage.instances(name).first
        let place = pick(2) == 0 ? stage.shared : try await writable(instance) ?? stage.shared
        let who = place == stage.shared ? "alice" : name
        let deed: Deed =
            switch pick(23) {
            case 0..<10: write(step, in: place, home: who)
            case 20...: jointly(step, in: place, home: who)
            case 10..<14: share(with: name)
            case 14..<18: arrange(instance, of: name, step)
            default: own(step)
            }
        var outcome = "done"
        do {
            try await deed.run()
        } catch let error as DAVError {
            outcome = "\(error.code)"
        } catch let failure as JointFailure {
            outcome = "\(failure.error.code) at \(failure.step)"
        } catch let refusal as ShareRefusal { outcome = "\(refusal)" }
        log.append("\(step) \(who): \(deed.words): \(outcome)")
    }

    /// Content, by the owner or through an instance.
    private func write(_ step: Int, in place: String, home: String) -> Deed {
        let stage = stage
        let inside = ["a", "b", "d/a", "d"][pick(4)]
        switch pick(10) {
        case 0..<5: return ("put \(inside)", { try await stage.put("\(place)/\(inside)", "\(step)") })
        case 5, 6: return ("delete \(inside)", { try await stage.delete("\(place)/\(inside)") })
        case 7: return ("make d", { try await stage.make("\(place)/d") })
        case 8: return ("copy in", { try await stage.copy("\(home)/b", "\(place)/\(inside)") })
        default:
            let other = inside.hasPrefix("d") ? ["a", "b", "e"][pick(3)] : ["b", "d/b", "e"][pick(3)]
            let isHome = pick(3) == 0
            return (
                "move \(inside) to \(isHome ? "home/" : "")\(other)",
                { try await stage.move("\(place)/\(inside)", "\(isHome ? home : place)/\(other)") }
            )
        }
    }

    /// Several at once, by the owner and whoever else: all of them or none.
    private func jointly(_ step: Int, in place: String, home: String) -> Deed {
        let stage = stage
        let places = [
            "\(place)/a", "\(place)/b", "\(place)/d/a", "\(home)/b", "\(stage.shared)/a", "\(names[pick(2)])/b",
        ]
        var (words, steps): ([String], [WriteStep]) = ([], [])
        for index in 0..<2 + pick(2) {
            let path = places[pick(places.count)]
            let other = "\(path.prefix { $0 != "/" })/\(["b", "e"][pick(2)])"
            let action: WriteStep.Action
            switch pick(8) {
            case 0: action = .delete
            case 1: action = .move(to: stage.path(other), overwrite: pick(2) == 0)
            case 2: action = .copy(to: stage.path(other), depth: .infinity, overwrite: pick(2) == 0)
            case 3: action = .patch([.setContentLanguage("\(step)")])
            default: action = .put(Upload(body: .bytes(Array("\(step) \(index)".utf8))))
            }
            words.append("\(action)".prefix { $0 != "(" } + " " + path.lastName)
            steps.append(WriteStep(stage.path(path), action, if: stage.condition(path)))
        }
        return (
            "jointly \(words.joined(separator: ", "))",
            { [steps] in _ = try await stage.backend.jointWriting?.write(steps) }
        )
    }

    private func share(with name: String) -> Deed {
        let stage = stage
        switch pick(6) {
        case 0..<3:
            let grant: ShareGrant = pick(2) == 0 ? .read : .readWrite
            return ("share with \(name) \(grant)", { try await stage.share(name, grant) })
        case 3, 4:
            let hasAccepted = pick(4) > 0
            return ("\(name) answers \(hasAccepted)", { try await stage.answer(name, hasAccepted) })
        default: return ("revoke \(name)", { try await stage.revoke(name) })
        }
    }

    /// What a sharee does with what is theirs: the binding, and its properties.
    private func arrange(_ instance: String?, of name: String, _ step: Int) -> Deed {
        let stage = stage
        let new = "\(name)/n\(pick(2))"
        let choice = pick(6)
        guard let instance, choice > 0 else { return ("\(name) makes \(new)", { try await stage.make(new) }) }
        switch choice {
        case 1: return ("\(name) leaves", { try await stage.delete(instance) })
        case 2, 3: return ("\(name) renames to \(new)", { try await stage.move(instance, new) })
        default: return ("\(name) paints", { try await stage.colour(instance, "\(step)") })
        }
    }

    /// What the owner does with the collection itself.
    private func own(_ step: Int) -> Deed {
        let stage = stage
        switch pick(5) {
        case 0, 1: return ("owner paints", { try await stage.colour(stage.shared, "\(step)") })
        case 2, 3:
            return (
                "owner moves there and back",
                {
                    try await stage.move(stage.shared, "alice/moved")
                    try await stage.move("alice/moved", stage.shared)
                }
            )
        default:
            return (
                "owner begins anew",
                {
                    try await stage.delete(stage.shared)
                    try await stage.make(stage.shared, .team)
                }
            )
        }
    }
}

/// What one client knows: a home, and each collection that stands there.
private struct ShareClient {
    let home: String
    private var replicas: [String: Replica] = [:]

    init(home: String) { self.home = home }

    mutating func catchUp(on stage: ShareStage, limit: Int) async throws {
        try await catchUp(home, .one, on: stage, limit: limit)
        let members = replicas[home]?.listing.members ?? [:]
        let collections = Set(
            members.filter { $0.value == .collection }.keys.map { home + "/" + $0.map(\.string).joined() })
        for gone in replicas.keys where gone != home && !collections.contains(gone) { replicas[gone] = nil }
        for collection in collections { try await catchUp(collection, .infinite, on: stage, limit: limit) }
    }

    private mutating func catchUp(_ text: String, _ level: SyncLevel, on stage: ShareStage, limit: Int) async throws {
        guard let syncing = try await stage.collection(text).syncing else { throw Mismatch("\(text) does not sync") }
        try await replicas[text, default: Replica()].catchUp(with: syncing, level: level, limit: limit)
    }

    func demandTrue(on stage: ShareStage) async throws {
        for (text, replica) in replicas {
            let truth = try await stage.listing(text, text == home ? .one : .infinite)
            try demand(replica.listing == truth, "\(text): a client knows \(replica.listing), there is \(truth)")
        }
    }
}
