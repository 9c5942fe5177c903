import HTTPTypes

extension Method {
    /// GET (RFC 9110 §9.3.1, RFC 4918 §9.4): a member's body, or a page that lists a collection for people.
    static let get = Method(.get, on: .mapped, needs: [.read]) { exchange, located in
        guard case .member(let name) = located.target else {
            if let whole = try await exchange.document(of: located) { return whole }
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
        guard case .member(let name) = located.target else {
            if let whole = try await exchange.document(of: located) { return whole.withoutContent }
            return try await CollectionPage.head(exchange, located)
        }
        return try await exchange.get(name, in: located.collection) { $0.head() }
    }
}

extension Exchange {
    /// Judges the conditions against the state the body was opened in, and answers 304 if they say so.
    fileprivate func get(
        _ name: Name, in collection: any DAVCollection, answer: (Representation) -> DAVResponse
    ) async throws -> DAVResponse {
        let presentation = collection.info.kind.presentation
        let fields: Fields = presentation?.memberHeaders == nil ? [] : .deadProperties
        guard let member = try await collection.open(name, fields: fields) else { throw DAVError.notFound }
        let representation = Representation(member: member)
        let other = try await presentation?.member?(self, member)
        let ownETag = other?.headers[.eTag]
        do {
            try await checkForReading(opened: member.entry, as: ownETag)
        } catch let error as DAVError where error.status == .notModified {
            // The validators are those of what is stored; they say nothing of another form, unless it has its own.
            if other == nil || ownETag != nil {
                var validators = representation.validators
                if let ownETag { validators[.eTag] = ownETag }
                return DAVResponse(.notModified, headers: validators).varying(presentation?.member != nil)
            }
        }
        var response = other ?? answer(representation)
        for field in try await presentation?.memberHeaders?(self, member) ?? [:] { response.headers.append(field) }
        return (request.method == .head ? response.withoutContent : response).varying(presentation?.member != nil)
    }

    /// The collection as one document, if its kind has such a form and the client asks for it.
    fileprivate func document(of located: Located) async throws -> DAVResponse? {
        guard let present = located.collection.info.kind.presentation?.collection else { return nil }
        guard let document = try await present(self, located.collection) else { return nil }
        try await checkForBrowsing()
        return document.varying(true)
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

extension DAVResponse {
    /// What HEAD answers where GET would answer this.
    fileprivate var withoutContent: DAVResponse {
        var response = self
        switch body {
        case .none, .head: break
        case .bytes(let bytes): response.body = .head(length: Int64(bytes.count))
        case .stream(let length, _): response.body = .head(length: length)
        }
        return response
    }

    /// Says that `Accept` made a difference, where it can.
    fileprivate func varying(_ varies: Bool) -> DAVResponse {
        guard varies else { return self }
        var response = self
        response.headers[.vary] = "Accept"
        return response
    }
}
