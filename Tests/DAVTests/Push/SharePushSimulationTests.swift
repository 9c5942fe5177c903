import DAVTesting
import Foundation
import Testing

/// The law of push where people share: whoever has it is told of it by the URL they have it at, and from the moment it is taken
/// from them nothing more (N26, N28, N44, D11, U-44).
struct SharePushSimulationTests {
    /// `DISPATCH_SEEDS=1000` runs more of them.
    private static let seeds = ProcessInfo.processInfo.environment["DISPATCH_SEEDS"].flatMap(UInt64.init) ?? 16

    @Test(arguments: 0..<seeds)
    func everybodyIsToldOfSharesWhatTheyAreOwedAndNobodyElseAnything(_ seed: UInt64) async throws {
        #expect(try await SharePushRun(.sharingMemory(TestClock()), seed: seed).run(150) > 10)
    }

    @Test(arguments: SharePushRun.Fault.allCases.filter { $0 != .none })
    func aFaultBreaksTheLaw(_ fault: SharePushRun.Fault) async throws {
        for seed in UInt64(0)..<40 {
            do {
                _ = try await SharePushRun(.sharingMemory(TestClock()), seed: seed, fault: fault).run(150)
            } catch { return }
        }
        Issue.record("Nobody noticed.")
    }
}
