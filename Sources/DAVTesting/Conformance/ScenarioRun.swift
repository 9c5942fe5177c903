import DAV

/// Carries out the steps of a ``Scenario``.
final class ScenarioRun {
    let world: World
    /// By label, then by collection.
    var tokens: [String: [String: SyncToken]] = [:]
    var locks: [String: LockToken] = [:]
    private var collections: Set<String> = []
    private var listings: [String: [SyncLevel: Listing]] = [:]
    private var backup: (@Sendable () async throws -> any Backend)?

    init(_ world: World) { self.world = world }

    func begin(_ start: String) async throws {
        for text in start.split(separator: " ").map(String.init) {
            if text.hasSuffix("!") {
                try await world.makeCollection(String(text.dropLast()), kind: world.barredKind())
            } else if text.hasSuffix("/") {
                try await world.makeCollection(text)
                collections.insert(text)
            } else {
                try await world.put(text)
            }
        }
        collections.insert("/")
        try await mark("T0")
        for collection in collections {
            listings[collection] = [
                .one: try await world.listing(collection, .one),
                .infinite: try await world.listing(collection, .infinite),
            ]
        }
    }

    /// Takes the tokens of all collections that are there.
    func mark(_ label: String) async throws {
        for collection in collections {
            guard let token = try await world.entry(collection, .syncToken)?.syncToken else { continue }
            tokens[label, default: [:]][collection] = token
        }
    }

    func perform(_ text: String) async throws {
        var words = text.split(separator: " ").map(String.init)
        guard let first = words.first else { return }
        if first.hasPrefix("S") || first.hasPrefix("walk") {
            return try await report(words)
        }
        let statuses = first.split(separator: "|").compactMap { Int($0) }
        guard !statuses.isEmpty else { return try await act(Step(words)) }
        words.removeFirst()
        let before = try await fingerprint()
        do {
            try await act(Step(words))
        } catch let error as DAVError {
            guard statuses.contains(error.code) else { throw Mismatch("refused with \(error)") }
            guard try await fingerprint() == before else { throw Mismatch("refused, but something changed") }
            return
        }
        throw Mismatch("was not refused")
    }

    /// What a refused step must leave as it was.
    private func fingerprint() async throws -> String {
        let token = try await world.entry("/", .syncToken)?.syncToken?.uri ?? ""
        return try await "\(token) \(world.listing("/", .infinite))"
    }

    /// INV-1: whoever held the state of T0 ends equal to the listing.
    func end() async throws {
        for (collection, token) in tokens["T0"] ?? [:] {
            guard try await world.backend.collection(at: world.path(collection), for: world.subject.owner) != nil else {
                continue
            }
            for level in [SyncLevel.one, .infinite] {
                var replica = Replica(listing: listings[collection]?[level] ?? Listing(), token: token)
                do {
                    try await walk(collection, &replica, level)
                } catch let error as DAVError where error == .validSyncToken {
                    continue
                }
                let truth = try await world.listing(collection, level)
                guard replica.listing == truth else {
                    throw Mismatch(
                        "INV-1: after \(level) from T0 a replica of \(collection) holds \(replica.listing), not \(truth)"
                    )
                }
            }
        }
    }

    private func walk(_ collection: String, _ replica: inout Replica, _ level: SyncLevel) async throws {
        let syncing = try await world.syncing(world.collection(collection))
        var isComplete = false
        while !isComplete {
            let page = try await syncing.changes(since: replica.token, level: level, limit: 2, fields: [])
            try await PageCheck(page, limit: 2, replica.token).run(collection, level, in: world)
            replica.apply(page.changes.shuffled(), token: page.token, isComplete: page.isComplete, level: level)
            isComplete = page.isComplete
        }
    }

    // MARK: Actions

    private func act(_ step: Step) async throws {
        let condition = try await condition(of: step)
        switch step.verb {
        case "put": try await world.put(step.first, step.has("same") ? "the same octets" : nil, if: condition)
        case "put-same": try await world.put(step.first, world.body(step.first), if: condition)
        case "post":
            let upload = Upload(body: .bytes(Array(world.freshBody().utf8)))
            _ = try await world.writing(world.collection(step.first)).add(upload, suggestion: nil, if: condition)
        case "mkcol":
            try await world.makeCollection(step.first, if: condition)
            collections.insert(step.first)
        case "mkbarred": try await world.makeCollection(step.first, kind: world.barredKind(), if: condition)
        case "delete": try await world.delete(step.first, if: condition)
        case "move": try await world.move(step.first, step.second, overwrite: !step.has("keep"), if: condition)
        case "copy":
            let depth: Depth = step.has("depth0") ? .zero : .infinity
            try await world.copy(step.first, step.second, depth: depth, overwrite: !step.has("keep"), if: condition)
        case "patch":
            let value = DeadProperty(
                name: XMLName("urn:test", "p"), xml: Array("<p xmlns=\"urn:test\">\(world.freshBody())</p>".utf8))
            try await world.patch(step.first, [.set(value)], if: condition)
        case "lock", "refresh", "unlock": try await lockAction(step, condition)
        default: try await observe(step)
        }
    }

    private func lockAction(_ step: Step, _ condition: Condition) async throws {
        let (holder, target) = try await world.locate(step.first)
        let locking = try world.locking(holder)
        switch step.verb {
        case "lock":
            let request = LockRequest(
                scope: step.has("shared") ? .shared : .exclusive, depth: step.has("depth0") ? .zero : .infinity,
                owner: Array("<o/>".utf8), timeoutSeconds: 60)
            let result = try await locking.lock(target, request, if: condition)
            if let label = step.value("as:") { locks[label] = result.lock.token }
        case "refresh":
            var condition = condition
            condition.ifHeader = IfHeader(untagged: [try state(step.second, at: "")])
            _ = try await locking.refresh(target, timeoutSeconds: 60, if: condition)
        default:
            try await locking.unlock(target, lock(step.second), mayBreak: step.has("break"), if: condition)
        }
    }

    private func observe(_ step: Step) async throws {
        switch step.verb {
        case "mark": try await mark(step.first)
        case "get": _ = try await world.demandEntry(step.first)
        case "gone":
            if try await world.entry(step.first) != nil { throw Mismatch("\(step.first) is mapped") }
        case "wait": world.subject.clock.advance(seconds: Int64(step.first) ?? 0)
        case "prune": try await world.prune(through: world.token(step.first))
        case "restart": try await world.restart()
        case "backup": backup = try await world.backUp()
        case "restore": if let backup { try await world.restore(backup) }
        default: throw Mismatch("there is no such step")
        }
    }

    func lock(_ label: String) throws -> LockToken {
        guard let token = locks[label] else { throw Mismatch("no lock \(label)") }
        return token
    }
}

/// A step's words.
struct Step {
    var verb: String
    var words: [String]

    init(_ words: [String]) {
        verb = words.first ?? ""
        self.words = Array(words.dropFirst())
    }

    var first: String { words.first ?? "" }
    var second: String { words.count > 1 ? words[1] : "" }
    func has(_ word: String) -> Bool { words.contains(word) }
    /// What follows `prefix`.
    func value(_ prefix: String) -> String? {
        words.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}
