import DAV
import DAVTesting
import HTTPTypes
import Testing

/// A handler over the Memory back-end, spoken to as a client would: method, target, headers, body.
struct Wire: HandlerClient {
    let memory: MemoryBackend
    let handler: DAVHandler

    init(
        options: ServerFacts.Options = .init(), prefix: String = "", kinds: [CollectionKind] = [.folder],
        quotaBytes: Int64? = nil, push transports: [any PushTransport] = [],
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 1_000_000_000) }
    ) {
        memory = MemoryBackend(homes: [Wire.alice, Wire.bob], kinds: kinds, quotaBytes: quotaBytes, clock: clock)
        let directory = People()
        let routes = Routes([
            (Name("files")!, memory), (Name("principals")!, PrincipalsBackend(directory: directory, prefix: prefix)),
        ])
        var facts = ServerFacts(prefix: prefix, principals: directory, options: options)
        facts.challenges = ["Basic realm=\"test\""]
        if !transports.isEmpty, let registry = memory.pushRegistry {
            facts.push = PushOffer(registry: registry, transports: transports)
        }
        handler = DAVHandler(
            backend: routes, authorizer: GrantAuthorizer(memberships: NoMemberships()), facts: facts, clock: clock)
    }

    struct People: PrincipalDirectory {
        var path: DAVPath { DAVPath([Name("principals")!]) }
        let all = [Wire.alice, Wire.bob].map {
            Principal(id: $0, displayName: "\($0) of Wonderland", homes: [DAVPath([Name("files")!, $0.name])])
        }
        func principal(_ id: PrincipalID) async throws -> Principal? { all.first { $0.id == id } }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
            Array(all.filter { principal in after.map { $0 < principal.id } ?? true }.prefix(limit))
        }
    }

    // MARK: Set-up behind the handler's back

    private func writing(_ path: DAVPath) async throws -> any Writing {
        let collection = try await memory.collection(at: path, for: .principal(Wire.alice))
        return try #require(collection?.writing)
    }

    private var unconditional: Condition { Condition(caller: .principal(Wire.alice), now: handler.clock()) }

    func put(_ path: String, _ text: String = "x", type: String = "text/plain") async throws {
        let path = try DAVPath(parsing: path)
        let upload = Upload(contentType: type, body: BodyStream(of: Array(text.utf8)))
        let writing = try await writing(path.parent)
        _ = try await writing.put(try #require(path.last), upload, if: unconditional)
    }

    func mkcol(_ path: String, kind: CollectionKind = .folder) async throws {
        let path = try DAVPath(parsing: path)
        let writing = try await writing(path.parent)
        try await writing.makeCollection(try #require(path.last), kind: kind, properties: [], if: unconditional)
    }

    func delete(_ path: String) async throws {
        let path = try DAVPath(parsing: path)
        try await writing(path.parent).delete(try #require(path.last), if: unconditional)
    }

    func propfind(_ target: String, depth: String = "0", _ properties: String, _ headers: [String: String] = [:])
        async throws
        -> Multistatus
    {
        var headers = headers
        headers["Depth"] = depth
        let body =
            "<propfind xmlns='DAV:' xmlns:CS='http://calendarserver.org/ns/'><prop>\(properties)</prop></propfind>"
        return try Multistatus(await send("PROPFIND", target, headers, body))
    }
}
