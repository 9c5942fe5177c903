import DAVTesting
import Testing

/// Random scripts on the Memory back-end.
struct MemorySimulationTests {
    @Test func replicasOfMemoryConverge() async throws {
        try await simulation(of: "Memory").run { .memory($0, quotaBytes: nil) }
    }

    /// Y-42, C-10: homes report children, and content is judged.
    @Test func replicasOfNotesInMemoryConverge() async throws {
        var notes = simulation(of: "notes in Memory")
        notes.hasContent = true
        try await notes.run { .memory($0, quotaBytes: nil) }
    }
}
