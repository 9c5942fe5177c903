import HTTPTypes

extension Exchange {
    /// The action that an XML body asks for; `nil`: the body, still whole, is something else.
    ///
    /// No more of it is read than tells what it is for, and then no more than that action takes.
    /// - Throws: what the action's ``PostAction/permit`` does; 400 for a document that is not well-formed, in Apple's dialect 403
    ///   `CS:valid-request`; 413 for one that is too long; 415 for one that says it is of another type than the action takes.
    mutating func postAction(at located: Located) async throws -> (PostAction, XMLElement)? {
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        let isSharing = type == "application/davsharing+xml" && facts.sharing != nil
        guard PostAction.xmlTypes.contains(type) || isSharing || type.isEmpty && facts.sharing != nil else {
            return nil
        }
        if isSharing, let encoding = request.headers.value(of: .contentEncoding), encoding.lowercased() != "identity" {
            throw DAVError.unsupportedMediaType("Bodies are not accepted in Content-Encoding: \(encoding).")
        }
        var body = PostBody(request.body)
        try await body.fill(beyond: PostTable.headBytes)
        let root = XMLElement.rootName(of: body.bytes)
        guard let root, let action = handler.posts[root], action.isOffered(facts) else {
            if isSharing { throw DAVError.badRequest("The body is not a request to share.") }
            try refuse(body, root, announced: !type.isEmpty, at: located)
            request.body = body.stream
            return nil
        }
        try action.permit(self, located)
        guard action.mediaTypes.contains(type) else {
            throw DAVError.unsupportedMediaType(
                "This request is of the media type \(action.mediaTypes.sorted().joined(separator: " or ")).")
        }
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > action.maxBytes {
            throw DAVError.contentTooLarge
        }
        try await body.fill(beyond: action.maxBytes)
        guard body.isWhole, body.bytes.count <= action.maxBytes else { throw DAVError.contentTooLarge }
        do {
            return (action, try XMLElement.parse(body.bytes, limits: .ofActions(action.maxBytes)))
        } catch { throw root.namespace == XMLName.calendarServerNamespace ? error.inAppleDialect : error }
    }

    /// Says what is wrong with a document that is nothing else than a request: it would be stored otherwise.
    private func refuse(_ body: PostBody, _ root: XMLName?, announced: Bool, at located: Located) throws {
        let kind = located.collection.info.kind
        if body.bytes.isEmpty, announced, facts.isPushCapable(kind, located.shape) {
            throw DAVError.badRequest("The XML document that was announced is empty.")
        }
        let isApples =
            facts.sharing != nil && located.shape == .collection
            && (kind.sharing?.calendarServerType != nil || kind.reportsChildChanges)
        if let root {
            // To publish a calendar among them: it is offered nowhere (caldav-sharing §5.1).
            if isApples, root.namespace == XMLName.calendarServerNamespace, handler.posts[root] == nil {
                throw DAVError.validShareRequest("Nothing is known here of \(root.local).")
            }
            // A request for what is switched off is no document to be kept: it may hold a password.
            if root.namespace == XMLName.martletNamespace, handler.posts[root] != nil {
                throw DAVError.forbidden("This server does not offer that.")
            }
            return
        }
        guard body.isWhole, let namespace = handler.posts.namespace(meantBy: body.bytes) else { return }
        do {
            // Damaged, or behind a document type.
            _ = try XMLElement.parse(body.bytes, limits: .ofActions(PostTable.headBytes + 1))
        } catch { throw isApples && namespace == XMLName.calendarServerNamespace ? error.inAppleDialect : error }
    }
}

/// What was read of a body, and the rest of it.
private struct PostBody {
    private(set) var bytes: [UInt8] = []
    private(set) var isWhole = false
    private let rest: BodyStream.AsyncIterator

    init(_ body: BodyStream) { rest = body.makeAsyncIterator() }

    /// Reads until there is more than `count`, or nothing more.
    mutating func fill(beyond count: Int) async throws {
        while bytes.count <= count, !isWhole {
            if let chunk = try await rest.next() { bytes += chunk } else { isWhole = true }
        }
    }

    /// The body, whole again.
    var stream: BodyStream {
        let head = BodyStream(of: bytes).makeAsyncIterator()
        return BodyStream { [rest] in
            if let chunk = try await head.next() { return chunk }
            return try await rest.next()
        }
    }
}

extension XMLLimits {
    fileprivate static func ofActions(_ bytes: Int) -> XMLLimits { XMLLimits(maxBytes: bytes, maxDepth: 16) }
}

extension DAVError {
    /// A bad request as those expect it who speak Apple's dialect.
    fileprivate var inAppleDialect: DAVError { status == .badRequest ? .validShareRequest(message) : self }
}
