import DAV
import HTTPTypes

/// A server elsewhere, seen as a back-end: every operation of the seam is a request.
///
/// So whatever judges a back-end (the conformance suite, the simulation) judges a whole server over the wire.
struct RemoteBackend: Backend {
    private let clients: [PrincipalID: Client]
    private let nobody: Client

    init(port: Int) {
        clients = Dictionary(uniqueKeysWithValues: People.all.map { ($0, Client(port: port, user: $0.name.string)) })
        nobody = Client(port: port, user: nil)
    }

    func client(of caller: Caller) -> Client { caller.principal.flatMap { clients[$0] } ?? nobody }

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        let reply = try await client(of: caller).describe(Href.encode(path: path, isCollection: false), depth: "0")
        guard let entry = try RemoteEntry.entries(in: reply, below: path).first?.entry, let info = entry.collection
        else {
            return nil
        }
        return RemoteCollection(info: info, caller: caller, backend: self)
    }

    func close() async {
        for client in clients.values { await client.close() }
    }
}

/// A collection of that server.
struct RemoteCollection: DAVCollection, Writing, Syncing, Locking {
    let info: CollectionInfo
    let caller: Caller
    let backend: RemoteBackend

    var client: Client { backend.client(of: caller) }
    var writing: (any Writing)? { self }
    var syncing: (any Syncing)? { info.capabilities.contains(.syncing) ? self : nil }
    var locking: (any Locking)? { self }
    var accessControl: (any AccessControlling)? { self }

    func href(_ name: Name) -> String { Href.encode(path: info.path.appending(name), isCollection: false) }
    func href(_ target: Target) -> String {
        switch target {
        case .itself: Href.encode(path: info.path, isCollection: true)
        case .member(let name): href(name)
        }
    }
    func path(_ target: Target) -> DAVPath {
        switch target {
        case .itself: info.path
        case .member(let name): info.path.appending(name)
        }
    }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            return try RemoteEntry.entries(in: await client.describe(href(.itself), depth: "0"), below: info.path).map(
                \.entry)
        case .named(let names):
            var entries: [Entry] = []
            for name in names {
                let reply = try await client.describe(href(name), depth: "0")
                entries += try RemoteEntry.entries(in: reply, below: info.path).map(\.entry)
            }
            return entries
        case .all(let after, let limit):
            let reply = try await client.describe(href(.itself), depth: "1", [("Prefer", "depth-noroot")])
            let all = try RemoteEntry.entries(in: reply, below: info.path).map(\.entry).sorted { $0.name < $1.name }
            return Array(all.filter { entry in after.map { $0 < entry.name } ?? true }.prefix(limit))
        }
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let entry = try await entries(.named([name]), fields: fields).first, !entry.isCollection else {
            return nil
        }
        let reply = try await client.send("GET", href(name))
        guard reply.status == 200 else { throw reply.refusal }
        return OpenedMember(entry: entry, body: MemoryBody(reply.body))
    }
}

extension Client {
    /// Everything the seam tells of a resource.
    fileprivate func describe(_ href: String, depth: String, _ headers: [(String, String)] = []) async throws -> Reply {
        let body = """
            <D:propfind xmlns:D="DAV:"><D:allprop/><D:include>
              <D:sync-token/><D:resource-id/><D:owner/><D:quota-used-bytes/><D:quota-available-bytes/>
            </D:include></D:propfind>
            """
        return try await send("PROPFIND", href, [("Depth", depth)] + headers, body)
    }
}

extension Reply {
    /// The refusal, as the back-end behind the server said it.
    var refusal: DAVError {
        let known: [DAVError] = [
            .validSyncToken, .quotaNotExceeded, .supportedReport, .preconditionFailed, .notFound, .methodNotAllowed,
            .conflict,
        ]
        // A 207 of LOCK (RFC 4918 §9.10.9): what is in the way is locked.
        if status == 207 { return DAVError(.locked) }
        return known.first { $0.code == status && $0.condition?.name == error }
            ?? DAVError(HTTPResponse.Status(code: status))
    }
}
