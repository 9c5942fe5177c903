import Dispatch
import Synchronization

/// Brings the log into the database while writers go on, so that neither they nor a restart find a long one.
final class Checkpoints: Sendable {
    /// About how many operations make a log worth it.
    private static let interval: Int64 = 2_000

    private let connections: Connections
    private let queue = DispatchQueue(label: "martlet.checkpoint", qos: .utility)
    private let state = Mutex(State())

    private struct State {
        var last: Int64 = 0
        var isRunning = false
    }

    init(_ connections: Connections) { self.connections = connections }

    /// A commit has reached `revision`.
    func note(_ revision: Int64) {
        let isDue = state.withLock { state in
            if state.last == 0 { state.last = revision }
            guard !state.isRunning, revision - state.last >= Checkpoints.interval else { return false }
            state = State(last: revision, isRunning: true)
            return true
        }
        guard isDue else { return }
        queue.async {
            // One that fails is made up for by the next.
            try? self.connections.checkpoint()
            self.state.withLock { $0.isRunning = false }
        }
    }
}
