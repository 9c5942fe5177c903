import NIOPosix
import Synchronization

/// Runs password hashing on threads of its own, a few at a time: each takes 16 MB and a core for a quarter of a second, and
/// the threads that serve requests must not wait for it.
final class PasswordHasher: Sendable {
    /// So many are in line that another would wait for seconds: answered 503.
    struct Busy: Error {}

    private let pool: NIOThreadPool
    private let waiting = Mutex(0)
    private let maxWaiting: Int

    init(threads: Int = 1, maxWaiting: Int = 32) {
        pool = NIOThreadPool(numberOfThreads: threads)
        self.maxWaiting = maxWaiting
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    func matches(_ hash: PasswordHash, _ password: [UInt8]) async throws -> Bool {
        try await run { hash.matches(password) }
    }

    func make(_ password: [UInt8], cost: PasswordHash.Cost) async throws -> PasswordHash {
        try await run { try PasswordHash.make(password, cost: cost) }
    }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let hasRoom = waiting.withLock { count in
            guard count < maxWaiting else { return false }
            count += 1
            return true
        }
        guard hasRoom else { throw Busy() }
        defer { waiting.withLock { $0 -= 1 } }
        return try await pool.runIfActive(work)
    }
}
