import HTTPTypes

extension Method {
    /// PROPPATCH (RFC 4918 §9.2): all instructions in order, or none.
    static let proppatch = Method(.proppatch, on: .mapped, requires: .writing, needs: [.writeProperties]) {
        exchange, located in
        guard let body = try await exchange.xmlBody() else { throw DAVError.badRequest("PROPPATCH needs a body.") }
        let update = exchange.spelledLocally(try PropertyUpdate(body, root: .dav("propertyupdate")))
        guard let writing = located.collection.writing else { throw DAVError.methodNotAllowed }
        let isCollection = located.target == .itself
        let judgement = update.judge(
            exchange.handler.properties, kind: located.collection.info.kind, isCollection: isCollection,
            options: exchange.facts.options)
        if judgement.isRefused {
            // What does not hold comes before what cannot be done.
            try await exchange.checkForReading(located)
        } else {
            try await writing.patchProperties(of: located.target, judgement.changes, if: try exchange.condition())
        }
        let preferences = exchange.preferences
        if preferences.return == .minimal, !judgement.isRefused {
            // RFC 8144 §2.1: success needs no words.
            return DAVResponse(.ok, headers: [.preferenceApplied: "return=minimal", .vary: "Prefer, Brief"])
        }
        var out = Multistatus(HrefSpelling(exchange))
        out.resource([], isCollection: isCollection, judgement)
        out.finish()
        let headers: HTTPFields = [
            .contentType: "application/xml; charset=utf-8", .cacheControl: "no-store", .vary: "Prefer, Brief",
        ]
        return DAVResponse(.multiStatus, headers: headers, body: .bytes(out.take()))
    }
}
