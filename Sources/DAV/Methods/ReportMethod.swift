import HTTPTypes

extension Method {
    /// REPORT (RFC 3253 §3.6): the body's root element names a row of the report table.
    static let report = Method(.report, on: .mapped, needs: [.read]) { exchange, located in
        let depth = try exchange.depth()
        guard let body = try await exchange.xmlBody() else { throw DAVError.badRequest("REPORT needs a body.") }
        try await exchange.checkForReading(located)
        let isCollection = located.target == .itself
        guard
            let report = exchange.handler.reports.row(
                body.name, at: located.collection.info, isCollection: isCollection)
        else { throw DAVError.supportedReport }
        return try await report.run(ReportRequest(exchange: exchange, located: located, body: body, depth: depth))
    }
}
