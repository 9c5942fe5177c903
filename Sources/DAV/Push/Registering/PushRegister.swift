import HTTPTypes

extension PostAction {
    /// `push-register` (draft-bitfire-webdav-push §3.1): whoever may read a resource may have themselves told of it.
    static let pushRegister = PostAction(.push("push-register")) { exchange, located, body in
        let support = (located.entry?.collection ?? located.collection.info).kind.push(of: located.shape)
        guard let offer = exchange.facts.push, !support.isNone, let principal = exchange.caller.principal,
            let resource = located.entry?.resourceID
        else { throw DAVError.pushNotAvailable }
        let request = try PushRegisterRequest(body, support: support, offer: offer, now: exchange.now)
        let id = PushRegistration.ID.random()
        let registration = PushRegistration(
            id: id, location: exchange.location(of: id, offer), principal: principal, resource: resource,
            path: located.path, subscription: try await request.transport.subscription(from: request.subscription),
            triggers: request.triggers, expires: request.expires, created: exchange.now)
        let registered = try await offer.registry.register(registration, limits: offer.limits)
        return DAVResponse(
            .noContent,
            headers: [
                .location: registered.location, .expires: registered.expires.httpDate, .cacheControl: "no-store",
            ])
    }
}

extension Exchange {
    /// A registration URL (§3.1.3): absolute, and the same for the registration's whole life.
    fileprivate func location(of id: PushRegistration.ID, _ offer: PushOffer) -> String {
        let href = href(offer.path.appending(Name(unchecked: id.description)), isCollection: false)
        return offer.origin.map { $0 + href } ?? absolute(href)
    }

    /// What a registration URL answers: DELETE to its owner (§3.3), and nothing else to anybody.
    ///
    /// - Throws: 401 if nobody signed in; 404 to DELETE of what is unknown, expired or somebody else's: all the same (§7.1).
    func answerRegistration(_ offer: PushOffer) async throws -> DAVResponse {
        guard let principal = caller.principal else { throw DAVError.unauthenticated }
        switch request.method {
        case .delete:
            let id = PushRegistration.ID(path.last?.string ?? "")
            guard try await offer.registry.unregister(id, of: principal, now: now) else { throw DAVError.notFound }
            return DAVResponse(.noContent)
        case .options:
            return DAVResponse(.ok, headers: [.allow: "OPTIONS, DELETE", .contentLength: "0"])
        default:
            return DAVResponse(.methodNotAllowed, headers: [.allow: "OPTIONS, DELETE"])
        }
    }
}
