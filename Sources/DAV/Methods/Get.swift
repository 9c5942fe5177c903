import HTTPTypes

extension Method {
    /// GET (RFC 9110 §9.3.1, RFC 4918 §9.4): a member's body, or a page that lists a collection for people.
    static let get = Method(.get, on: .mapped, needs: [.read]) { exchange, located in
        guard case .member(let name) = located.target else {
            return try await CollectionPage.response(exchange, located)
        }
        return try await exchange.get(name, in: located.collection) { representation in
            switch exchange.selectedRange(of: representation) {
            case .whole: representation.response(.ok)
            case .parts(let parts): representation.response(parts)
            case .unsatisfiable: representation.unsatisfiable()
            }
        }
    }

    /// HEAD (RFC 9110 §9.3.2): what GET would answer, without the content.
    static let head = Method(.head, on: .mapped, needs: [.read]) { exchange, located in
        guard case .member(let name) = located.target else { return try await CollectionPage.head(exchange, located) }
        return try await exchange.get(name, in: located.collection) { $0.head() }
    }
}

extension Exchange {
    /// Judges the conditions against the state the body was opened in, and answers 304 if they say so.
    fileprivate func get(
        _ name: Name, in collection: any DAVCollection, answer: (Representation) -> DAVResponse
    ) async throws -> DAVResponse {
        guard let member = try await collection.open(name, fields: []) else { throw DAVError.notFound }
        let representation = Representation(member: member)
        do {
            try await checkForReading(opened: member.entry)
        } catch let error as DAVError where error.status == .notModified {
            return DAVResponse(.notModified, headers: representation.validators)
        }
        return answer(representation)
    }

    fileprivate func selectedRange(of representation: Representation) -> RangeSelection {
        guard let range = request.headers[.range] else { return .whole }
        let entry = representation.entry
        if let ifRange = request.headers[.ifRange],
            !IfRange.holds(ifRange, etag: entry.etag, modified: entry.modified, now: now)
        {
            return .whole
        }
        return RangeSelection(parsing: range, length: representation.length)
    }
}
