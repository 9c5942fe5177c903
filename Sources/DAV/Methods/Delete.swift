import HTTPTypes

extension Method {
    /// DELETE (RFC 4918 §9.6): a resource and everything below it, or nothing. There is no partial success, so no 207 (W-34).
    static let delete = Method(.delete, scope: .binding, on: .mapped, requires: .writing, needs: [.unbind]) {
        exchange, located in
        guard let writing = located.collection.writing, let name = located.path.last else {
            throw DAVError.methodNotAllowed
        }
        try located.entry?.collection?.kind.demandIsRemovable()
        let depth = try exchange.depth() ?? .infinity
        guard depth == .infinity || located.shape == .member else {
            throw DAVError.badRequest("DELETE takes a collection whole: Depth must be infinity.")
        }
        try await exchange.refuseBody()
        try await writing.delete(name, if: try exchange.condition())
        return DAVResponse(.noContent)
    }
}

extension Exchange {
    /// For methods that define no body: the client that sends one expects something of it (RFC 4918 §8.4, W-05).
    ///
    /// - Throws: 415
    func refuseBody() async throws {
        let refusal = DAVError.unsupportedMediaType("\(request.method.rawValue) takes no body.")
        if let length = request.headers[.contentLength], length != "0" { throw refusal }
        for try await chunk in request.body where !chunk.isEmpty { throw refusal }
    }
}
