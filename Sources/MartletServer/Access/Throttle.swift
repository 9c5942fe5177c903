import DAV
import Synchronization

/// Slows down guessing: counts failed sign-ins in windows of five minutes, by address, by account from one address, and by
/// account over all.
///
/// The limit of an account over all addresses is ten times higher: it stops a guess spread over many machines, and does not
/// hand a single one the means to lock the owner out.
final class Throttle: Sendable {
    private enum Key: Hashable {
        case address(IPAddress)
        case accountFrom(IPAddress, Name)
        case account(Name)
    }

    private struct Window {
        var failures: Int
        var ends: Int64
    }

    static let windowMilliseconds: Int64 = 300_000
    private static let maxWindows = 50_000

    private let perAccount: Int
    private let perAddress: Int
    private let windows = Mutex<[Key: Window]>([:])

    init(perAccount: Int, perAddress: Int) {
        self.perAccount = perAccount
        self.perAddress = perAddress
    }

    /// For one kind of limit alone, whatever is counted.
    convenience init(limit: Int) { self.init(perAccount: limit, perAddress: limit) }

    /// Counts against the address alone.
    ///
    /// - Returns: how long to wait if there were too many already.
    func begin(from address: IPAddress, now: Int64) -> Int64? {
        begin([(.address(neighbour(of: address)), perAddress)], now: now)
    }

    /// Counts against the account alone, wherever it comes from.
    func begin(_ name: Name, now: Int64) -> Int64? { begin([(.account(name), perAccount)], now: now) }

    /// Counts an attempt as failed before it is judged, so that many at a time cannot slip through.
    ///
    /// - Returns: how long to wait if there were too many already; the attempt must not be judged then.
    func begin(_ name: Name, from address: IPAddress, now: Int64) -> Int64? {
        begin(limits(name, address), now: now)
    }

    private func begin(_ limits: [(Key, Int)], now: Int64) -> Int64? {
        windows.withLock { windows in
            if windows.count > Self.maxWindows { windows = windows.filter { $0.value.ends > now } }
            // Still full: somebody sends from very many addresses. Forgetting is better than running out of memory.
            if windows.count > Self.maxWindows { windows = [:] }
            var wait: Int64?
            for (key, limit) in limits {
                guard let window = windows[key], window.ends > now, window.failures >= limit else { continue }
                wait = max(wait ?? 0, window.ends - now)
            }
            if let wait { return wait }
            for (key, _) in limits {
                let fresh = Window(failures: 0, ends: now + Self.windowMilliseconds)
                var window = windows[key].flatMap { $0.ends > now ? $0 : nil } ?? fresh
                window.failures += 1
                windows[key] = window
            }
            return nil
        }
    }

    /// The attempt was right after all: it does not count.
    func succeeded(_ name: Name, from address: IPAddress) {
        let keys = limits(name, address).map(\.0)
        windows.withLock { windows in
            for key in keys {
                guard var window = windows[key] else { continue }
                window.failures -= 1
                windows[key] = window.failures > 0 ? window : nil
            }
        }
    }

    private func limits(_ name: Name, _ address: IPAddress) -> [(Key, Int)] {
        let neighbour = neighbour(of: address)
        return [
            (.address(neighbour), perAddress), (.accountFrom(neighbour, name), perAccount),
            (.account(name), perAccount * 10),
        ]
    }

    /// One household or server has a whole /64 to choose from.
    private func neighbour(of address: IPAddress) -> IPAddress { address.isIPv4 ? address : address.network(64) }
}
