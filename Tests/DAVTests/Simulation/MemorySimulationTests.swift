import DAVTesting
import Testing

/// Random scripts on the Memory back-end.
struct MemorySimulationTests {
    @Test func replicasOfMemoryConverge() async throws {
        try await simulation(of: "Memory").run { .memory($0, quotaBytes: nil) }
    }
}
