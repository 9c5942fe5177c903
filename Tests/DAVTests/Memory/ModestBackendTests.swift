import DAV
import DAVTesting
import Testing

/// A back-end that offers little is judged by that little.
struct ModestBackendTests {
    @Test func withoutHooksTheSimulationLeavesThemOut() async throws {
        try await Simulation(steps: 1_000, seed: 7).run { clock in
            var subject = BackendConformance.Subject.memory(clock, quotaBytes: nil)
            subject.prune = nil
            subject.restart = nil
            subject.backUp = nil
            subject.barredKind = nil
            return subject
        }
    }

    @Test func readOnlyBackendsSkipWhatWrites() async throws {
        let skipped = BackendConformance.Outcome.skipped("read-only")
        let conformance = try #require(BackendConformance.cases.first { $0.id == "SS-004" })
        let outcome = try await conformance.run { clock in
            var subject = BackendConformance.Subject.memory(clock)
            subject.home = MemoryBackend.files
            return subject
        }
        #expect(outcome == skipped)
    }
}
