import HTTPTypes

extension Method {
    /// PROPPATCH (RFC 4918 §9.2): all instructions in order, or none.
    static let proppatch = Method(.proppatch, on: .mapped, requires: .writing, needs: [.writeProperties]) {
        exchange, located in
        guard let body = try await exchange.xmlBody() else { throw DAVError.badRequest("PROPPATCH needs a body.") }
        var update = exchange.spelledLocally(try PropertyUpdate(body, root: .dav("propertyupdate")))
        let refused = try await exchange.lookUp(&update, at: located)
        guard let writing = located.collection.writing else { throw DAVError.methodNotAllowed }
        let isCollection = located.target == .itself
        var judgement = update.judge(
            exchange.handler.properties, kind: located.collection.info.kind, isCollection: isCollection,
            options: exchange.facts.options)
        for (name, error) in refused { judgement.note(name, error) }
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

extension Exchange {
    /// Brings values that name other resources into the form in which they are kept (``LiveProperty/lookup``).
    ///
    /// - Returns: those that are refused.
    fileprivate func lookUp(_ update: inout PropertyUpdate, at located: Located) async throws -> [(XMLName, DAVError)] {
        guard located.target == .itself, let entry = located.entry else { return [] }
        var refused: [(XMLName, DAVError)] = []
        for (index, instruction) in update.instructions.enumerated() {
            let kind = located.collection.info.kind
            guard case .set(let element) = instruction,
                let lookup = handler.properties.row(element.name, kind: kind)?.lookup
            else { continue }
            do {
                let subject = PropertySubject(entry: entry, at: located, exchange: self)
                update.instructions[index] = .set(try await lookup.setting(element, subject))
            } catch let error as DAVError {
                refused.append((element.name, error))
            }
        }
        return refused
    }
}
