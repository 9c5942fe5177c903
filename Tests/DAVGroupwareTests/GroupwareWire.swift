import DAV
import HTTPTypes
import Testing

/// A handler over a Memory store of homes, spoken to as a client would: method, target, headers, body.
struct GroupwareWire {
    static let alice = PrincipalID(Name("alice")!)
    static let bob = PrincipalID(Name("bob")!)
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

    /// What came back, its body collected.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPFields
        var bytes: [UInt8] = []
        /// In how many pieces the body came.
        var chunks = 0
        var text: String { String(decoding: bytes, as: UTF8.self) }
        /// The document in the body.
        func xml() throws -> XMLElement { try XMLElement.parse(bytes) }
        /// The precondition element of an error.
        var condition: XMLName? {
            guard let root = try? xml(), root.name == .dav("error") else { return nil }
            return root.elements.first?.name
        }
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], as caller: Caller = .principal(alice),
        _ body: String = ""
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let chunks = Chunks(Array(body.utf8))
        let request = DAVRequest(
            method: try #require(HTTPRequest.Method(method)), target: target, headers: fields,
            body: BodyStream { await chunks.next() }, caller: caller)
        let response = await handler.handle(request)
        var answer = Answer(status: response.status.code, headers: response.headers)
        switch response.body {
        case .none, .head: break
        case .bytes(let bytes): answer.bytes = bytes
        case .stream(_, let produce):
            let sink = Sink()
            try await produce(BodyWriter { await sink.add($0) })
            (answer.bytes, answer.chunks) = await (sink.bytes, sink.chunks)
        }
        return answer
    }

    private actor Chunks {
        private var bytes: [UInt8]?
        init(_ bytes: [UInt8]) { self.bytes = bytes.isEmpty ? nil : bytes }
        func next() -> [UInt8]? {
            defer { bytes = nil }
            return bytes
        }
    }

    private actor Sink {
        var bytes: [UInt8] = []
        var chunks = 0
        func add(_ more: [UInt8]) {
            bytes += more
            chunks += 1
        }
    }

    /// Stores a body and looks at nothing but that it was stored.
    func put(_ target: String, _ body: String, type: String, source: SourceLocation = #_sourceLocation) async throws {
        let answer = try await send("PUT", target, ["Content-Type": type], body)
        try #require(answer.status == 201 || answer.status == 204, "\(answer.text)", sourceLocation: source)
    }

    /// PROPFIND of the properties given as XML; `D:`, `C:`, `CARD:` and `CS:` are declared.
    func propfind(_ target: String, depth: String = "0", _ properties: String) async throws -> Multistatus {
        let body = "<D:propfind \(Self.namespaces)><D:prop>\(properties)</D:prop></D:propfind>"
        return try Multistatus(await send("PROPFIND", target, ["Depth": depth], body))
    }

    static let namespaces = """
        xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CARD="urn:ietf:params:xml:ns:carddav" \
        xmlns:CS="http://calendarserver.org/ns/"
        """
}

/// A multistatus, read.
struct Multistatus {
    struct Response {
        var href: String
        /// The status of the whole response, if it has one.
        var status: String?
        var error: XMLName?
        /// In document order.
        var propstats: [(status: String, properties: [XMLElement])] = []

        func property(_ local: String) -> XMLElement? {
            propstats.first { $0.status == "HTTP/1.1 200 OK" }?.properties.first { $0.name.local == local }
        }
        func value(_ local: String) -> String? { property(local)?.text }
        func status(of local: String) -> String? {
            propstats.first { $0.properties.contains { $0.name.local == local } }?.status
        }
    }
    var answer: GroupwareWire.Answer
    var responses: [Response]
    var syncToken: String?

    init(_ answer: GroupwareWire.Answer) throws {
        self.answer = answer
        try #require(answer.status == 207, "\(answer.status) \(answer.text)")
        let root = try answer.xml()
        #expect(root.name == .dav("multistatus"))
        syncToken = root.first(.dav("sync-token"))?.text
        responses = try root.elements.filter { $0.name == .dav("response") }.map { element in
            var response = Response(href: try #require(element.first(.dav("href"))).text)
            response.status = element.first(.dav("status"))?.text
            response.error = element.first(.dav("error"))?.elements.first?.name
            response.propstats = element.elements.filter { $0.name == .dav("propstat") }.map {
                ($0.first(.dav("status"))?.text ?? "", $0.first(.dav("prop"))?.elements ?? [])
            }
            return response
        }
        // every href at most once.
        #expect(Set(responses.map(\.href)).count == responses.count)
        for response in responses {
            // the 200 propstat comes first.
            let ok = response.propstats.firstIndex { $0.status == "HTTP/1.1 200 OK" }
            #expect(ok == nil || ok == 0)
            #expect((response.status == nil) != response.propstats.isEmpty)
        }
    }

    subscript(href: String) -> Response? { responses.first { $0.href == href } }
    var hrefs: [String] { responses.map(\.href) }
}
