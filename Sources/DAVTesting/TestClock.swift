public import DAV
import Synchronization

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(seconds: 1_700_000_000)) { moment = Mutex(start) }

    public var now: Timestamp { moment.withLock { $0 } }

    public func advance(seconds: Int64) { moment.withLock { $0 = $0.adding(seconds: seconds) } }

    package func advance(to later: Timestamp) { moment.withLock { $0 = max($0, later) } }
}
