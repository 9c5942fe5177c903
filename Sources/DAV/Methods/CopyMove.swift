import HTTPTypes

extension Method {
    /// COPY (RFC 4918 §9.8)
    static let copy = Method(.copy, on: .mapped, requires: .copying, needs: [.read]) { exchange, located in
        guard let copying = located.collection.copying else { throw DAVError.methodNotAllowed }
        try located.collection.info.kind.demandIsCopyable()
        let depth = try exchange.depth() ?? .infinity
        guard depth != .one else { throw DAVError.badRequest("Depth of COPY must be 0 or infinity.") }
        let transfer = try Transfer(exchange)
        try await exchange.refuseBody()
        let (holder, condition) = try await transfer.openDestination { destination in
            // RFC 3744 Appendix B. A collection in the way is removed first (§9.8.4), which takes its binding.
            guard destination.entry != nil else { return [.bind] }
            let bothAreMembers = destination.shape == .member && located.shape == .member
            return bothAreMembers ? [.writeContent, .writeProperties] : [.bind, .unbind]
        }
        let result = try await copying.copy(
            located.target, to: transfer.destination, depth: depth, overwrite: transfer.overwrite, if: condition)
        return try await transfer.response(result, located.shape, in: holder)
    }

    /// MOVE (RFC 4918 §9.9), as one step.
    static let move = Method(.move, scope: .binding, on: .mapped, requires: .writing, needs: [.read, .unbind]) {
        exchange, located in
        guard let writing = located.collection.writing, let name = located.path.last else {
            throw DAVError.methodNotAllowed
        }
        try located.collection.info.kind.demandIsCopyable()
        let depth = try exchange.depth() ?? .infinity
        guard depth == .infinity || located.shape == .member else {
            throw DAVError.badRequest("MOVE takes a collection whole: Depth must be infinity.")
        }
        let transfer = try Transfer(exchange)
        try await exchange.refuseBody()
        let (holder, condition) = try await transfer.openDestination {
            $0.entry == nil ? [.bind] : [.bind, .unbind]
        }
        let result = try await writing.move(
            name, to: transfer.destination, overwrite: transfer.overwrite, if: condition)
        return try await transfer.response(result, located.shape, in: holder)
    }
}

/// What COPY and MOVE have in common.
private struct Transfer {
    let exchange: Exchange
    let destination: DAVPath
    /// RFC 4918 §10.6: absent means yes.
    let overwrite: Bool

    /// - Throws: 400 if `Destination` is missing or `Overwrite` is neither `T` nor `F`; 502 for another server; 403 for the
    ///   resource itself (§9.8.5), what lies below it, and what holds it.
    init(_ exchange: Exchange) throws(DAVError) {
        self.exchange = exchange
        let headers = exchange.request.headers
        guard let field = headers[.destination], let origin = exchange.request.origin else {
            throw .badRequest("The Destination header is missing.")
        }
        switch ResourceReference(parsing: field, relativeTo: origin, prefix: exchange.facts.prefix) {
        case .path(let path, _): destination = path
        case .elsewhere: throw .badGateway
        case .malformed: throw .badRequest("The Destination header is malformed.")
        }
        switch headers[.overwrite]?.uppercased() {
        case nil, "T": overwrite = true
        case "F": overwrite = false
        default: throw .badRequest("Overwrite must be T or F.")
        }
        if destination == exchange.path { throw .forbidden("Source and destination are the same resource.") }
        if destination.isWithin(exchange.path) || exchange.path.isWithin(destination) {
            throw .forbidden("A resource cannot be put into itself, or over what holds it.")
        }
    }

    /// The collection that holds, or will hold, the destination, and the condition to go on with.
    ///
    /// - Throws: 409 if there is none; 403 if one of the privileges is missing; 502 if another back-end has it.
    func openDestination(needing needed: (Located) -> [Privilege]) async throws -> (any DAVCollection, Condition) {
        let located = try await exchange.resolveBinding(destination)
        try exchange.demand(needed(located), of: located)
        if located.isWithheld { throw DAVError.conflict }
        try located.entry?.collection?.kind.demandIsRemovable()
        guard located.collection.writing != nil else { throw DAVError.forbidden("Nothing can be stored there.") }
        try located.collection.info.kind.demandTakesMembers()
        guard exchange.handler.backend.canTransfer(from: exchange.path, to: destination) else {
            throw DAVError.badGateway
        }
        var condition = try await exchange.condition()
        if let view = located.collection as? ShareeView, let name = destination.last {
            condition.standings += [try await view.standingOfUnmasked(name)].compactMap(\.self)
        }
        return (located.collection, condition)
    }

    func response(_ result: WriteResult, _ shape: Located.Shape, in holder: any DAVCollection) async throws
        -> DAVResponse
    {
        var response = try await exchange.answer(to: result, destination, in: holder)
        if result.created {
            response.headers[.location] = exchange.absolute(
                exchange.href(destination, isCollection: shape == .collection))
        }
        return response
    }
}
