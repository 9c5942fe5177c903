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

    private typealias Answer = @Sendable () -> Void

    /// One operation: `run` may be called again if the transaction it was part of is lost. What it returns answers the caller,
    /// once the transaction is durable.
    private struct Job: Sendable {
        var run: @Sendable (Transaction) throws -> Answer
        var refuse: @Sendable (any Error) -> Void
    }

    private let writer: DatabaseQueue
    private let clock: @Sendable () -> Timestamp
    private let facts: StoreFacts
    private let afterCommit: @Sendable (Transaction.Effects) -> Void
    private let queue = DispatchQueue(label: "martlet.commit")
    private let state = Mutex(State())
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
            waiting: Int64(state.withLock { $0.jobs.count }),
            revision: counts.revision.load(ordering: .relaxed))
    }

    private func count(_ batch: Int, _ revision: Int64) {
        counts.commits.wrappingAdd(1, ordering: .relaxed)
        counts.writes.wrappingAdd(Int64(batch), ordering: .relaxed)
        counts.largestBatch.max(Int64(batch), ordering: .relaxed)
        counts.revision.max(revision, ordering: .relaxed)
    }

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
            let job = Job(
                run: { transaction in
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                },
                refuse: { continuation.resume(throwing: $0) })
            if let refusal = enqueue(job) { continuation.resume(throwing: refusal) }
        }
    }

    private func enqueue(_ job: Job) -> (any Error)? {
        state.withLock { state in
            if state.isClosed { return StoreError.closed }
            if state.jobs.count >= GroupCommit.maxQueued {
                return DAVError(.serviceUnavailable, nil, "Too many writes are waiting; try again soon.")
            }
            state.jobs.append(job)
            if !state.isDraining {
                state.isDraining = true
                queue.async { self.drain() }
            }
            return nil
        }
    }

    private func drain() {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.jobs.prefix(GroupCommit.maxBatch))
                state.jobs.removeFirst(batch.count)
                state.isDraining = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [Job]) {
        do {
            for answer in try transact(batch) { answer() }
        } catch  where batch.count > 1 {
            // The transaction as a whole was lost: say, one upload did not fit on the disk. Alone, the others may pass.
            for job in batch { commit([job]) }
        } catch {
            batch[0].refuse(StoreError.asAnswer(error))
        }
    }

    /// - Returns: what answers each job, be it with its own failure.
    /// - Throws: the reason why nothing at all was written.
    private func transact(_ batch: [Job]) throws -> [Answer] {
        var effects = Transaction.Effects()
        let answers = try writer.writeWithoutTransaction { db -> [Answer] in
            let sql = SQL(database: db)
            try sql.run("BEGIN IMMEDIATE")
            do {
                let transaction = try Transaction(sql: sql, facts: facts, now: clock())
                let answers = try batch.map { try runInSavepoint($0, transaction) }
                try transaction.writeClock()
                try sql.run("COMMIT")
                effects = transaction.effects
                return answers
            } catch {
                if db.isInsideTransaction { _ = try? sql.run("ROLLBACK") }
                throw error
            }
        }
        count(batch.count, effects.revision)
        afterCommit(effects)
        return answers
    }

    private func runInSavepoint(_ job: Job, _ transaction: Transaction) throws -> Answer {
        let before = transaction.state
        try transaction.sql.run("SAVEPOINT job")
        do {
            let answer = try job.run(transaction)
            try transaction.sql.run("RELEASE job")
            return answer
        } catch {
            // A full disk ends the whole transaction by itself; then there is no savepoint to go back to.
            guard transaction.sql.database.isInsideTransaction, !StoreError.isFatal(error) else { throw error }
            try transaction.sql.run("ROLLBACK TO job")
            try transaction.sql.run("RELEASE job")
            transaction.state = before
            let failure = StoreError.asAnswer(error)
            return { job.refuse(failure) }
        }
    }

    /// Refuses new jobs, fails those that have not begun and waits for the one batch that has.
    func close() {
        let pending = state.withLock { state in
            defer { state.jobs = [] }
            state.isClosed = true
            return state.jobs
        }
        for job in pending { job.refuse(StoreError.closed) }
        queue.sync {}
    }
}
