import DAV
import DAVTesting
import HTTPTypes
import Testing

/// `If`, locks and time, through the whole handler.
@Suite struct IfOnTheWireTests {
    let clock = TestClock()
    let wire: Wire

    init() {
        let clock = clock
        wire = Wire(clock: { clock.now })
    }

    func lock(_ target: String, _ headers: [String: String] = [:]) async throws -> String {
        let answer = try await wire.send("LOCK", target, headers, LockTests.lockinfo())
        return try #require(answer.headers[HTTPField.Name("Lock-Token")!], "\(answer.status)")
    }

    @Test func oneHeaderSpeaksOfSourceAndDestination() async throws {  // RFC 4918 §10.4.4, W-58
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/a")
        let source = try await lock("/files/alice/a")
        let folder = try await lock("/files/alice/c/", ["Depth": "0"])
        let move = ["Destination": "http://localhost/files/alice/c/a"]
        func attempt(_ condition: String) async throws -> Int {
            try await wire.send("MOVE", "/files/alice/a", move.merging(["If": condition]) { $1 }).status
        }
        #expect(try await attempt("(\(source))") == 423)
        #expect(try await attempt("</files/alice/c> (\(folder))") == 423)
        #expect(try await attempt("(\(source) \(folder))") == 412, "the source is not in the folder's lock")
        #expect(try await attempt("</files/alice/a> (\(source)) </files/alice/c/> (\(folder))") == 201)
        #expect(try await wire.send("PUT", "/files/alice/c/a", "x").status == 204, "W-43: the lock did not travel")
    }

    @Test func theExampleThatCombinesTokensAndTags() async throws {  // RFC 4918 §10.4.6
        try await wire.put("/files/alice/a")
        let token = try await lock("/files/alice/a")
        let etag = try #require(try await wire.send("HEAD", "/files/alice/a").headers[.eTag])
        #expect(
            try await wire.send("PUT", "/files/alice/a", ["If": "(\(token) [\"stale\"])\r\n ([\"other\"])"], "x").status
                == 412)
        #expect(
            try await wire.send("PUT", "/files/alice/a", ["If": "(\(token) [\"stale\"]) ([\(etag)])"], "y").status
                == 204)
    }

    @Test func aLockEndsWithItsTimeout() async throws {  // W-56
        try await wire.put("/files/alice/a")
        let token = try await lock("/files/alice/a", ["Timeout": "Second-60"])
        clock.advance(seconds: 59)
        #expect(try await wire.send("PUT", "/files/alice/a", "x").status == 423)
        let refresh = ["If": "(\(token))", "Timeout": "Second-60"]
        #expect(try await wire.send("LOCK", "/files/alice/a", refresh).status == 200)
        clock.advance(seconds: 59)
        #expect(try await wire.send("PUT", "/files/alice/a", "x").status == 423)
        clock.advance(seconds: 1)
        #expect(try await wire.send("LOCK", "/files/alice/a", refresh).status == 412)
        #expect(try await wire.send("PUT", "/files/alice/a", "x").status == 204)
        #expect(
            try await wire.propfind("/files/alice/a", "<lockdiscovery/>").responses[0].property("lockdiscovery")?
                .children == [])
    }

    @Test func everyMethodJudgesIt() async throws {  // G-10
        try await wire.put("/files/alice/a")
        let no = ["If": "([\"no\"])", "Destination": "/files/alice/b", "Depth": "0"]
        let bodies = [
            "PROPPATCH": "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'/></prop></set></propertyupdate>",
            "LOCK": LockTests.lockinfo(), "PUT": "x",
        ]
        for method in ["GET", "HEAD", "PUT", "DELETE", "COPY", "MOVE", "PROPFIND", "PROPPATCH", "LOCK"] {
            #expect(try await wire.send(method, "/files/alice/a", no, bodies[method] ?? "").status == 412, "\(method)")
            var broken = no
            broken["If"] = "(\"no\")"
            #expect(
                try await wire.send(method, "/files/alice/a", broken, bodies[method] ?? "").status == 400, "\(method)")
        }
        #expect(try await wire.send("MKCOL", "/files/alice/c/", ["If": "([\"no\"])"]).status == 412)
        #expect(try await wire.send("MKCOL", "/files/alice/c/", ["If": "(Not [\"no\"])"]).status == 201)
        #expect(try await wire.send("POST", "/files/alice/", ["If": "([\"no\"])"], "x").status == 412)
    }

    @Test func somebodyElsesTokenOpensNothing() async throws {  // W-53, X-01
        try await wire.put("/files/alice/a")
        let token = try await lock("/files/alice/a")
        let bob = Caller.principal(Wire.bob)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If": "(\(token))"], as: bob, "x").status == 409)
        #expect(try await wire.send("UNLOCK", "/files/alice/a", ["Lock-Token": token], as: bob).status == 404)
        let probe = ["If": "</files/alice/a> (\(token))"]
        #expect(
            try await wire.send("PUT", "/files/bob/x", probe, as: bob, "x").status == 412,
            "what is hidden matches nothing")
    }
}
