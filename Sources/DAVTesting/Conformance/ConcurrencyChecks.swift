import DAV

extension BackendConformance {
    /// What must hold when several write at once.
    static let concurrencyChecks: [Case] = [
        Case(id: "SS-157", title: "of many writers with one token exactly one wins") { world in
            for round in 0..<10 {
                var condition = world.condition()
                let token = try await world.token("/")
                condition.ifHeader = IfHeader(lists: [
                    .init(
                        resource: .path(world.subject.home),
                        conditions: [.init(negated: false, state: .token(token.uri))])
                ])
                let writing = try world.writing(try await world.collection("/"))
                let won = try await winners(of: 8) { [condition] index in
                    _ = try await writing.put(
                        Name(unique: "r\(round)w\(index)"), Upload(body: .bytes([1])), if: condition)
                }
                try demand(won == 1, "\(won) of 8 writers won")
            }
        },
        Case(id: "X-02", title: "of many writers with one ETag exactly one wins") { world in
            try await world.put("a")
            let writing = try world.writing(try await world.collection("/"))
            for _ in 0..<10 {
                var condition = world.condition()
                guard let etag = try await world.demandEntry("a").etag else { throw Mismatch("no ETag") }
                condition.ifMatch = .list([etag], weak: [])
                let won = try await winners(of: 8) { [condition] index in
                    let body = Array("\(etag) \(index)".utf8)
                    _ = try await writing.put(Name(unique: "a"), Upload(body: .bytes(body)), if: condition)
                }
                try demand(won == 1, "\(won) of 8 writers won")
            }
        },
        Case(id: "SS-140", title: "a reader under constant writes loses nothing (SS-141, SS-142, SS-143)") { world in
            try await world.makeCollection("C/")
            let collection = try await world.collection("C")
            let writing = try world.writing(collection)
            let syncing = try world.syncing(collection)
            let condition = world.condition()
            let folder = world.path("C")
            let replica = try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for step in 0..<40 {
                            let name = Name(unique: "w\(writer)n\(step % 5)")
                            do {
                                switch step % 4 {
                                case 3: try await writing.delete(name, if: condition)
                                case 2:
                                    let target = folder.appending(Name(unique: "w\(writer)m"))
                                    _ = try await writing.move(name, to: target, overwrite: true, if: condition)
                                default:
                                    _ = try await writing.put(
                                        name, Upload(body: .bytes(Array("\(writer) \(step)".utf8))), if: condition)
                                }
                            } catch let error as DAVError where error == .notFound {}
                        }
                    }
                }
                var replica = Replica()
                for _ in 0..<40 {
                    let page = try await syncing.changes(since: replica.token, level: .one, limit: 3, fields: [])
                    try demand(
                        page.isComplete || !page.changes.isEmpty && page.token != replica.token, "INV-12: no progress")
                    replica.apply(page.changes.shuffled(), token: page.token, isComplete: page.isComplete, level: .one)
                    await Task.yield()
                }
                try await group.waitForAll()
                return replica
            }
            var late = replica
            try await late.catchUp(with: syncing, level: .one, limit: 3)
            let truth = try await world.listing("C", .one)
            try demand(late.listing == truth, "the replica holds \(late.listing), not \(truth)")
        },
    ]

    private static func winners(
        of count: Int, _ attempt: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<count {
                group.addTask {
                    do {
                        try await attempt(index)
                        return true
                    } catch let error as DAVError where error == .preconditionFailed {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $1 ? $0 + 1 : $0 }
        }
    }
}

extension Name {
    /// For names made of letters and digits.
    init(unique text: String) {
        guard let name = Name(text) else { preconditionFailure("\(text) is not a name") }
        self = name
    }
}
