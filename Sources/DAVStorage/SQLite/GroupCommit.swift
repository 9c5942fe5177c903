import DAV
import Dispatch
import GRDB
import HTTPTypes
import Synchronization

/// Carries out writes one after the other, many to a commit.
///
/// A commit waits for the disk; the work before it does not. So one thread takes whatever has queued up while the disk was
/// busy, runs each job in a savepoint of one transaction, commits once, and only then answers all of them. Nobody is made
/// to wait for company. A job that fails undoes its own savepoint and nothing else.
final class GroupCommit: Sendable {
    static let maxBatch = 256
    static let maxQueued = 10_000

    private struct State {
        var jobs: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    /// One operation: `run` may be called again if the transaction it was part of is lost.
    private struct Job {
        var run: (Transaction) throws -> Void
        var finish: ((any Error)?) -> Void
    }

    private let writer: DatabaseQueue
    private let clock: @Sendable () -> Timestamp
    private let facts: StoreFacts
    private let afterCommit: @Sendable (Transaction.Effects) -> Void
    private let queue = DispatchQueue(label: "martlet.commit")
    private let state = Mutex(Guarded())
    private let counts = Counts()

    /// Read by ``activity`` at any time, without holding up the writer.
    private struct Counts: ~Copyable {
        let commits = Atomic<Int64>(0)
        let writes = Atomic<Int64>(0)
        let largestBatch = Atomic<Int64>(0)
        let revision = Atomic<Int64>(0)
    }

    /// What has been committed since the store was opened.
    var activity: StoreActivity {
        StoreActivity(
            commits: counts.commits.load(ordering: .relaxed), writes: counts.writes.load(ordering: .relaxed),
            largestBatch: counts.largestBatch.load(ordering: .relaxed),
            waiting: Int64(state.withLock { $0.value.jobs.count }),
            revision: counts.revision.load(ordering: .relaxed))
    }

    private func count(_ batch: Int, _ revision: Int64) {
        counts.commits.wrappingAdd(1, ordering: .relaxed)
        counts.writes.wrappingAdd(Int64(batch), ordering: .relaxed)
        counts.largestBatch.max(Int64(batch), ordering: .relaxed)
        counts.revision.max(revision, ordering: .relaxed)
    }

    /// Jobs are made and finished on different threads but never used by two at once.
    private struct Guarded: @unchecked Sendable { var value = State() }

    init(
        writer: DatabaseQueue, facts: StoreFacts, clock: @escaping @Sendable () -> Timestamp,
        afterCommit: @escaping @Sendable (Transaction.Effects) -> Void
    ) {
        self.writer = writer
        self.clock = clock
        self.facts = facts
        self.afterCommit = afterCommit
    }

    /// Runs `body` in a transaction and returns when it is durable.
    ///
    /// - Throws: what `body` threw, its changes undone; ``DAVError/sufficientDiskSpace`` if the disk is full.
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            // Set by `run` on the committing thread, read by `finish` on the same.
            nonisolated(unsafe) var result: T?
            let job = Job(
                run: { result = try body($0) },
                finish: { error in
                    if let error { return continuation.resume(throwing: error) }
                    guard let value = result else { return continuation.resume(throwing: StoreError.closed) }
                    continuation.resume(returning: value)
                })
            if let refusal = enqueue(job) { continuation.resume(throwing: refusal) }
        }
    }

    private func enqueue(_ job: Job) -> (any Error)? {
        // Handed over whole: the caller keeps no reference to it.
        nonisolated(unsafe) let job = job
        return state.withLock { guarded in
            if guarded.value.isClosed { return StoreError.closed }
            if guarded.value.jobs.count >= GroupCommit.maxQueued {
                return DAVError(.serviceUnavailable, nil, "Too many writes are waiting; try again soon.")
            }
            guarded.value.jobs.append(job)
            if !guarded.value.isDraining {
                guarded.value.isDraining = true
                queue.async { self.drain() }
            }
            return nil
        }
    }

    private func drain() {
        while true {
            let batch = state.withLock { guarded -> Guarded in
                var batch = Guarded()
                batch.value.jobs = Array(guarded.value.jobs.prefix(GroupCommit.maxBatch))
                guarded.value.jobs.removeFirst(batch.value.jobs.count)
                guarded.value.isDraining = !batch.value.jobs.isEmpty
                return batch
            }.value.jobs
            if batch.isEmpty { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [Job]) {
        do {
            let outcomes = try transact(batch)
            for (job, error) in zip(batch, outcomes) { job.finish(error) }
        } catch  where batch.count > 1 {
            // The transaction as a whole was lost: say, one upload did not fit on the disk. Alone, the others may pass.
            for job in batch { commit([job]) }
        } catch {
            batch[0].finish(StoreError.asAnswer(error))
        }
    }

    /// - Returns: each job's own failure.
    /// - Throws: the reason why nothing at all was written.
    private func transact(_ batch: [Job]) throws -> [(any Error)?] {
        var effects = Transaction.Effects()
        let outcomes = try writer.writeWithoutTransaction { db -> [(any Error)?] in
            let sql = SQL(database: db)
            try sql.run("BEGIN IMMEDIATE")
            do {
                let transaction = try Transaction(sql: sql, facts: facts, now: clock())
                let outcomes = try batch.map { try runInSavepoint($0, transaction) }
                try transaction.writeClock()
                try sql.run("COMMIT")
                effects = transaction.effects
                return outcomes
            } catch {
                if db.isInsideTransaction { _ = try? sql.run("ROLLBACK") }
                throw error
            }
        }
        count(batch.count, effects.revision)
        afterCommit(effects)
        return outcomes
    }

    private func runInSavepoint(_ job: Job, _ transaction: Transaction) throws -> (any Error)? {
        let before = transaction.state
        try transaction.sql.run("SAVEPOINT job")
        do {
            try job.run(transaction)
            try transaction.sql.run("RELEASE job")
            return nil
        } catch {
            // A full disk ends the whole transaction by itself; then there is no savepoint to go back to.
            guard transaction.sql.database.isInsideTransaction, !StoreError.isFatal(error) else { throw error }
            try transaction.sql.run("ROLLBACK TO job")
            try transaction.sql.run("RELEASE job")
            transaction.state = before
            return StoreError.asAnswer(error)
        }
    }

    /// Refuses new jobs, fails those that have not begun and waits for the one batch that has.
    func close() {
        let pending = state.withLock { guarded -> Guarded in
            defer { guarded.value.jobs = [] }
            guarded.value.isClosed = true
            return guarded
        }
        for job in pending.value.jobs { job.finish(StoreError.closed) }
        queue.sync {}
    }
}
