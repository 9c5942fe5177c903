import DAVTesting
import Foundation
import Testing

/// Random scripts on SQLite. `MARTLET_SIMULATION_STEPS` and `MARTLET_SIMULATION_SEED` choose how many and which.
struct SQLiteSimulationTests {
    @Test func replicasOfSQLiteConverge() async throws {
        try await simulation(of: "SQLite", steps: 3_000).run { try await .sqlite($0, quotaBytes: nil) }
    }

    /// Y-42, C-10: homes report children, and content is judged.
    @Test func replicasOfNotesInSQLiteConverge() async throws {
        var notes = simulation(of: "notes in SQLite", steps: 2_000)
        notes.hasContent = true
        try await notes.run { try await .sqlite($0, quotaBytes: nil) }
    }

    private func simulation(of subject: String, steps: Int) -> Simulation {
        let environment = ProcessInfo.processInfo.environment
        let steps = environment["MARTLET_SIMULATION_STEPS"].flatMap(Int.init) ?? steps
        let seed = environment["MARTLET_SIMULATION_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000_000)
        print("simulation of \(subject): \(steps) steps from seed \(seed)")
        return Simulation(steps: steps, seed: seed)
    }
}
