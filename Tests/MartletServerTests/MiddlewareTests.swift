import DAV
import DAVHummingbird
import HTTPTypes
import Hummingbird
import Testing

@testable import MartletServer

/// WebDAV below `/dav` in an application that has pages of its own.
@Suite(.timeLimit(.minutes(5))) struct Middleware {
    private static let ann = PrincipalID(Name("ann")!)

    private static func run(_ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let store = EphemeralStore()
        try await store.ensureHome(of: ann)
        let facts = ServerFacts(prefix: "/dav", principals: StoreDirectory(store: store))
        let handler = DAVHandler(
            backend: Routes([(name: StoreDirectory.files, backend: store.backend)]), authorizer: OwnerAuthorizer(),
            facts: facts, clock: { .now })
        let router = Router(context: BasicDAVRequestContext.self)
        router.add(
            middleware: DAVMiddleware(handler) { request, _ in
                request.headers[.authorization] == nil ? .anonymous : .principal(ann)
            })
        router.get("/hello") { _, _ in "hello" }
        router.get("/davenport") { _, _ in "davenport" }
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: router.buildResponder(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { report.yield($0.localAddress?.port ?? 0) }, logger: LogCapture().logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await body(port)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func request(
        _ port: Int, _ line: String, _ fields: String..., body: String = ""
    ) async throws -> RawResponse {
        let client = try await RawClient.connect(port: port)
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let head = ["\(line) HTTP/1.1", "Host: x", "Authorization: any"] + fields + length
        try await client.send(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
        let response = try await client.response()
        await client.close()
        return response
    }

    @Test func whatIsNotBelowThePrefixGoesOn() async throws {
        try await Self.run { port in
            for (line, text) in [("GET /hello", "hello"), ("GET /davenport", "davenport")] {
                let page = try await Self.request(port, line)
                #expect(page.text == text)
            }
            let unknown = try await Self.request(port, "PROPFIND /files/ann/")
            #expect(unknown.status == 404)
            for line in ["OPTIONS /dav", "OPTIONS /dav/", "OPTIONS /dav?x=y"] {
                let options = try await Self.request(port, line)
                #expect(options["DAV"]?.hasPrefix("1") == true, "\(line)")
            }
        }
    }

    @Test func hrefsAndDestinationsAreBelowThePrefix() async throws {
        try await Self.run { port in
            let created = try await Self.request(port, "PUT /dav/files/ann/a", body: "text")
            #expect(created.status == 201)
            let listing = try await Self.request(port, "PROPFIND /dav/files/ann/", "Depth: 1")
            #expect(listing.status == 207)
            #expect(listing.text.contains(">/dav/files/ann/a<"))
            let moved = try await Self.request(
                port, "MOVE /dav/files/ann/a", "Destination: http://x/dav/files/ann/b")
            #expect(moved.status == 201)
            let outside = try await Self.request(port, "MOVE /dav/files/ann/b", "Destination: http://x/files/ann/c")
            #expect((400..<600).contains(outside.status) && outside.status != 500)
            let read = try await Self.request(port, "GET /dav/files/ann/b")
            #expect(read.text == "text")
        }
    }

    @Test func anIfHeaderNamesResourcesBelowThePrefix() async throws {
        try await Self.run { port in
            let created = try await Self.request(port, "PUT /dav/files/ann/a", body: "text")
            #expect(created.status == 201)
            let lock = """
                <D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>\
                <D:locktype><D:write/></D:locktype></D:lockinfo>
                """
            let granted = try await Self.request(
                port, "LOCK /dav/files/ann/a", "Content-Type: application/xml", body: lock)
            let token = try #require(granted["Lock-Token"])
            let refused = try await Self.request(port, "PUT /dav/files/ann/a", body: "new")
            #expect(refused.status == 423)
            for resource in ["</dav/files/ann/a>", "<http://x/dav/files/ann/a>"] {
                let written = try await Self.request(
                    port, "PUT /dav/files/ann/a", "If: \(resource) (\(token))", body: "new \(resource)")
                #expect(written.status == 204)
            }
            let elsewhere = try await Self.request(
                port, "PUT /dav/files/ann/a", "If: </files/ann/a> (\(token))", body: "newer")
            #expect(elsewhere.status == 412)
        }
    }

    /// RFC 9110 §10.1.1; the context of the application keeps the connection.
    @Test func continueIsSentWhenTheBodyIsWanted() async throws {
        try await Self.run { port in
            let client = try await RawClient.connect(port: port)
            try await client.send(
                """
                PUT /dav/files/ann/a HTTP/1.1\r\nHost: x\r\nAuthorization: any\r\nExpect: 100-continue\r\n\
                Content-Length: 5\r\n\r\n
                """)
            try await client.wait("100 should come") { client.receivedText.hasPrefix("HTTP/1.1 100") }
            try await client.send("hello")
            let response = try await client.response()
            #expect(response.status == 201 && response.informational == [100])
            try await client.send(
                """
                PUT /dav/files/bob/a HTTP/1.1\r\nHost: x\r\nAuthorization: any\r\nExpect: 100-continue\r\n\
                Content-Length: 5\r\n\r\n
                """)
            let refused = try await client.response()
            #expect((400..<500).contains(refused.status) && refused.informational.isEmpty)
        }
    }
}
