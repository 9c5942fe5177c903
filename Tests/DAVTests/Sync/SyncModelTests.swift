import DAV
import DAVTesting
import Testing

/// The model is judged by an oracle that keeps whole listings, and the judge by seeded faults.
struct SyncModelTests {
    @Test func modelAgreesWithTheOracle() async throws {
        try await simulation(of: "the model").runModel()
    }

    /// standards.md 17.3: a simulation that does not see these is no judge.
    @Test(arguments: SyncModel.Fault.all.map(\.name))
    func simulationCatchesTheFault(_ name: String) async throws {
        let fault = try #require(SyncModel.Fault.all.first { $0.name == name }?.fault)
        await #expect(throws: Simulation.Failure.self) {
            try await Simulation(steps: 40_000, seed: 1).runModel(faults: fault)
        }
    }

    @Test func modelOfNotesAgreesWithTheOracle() async throws {
        var notes = simulation(of: "the model of notes")
        notes.hasContent = true
        try await notes.runModel()
    }

    @Test(arguments: SyncModel.Fault.ofContent.map(\.name))
    func simulationWithContentCatchesTheFault(_ name: String) async throws {
        let fault = try #require(SyncModel.Fault.ofContent.first { $0.name == name }?.fault)
        var notes = Simulation(steps: 10_000, seed: 1)
        notes.hasContent = true
        let faulty = notes
        await #expect(throws: Simulation.Failure.self) { try await faulty.runModel(faults: fault) }
    }
}
