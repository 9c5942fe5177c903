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

    private func act(_ step: Int) async throws {
        let name = names[pick(names.count)]
        let instance = try await stage.instances(name).first
        let inside = ["a", "b", "d/a", "d"][pick(4)]
        let place = pick(2) == 0 ? stage.shared : try await writable(instance) ?? stage.shared
        let words: String
        let deed: () async throws -> Void
        switch pick(20) {
        case 0..<5: (words, deed) = ("put \(inside)", { try await self.stage.put("\(place)/\(inside)", "\(step)") })
        case 5, 6: (words, deed) = ("delete \(inside)", { try await self.stage.delete("\(place)/\(inside)") })
        case 7: (words, deed) = ("make d", { try await self.stage.make("\(place)/d") })
        case 8:
            let other = inside.hasPrefix("d") ? ["a", "b", "e"][pick(3)] : ["b", "d/b", "e"][pick(3)]
            let isHome = pick(3) == 0
            let target = isHome ? place == stage.shared ? "alice" : name : place
            (words, deed) = (
                "move \(inside) to \(isHome ? "home/" : "")\(other)",
                { try await self.stage.move("\(place)/\(inside)", "\(target)/\(other)") }
            )
        case 9:
            let from = place == stage.shared ? "alice/b" : "\(name)/b"
            (words, deed) = ("copy in", { try await self.stage.copy(from, "\(place)/\(inside)") })
        case 10, 11:
            let grant: ShareGrant = pick(2) == 0 ? .read : .readWrite
            (words, deed) = ("share with \(name) \(grant)", { try await self.stage.share(name, grant) })
        case 12: (words, deed) = ("revoke \(name)", { try await self.stage.revoke(name) })
        case 13: (words, deed) = ("\(name) leaves", { if let instance { try await self.stage.delete(instance) } })
        case 14, 15:
            let new = "\(name)/n\(pick(2))"
            (words, deed) = (
                "\(name) renames to \(new)", { if let instance { try await self.stage.move(instance, new) } }
            )
        case 16:
            (words, deed) = ("\(name) paints", { if let instance { try await self.stage.colour(instance, "\(step)") } })
        case 17: (words, deed) = ("owner paints", { try await self.stage.colour(self.stage.shared, "\(step)") })
        case 18:
            (words, deed) = (
                "owner moves there and back",
                {
                    try await self.stage.move(self.stage.shared, "alice/moved")
                    try await self.stage.move("alice/moved", self.stage.shared)
                }
            )
        default:
            if pick(4) == 0 {
                (words, deed) = (
                    "owner begins anew",
                    {
                        try await self.stage.delete(self.stage.shared)
                        try await self.stage.make(self.stage.shared, .team)
                    }
                )
            } else {
                (words, deed) = ("\(name) makes n0", { try await self.stage.make("\(name)/n0") })
            }
        }
        do {
            try await deed()
            log.append("\(step) \(place == stage.shared ? "alice" : name): \(words)")
        } catch let error as DAVError {
            log.append("\(step) \(place == stage.shared ? "alice" : name): \(words): \(error.code)")
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
