import DAVTesting
import Foundation
import Testing

/// The random simulation, over HTTP against the SQLite server: changes, pages, prunes, restarts, backups and restores; replicas with
/// levels, limits and lag of their own; all judged by the model.
///
/// `MARTLET_WIRE_STEPS` says how many steps (nightly: fifty thousand), `MARTLET_SIMULATION_SEED` where to begin.
@Suite struct RemoteSimulation {
    @Test func replicasConvergeOverHTTP() async throws {
        let environment = ProcessInfo.processInfo.environment
        let steps = environment["MARTLET_WIRE_STEPS"].flatMap { Int($0) } ?? 300
        let seed = environment["MARTLET_SIMULATION_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...1_000_000)
        print("simulation over HTTP: seed \(seed), \(steps) steps")
        try await Simulation(steps: steps, seed: seed).run { clock in try await .remote(clock, quotaBytes: nil) }
    }
}
