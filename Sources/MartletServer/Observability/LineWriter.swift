import Dispatch
import Glibc
import Synchronization

/// Writes log lines: the first after a silence at once, those that follow it closely together.
///
/// A server that answers ten thousand requests a second would otherwise spend a twentieth of its time in the kernel, one line
/// at a time. Lines keep their order and are never mixed. A process that is killed loses what came in the last moment, unless
/// it was urgent; one that ends does not.
final class LineWriter: Sendable {
    static let standardError: LineWriter = {
        atexit { LineWriter.standardError.flush() }
        return LineWriter { LineWriter.write($0, to: STDERR_FILENO) }
    }()

    private static let pause = DispatchTimeInterval.milliseconds(20)
    /// Whoever writes the line that is too much waits until all are out.
    private static let mostBytes = 64 << 10

    private struct State {
        var lines: [UInt8] = []
        /// Something was written a moment ago.
        var isGathering = false
    }

    private let state = Mutex(State())
    private let output: Mutex<@Sendable ([UInt8]) -> Void>
    private let timer = DispatchQueue(label: "martlet.log")

    init(_ output: @escaping @Sendable ([UInt8]) -> Void) { self.output = Mutex(output) }

    func write(_ line: [UInt8], isUrgent: Bool) {
        let (isFirst, isFull) = state.withLock { state in
            state.lines += line
            defer { state.isGathering = true }
            return (!state.isGathering, state.lines.count >= Self.mostBytes)
        }
        if isFirst || isFull || isUrgent { flush() }
        if isFirst { timer.asyncAfter(deadline: .now() + Self.pause) { self.pauseIsOver() } }
    }

    /// Returns when every line so far is written.
    func flush() {
        output.withLock { output in
            let lines = state.withLock { state in
                defer { state.lines = [] }
                return state.lines
            }
            if !lines.isEmpty { output(lines) }
        }
    }

    private func pauseIsOver() {
        let isSilent = state.withLock { state in
            if state.lines.isEmpty { state.isGathering = false }
            return state.lines.isEmpty
        }
        if isSilent { return }
        flush()
        timer.asyncAfter(deadline: .now() + Self.pause) { self.pauseIsOver() }
    }

    private static func write(_ lines: [UInt8], to descriptor: Int32) {
        lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
