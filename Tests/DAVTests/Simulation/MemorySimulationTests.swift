import DAVTesting
import Foundation
import Testing

/// Random scripts on the Memory back-end. `MARTLET_SIMULATION_STEPS` and `MARTLET_SIMULATION_SEED` choose how many and which.
struct MemorySimulationTests {
    @Test func replicasOfMemoryConverge() async throws {
        let environment = ProcessInfo.processInfo.environment
        let steps = environment["MARTLET_SIMULATION_STEPS"].flatMap(Int.init) ?? 10_000
        let seed = environment["MARTLET_SIMULATION_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000_000)
        print("simulation of Memory: \(steps) steps from seed \(seed)")
        try await Simulation(steps: steps, seed: seed).run { .memory($0, quotaBytes: nil) }
    }
}
