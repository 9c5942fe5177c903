import HTTPTypes

extension Method {
    /// POST: an XML document whose root element names what is to be done; or else what a collection of that kind does, or a member
    /// to be added (RFC 5995).
    static let post: Method = {
        var row = Method(.post, on: .any, needs: [.read], toCreate: [.read], fields: .resourceID) { exchange, located in
            var exchange = exchange
            if located.entry == nil {
                // Only who answers once more, to a notification that went with the first answer, has something to say here.
                guard located.isNotification, let (action, body) = try await exchange.postAction(at: located),
                    action.isForNotifications
                else { throw DAVError.notFound }
                return try await action.run(exchange, located, body)
            }
            if let (action, body) = try await exchange.postAction(at: located) {
                return try await action.run(exchange, located, body)
            }
            if located.target == .itself, let post = located.collection.info.kind.post {
                return try await post(exchange, located)
            }
            return try await exchange.addMember(to: located)
        }
        row.isOffered = { shape, own, facts in
            shape == .collection
                && (own.kind.post != nil || own.capabilities.contains(.writing) && own.kind.placement.takesMembers)
                || shape != .unmapped && facts.isPushCapable(own.kind, shape)
                || facts.links != nil && shape == .member && own.kind === CollectionKind.folder
        }
        return row
    }()
}

extension Exchange {
    /// Adds a member under a name the server chooses (RFC 5995).
    fileprivate func addMember(to located: Located) async throws -> DAVResponse {
        guard located.shape == .collection else { throw DAVError.methodNotAllowed }
        try demand([.bind], of: located)
        guard let writing = located.collection.writing else { throw DAVError.methodNotAllowed }
        try located.collection.info.kind.demandTakesMembers()
        let slug = request.headers[.slug].flatMap { Href.decode(Array($0.utf8)) }
        let upload = try upload(named: slug.flatMap { Name($0) })
        try await checkForReading(located)
        let condition = try await condition().ofCollection(at: located.path)
        let (name, result) = try await writing.add(upload, suggestion: slug, if: condition)
        var response = try await written(result, name, in: located.collection)
        let href = href(located.path.appending(name), isCollection: false)
        response.headers[.location] = absolute(href)
        if result.etag != nil { response.headers[.contentLocation] = href }
        return response
    }
}
