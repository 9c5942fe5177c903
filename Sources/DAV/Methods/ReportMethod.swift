import HTTPTypes

extension Method {
    /// REPORT (RFC 3253 §3.6): the body's root element names a row of the report table.
    static let report = Method(.report, on: .mapped, needs: []) { exchange, located in
        let depth = try exchange.depth()
        guard let body = try await exchange.xmlBody() else { throw DAVError.badRequest("REPORT needs a body.") }
        let isCollection = located.target == .itself
        let report = exchange.handler.reports.row(body.name, at: located.collection.info, isCollection: isCollection)
        // Most reports take `read`, and some a part of it (RFC 4791 §6.1.1).
        try exchange.demand([report?.privilege ?? .read], of: located)
        try await exchange.checkForReading(located)
        guard let report else { throw DAVError.supportedReport }
        let request = ReportRequest(exchange: exchange, located: located, body: body, depth: depth)
        if report.isBrief { return try await report.run(request) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await report.run(request) }
    }
}
