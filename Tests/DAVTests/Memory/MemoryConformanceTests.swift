import DAV
import DAVTesting
import Testing

/// The executable specification keeps the contract it specifies.
struct MemoryConformanceTests {
    @Test(arguments: BackendConformance.cases)
    func memoryConforms(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .memory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.pushCases)
    func memoryKnowsWhoIsBehind(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .memory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.sharingCases)
    func memoryShares(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .sharingMemory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.shareEffectCases)
    func memoryDoesWhatSharesHaveAsEffects(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .sharingMemory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.noticeCases)
    func memoryTellsOfShares(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .sharingMemory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.jointCases)
    func memoryWritesJointly(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { .sharingMemory($0) }
        #expect(outcome == .passed, "Memory offers everything, so no case is skipped")
    }

    /// A case is named by its identifier, in reports and in COMPLIANCE.md.
    @Test func identifiersAreUnique() {
        let sharing =
            BackendConformance.sharingCases + BackendConformance.shareEffectCases + BackendConformance.noticeCases
        let ids = (BackendConformance.cases + BackendConformance.pushCases + sharing + BackendConformance.jointCases)
            .map(\.id)
        #expect(Set(ids).count == ids.count)
    }
}
