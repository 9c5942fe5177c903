import HTTPTypes

extension Method {
    /// POST: an XML document whose root element names what is to be done, or else a member to be added (RFC 5995).
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
            return try await exchange.addMember(to: located)
        }
        row.isOffered = { shape, own, facts in
            shape == .collection && own.capabilities.contains(.writing)
                || shape != .unmapped && facts.isPushCapable(own.kind, shape)
        }
        return row
    }()
}

/// What a POST does whose body is an XML document with a certain root: one row of the post table.
public struct PostAction: Sendable {
    public var root: XMLName
    /// In lower case; a body of another type is refused (415).
    public var mediaTypes: Set<String>
    /// Also where a notification was.
    var isForNotifications = false
    /// Where it is not, the body is as good as any other.
    var isOffered: @Sendable (ServerFacts) -> Bool = { _ in true }
    /// Longer documents answer 413.
    public var maxBytes: Int
    public var run: @Sendable (Exchange, Located, XMLElement) async throws -> DAVResponse

    public init(
        _ root: XMLName, mediaTypes: Set<String> = PostAction.xmlTypes, maxBytes: Int = 16 << 10,
        run: @escaping @Sendable (Exchange, Located, XMLElement) async throws -> DAVResponse
    ) {
        self.root = root
        self.mediaTypes = mediaTypes
        self.maxBytes = min(maxBytes, PostTable.mostBytes)
        self.run = run
    }

    public static let xmlTypes: Set<String> = ["application/xml", "text/xml"]
}

/// All actions of POST. The root element is what tells them apart, whatever the URL.
public struct PostTable: Sendable {
    public let rows: [PostAction]

    /// So much of an XML body is read before it is known what it is for.
    public static let mostBytes = 256 << 10
    public static let standard = PostTable([.pushRegister] + PostAction.sharing + PostAction.shareReplies)

    public init(_ rows: [PostAction]) { self.rows = rows }

    /// Whether a document whose root cannot be read names the namespace of an action.
    func isMeant(by bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).utf8
        return rows.contains { row in
            row.root.namespace != XMLName.davNamespace && text.firstRange(of: row.root.namespace.utf8) != nil
        }
    }

    subscript(root: XMLName) -> PostAction? { rows.first { $0.root == root } }
}

extension Exchange {
    /// The action that an XML body asks for; `nil`: the body, still whole, is something else.
    ///
    /// - Throws: 400 for a document that is not well-formed, 413 for one that is too long, 415 for one that says it is of
    ///   another type than the action takes.
    fileprivate mutating func postAction(at located: Located) async throws -> (PostAction, XMLElement)? {
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        let isSharing = type == "application/davsharing+xml" && facts.sharing != nil
        guard PostAction.xmlTypes.contains(type) || isSharing || type.isEmpty && facts.sharing != nil else {
            return nil
        }
        var bytes: [UInt8] = []
        let rest = request.body.makeAsyncIterator()
        var isWhole = false
        while bytes.count <= PostTable.mostBytes, !isWhole {
            if let chunk = try await rest.next() { bytes += chunk } else { isWhole = true }
        }
        guard let root = XMLElement.rootName(of: bytes), let action = handler.posts[root], action.isOffered(facts)
        else {
            if isSharing { throw DAVError.badRequest("The body is not a request to share.") }
            if bytes.isEmpty, !type.isEmpty, facts.isPushCapable(located.collection.info.kind, located.shape) {
                throw DAVError.badRequest("The XML document that was announced is empty.")
            }
            if isWhole, handler.posts.isMeant(by: bytes) {
                // Damaged, or behind a document type: what is wrong with it is said, rather than the document stored.
                _ = try XMLElement.parse(bytes, limits: XMLLimits(maxBytes: PostTable.mostBytes + 1, maxDepth: 16))
            }
            request.body = BodyStream(bytes, then: rest)
            return nil
        }
        guard action.mediaTypes.contains(type) else {
            throw DAVError.unsupportedMediaType(
                "This request is of the media type \(action.mediaTypes.sorted().joined(separator: " or ")).")
        }
        guard isWhole, bytes.count <= action.maxBytes else { throw DAVError.contentTooLarge }
        return (action, try XMLElement.parse(bytes, limits: XMLLimits(maxBytes: action.maxBytes, maxDepth: 16)))
    }

    /// Adds a member under a name the server chooses (RFC 5995).
    fileprivate func addMember(to located: Located) async throws -> DAVResponse {
        guard located.shape == .collection else { throw DAVError.methodNotAllowed }
        try demand([.bind], of: located)
        guard let writing = located.collection.writing else { throw DAVError.methodNotAllowed }
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

extension BodyStream {
    /// What was read of a body, and then the rest of it.
    fileprivate init(_ head: [UInt8], then rest: BodyStream.AsyncIterator) {
        let head = BodyStream(of: head).makeAsyncIterator()
        self.init {
            if let chunk = try await head.next() { return chunk }
            return try await rest.next()
        }
    }
}
