/// Random scripts of changes, pages, prunes, restarts and restores, judged by the model: *a client that only ever syncs ends
/// equal to the listing*.
///
/// ```swift
/// try await Simulation(steps: 2_000, seed: 1).run { clock in try await MySubject(clock) }
/// ```
///
/// Each script runs on a fresh back-end. The same seed gives the same scripts; a failure carries the seed and the shortest script
/// found that still fails.
public struct Simulation: Sendable {
    /// How many operations in all.
    public var steps: Int
    public var seed: UInt64
    /// Operations of one script.
    public var scriptLength = 40
    /// Whether the home is a ``DAV/CollectionKind/desk`` with collections of notes: bodies are refused, UIDs are held once (C-10),
    /// the home reports a child whatever happens in it (Y-42), and indexes must agree with what is there. The subject must make
    /// these kinds (``BackendConformance/Subject/makesNotes``).
    public var hasContent = false

    public init(steps: Int, seed: UInt64) {
        self.steps = steps
        self.seed = seed
    }

    /// Something a client may not rely on.
    public struct Failure: Error, CustomStringConvertible {
        public var seed: UInt64
        public var message: String
        public var script: [Operation]

        public var description: String {
            "seed \(seed): \(message)\n  " + script.map(\.description).joined(separator: "\n  ")
        }
    }

    /// Judges a back-end.
    public func run(_ factory: BackendConformance.Factory) async throws {
        try await run { () async throws -> (BackendServer, (@Sendable () async throws -> Void)?) in
            let subject = try await factory(TestClock())
            let server = try await hasContent ? BackendServer(deskOf: subject) : BackendServer(subject)
            return (server, subject.close)
        }
    }

    /// Judges the model itself against the oracle; with faults, it must fail.
    public func runModel(faults: SyncModel.Fault = []) async throws {
        try await run { (ModelServer(faults: faults, isDesk: hasContent), nil) }
    }

    /// Judges any server.
    ///
    /// - Parameter make: gives a fresh, empty server, and what ends it.
    public func run<Server: SimulatedServer>(
        _ make: () async throws -> (Server, (@Sendable () async throws -> Void)?)
    ) async throws {
        var done = 0
        var seed = seed
        while done < steps {
            let length = min(scriptLength, steps - done)
            let replicas = 2 + Int(seed % 4)
            var generator = ScriptGenerator(seed: seed, replicas: replicas, hasContent: hasContent)
            let script = generator.script(length)
            func attempt(_ script: [Operation]) async throws -> String? {
                let (server, close) = try await make()
                var run = SimulationRun(server, replicas: replicas, seed: seed, hasContent: hasContent)
                let message = await run.play(script)
                try await close?()
                return message
            }
            if let message = try await attempt(script) {
                let (shortest, last) = try await Shrinker.shrink(script, message, attempt)
                throw Failure(seed: seed, message: last, script: shortest)
            }
            done += length
            seed += 1
        }
    }
}

/// Shortens a failing script by leaving out parts.
enum Shrinker {
    static func shrink(
        _ script: [Operation], _ message: String, _ attempt: ([Operation]) async throws -> String?
    ) async throws -> ([Operation], String) {
        var best = (script, message)
        var size = max(1, script.count / 2)
        var budget = 400
        while size >= 1, budget > 0 {
            var start = 0
            var improved = false
            while start < best.0.count, budget > 0 {
                var shorter = best.0
                shorter.removeSubrange(start..<min(start + size, shorter.count))
                budget -= 1
                if !shorter.isEmpty, let message = try await attempt(shorter) {
                    best = (shorter, message)
                    improved = true
                } else {
                    start += size
                }
            }
            if !improved || size > 1 { size = size == 1 ? 0 : size / 2 }
        }
        return best
    }
}
