import DAV
import DAVGroupware
import HTTPTypes
import Testing

/// A calendar server over the Memory back-end, spoken to as a client would: `/calendars/alice/` is a home with the calendar
/// `work`, `inbox/` and `outbox/`.
struct CalendarWire {
    static let alice = PrincipalID(Name("alice")!)
    static let bob = PrincipalID(Name("bob")!)

    let calendars: CalDAV
    let memory: MemoryBackend
    let handler: DAVHandler

    init(limits: CalendarLimits = CalendarLimits()) {
        let clock: @Sendable () -> Timestamp = { Timestamp(seconds: 1_700_000_000) }
        calendars = CalDAV(limits: limits)
        let kinds = [.folder] + calendars.kinds
        let homes = HomeTemplate(
            root: DAVPath([Name("calendars")!]), kind: calendars.home,
            children: [
                .init(Name("work")!, calendars.calendar), .init(Name("inbox")!, calendars.inbox),
                .init(Name("outbox")!, calendars.outbox),
            ])
        memory = MemoryBackend(
            templates: [homes, .files], homes: [CalendarWire.alice, CalendarWire.bob], kinds: kinds, clock: clock)
        let directory = People()
        var facts = ServerFacts(principals: directory)
        facts.kinds = kinds
        let routes = Routes([
            (Name("calendars")!, memory), (Name("files")!, memory),
            (Name("principals")!, PrincipalsBackend(directory: directory, prefix: "")),
        ])
        handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: facts,
            methods: MethodTable(MethodTable.standard.rows + calendars.methods), clock: clock)
    }

    struct People: PrincipalDirectory {
        var path: DAVPath { DAVPath([Name("principals")!]) }
        func principal(_ id: PrincipalID) async throws -> Principal? {
            Principal(id: id, displayName: "\(id)", homes: [DAVPath([Name("calendars")!, id.name])])
        }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] { [] }
    }

    /// What came back, its body collected.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPFields
        var bytes: [UInt8] = []
        var chunks = 0
        var text: String { String(decoding: bytes, as: UTF8.self) }
        func xml() throws -> XMLElement { try XMLElement.parse(bytes) }
        /// The local name of the element in `DAV:error`.
        var condition: XMLName? { (try? xml())?.elements.first?.name }
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:],
        as caller: Caller = .principal(alice), _ body: String = ""
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let box = Box()
        await box.add(Array(body.utf8))
        let request = DAVRequest(
            method: try #require(HTTPRequest.Method(method)), target: target, headers: fields,
            body: BodyStream { await box.takeOnce() }, caller: caller)
        let response = await handler.handle(request)
        var answer = Answer(status: response.status.code, headers: response.headers)
        switch response.body {
        case .none, .head: break
        case .bytes(let bytes): answer.bytes = bytes
        case .stream(_, let produce):
            let sink = Box()
            try await produce(BodyWriter { await sink.add($0) })
            answer.bytes = await sink.bytes
            answer.chunks = await sink.chunks
        }
        return answer
    }

    private actor Box {
        private(set) var bytes: [UInt8] = []
        private(set) var chunks = 0
        func add(_ more: [UInt8]) {
            bytes += more
            chunks += 1
        }
        func takeOnce() -> [UInt8]? {
            defer { bytes = [] }
            return bytes.isEmpty ? nil : bytes
        }
    }

    /// Namespaces as clients declare them.
    static let namespaces = """
        xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" \
        xmlns:A="http://apple.com/ns/ical/"
        """

    /// A PROPFIND of one resource.
    func properties(_ target: String, _ names: String) async throws -> CalendarMultistatus.Response {
        let body = "<D:propfind \(CalendarWire.namespaces)><D:prop>\(names)</D:prop></D:propfind>"
        return try #require(
            try CalendarMultistatus(await send("PROPFIND", target, ["Depth": "0"], body)).responses.first)
    }

    func proppatch(_ target: String, set: String) async throws -> CalendarMultistatus.Response {
        let body =
            "<D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop>\(set)</D:prop></D:set></D:propertyupdate>"
        return try #require(try CalendarMultistatus(await send("PROPPATCH", target, [:], body)).responses.first)
    }

    @discardableResult
    func put(_ target: String, _ text: String, _ headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        headers["Content-Type"] = headers["Content-Type"] ?? "text/calendar; charset=utf-8"
        return try await send("PUT", target, headers, text)
    }
}

/// A multistatus, read.
struct CalendarMultistatus {
    struct Response {
        var href: String
        var status: String?
        var error: XMLName?
        var propstats: [(status: String, properties: [XMLElement], error: XMLName?)] = []

        func property(_ local: String) -> XMLElement? {
            propstats.first { $0.status == "HTTP/1.1 200 OK" }?.properties.first { $0.name.local == local }
        }
        func value(_ local: String) -> String? { property(local)?.text }
        func status(of local: String) -> String? {
            propstats.first { $0.properties.contains { $0.name.local == local } }?.status
        }
        func error(of local: String) -> XMLName? {
            propstats.first { $0.properties.contains { $0.name.local == local } }?.error
        }
    }

    var responses: [Response]
    var answer: CalendarWire.Answer

    init(_ answer: CalendarWire.Answer) throws {
        self.answer = answer
        try #require(answer.status == 207, "\(answer.status) \(answer.text)")
        let root = try answer.xml()
        #expect(root.name == .dav("multistatus"))
        responses = try root.elements.filter { $0.name == .dav("response") }.map { element in
            var response = Response(href: try #require(element.first(.dav("href"))).text)
            response.status = element.first(.dav("status"))?.text
            response.error = element.first(.dav("error"))?.elements.first?.name
            response.propstats = element.elements.filter { $0.name == .dav("propstat") }.map {
                (
                    $0.first(.dav("status"))?.text ?? "", $0.first(.dav("prop"))?.elements ?? [],
                    $0.first(.dav("error"))?.elements.first?.name
                )
            }
            return response
        }
        // every href at most once; each with a status or propstats, not both.
        #expect(Set(responses.map(\.href)).count == responses.count)
        for response in responses { #expect((response.status == nil) != response.propstats.isEmpty) }
    }

    subscript(href: String) -> Response? { responses.first { $0.href == href } }
    var hrefs: [String] { responses.map(\.href) }
}
