import DAV
import Logging
import Synchronization

/// Counts uses in memory and has them written about once a minute, so that a poll does not cost a transaction.
final class LinkUses: Sendable {
    private struct Count {
        var uses: Int64 = 0
        var written: Int64
    }

    private static let intervalMilliseconds: Int64 = 60_000
    private static let maxCounts = 10_000

    private let links: any Links
    private let logger: Logger
    private let counts = Mutex<[Int64: Count]>([:])

    init(_ links: any Links, _ logger: Logger) {
        self.links = links
        self.logger = logger
    }

    func note(_ link: Link) async {
        let now = Uptime.milliseconds()
        let due: Int64? = counts.withLock { counts in
            // Forgetting a few counts is better than running out of memory.
            if counts.count > LinkUses.maxCounts { counts = [:] }
            var count = counts[link.number] ?? Count(written: now - LinkUses.intervalMilliseconds)
            count.uses += 1
            defer { counts[link.number] = count }
            guard now - count.written >= LinkUses.intervalMilliseconds else { return nil }
            defer { count = Count(written: now) }
            return count.uses
        }
        guard let due else { return }
        do {
            try await links.noteUses(due, of: link.number, until: .now)
        } catch {
            logger.warning("The use of a link could not be noted.", metadata: ["error": "\(error)"])
        }
    }
}
