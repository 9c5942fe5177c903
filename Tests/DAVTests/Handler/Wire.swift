import DAV
import HTTPTypes
import Testing

/// A handler over the Memory back-end, spoken to as a client would: method, target, headers, body.
struct Wire {
    static let alice = PrincipalID(Name("alice")!)
    static let bob = PrincipalID(Name("bob")!)

    let memory: MemoryBackend
    let handler: DAVHandler

    init(
        options: ServerFacts.Options = .init(), prefix: String = "", kinds: [CollectionKind] = [.folder],
        quotaBytes: Int64? = nil, clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 1_000_000_000) }
    ) {
        memory = MemoryBackend(homes: [Wire.alice, Wire.bob], kinds: kinds, quotaBytes: quotaBytes, clock: clock)
        let directory = People()
        let routes = Routes([
            (Name("files")!, memory), (Name("principals")!, PrincipalsBackend(directory: directory, prefix: prefix)),
        ])
        var facts = ServerFacts(prefix: prefix, principals: directory, options: options)
        facts.challenges = ["Basic realm=\"test\""]
        handler = DAVHandler(backend: routes, authorizer: GrantAuthorizer(memberships: NoMemberships()), facts: facts, clock: clock)
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

    /// What came back, its body collected.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPFields
        var bytes: [UInt8]
        var chunks = 0
        var text: String { String(decoding: bytes, as: UTF8.self) }
        /// The document in the body.
        func xml() throws -> XMLElement { try XMLElement.parse(bytes) }
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], as caller: Caller = .principal(alice),
        _ body: String = ""
    ) async throws -> Answer {
        try await send(method, target, headers, as: caller, bytes: Array(body.utf8))
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], as caller: Caller = .principal(alice),
        bytes: [UInt8]
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let box = OneShot(bytes)
        let request = DAVRequest(
            method: try #require(HTTPRequest.Method(method)), target: target, headers: fields,
            body: BodyStream { await box.take() }, caller: caller)
        let response = await handler.handle(request)
        var answer = Answer(status: response.status.code, headers: response.headers, bytes: [])
        switch response.body {
        case .none, .head: break
        case .bytes(let bytes): answer.bytes = bytes
        case .stream(_, let produce):
            let sink = Sink()
            try await produce(BodyWriter { await sink.add($0) })
            answer.bytes = await sink.bytes
            answer.chunks = await sink.chunks
        }
        return answer
    }

    private actor OneShot {
        private var bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        func take() -> [UInt8]? {
            defer { bytes = [] }
            return bytes.isEmpty ? nil : bytes
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

    // MARK: Set-up behind the handler's back

    private func writing(_ path: DAVPath) async throws -> any Writing {
        let collection = try await memory.collection(at: path, for: .principal(Wire.alice))
        return try #require(collection?.writing)
    }

    private var unconditional: Condition { Condition(caller: .principal(Wire.alice), now: handler.clock()) }

    func put(_ path: String, _ text: String = "x", type: String = "text/plain") async throws {
        let path = try DAVPath(parsing: path)
        let box = OneShot(Array(text.utf8))
        let upload = Upload(contentType: type, body: BodyStream { await box.take() })
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

/// A multistatus, read.
struct Multistatus {
    struct Response {
        var href: String
        /// The status of the whole response, if it has one.
        var status: String?
        var error: XMLName?
        /// In document order.
        var propstats: [(status: String, properties: [XMLElement])] = []

        func value(_ local: String) -> String? {
            property(local)?.text
        }
        func property(_ local: String) -> XMLElement? {
            propstats.first { $0.status == "HTTP/1.1 200 OK" }?.properties.first { $0.name.local == local }
        }
        func status(of local: String) -> String? {
            propstats.first { $0.properties.contains { $0.name.local == local } }?.status
        }
    }
    var answer: Wire.Answer
    var responses: [Response]
    var syncTokens: [String]
    var rootChildren: [String]

    init(_ answer: Wire.Answer) throws {
        self.answer = answer
        try #require(answer.status == 207, "\(answer.text)")
        let root = try answer.xml()
        #expect(root.name == .dav("multistatus"))
        rootChildren = root.elements.map(\.name.local)
        syncTokens = root.elements.filter { $0.name == .dav("sync-token") }.map(\.text)
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
