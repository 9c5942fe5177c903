import DAV

/// One script on one server, beside a faultless model and the oracle.
struct SimulationRun<Server: SimulatedServer> {
    private var server: Server
    private var reference: SyncModel
    private var oracle: Oracle
    private var clients: [Client]
    private var random: SeededGenerator
    private var backup: SyncModel?
    private var prunes = 0
    /// The home's token after each change, with the model's.
    private var marks: [(SyncToken, SyncModel.Token)] = []

    init(_ server: Server, replicas: Int, seed: UInt64, hasContent: Bool = false) {
        self.server = server
        reference = SyncModel(isDesk: hasContent)
        oracle = Oracle(reference)
        random = SeededGenerator(seed: ~seed)
        let places: [SyncModel.Path] = [[], ["D"], [], ["D", "E"], ["E"]].map { $0.map { Name(unique: $0) } }
        clients = (0..<replicas).map { index in
            Client(path: places[index % places.count], level: index % 3 == 1 ? .one : .infinite)
        }
    }

    /// - Returns: what went wrong.
    mutating func play(_ script: [Operation]) async -> String? {
        do {
            try await mark()
            for (index, operation) in script.enumerated() {
                do {
                    try await step(operation)
                } catch {
                    return "step \(index + 1), \(operation): \(error)"
                }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private mutating func step(_ operation: Operation) async throws {
        guard server.offers(operation) else { return }
        switch operation {
        case .prune(let ago):
            let (token, model) = marks[max(0, marks.count - 1 - ago)]
            try await server.prune(through: token)
            reference.prune(through: model.revision)
            prunes += 1
        case .restart: try await server.restart()
        case .backUp:
            try await server.backUp()
            backup = reference
        case .restore: try await restore()
        case .page(let replica, let limit): try await page(replica, limit: limit)
        case .replay(let replica, let ago): try await replay(replica, ago: ago)
        case .settle: try await settle()
        default: try await change(operation)
        }
    }

    private mutating func restore() async throws {
        guard let backup else { return }
        try await server.restore()
        reference = backup.restored(after: reference)
        oracle.record(reference)
        marks = []
        try await mark()
    }

    private mutating func change(_ operation: Operation) async throws {
        guard reference.allows(operation) else { return }
        if let refusal = reference.refusal(of: operation) { return try await demandRefused(operation, with: refusal) }
        let old = reference
        let before = try await server.token(of: [])
        try await server.perform(operation)
        reference.apply(operation)
        oracle.record(reference)
        try await mark()
        // INV-8, INV-23: the home's token moves with every change that a report tells, and with no other.
        let moved = try await server.token(of: []) != before
        if moved != (old.token(of: []) != reference.token(of: [])) {
            throw Mismatch("INV-8: the home's token \(moved ? "moved" : "did not move")")
        }
        try await demandIndexes()
    }

    /// What is refused names the rule it breaks, and changes nothing.
    private mutating func demandRefused(_ operation: Operation, with refusal: DAVError) async throws {
        let token = try await server.token(of: [])
        let listing = try await server.listing([], .infinite)
        do {
            try await server.perform(operation)
        } catch let error as DAVError {
            let names = [error, refusal].map { $0.condition?.name }
            let holders = [error, refusal].map { $0.condition?.resources.map(\.last) }
            guard error.code == refusal.code, names[0] == names[1], holders[0] == holders[1] else {
                throw Mismatch("refused with \(error), not \(refusal)")
            }
            try demand(try await server.token(of: []) == token, "INV-23: the home's token moved for \(error)")
            try demand(try await server.listing([], .infinite) == listing, "\(error) changed something")
            return try await demandIndexes()
        }
        throw Mismatch("was not refused with \(refusal)")
    }

    /// What queries find is what is there.
    private func demandIndexes() async throws {
        for (path, node) in reference.live where node.kind == .notes {
            for uid in SyncModel.uids {
                let (found, truth) = (try await server.names(path, uid: uid), reference.names(path, uid: uid))
                try demand(found == truth, "the index of \(path) has UID \(uid) at \(found), not \(truth)")
            }
        }
    }

    private mutating func mark() async throws {
        if let token = try await server.token(of: []), let model = reference.token(of: []) {
            marks.append((token, model))
        }
    }

    // MARK: Clients

    private mutating func page(_ index: Int, limit: Int) async throws {
        guard clients.indices.contains(index), reference.live[clients[index].path]?.kind.isSyncable == true else {
            return
        }
        guard let page = try await report(clients[index], since: clients[index].position, limit: limit) else {
            clients[index].startOver()
            return
        }
        let client = clients[index]
        let start = client.position == nil ? oracle.now : client.walkStart
        let position = position(of: page, client)
        clients[index].take(page, at: position, walkStart: page.isComplete ? nil : start, &random)
    }

    private func position(of page: ChangePage, _ client: Client) -> Position {
        let now = reference.token(of: client.path)
        return Position(
            token: page.token, state: page.isComplete ? now : nil, life: now.map { [$0.epoch, $0.incarnation] } ?? [],
            moment: oracle.now,
            prunes: prunes)
    }

    /// INV-10: old tokens stay good.
    private mutating func replay(_ index: Int, ago: Int) async throws {
        guard clients.indices.contains(index), reference.live[clients[index].path]?.kind.isSyncable == true else {
            return
        }
        let history = clients[index].history
        guard !history.isEmpty else { return }
        _ = try await report(clients[index], since: history[max(0, history.count - 1 - ago)], limit: 1000)
    }

    private mutating func settle() async throws {
        for index in clients.indices where reference.live[clients[index].path]?.kind.isSyncable == true {
            var pages = 0
            repeat {
                pages += 1
                if pages > 500 { throw Mismatch("INV-12: the walk does not end") }
                try await page(index, limit: Int.random(in: 1...3, using: &random))
            } while clients[index].position?.state == nil
            let client = clients[index]
            let truth = try await server.listing(client.path, client.level)
            guard client.replica.listing == truth else {
                throw Mismatch(
                    "INV-1: replica \(index) of \(client.path) holds \(client.replica.listing), not \(truth)")
            }
            let expected = reference.live.keys.filter { reference.isInScope($0, of: client.path, client.level) }
            guard Set(truth.members.keys) == Set(expected.map { Array($0.dropFirst(client.path.count)) }) else {
                throw Mismatch("the listing holds \(truth), not \(expected)")
            }
            try await demandQuiet(client)
        }
    }

    /// INV-7: when nothing happens, nothing is told, and the token stays.
    private func demandQuiet(_ client: Client) async throws {
        guard let token = client.position?.token else { return }
        for level in [SyncLevel.one, .infinite] {
            let page = try await server.changes(client.path, since: token, level, limit: 10)
            guard page.changes.isEmpty, page.token == token, try await server.token(of: client.path) == token else {
                throw Mismatch("INV-7: \(page.changes.map(\.rendered)) though nothing happened")
            }
        }
    }

    // MARK: Judging reports

    /// - Returns: `nil` if the token is rightly refused.
    private func report(_ client: Client, since position: Position?, limit: Int) async throws -> ChangePage? {
        let page: ChangePage
        do {
            page = try await server.changes(client.path, since: position?.token, client.level, limit: limit)
        } catch let error as DAVError where error == .validSyncToken {
            guard let position, mayRefuse(position, client) else { throw Mismatch("INV-14: a valid token was refused") }
            return nil
        }
        if let position, mustRefuse(position, client) { throw Mismatch("INV-14: an invalid token was accepted") }
        try judge(page, client, since: position, limit: limit)
        return page
    }

    private func mayRefuse(_ position: Position, _ client: Client) -> Bool {
        if let state = position.state { return !reference.isValid(state, at: client.path) }
        return position.prunes != prunes || position.life != life(of: client)
    }

    private func mustRefuse(_ position: Position, _ client: Client) -> Bool {
        if let state = position.state { return !reference.isValid(state, at: client.path) }
        return position.life != life(of: client)
    }

    private func life(of client: Client) -> [Int] {
        reference.token(of: client.path).map { [$0.epoch, $0.incarnation] } ?? []
    }

    private func judge(_ page: ChangePage, _ client: Client, since position: Position?, limit: Int) throws {
        let lines = page.changes.map { line($0, below: client.path) }
        try demand(Set(lines.map(\.path)).count == lines.count, "INV-2: a path twice")
        try demand(lines.count <= limit, "INV-13: \(lines.count) lines, limit \(limit)")
        try demand(page.isComplete || !lines.isEmpty && page.token != position?.token, "INV-12: no progress")
        for line in lines { try judge(line, client, since: position, among: lines) }
        guard page.isComplete else { return }
        if let position, position.state != nil {
            try compare(lines, with: oracle.delta(client.path, from: position.moment, client.level))
            try judgeReference(client, position)
        } else if position == nil {
            let all = reference.live.keys.filter { reference.isInScope($0, of: client.path, client.level) }
            try demand(
                Set(lines.map(\.path)) == Set(all), "INV-4: an initial report of \(lines.count), not \(all.count)")
        }
    }

    private func judge(
        _ line: SyncModel.Line, _ client: Client, since position: Position?, among lines: [SyncModel.Line]
    ) throws {
        let text = "\(line.mark.rawValue)\(line.path)"
        guard line.mark == .removed else {
            return try demand(
                reference.live[line.path] != nil && reference.isInScope(line.path, of: client.path, client.level),
                "INV-3: \(text)")
        }
        try demand(reference.live[line.path] == nil, "INV-3: \(text) is mapped")
        try demand(position != nil, "INV-6: \(text) in an initial report")
        let covered = lines.contains { $0.path != line.path && $0.path.starts(with: line.path) }
        try demand(!covered, "INV-16: below \(text)")
        if position == client.position, let start = client.walkStart {
            try demand(
                oracle.mayTellRemoval(of: line.path, below: client.path, since: start),
                "INV-6: \(text) went before the walk began")
        }
    }

    /// INV-4 and INV-5: all that differs and no more; a removal may be told again.
    private func compare(_ lines: [SyncModel.Line], with expected: Set<SyncModel.Line>) throws {
        let lines = Set(lines)
        let missing = expected.subtracting(lines)
        try demand(missing.isEmpty, "INV-4: not told: \(missing.map { "\($0.mark.rawValue)\($0.path)" })")
        let extra = lines.subtracting(expected).filter { $0.mark != .removed }
        try demand(extra.isEmpty, "INV-5: told for nothing: \(extra.map { "\($0.mark.rawValue)\($0.path)" })")
    }

    /// The judge is judged: the faultless model says what the oracle says.
    private func judgeReference(_ client: Client, _ position: Position) throws {
        guard let lines = try? reference.report(client.path, since: position.state, client.level).lines else {
            throw Mismatch("the model refuses its own token")
        }
        try compare(lines, with: oracle.delta(client.path, from: position.moment, client.level))
    }

    private func line(_ change: Change, below path: SyncModel.Path) -> SyncModel.Line {
        let mark: SyncModel.Line.Mark =
            switch change {
            case .changed: .changed
            case .removed: .removed
            case .barred: .barred
            }
        return SyncModel.Line(mark: mark, path: path + change.path)
    }
}
