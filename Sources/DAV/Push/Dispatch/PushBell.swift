import Synchronization

/// Wakes a ``PushDispatcher``, from any thread. Ringing it many times is as good as once.
final class PushBell: Sendable {
    private struct State {
        var continuation: AsyncStream<Void>.Continuation?
        var isWoken = false
        var wakes = 0
    }

    private let state = Mutex(State())

    /// Who listens from now on; who listened before hears nothing more.
    func attach() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.continuation = continuation }
        return stream
    }

    func ring() { _ = state.withLock { $0.continuation }?.yield() }

    /// Somebody fell behind.
    func wake() {
        let continuation = state.withLock { state in
            state.isWoken = true
            state.wakes += 1
            return state.continuation
        }
        _ = continuation?.yield()
    }

    /// Whether anybody fell behind since this was asked last.
    func takeWake() -> Bool {
        state.withLock { state in
            defer { state.isWoken = false }
            return state.isWoken
        }
    }

    var wakes: Int { state.withLock { $0.wakes } }
}

/// Goes up once.
final class PushFlag: Sendable {
    private let state = Mutex(false)
    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
