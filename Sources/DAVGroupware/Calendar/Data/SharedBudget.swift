import Synchronization

/// The work on recurrences that the objects of one answer share.
final class SharedBudget: Sendable {
    private let budget = Mutex(QueryBudget())

    /// Runs `work` with what one object may use.
    func spend<Result: Sendable>(_ work: (inout WorkBudget) -> Result) -> Result {
        budget.withLock { $0.spend(work) }
    }
}
