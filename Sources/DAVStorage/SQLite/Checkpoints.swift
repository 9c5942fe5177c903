import Dispatch
import Synchronization

/// Brings the log into the database while writers go on, so that neither they nor a restart find a long one.
final class Checkpoints: Sendable {
    /// About how many operations make a log worth it.
    private static let interval: Int64 = 2_000
    /// Pages of a log that is not to grow any more.
    private static let mostFrames = 16_000

    private let connections: Connections
    private let queue = DispatchQueue(label: "martlet.checkpoint", qos: .utility)
    private let state = Mutex(State())

    private struct State {
        /// Pages at which the next checkpoint is made on the committing thread.
        var bound = Checkpoints.mostFrames
        var last: Int64 = 0
        var isRunning = false
    }

    init(_ connections: Connections) { self.connections = connections }

    /// A commit has reached `revision`.
    func note(_ revision: Int64) {
        let isDue = state.withLock { state in
            if state.last == 0 { state.last = revision }
            guard !state.isRunning, revision - state.last >= Checkpoints.interval else { return false }
            (state.last, state.isRunning) = (revision, true)
            return true
        }
        bound()
        guard isDue else { return }
        queue.async {
            // One that fails is made up for by the next.
            _ = try? self.connections.checkpoint()
            self.state.withLock { $0.isRunning = false }
        }
    }

    /// While others write, a checkpoint beside them never comes to the log's end, and only then is it started anew. So a long
    /// one is brought in on the thread that commits, while nothing is committed.
    private func bound() {
        guard let frames = connections.index.mark()?.frames else { return }
        let isTooLong = state.withLock { state in
            if frames < Checkpoints.mostFrames { state.bound = Checkpoints.mostFrames }
            guard frames >= state.bound else { return false }
            // Readers of an old snapshot may prevent it: not at each commit again.
            state.bound = frames + Checkpoints.mostFrames / 4
            return true
        }
        if isTooLong { _ = try? connections.checkpoint() }
    }
}
