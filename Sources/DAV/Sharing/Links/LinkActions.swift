import HTTPTypes

extension PostAction {
    /// What owners do with links, at the URL of what is linked to, in a namespace of our own, since no specification has anything
    /// of the kind. None where ``ServerFacts/links`` is not set.
    ///
    /// - `create-link` answers 201 with the URL, which is never told again.
    /// - `list-links` answers 200 with those that lead here, without their URLs.
    /// - `remove-link` names one of the owner's by its `id`, and answers 204; 404 if there is none.
    static let links: [PostAction] = [
        link("create-link") { exchange, offer, located, owner, body in
            let request = try LinkRequest(body)
            try await exchange.checkForReading(located)
            var terms = LinkTerms(label: request.label, sight: request.sight)
            terms.expires = offer.expiry(after: request.lifetime, from: exchange.now)
            if let password = request.password { terms.passwordHash = try await offer.hash(password) }
            let (token, digest) = offer.mint()
            let link = try await offer.links.add(
                terms, digest: digest, to: located.path, of: owner, most: offer.most)
            let url = exchange.absolute("\(exchange.facts.prefix)\(offer.prefix)/\(token)/")
            return .linkDocument(.created) { $0.link(link, url: url) }
        },
        link("list-links") { exchange, offer, located, owner, _ in
            let links = try await offer.links.links(of: owner, after: nil, limit: .max)
            return .linkDocument(.ok) { xml in
                xml.start(.martlet("links"))
                for link in links where link.target?.path == located.path { xml.link(link, url: nil) }
                xml.end()
            }
        },
        link("remove-link") { exchange, offer, located, owner, body in
            guard let number = Int64(body.first(.martlet("id"))?.text.trimmingXMLSpace ?? "") else {
                throw DAVError.badRequest("“id” is the number of a link.")
            }
            try await exchange.checkForReading(located)
            guard try await offer.links.remove(number, of: owner) else { throw DAVError.notFound }
            return DAVResponse(.noContent)
        },
    ]

    /// The caller must hold `share`, and be the owner: whoever else may share makes no links in the owner's name.
    private static func link(
        _ name: String,
        run: @escaping @Sendable (Exchange, LinkOffer, Located, PrincipalID, XMLElement) async throws -> DAVResponse
    ) -> PostAction {
        var action = PostAction(.martlet(name)) { exchange, located, body in
            guard let offer = exchange.facts.links, let owner = located.collection.info.owner else {
                throw DAVError.methodNotAllowed
            }
            return try await run(exchange, offer, located, owner, body)
        }
        action.permit = { exchange, located in
            let info = located.collection.info
            let isLinkable =
                located.shape == .collection ? info.kind.sharing != nil : info.kind === CollectionKind.folder
            guard isLinkable else { throw DAVError.methodNotAllowed }
            try exchange.demand([.share], of: located)
            guard info.owner == exchange.caller.principal, info.owner != nil, info.share.instance == nil else {
                throw DAVError.forbidden("Only its owner can make links to it.")
            }
        }
        action.isOffered = { $0.links != nil }
        return action
    }
}

extension DAVResponse {
    /// It may hold the URL of a link, so nobody is to keep it.
    fileprivate static func linkDocument(
        _ status: HTTPResponse.Status, _ write: (inout XMLWriter) -> Void
    ) -> DAVResponse {
        var xml = XMLWriter()
        xml.declaration()
        write(&xml)
        return DAVResponse(
            status, headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-store"],
            body: .bytes(xml.take()))
    }
}

extension XMLWriter {
    fileprivate mutating func link(_ link: Link, url: String?) {
        start(.martlet("link"))
        element(.martlet("id"), text: String(link.number))
        if let url { element(.martlet("url"), text: url) }
        if let label = link.terms.label { element(.martlet("label"), text: label) }
        element(.martlet("created"), text: link.created.rfc3339)
        if let expires = link.terms.expires { element(.martlet("expires"), text: expires.rfc3339) }
        if link.terms.passwordHash != nil { empty(.martlet("has-password")) }
        if let sight = link.terms.sight { empty(LinkRequest.word(for: sight)) }
        element(.martlet("uses"), text: String(link.uses))
        if let lastUse = link.lastUse { element(.martlet("last-use"), text: lastUse.rfc3339) }
        end()
    }
}
