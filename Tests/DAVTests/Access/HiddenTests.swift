import DAV
import HTTPTypes
import DAVTesting
import Testing

/// no status, header or body tells somebody what exists in a home they may not read.
@Suite struct HiddenTests {
    let wire = Wire()

    struct Request: Sendable, CustomTestStringConvertible {
        var method: String
        var headers: [String: String] = [:]
        var body = ""
        var testDescription: String { "\(method) \(headers) \(body.prefix(20))" }
    }

    static let lockinfo =
        "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>"
    static let requests: [Request] =
        ["OPTIONS", "GET", "HEAD", "DELETE", "MKCOL", "POST", "LOCK", "REPORT", "BREW"].map { Request(method: $0) } + [
            Request(method: "PUT", body: "x"), Request(method: "PUT", headers: ["If-None-Match": "*"], body: "x"),
            Request(method: "PUT", headers: ["If-Match": "*"], body: "x"),
            Request(method: "GET", headers: ["If-None-Match": "*"]),
            Request(method: "GET", headers: ["Range": "bytes=0-0"]),
            Request(method: "PROPFIND", headers: ["Depth": "0"]), Request(method: "PROPFIND", headers: ["Depth": "1"]),
            Request(method: "PROPFIND"), Request(method: "PROPFIND", headers: ["Depth": "7"]),
            Request(method: "PROPFIND", headers: ["Depth": "0", "If": "(Not <urn:x>)"]),
            Request(
                method: "PROPPATCH", body: "<propertyupdate xmlns='DAV:'><set><prop><x/></prop></set></propertyupdate>"),
            Request(method: "PROPPATCH", body: "nonsense"), Request(method: "REPORT", body: "<unknown/>"),
            Request(
                method: "REPORT",
                body: "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>"),
            Request(method: "LOCK", body: lockinfo), Request(method: "LOCK", headers: ["If": "(<urn:x>)"]),
            Request(method: "LOCK", headers: ["Depth": "1"], body: lockinfo),
            Request(method: "UNLOCK", headers: ["Lock-Token": "<urn:x>"]), Request(method: "UNLOCK"),
            Request(method: "COPY", headers: ["Destination": "/files/bob/x"]), Request(method: "COPY"),
            Request(method: "MOVE", headers: ["Destination": "/files/bob/x"]), Request(method: "MOVE"),
        ]

    /// The same request about something hidden and about nothing.
    @Test(arguments: requests) func whatIsHiddenAnswersLikeWhatIsMissing(_ request: Request) async throws {
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/f")
        for (hidden, missing) in [
            ("/files/alice/", "/files/nobody/"), ("/files/alice", "/files/nobody"),
            ("/files/alice/c/", "/files/nobody/c/"), ("/files/alice/c/f", "/files/nobody/c/f"),
            ("/files/alice/c/g", "/files/nobody/c/g"),
        ] {
            for caller in [Caller.principal(Wire.bob), .anonymous] {
                let (first, second) = try await (
                    wire.send(request.method, hidden, request.headers, as: caller, request.body),
                    wire.send(request.method, missing, request.headers, as: caller, request.body)
                )
                #expect(first.status == second.status, "\(hidden) \(caller)")
                #expect(first.headers == second.headers, "\(hidden) \(caller)")
                #expect(first.text == second.text.replacing("nobody", with: "alice"), "\(hidden) \(caller)")
                #expect(first.status >= 400 || request.method == "OPTIONS", "\(hidden) \(caller)")
            }
        }
        #expect(try await wire.send("GET", "/files/alice/c/f").text == "x", "nothing was changed")
    }

    @Test func destinationsTellNothing() async throws {
        try await wire.put("/files/alice/f")
        try await wire.mkcol("/files/alice/c")
        _ = try await wire.send("PUT", "/files/bob/f", as: .principal(Wire.bob), "x")
        for method in ["COPY", "MOVE"] {
            for overwrite in ["T", "F"] {
                for tail in ["", "/f", "/g", "/c/", "/c/x"] {
                    var statuses: Set<Int> = []
                    for home in ["alice", "nobody"] {
                        let headers = ["Destination": "/files/\(home)\(tail)", "Overwrite": overwrite]
                        statuses.insert(
                            try await wire.send(method, "/files/bob/f", headers, as: .principal(Wire.bob)).status)
                    }
                    #expect(statuses == [tail.isEmpty ? 403 : 409], "\(method) \(overwrite) \(tail)")
                }
            }
        }
    }

    /// `If` may name any resource; of one that is hidden nothing is true.
    @Test func conditionsAboutHiddenResourcesAreThoseAboutUnmappedOnes() async throws {
        try await wire.put("/files/alice/f")
        let etag = try #require(try await wire.send("HEAD", "/files/alice/f").headers[.eTag])
        let lock = try await wire.send("LOCK", "/files/alice/f", Self.lockinfo)
        let token = try #require(lock.headers[.lockToken])
        let sync = try #require(
            try await wire.propfind("/files/alice/", "<sync-token/>").responses[0].value("sync-token"))
        for (tag, state) in [
            ("/files/alice/f", "[\(etag)]"), ("/files/alice/f", token), ("/files/alice/", "<\(sync)>"),
        ] {
            for method in ["PUT", "GET", "PROPFIND"] {
                let target = method == "PUT" ? "/files/bob/new" : "/files/bob/"
                var headers = ["If": "<\(tag)> (\(state))", "Depth": "0"]
                #expect(
                    try await wire.send(method, target, headers, as: .principal(Wire.bob)).status == 412,
                    "\(method) \(tag)")
                headers["If"] = "<\(tag)> (Not \(state))"
                let answer = try await wire.send(method, target, headers, as: .principal(Wire.bob))
                #expect(answer.status < 300, "\(method) \(tag)")
            }
        }
    }

    @Test func listingsAndReportsLeaveHiddenHomesOut() async throws {  // W-13, Y-44
        for target in ["/files/", "/files"] {
            let found = try await wire.propfind(target, depth: "1", "<displayname/>")
            #expect(!found.answer.text.contains("bob"))
        }
        let report = "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>"
        for target in ["/", "/files/", "/principals/", "/principals/alice/"] {
            let answer = try await wire.send("REPORT", target, report)
            #expect(answer.status == 403, "\(target)")
            #expect(try answer.xml().first(.dav("supported-report")) != nil)
        }
    }
}
