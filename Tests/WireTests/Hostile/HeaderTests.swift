import DAV
import Testing

/// Headers that mean nothing (W-06, G-01, G-09): 4xx with a word, and nothing changed.
@Suite(.timeLimit(.minutes(5))) struct HostileHeaders {
    struct Case: Sendable, CustomTestStringConvertible {
        var method: String
        var headers: [(String, String)]
        var statuses: Set<Int>
        var testDescription: String {
            "\(method) \(headers.map { "\($0.0): \($0.1.prefix(60))" }.joined(separator: "; "))"
        }

        init(_ method: String, _ headers: [(String, String)], _ statuses: Set<Int> = [400]) {
            (self.method, self.headers, self.statuses) = (method, headers, statuses)
        }
    }

    private static let illegalIf = [
        "", " ", "()", "(", ")", "(<x>", "<x>", "<x> <y> (<t>)", "(<t>) </a> (<u>)", "</a> (<t>) (", "(Not)",
        "(Not Not <t>)", "(<t>) x",
        "([\"a)", "([a])", "(\"a\")", "(<>)", "(<a b>)", "</a>(<t>) junk", "(<t>),(<u>)", "</a> ()",
        "(" + String(repeating: "<t> ", count: 10_000), String(repeating: "(", count: 5000),
    ]

    private static let depths: [Case] =
        ["2", "-1", "", "00", "1,0", "infinite"].map { Case("PROPFIND", [("Depth", $0)]) }
        + ["0", "1", "x"].map { Case("DELETE folder", [("Depth", $0)]) }
        + [
            Case("COPY", [("Destination", "/files/alice/new"), ("Depth", "1")]),
            Case("PROPFIND folder", [("Depth", "infinity")], [403]),
        ]

    private static let illegalDestinations = [
        "", "new", "/files/alice/a%zz", "/files/alice/%00", "/files/alice/../bob/x", "/files/alice/%2e%2e/bob/x",
        "/files/alice/new#fragment",
    ]

    private static let destinations: [Case] =
        illegalDestinations.flatMap { [Case("COPY", [("Destination", $0)]), Case("MOVE", [("Destination", $0)])] }
        + [
            Case("COPY", []), Case("MOVE", []),
            Case("COPY", [("Destination", "//x/y")], [400, 502]),
            Case("MOVE", [("Destination", "http://user@127.0.0.1/files/alice/new")], [400, 502]),
            Case("MOVE", [("Destination", "ftp://127.0.0.1/files/alice/new")], [400, 502]),
            Case("MOVE", [("Destination", "http://elsewhere.example/files/alice/new")], [502]),
            Case("MOVE", [("Destination", "/files/alice/" + String(repeating: "n", count: 256))], [400, 414]),
            Case("MOVE", [("Destination", "/files/bob/new")], [403, 404, 409]),
            Case("MOVE", [("Destination", "/files/alice/file")], [403]),
            Case("COPY", [("Destination", "/files/alice/new"), ("Overwrite", "Y")]),
            Case("COPY", [("Destination", "/files/alice/new"), ("Overwrite", "")]),
        ]

    private static let others: [Case] = [
        Case("UNLOCK", []), Case("UNLOCK", [("Lock-Token", "")]), Case("UNLOCK", [("Lock-Token", "<a> <b>")]),
        Case("UNLOCK", [("Lock-Token", "<urn:uuid:x>")], [409]),
        Case("PUT", [("Content-Range", "bytes 0-1/2")]), Case("PUT", [("Content-Encoding", "gzip")], [415]),
        Case("PUT", [("If-Match", "x")]), Case("PUT", [("If-None-Match", "\"unfinished")]),
        Case("PUT", [("If-Match", "*, \"x\"")]),
        Case("PUT", [("Expect", "miracles")], [417]), Case("BIND", [], [405]),
    ]

    private static let timeouts: [Case] =
        ["Second-", "Second--1", "Second-1x", "Minute-5", "", "Second-1;Infinite"].map {
            Case("LOCK", [("Timeout", $0)])
        }

    static let cases: [Case] =
        illegalIf.map { Case("PUT", [("If", $0)], [400, 431]) } + depths + destinations + others + timeouts

    private static let lockinfo =
        "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"

    @Test(arguments: cases) func isRefusedWithAWord(_ hostile: Case) async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            try await server.alice.mkcol("/files/alice/folder/")
            let token = try await server.alice.token(of: "/files/alice/")
            let words = hostile.method.split(separator: " ").map(String.init)
            let target = words.count > 1 ? "/files/alice/folder/" : "/files/alice/file"
            let body = words[0] == "LOCK" ? HostileHeaders.lockinfo : words[0] == "PUT" ? "other" : ""
            let reply = try await server.alice.send(words[0], target, hostile.headers, body)
            #expect(hostile.statuses.contains(reply.status), "\(reply.status) \(reply.text)")
            #expect(reply.saysWhy, "\(reply.status) says nothing")
            #expect(try await server.alice.token(of: "/files/alice/") == token)
            let found = try await server.alice.propfind("/files/alice/file", "<D:lockdiscovery/>")
            #expect(found.responses[0].property("lockdiscovery")?.elements.isEmpty == true)
        }
    }

    /// H-06: what is no byte range is no range; what lies beyond the end is 416.
    @Test func ranges() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file", "0123456789")
            let whole = [
                "lines=0-1", "bytes", "bytes=", "bytes=x", "bytes=5-2", "bytes=-", "bytes=1-2-3",
                "bytes=" + String(repeating: "0-0,", count: 5000),
            ]
            for range in whole {
                let reply = try await server.alice.send("GET", "/files/alice/file", [("Range", range)])
                #expect(reply.status == 200 && reply.text == "0123456789", "\(range.prefix(40)): \(reply.status)")
            }
            for range in ["bytes=10-", "bytes=99999999999999999999-", "bytes=-0"] {
                let reply = try await server.alice.send("GET", "/files/alice/file", [("Range", range)])
                #expect(reply.status == 416 && reply["Content-Range"] == "bytes */10", "\(range): \(reply.status)")
            }
            for (range, body) in [
                ("bytes=2-4", "234"), ("bytes=-3", "789"), ("bytes=7-", "789"), ("bytes=8-99999999999999999999", "89"),
            ] {
                let reply = try await server.alice.send("GET", "/files/alice/file", [("Range", range)])
                #expect(reply.status == 206 && reply.text == body, "\(range): \(reply.status)")
            }
        }
    }

    /// G-09: a legal but enormous `If` costs a bounded time, whatever it says.
    @Test func tenThousandLists() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            for count in [1000, 3000] {
                let lists = (0..<count).map { "</files/alice/n\($0)> (<urn:x:\($0)>)" }.joined(separator: " ")
                let started = ContinuousClock.now
                let reply = try await server.alice.put("/files/alice/file", "other", [("If", lists)])
                #expect([400, 412, 413, 431].contains(reply.status), "\(reply.status)")
                #expect(ContinuousClock.now - started < .seconds(10))
            }
            let socket = try await RawSocket(port: server.port)
            let lists = String(repeating: "(<urn:x:1>) ", count: 10_000)
            try? await socket.send(
                "PUT /files/alice/file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: \(People.authorization(People.alice))\r\nIf: \(lists)\r\nContent-Length: 1\r\n\r\ny"
            )
            #expect([400, 412, 413, 431].contains(await socket.status()))
            #expect(try await server.alice.send("GET", "/files/alice/file").text == "x")
        }
    }
}
