import HTTPTypes
public import Logging

/// The door: every DAV request enters here.
///
/// Immutable once made but for a counter, so requests share it without locks; a class, so that each carries it along as one reference.
public final class DAVHandler: Sendable {
    /// The back-end given, but for instances of shares, which are seen as their sharees see them.
    public let backend: any Backend
    public let authorizer: any Authorizer
    public let facts: ServerFacts
    public let methods: MethodTable
    public let reports: ReportTable
    public let properties: PropertyTable
    public let posts: PostTable
    public let logger: Logger
    public let clock: @Sendable () -> Timestamp
    /// Who sent how many invitations; `nil`: sharing is not offered.
    let shareRate: ShareRate?
    let knownDocuments = KnownDocuments()

    public init(
        backend: any Backend, authorizer: any Authorizer, facts: ServerFacts, methods: MethodTable = .standard,
        reports: ReportTable = .standard, properties: PropertyTable = .standard, posts: PostTable = .standard,
        logger: Logger = Logger(label: "dav"), clock: @escaping @Sendable () -> Timestamp
    ) {
        self.backend = ShareeViews(base: backend)
        self.authorizer = authorizer
        self.facts = facts
        self.methods = methods
        self.reports = reports
        self.properties = properties
        self.posts = posts
        self.logger = logger
        self.clock = clock
        shareRate = facts.sharing.map { ShareRate($0.mostInvitationsPerHour) }
    }

    /// Answers one request. Never throws: what goes wrong below becomes a status.
    ///
    /// The order in which a request is refused gives nothing away: visibility (404, or 401 if nobody signed in),
    /// privileges (403), method (405), and only then what the method itself finds.
    public func handle(_ request: DAVRequest) async -> DAVResponse {
        var logger = logger
        if let id = request.id { logger[metadataKey: "request"] = .string(id) }
        var located: Located?
        var response: DAVResponse
        do {
            response = try await answer(request, logger, &located)
        } catch {
            response = await refusal(of: request, error, located, logger)
            if response.status == .unsupportedMediaType, request.headers[.contentEncoding] != nil {
                response.headers[.acceptEncoding] = "identity"
            }
            if response.status == .methodNotAllowed, let located {
                response.headers[.allow] = try? await exchange(request, located.path, logger).allow(at: located)
            }
        }
        if request.method == .head, case .bytes(let bytes) = response.body {
            response.body = .head(length: Int64(bytes.count))
        }
        if request.caller != .anonymous || request.method == .options {
            response.headers[.dav] = Compliance.header(
                at: located?.collection.info, for: request.caller, facts)
        }
        return response
    }

    private func answer(_ request: DAVRequest, _ logger: Logger, _ located: inout Located?) async throws -> DAVResponse
    {
        guard
            let method = methods[request.method] ?? (methods.knows(request.method) ? .notOffered(request.method) : nil)
        else {
            throw DAVError(.notImplemented, nil, "This server does not know the method \(request.method.rawValue).")
        }
        if let expectation = request.headers.value(of: .expect), expectation.lowercased() != "100-continue" {
            throw DAVError(.expectationFailed, nil, "The only expectation met here is 100-continue.")
        }
        if request.target == "*", method.name == .options { return serverOptions() }
        let parsed = try ParsedPath(parsing: request.target)
        guard let path = parsed.below(facts.prefix)?.path else { throw DAVError.notFound }
        let exchange = exchange(request, path, logger)
        if let push = facts.push, push.isRegistration(path) {
            return try await exchange.answerRegistration(push)
        }
        let found = try await locate(path, for: method, exchange)
        located = found
        try permit(method, at: found, exchange)
        var response = try await method.run(exchange, found)
        if found.target == .itself, !parsed.hasTrailingSlash, response.status.kind == .successful,
            response.status != .created,
            !response.headers.contains(.contentLocation)
        {
            // RFC 4918 §5.2: a collection answers without its slash too, and says how it is spelled.
            response.headers[.contentLocation] = exchange.href(path, isCollection: true)
        }
        return response
    }

    private func exchange(_ request: DAVRequest, _ path: DAVPath, _ logger: Logger) -> Exchange {
        Exchange(request: request, path: path, now: clock(), logger: logger, handler: self)
    }

    private func locate(_ path: DAVPath, for method: Method, _ exchange: Exchange) async throws -> Located {
        // The root has no binding; methods that need one find a collection there and answer 405.
        let found =
            method.scope == .binding && !path.isRoot
            ? try await exchange.locateBinding(path, fields: method.fields)
            : try await exchange.locate(path, fields: method.fields)
        if let found { return found }
        if method.scope == .binding, try await exchange.locate(path, fields: [])?.entry != nil {
            // The caller may read what is bound here, but not the collection that binds it (RFC 3744 §3.9).
            let missing = DAVError.MissingPrivilege(resource: path, privilege: method.creates ? .bind : .unbind)
            throw DAVError.needPrivileges([missing])
        }
        throw exchange.hidden(method.creates ? .conflict : .notFound)
    }

    private func permit(_ method: Method, at located: Located, _ exchange: Exchange) throws {
        if located.entry == nil {
            guard method.shapes.contains(.unmapped) else { throw DAVError.notFound }
            try exchange.demand(method.needsToCreate, of: located)
            if located.isWithheld, method.creates { throw DAVError.conflict }
        } else {
            // What is one's own in a member may be written by whoever may read it; the rest is judged by what was sent.
            let needs = exchange.mayWriteOwnPart(of: located) ? method.needsOfOwnPart ?? method.needs : method.needs
            try exchange.demand(needs, of: located)
        }
        let isBindable = method.scope == .resource || !located.path.isRoot
        guard isBindable, !method.shapes.isDisjoint(with: located.shape),
            located.collection.info.capabilities.isSuperset(of: method.capabilities)
        else { throw DAVError.methodNotAllowed }
    }

    /// Which of the resources a refusal names are collections: their URLs end in a slash (RFC 4918 §5.2, X-07).
    private func collections(among paths: [DAVPath], for caller: Caller) async -> Set<DAVPath> {
        var found: Set<DAVPath> = []
        for path in paths.prefix(100) {
            if (try? await backend.collection(at: path, for: caller)) ?? nil != nil { found.insert(path) }
        }
        return found
    }

    private func refusal(of request: DAVRequest, _ error: any Error, _ located: Located?, _ logger: Logger)
        async -> DAVResponse
    {
        if let error = error as? DAVError {
            let collection = located.map { $0.shape == .collection ? $0.path : $0.collection.info.path }
            let named = (error.condition?.resources ?? []) + (error.condition?.privileges ?? []).map(\.resource)
            let others = await collections(among: named, for: request.caller)
            return DAVResponse(refusing: error, facts: facts, collection: collection, others: others)
        }
        if error is CancellationError {
            return DAVResponse(.serviceUnavailable)
        }
        logger.error(
            "A request failed inside the server.",
            metadata: [
                "method": .string(request.method.rawValue), "path": .stringConvertible(located?.path ?? .root),
                "error": .string(String(reflecting: error)),
            ])
        let apology = DAVError(.internalServerError, nil, "Something went wrong inside the server; its log tells more.")
        return DAVResponse(refusing: apology, facts: facts, collection: nil)
    }

    /// `OPTIONS *`: the server as a whole (RFC 9110 §9.3.7).
    private func serverOptions() -> DAVResponse {
        let everything = methods.rows.map(\.name.rawValue).joined(separator: ", ")
        return DAVResponse(.ok, headers: [.allow: everything, .contentLength: "0", .msAuthorVia: "DAV"])
    }
}
