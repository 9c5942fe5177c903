import HTTPTypes

extension Method {
    /// MKCOL (RFC 4918 §9.3), with a body also of other kinds and with properties (RFC 5689).
    static let mkcol = Method(.mkcol, scope: .binding, on: .unmapped, requires: .writing, needs: [], toCreate: [.bind])
    {
        exchange, located in
        guard let writing = located.collection.writing, let name = located.path.last else {
            throw DAVError.methodNotAllowed
        }
        let wish = try await exchange.collectionWish()
        if let refusal = wish.refusal { return refusal }
        try await writing.makeCollection(name, kind: wish.kind, properties: wish.changes, if: try exchange.condition())
        return DAVResponse(.created, headers: [.cacheControl: "no-cache"])
    }
}

/// What the body of MKCOL asks for.
private struct CollectionWish {
    var kind = CollectionKind.folder
    var changes: [PropertyChange] = []
    /// Why it cannot be had; then nothing is created (RFC 5689 §3).
    var refusal: DAVResponse?
}

extension Exchange {
    /// - Throws: 415 for a body that is not an XML document of `DAV:mkcol` (RFC 4918 §9.3.1, W-30).
    fileprivate func collectionWish() async throws -> CollectionWish {
        // The type is needed here, unlike elsewhere: only it tells this body from another (RFC 5689 §3, E-01).
        guard request.headers[.contentType] != nil else {
            try await refuseBody()
            return CollectionWish()
        }
        guard let body = try await xmlBody() else { return CollectionWish() }
        guard body.name == .dav("mkcol") else {
            throw DAVError.unsupportedMediaType("A body of MKCOL must be a DAV:mkcol element.")
        }
        return wish(try PropertyUpdate(body, root: .dav("mkcol")))
    }

    private func wish(_ update: PropertyUpdate) -> CollectionWish {
        var wish = CollectionWish()
        var update = update
        let kind = kind(in: update)
        update.instructions.removeAll { $0.name == .dav("resourcetype") }
        var judgement = update.judge(
            handler.properties, kind: kind ?? .folder, isCollection: true, isCreation: true,
            options: facts.options)
        if let kind { wish.kind = kind } else { judgement.note(.dav("resourcetype"), .validResourceType) }
        guard judgement.isRefused else {
            wish.changes = judgement.changes
            return wish
        }
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("mkcol-response"))
        judgement.write(to: &xml)
        xml.end()
        let failure = judgement.outcomes.compactMap(\.error).first
        wish.refusal = DAVResponse(
            failure?.status ?? .forbidden,
            headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-cache"],
            body: .bytes(xml.take()))
        return wish
    }

    /// The kind whose resource types are exactly those asked for; a plain folder if nothing is said.
    private func kind(in update: PropertyUpdate) -> CollectionKind? {
        let types = update.instructions.last { $0.name == .dav("resourcetype") }
        guard case .set(let element)? = types else { return .folder }
        let asked = Set(element.elements.map(\.name))
        return facts.kinds.first { Set($0.resourceTypes) == asked }
    }
}
