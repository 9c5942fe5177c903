import DAV

extension BackendConformance {
    /// Long walks and random histories. ``Simulation`` goes further.
    static let walkChecks: [Case] = [
        Case(id: "SS-133", title: "a walk whose limit changes with each page delivers everything once") { world in
            try await world.makeCollection("C/")
            for index in 0..<200 { try await world.put("C/m\(index)", "\(index)") }
            let syncing = try world.syncing(try await world.collection("C"))
            var random = SeededGenerator(seed: 133)
            var replica = Replica()
            var told = 0
            var isComplete = false
            while !isComplete {
                let limit = Int.random(in: 1...20, using: &random)
                let page = try await syncing.changes(since: replica.token, level: .one, limit: limit, fields: [])
                try demand(
                    page.changes.count <= limit && !page.changes.isEmpty,
                    "a page of \(page.changes.count), limit \(limit)")
                told += page.changes.count
                replica.apply(page.changes.shuffled(), token: page.token, isComplete: page.isComplete, level: .one)
                isComplete = page.isComplete
            }
            try demand(told == 200, "\(told) changes for 200 members")
            try demand(try await world.listing("C", .one) == replica.listing, "the replica differs from the listing")
        },
        Case(id: "SS-180", title: "after a hundred random operations every replica equals the listing") { world in
            _ = try world.syncing(try await world.collection("/"))
            var generator = ScriptGenerator(seed: 180, replicas: 4)
            var run = SimulationRun(BackendServer(world.subject), replicas: 4, seed: 180)
            if let message = await run.play(generator.script(100)) { throw Mismatch(message) }
        },
    ]
}
