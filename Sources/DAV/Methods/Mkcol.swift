import HTTPTypes

extension Method {
    /// MKCOL (RFC 4918 §9.3), with a body also of other kinds and with properties (RFC 5689).
    static let mkcol = Method(.mkcol, scope: .binding, on: .unmapped, requires: .writing, needs: [], toCreate: [.bind])
    {
        exchange, located in
        // The type is needed here, unlike elsewhere: only it tells this body from another (RFC 5689 §3, E-01).
        guard exchange.request.headers[.contentType] != nil else {
            try await exchange.refuseBody()
            return try await exchange.makeCollection(at: located, nil, as: .mkcol)
        }
        return try await exchange.makeCollection(at: located, try await exchange.xmlBody(), as: .mkcol)
    }
}

/// How a method that makes collections is spelled: MKCOL, MKCALENDAR.
public struct CollectionCreation: Sendable {
    /// The root element of its body.
    public var body: XMLName
    /// The root element of an answer that tells which property was refused.
    public var response: XMLName
    /// What it makes if the body does not say.
    public var kind: CollectionKind
    /// What the body may ask for instead; `nil`: whatever ``ServerFacts/kinds`` offers.
    public var choice: [CollectionKind]?

    public init(body: XMLName, response: XMLName, kind: CollectionKind, choice: [CollectionKind]? = nil) {
        self.body = body
        self.response = response
        self.kind = kind
        self.choice = choice
    }

    /// RFC 5689 §5.1, §5.2
    static let mkcol = CollectionCreation(body: .dav("mkcol"), response: .dav("mkcol-response"), kind: .folder)
}

extension Exchange {
    /// Makes a collection with its first properties, or nothing at all (RFC 5689 §3, RFC 4791 §5.3.1).
    ///
    /// - Parameters:
    ///   - located: a binding, found unmapped.
    ///   - body: what the client sent, if anything.
    /// - Returns: 201; or, if a property is refused, the status of the first refusal and a document that names each.
    /// - Throws: 415 for a document of another kind (RFC 4918 §9.3.1, W-30); what ``Writing/makeCollection(_:kind:properties:if:)``
    ///   throws.
    public func makeCollection(at located: Located, _ body: XMLElement?, as form: CollectionCreation) async throws
        -> DAVResponse
    {
        guard let writing = located.collection.writing, let name = located.path.last else {
            throw DAVError.methodNotAllowed
        }
        let wish = try collectionWish(body, form)
        if let refusal = wish.refusal { return refusal }
        try await writing.makeCollection(name, kind: wish.kind, properties: wish.changes, if: try condition())
        return DAVResponse(.created, headers: [.cacheControl: "no-cache"])
    }

    private func collectionWish(_ body: XMLElement?, _ form: CollectionCreation) throws(DAVError) -> CollectionWish {
        guard let body else { return CollectionWish(kind: form.kind) }
        guard body.name == form.body else {
            throw DAVError.unsupportedMediaType("The body must be a \(form.body) element.")
        }
        var update = try PropertyUpdate(body, root: form.body)
        let kind = kind(in: update, form)
        update.instructions.removeAll { $0.name == .dav("resourcetype") }
        var judgement = update.judge(
            handler.properties, kind: kind ?? form.kind, isCollection: true, isCreation: true, options: facts.options)
        if kind == nil { judgement.note(.dav("resourcetype"), .validResourceType) }
        var wish = CollectionWish(kind: kind ?? form.kind, changes: judgement.changes)
        if judgement.isRefused { wish.refusal = refusal(judgement, form) }
        return wish
    }

    private func refusal(_ judgement: PropertyJudgement, _ form: CollectionCreation) -> DAVResponse {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(form.response)
        judgement.write(to: &xml)
        xml.end()
        let failure = judgement.outcomes.compactMap(\.error).first
        return DAVResponse(
            failure?.status ?? .forbidden,
            headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-cache"],
            body: .bytes(xml.take()))
    }

    /// The kind whose resource types are exactly those asked for.
    private func kind(in update: PropertyUpdate, _ form: CollectionCreation) -> CollectionKind? {
        let types = update.instructions.last { $0.name == .dav("resourcetype") }
        guard case .set(let element)? = types else { return form.kind }
        let asked = Set(element.elements.map(\.name))
        return (form.choice ?? facts.kinds).first { Set($0.resourceTypes) == asked }
    }
}

/// What the body of a method that makes collections asks for.
private struct CollectionWish {
    var kind: CollectionKind
    var changes: [PropertyChange] = []
    /// Why it cannot be had; then nothing is created.
    var refusal: DAVResponse?
}
