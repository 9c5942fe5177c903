import Synchronization

/// What `operation` returns, or `nil` if it takes longer than `limit`.
///
/// Returns in time even if the operation does not listen to cancellation, as a blocking call cannot; it then goes on by
/// itself, and nobody looks at its result.
func within<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async -> Value
) async -> Value? {
    let first = First<Value>()
    return await withCheckedContinuation { continuation in
        first.wait(continuation)
        let timer = Task {
            try? await Task.sleep(for: limit)
            first.settle(nil)
        }
        Task {
            first.settle(await operation())
            timer.cancel()
        }
    }
}

/// A continuation that is resumed by whoever comes first.
private final class First<Value: Sendable>: Sendable {
    private let continuation = Mutex<CheckedContinuation<Value?, Never>?>(nil)

    func wait(_ waiting: CheckedContinuation<Value?, Never>) {
        continuation.withLock { $0 = waiting }
    }

    func settle(_ value: Value?) {
        continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: value)
    }
}
