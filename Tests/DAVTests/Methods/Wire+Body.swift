import DAVTesting

extension Wire {
    /// A request with a body and no header fields.
    @discardableResult
    func send(_ method: String, _ target: String, _ body: String) async throws -> Answer {
        try await send(method, target, [:], body)
    }
}
