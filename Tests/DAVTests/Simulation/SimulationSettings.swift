import DAVTesting
import Foundation

/// How far simulations go: `MARTLET_SIMULATION_STEPS` and `MARTLET_SIMULATION_SEED`, or a bounded share from a random seed, which
/// is printed.
func simulation(of subject: String) -> Simulation {
    let environment = ProcessInfo.processInfo.environment
    let steps = environment["MARTLET_SIMULATION_STEPS"].flatMap(Int.init) ?? 10_000
    let seed = environment["MARTLET_SIMULATION_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000_000)
    print("simulation of \(subject): \(steps) steps from seed \(seed)")
    return Simulation(steps: steps, seed: seed)
}
