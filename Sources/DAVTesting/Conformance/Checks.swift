import DAV

extension BackendConformance {
    /// What a table of steps cannot say.
    static let checks: [Case] =
        identityChecks + bodyChecks + propertyChecks + quotaChecks + contentChecks + accessChecks + walkChecks
        + concurrencyChecks
}

/// Demands `condition`, or tells what is wrong.
func demand(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw Mismatch(message()) }
}

/// Demands that `body` is refused with `status`.
func demandRefusal(_ status: Int, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as DAVError {
        return try demand(error.code == status, "refused with \(error), not \(status)")
    }
    throw Mismatch("was not refused with \(status)")
}
