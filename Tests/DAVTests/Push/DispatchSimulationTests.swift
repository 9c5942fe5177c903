import Foundation
import Testing

@testable import DAV

/// The law: when all is quiet, every live registration whose holder may read has been told of the last loud change that it
/// was not spared; and nobody was told anything else (N26, N28, N29, D10, D11).
struct DispatchSimulationTests {
    /// `DISPATCH_SEEDS=1000` runs more of them.
    private static let seeds = ProcessInfo.processInfo.environment["DISPATCH_SEEDS"].flatMap(UInt64.init) ?? 24

    @Test(arguments: 0..<seeds)
    func everybodyIsToldWhatTheyAreOwedAndNobodyElseAnything(_ seed: UInt64) async throws {
        let simulation = try DispatchSimulation(seed: seed)
        let complaints = try await simulation.run(steps: 250)
        #expect(complaints == [])
        #expect(simulation.world.messages.count > 30)
    }

    @Test(arguments: ModelledRegistry.Fault.allCases.filter { $0 != .none })
    func aDispatcherWithAFaultBreaksTheLaw(_ fault: ModelledRegistry.Fault) async throws {
        for seed in UInt64(0)..<40 {
            let simulation = try DispatchSimulation(seed: seed, fault: fault)
            if try await !simulation.run(steps: 250).isEmpty { return }
        }
        Issue.record("Nobody noticed.")
    }
}
