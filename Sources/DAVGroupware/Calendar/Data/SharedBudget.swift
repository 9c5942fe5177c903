import Synchronization

/// The work on recurrences that the objects of one answer share.
final class SharedBudget: Sendable {
    private let budget = Mutex(QueryBudget())

    /// Runs `work` with what one object may use, and takes what it used from what is left for others.
    func spend<Result: Sendable>(_ work: (inout WorkBudget) -> Result) -> Result {
        var share = budget.withLock { $0.next() }
        let before = share.steps
        let result = work(&share)
        budget.withLock { $0.spend(before - share.steps) }
        return result
    }
}
