import TestSupport

/// Runs a program without keeping one of the few cooperative threads waiting.
func shell(_ arguments: String...) async throws -> (status: Int32, output: String) {
    try await ChildProcess.run(arguments[0], Array(arguments.dropFirst()), withErrors: true)
}
