import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct PutTests {
    let wire = Wire()

    @Test func aMemberIsCreatedThenReplaced() async throws {  // H-08, W-31
        let created = try await wire.send("PUT", "/files/alice/a.txt", ["Content-Language": "de"], "one")
        #expect(created.status == 201)
        let etag = try #require(created.headers[.eTag])
        let got = try await wire.send("GET", "/files/alice/a.txt")
        #expect(got.headers[.eTag] == etag)
        #expect(got.headers[.lastModified] == created.headers[.lastModified])
        #expect(got.headers[.contentType] == "text/plain", "W-32: by the name's ending")
        #expect(got.headers[.contentLanguage] == "de")
        let replaced = try await wire.send(
            "PUT", "/files/alice/a.txt", ["Content-Type": "text/x; charset=utf-8"], "two")
        #expect(replaced.status == 204)
        #expect(replaced.headers[.eTag] != etag)
        #expect(try await wire.send("GET", "/files/alice/a.txt").headers[.contentType] == "text/x; charset=utf-8")
    }

    @Test func itStandsOnlyInACollection() async throws {
        #expect(try await wire.send("PUT", "/files/alice/no/a", "x").status == 409)
        try await wire.mkcol("/files/alice/c")
        #expect(try await wire.send("PUT", "/files/alice/c/", "x").status == 405)
        #expect(try await wire.send("PUT", "/files/alice/c", "x").status == 405)
        #expect(try await wire.send("PUT", "/files/alice/new/", "x").status == 409)
        #expect(try await wire.send("PUT", "/files/x", "x").status == 403, "the list of homes belongs to the server")
        #expect(try await wire.send("PUT", "/files/bob/x", "x").status == 409, "the home of somebody else is not there")
        #expect(try await wire.send("PUT", "/files/alice/x", [:], as: .anonymous, "x").status == 401)
    }

    @Test func partsAndEncodedBodiesAreRefused() async throws {
        #expect(
            try await wire.send("PUT", "/files/alice/a", ["Content-Range": "bytes 0-0/1"], "x").status == 400, "H-07")
        let encoded = try await wire.send("PUT", "/files/alice/a", ["Content-Encoding": "gzip"], "x")
        #expect(encoded.status == 415, "H-15")
        #expect(encoded.headers[.acceptEncoding] == "identity")
        #expect(try await wire.send("PUT", "/files/alice/a", ["Expect": "200-ok"], "x").status == 417, "H-12")
        #expect(try await wire.send("GET", "/files/alice/a").status == 404)
    }

    @Test func aBodyBeyondTheLimitIsRefusedEvenIfItsLengthWasNotTold() async throws {
        var options = ServerFacts.Options()
        options.maxMemberBytes = 3
        let wire = Wire(options: options)
        #expect(try await wire.send("PUT", "/files/alice/a", ["Content-Length": "4"], "four").status == 413)
        #expect(try await wire.send("PUT", "/files/alice/a", ["X-Expected-Entity-Length": "4"], "four").status == 413)
        #expect(try await wire.send("PUT", "/files/alice/a", "four").status == 413)
        #expect(try await wire.send("GET", "/files/alice/a").status == 404)
        #expect(try await wire.send("PUT", "/files/alice/a", "tri").status == 201)
    }

    @Test func guardsAreJudged() async throws {
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-Match": "*"], "x").status == 412)
        let first = try await wire.send("PUT", "/files/alice/a", ["If-None-Match": "*"], "x")
        #expect(first.status == 201)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-None-Match": "*"], "y").status == 412)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-Match": "\"x\""], "y").status == 412)
        let etag = try #require(first.headers[.eTag])
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-Match": etag], "y").status == 204)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-Match": etag], "z").status == 412)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If-Match": "x"], "z").status == 400)
        #expect(try await wire.send("GET", "/files/alice/a").text == "y")
    }

    @Test func aClientMayPreferTheRepresentation() async throws {  // P-03
        let created = try await wire.send("PUT", "/files/alice/a", ["Prefer": "return=representation"], "one")
        #expect(created.status == 201)
        #expect(created.text == "one")
        #expect(created.headers[.contentLocation] == "/files/alice/a")
        #expect(created.headers[.preferenceApplied] == "return=representation")
        let headers = ["Prefer": "return=representation", "If-None-Match": "*"]
        let refused = try await wire.send("PUT", "/files/alice/a", headers, "two")
        #expect(refused.status == 412)
        #expect(refused.text == "one")
        #expect(refused.headers[.eTag] == created.headers[.eTag])
    }

    @Test func namesOfAnySpellingComeBack() async throws {  // H-16
        for name in [
            "a%2Fb", "100%25", "caf%C3%A9", "cafe%CC%81", "%E6%97%A5", "a%20b", "a+b", "%3Cx%3E", "..a", "%7E",
        ] {
            #expect(try await wire.send("PUT", "/files/alice/\(name)", "\(name)").status == 201)
        }
        for name in ["a%2Fb", "caf%C3%A9", "cafe%CC%81", "a%20b"] {
            #expect(try await wire.send("GET", "/files/alice/\(name)").text == name)
        }
        for (name, status) in [
            ("..", 400), ("%2e%2e", 400), ("a%00", 400), ("%FF", 400), (String(repeating: "a", count: 256), 414),
        ] {
            #expect(try await wire.send("PUT", "/files/alice/\(name)", "x").status == status, "\(name)")
        }
        #expect(try await wire.send("GET", "/files/alice/a/b").status == 404, "an escaped slash is not a separator")
    }

    @Test func postAddsAMemberUnderANameOfItsOwn() async throws {  // RFC 5995 §3.1.1, E-03
        let headers = ["Content-Type": "text/plain", "Slug": "Sample Title"]
        let first = try await wire.send("POST", "/files/alice/", headers, "Sample text.")
        let second = try await wire.send("POST", "/files/alice/", headers, "Sample text.")
        #expect(first.status == 201)
        let location = try #require(first.headers[.location])
        #expect(location.hasPrefix("http://localhost/files/alice/"))
        #expect(second.headers[.location] != location)
        let target = String(location.dropFirst("http://localhost".count))
        let got = try await wire.send("GET", target)
        #expect(got.text == "Sample text.")
        #expect(got.headers[.eTag] == first.headers[.eTag])
        #expect(first.headers[.contentLocation] == target)
        #expect(try await wire.send("POST", target, headers, "x").status == 405)
        #expect(try await wire.send("POST", "/files/", headers, "x").status == 403)
    }
}

@Suite struct DeleteTests {
    let wire = Wire()

    @Test func aTreeGoesAsAWhole() async throws {  // W-33
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/a")
        #expect(try await wire.send("DELETE", "/files/alice/c/", ["Depth": "0"]).status == 400)
        #expect(try await wire.send("DELETE", "/files/alice/c/", ["Depth": "1"]).status == 400)
        #expect(try await wire.send("DELETE", "/files/alice/c/", "body").status == 415, "W-05")
        #expect(try await wire.send("GET", "/files/alice/c/a").status == 200)
        let answer = try await wire.send("DELETE", "/files/alice/c", ["Depth": "infinity"])
        #expect(answer.status == 204)
        #expect(try await wire.send("GET", "/files/alice/c/a").status == 404)
        #expect(try await wire.send("DELETE", "/files/alice/c").status == 404)
    }

    @Test func whatTheServerProvidesStays() async throws {
        for target in ["/", "/files/", "/files/alice/", "/principals/alice/"] {
            let answer = try await wire.send("DELETE", target)
            #expect([403, 405].contains(answer.status), "\(target) \(answer.status)")
        }
    }

    @Test func aRequestWithAFragmentDeletesNothing() async throws {
        try await wire.mkcol("/files/alice/frag")
        #expect(try await wire.send("DELETE", "/files/alice/frag/#ment").status == 400)
        #expect(try await wire.send("GET", "/files/alice/frag/").status == 200)
    }

    @Test func aGuardHoldsItBack() async throws {
        try await wire.put("/files/alice/a")
        #expect(try await wire.send("DELETE", "/files/alice/a", ["If-Match": "\"other\""]).status == 412)
        #expect(try await wire.send("DELETE", "/files/alice/a", ["If": "(<urn:x>)"]).status == 412)
        #expect(try await wire.send("DELETE", "/files/alice/a", ["If-Match": "*"]).status == 204)
    }
}
