import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CopyMoveTests {
    let wire = Wire()

    func transfer(_ method: String, _ source: String, _ destination: String, _ headers: [String: String] = [:])
        async throws -> Int
    {
        var headers = headers
        headers["Destination"] = destination
        return try await wire.send(method, source, headers).status
    }

    func text(_ target: String) async throws -> String? {
        let answer = try await wire.send("GET", target)
        return answer.status == 200 ? answer.text : nil
    }

    @Test(arguments: ["COPY", "MOVE"]) func headersThatCannotBeMeantAreRefused(_ method: String) async throws {
        // W-06, W-40, W-41
        try await wire.put("/files/alice/a")
        try await wire.mkcol("/files/alice/c")
        let source = "/files/alice/a"
        #expect(try await wire.send(method, source).status == 400)
        for (destination, status) in [
            ("", 400), ("b", 400), ("//localhost/files/alice/b", 400), ("http://localhost/files/alice/b#c", 400),
            ("http://me@localhost/files/alice/b", 400), ("/files/alice/../b", 400),
            ("http://elsewhere/files/alice/b", 502),
            ("https://localhost/files/alice/b", 502), ("http://localhost:81/files/alice/b", 502), (source, 403),
            ("http://LOCALHOST:80/files/alice/%61", 403), ("/files/alice/", 403), ("/files/alice/no/b", 409),
            ("/files/bob/b", 409),
            ("/files/b", 403), ("/principals/b", 403), ("/files/alice/a/b", 403),
        ] {
            #expect(try await transfer(method, source, destination) == status, "\(destination)")
        }
        #expect(try await transfer(method, source, "/files/alice/b", ["Overwrite": "X"]) == 400)
        #expect(try await transfer(method, source, "/files/alice/b", ["Depth": "7"]) == 400)
        #expect(try await transfer(method, "/files/alice/c/", "/files/alice/d/", ["Depth": "1"]) == 400)
        #expect(try await transfer(method, "/files/alice/c/", "/files/alice/c/d/") == 403)
        #expect(try await transfer(method, "/files/alice/missing", "/files/alice/b") == 404)
        #expect(try await wire.send(method, source, ["Destination": "/files/alice/b"], "body").status == 415)
        #expect(try await text("/files/alice/b") == nil)
    }

    @Test func copyMakesAnotherResource() async throws {  // RFC 4918 §9.8.6, W-42
        try await wire.put("/files/alice/a", "text")
        #expect(try await transfer("COPY", "/files/alice/a", "http://localhost/files/alice/b%20c") == 201)
        #expect(try await text("/files/alice/b%20c") == "text")
        let etags = try await [wire.send("HEAD", "/files/alice/a"), wire.send("HEAD", "/files/alice/b%20c")].map {
            $0.headers[.eTag]
        }
        #expect(etags[0] != etags[1])
        #expect(try await transfer("COPY", "/files/alice/a", "/files/alice/b%20c", ["Overwrite": "F"]) == 412)
        #expect(try await transfer("COPY", "/files/alice/a", "/files/alice/b%20c", ["Overwrite": "t"]) == 204)
    }

    @Test func aCollectionIsReplacedNotMerged() async throws {  // §9.8.4, W-42
        for folder in ["a", "b"] {
            try await wire.mkcol("/files/alice/\(folder)")
            try await wire.put("/files/alice/\(folder)/\(folder)", folder)
        }
        #expect(try await transfer("COPY", "/files/alice/a/", "/files/alice/b/") == 204)
        #expect(try await text("/files/alice/b/a") == "a")
        #expect(try await text("/files/alice/b/b") == nil)
        #expect(try await transfer("COPY", "/files/alice/a/", "/files/alice/c/", ["Depth": "0"]) == 201)
        #expect(try await text("/files/alice/c/") != nil)
        #expect(try await text("/files/alice/c/a") == nil)
    }

    @Test func moveKeepsWhatTheResourceIs() async throws {  // §9.9, W-42
        try await wire.mkcol("/files/alice/a")
        try await wire.put("/files/alice/a/x", "text")
        let before = try await wire.send("HEAD", "/files/alice/a/x").headers[.eTag]
        #expect(try await transfer("MOVE", "/files/alice/a/", "/files/alice/b/") == 201)
        #expect(try await text("/files/alice/a/x") == nil)
        #expect(try await text("/files/alice/b/x") == "text")
        #expect(try await wire.send("HEAD", "/files/alice/b/x").headers[.eTag] == before)
        try await wire.put("/files/alice/y", "other")
        #expect(try await transfer("MOVE", "/files/alice/y", "/files/alice/b/x", ["Overwrite": "F"]) == 412)
        #expect(try await transfer("MOVE", "/files/alice/y", "/files/alice/b/x") == 204)
        #expect(try await text("/files/alice/b/x") == "other")
        #expect(try await transfer("MOVE", "/files/alice/b", "/files/alice/c", ["Depth": "0"]) == 400)
    }

    @Test func aNewResourceIsLocatedAndMayBePreferred() async throws {
        try await wire.put("/files/alice/a", "text")
        let answer = try await wire.send(
            "COPY", "/files/alice/a", ["Destination": "/files/alice/b", "Prefer": "return=representation"])
        #expect(answer.status == 201)
        #expect(answer.headers[.location] == "http://localhost/files/alice/b")
        #expect(answer.headers[.contentLocation] == "/files/alice/b")
        #expect(answer.text == "text")
    }

    @Test func theHandlersPrefixIsPartOfDestination() async throws {
        let wire = Wire(prefix: "/dav")
        try await wire.put("/files/alice/a")
        for (destination, status) in [
            ("/files/alice/b", 502), ("/dav/files/alice/b", 201), ("http://localhost/dav/files/alice/b", 204),
        ] {
            #expect(try await wire.send("COPY", "/dav/files/alice/a", ["Destination": destination]).status == status)
        }
    }
}
