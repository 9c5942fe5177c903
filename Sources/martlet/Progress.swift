import Glibc
import Synchronization

/// Tells on a terminal that something long is going on, and since when; silent elsewhere.
final class Progress: Sendable {
    private let text: String
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private let ticking = Mutex<Task<Void, Never>?>(nil)

    init(_ text: String) {
        self.text = text
        guard isTerminal else { return }
        let task = Task {
            let start = ContinuousClock.now
            while !Task.isCancelled {
                let seconds = (ContinuousClock.now - start).components.seconds
                writeToStandardError("\r\(text) … \(seconds) s")
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        ticking.withLock { $0 = task }
    }

    deinit { stop() }

    func finish(_ result: String) {
        stop()
        print(result)
    }

    private func stop() {
        let task = ticking.withLock { task in
            defer { task = nil }
            return task
        }
        guard let task else { return }
        task.cancel()
        writeToStandardError("\r\u{1B}[K")
    }
}

func writeToStandardError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
