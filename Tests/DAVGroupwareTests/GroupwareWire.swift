import DAV
import DAVTesting
import HTTPTypes
import Testing

/// A handler over a Memory store of homes, spoken to as a client would: method, target, headers, body.
struct GroupwareWire: HandlerClient {
    static let now = Timestamp(seconds: 1_800_000_000)

    let memory: MemoryBackend
    let handler: DAVHandler

    /// - Parameter homes: where the homes of a kind are; they begin empty.
    init(
        homes: [(root: String, kind: CollectionKind)], kinds: [CollectionKind], methods: MethodTable = .standard,
        options: ServerFacts.Options = .init()
    ) {
        let templates = homes.map { HomeTemplate(root: DAVPath([Name($0.root)!]), kind: $0.kind) }
        let clock: @Sendable () -> Timestamp = { GroupwareWire.now }
        let memory = MemoryBackend(templates: templates, homes: [Self.alice, Self.bob], kinds: kinds, clock: clock)
        let directory = People(roots: templates.map(\.root))
        self.memory = memory
        let routes = Routes(
            homes.map { (Name($0.root)!, memory) }
                + [(Name("principals")!, PrincipalsBackend(directory: directory, prefix: ""))])
        var facts = ServerFacts(prefix: "", principals: directory, options: options)
        // A home is a plain collection by its types, and no client makes one.
        let made = kinds.filter { kind in !homes.contains { $0.kind === kind } && kind.id != CollectionKind.folder.id }
        facts.kinds = [CollectionKind.folder] + made
        handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: facts, methods: methods, clock: clock)
    }

    struct People: PrincipalDirectory {
        let roots: [DAVPath]
        var path: DAVPath { DAVPath([Name("principals")!]) }
        var all: [Principal] {
            [GroupwareWire.alice, GroupwareWire.bob].map { id in
                Principal(id: id, displayName: "\(id)", homes: roots.map { $0.appending(id.name) })
            }
        }
        func principal(_ id: PrincipalID) async throws -> Principal? { all.first { $0.id == id } }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
            Array(all.filter { principal in after.map { $0 < principal.id } ?? true }.prefix(limit))
        }
    }

    /// Stores a body and looks at nothing but that it was stored.
    func put(_ target: String, _ body: String, type: String, source: SourceLocation = #_sourceLocation) async throws {
        let answer = try await send("PUT", target, ["Content-Type": type], body)
        try #require(answer.status == 201 || answer.status == 204, "\(answer.text)", sourceLocation: source)
    }
}

extension HandlerClient {
    /// As clients declare them.
    static var namespaces: String {
        """
        xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CARD="urn:ietf:params:xml:ns:carddav" \
        xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"
        """
    }

    /// PROPFIND of the properties given as XML.
    func propfind(_ target: String, depth: String = "0", _ properties: String) async throws -> Multistatus {
        let body = "<D:propfind \(Self.namespaces)><D:prop>\(properties)</D:prop></D:propfind>"
        return try Multistatus(await send("PROPFIND", target, ["Depth": depth], body))
    }
}
