import Dispatch

private let blockingWork = DispatchQueue(label: "martlet.blocking", attributes: .concurrent)

/// Long work that blocks, away from the threads that tasks run on.
func onOwnThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        blockingWork.async { continuation.resume(with: Result { try body() }) }
    }
}
