import DAV
import HTTPTypes
import DAVTesting
import Testing

/// Collections end in a slash, wherever they are named (RFC 4918 §5.2, X-07).
@Suite struct TrailingSlashTests {
    let wire = Wire()

    @Test func aLockDoesNotMakeAMemberWhereTheURLIsACollections() async throws {
        #expect(try await wire.send("LOCK", "/files/alice/new/", HiddenTests.lockinfo).status == 409)
        #expect(try await wire.send("GET", "/files/alice/new").status == 404)
    }

    @Test func referencesToLockedCollectionsEndInASlash() async throws {  // X-07, W-56
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/f")
        let answer = try await wire.send("LOCK", "/files/alice/c", HiddenTests.lockinfo)
        let token = try #require(answer.headers[.lockToken])
        func root(_ prop: XMLElement?) -> String? {
            prop?.first(.dav("activelock"))?.first(.dav("lockroot"))?.first(.dav("href"))?.text
        }
        #expect(root(try answer.xml().first(.dav("lockdiscovery"))) == "/files/alice/c/")
        for target in ["/files/alice/c/", "/files/alice/c/f"] {
            let found = try await wire.propfind(target, "<lockdiscovery/>").responses[0]
            #expect(root(found.property("lockdiscovery")) == "/files/alice/c/", "\(target)")
            let refreshed = try await wire.send("LOCK", target, ["If": "(\(token))"])
            #expect(root(try refreshed.xml().first(.dav("lockdiscovery"))) == "/files/alice/c/")
        }
        for (method, target) in [
            ("PUT", "/files/alice/c/f"), ("PUT", "/files/alice/c/g"), ("DELETE", "/files/alice/c"),
        ] {
            let refused = try await wire.send(method, target, [:], method == "PUT" ? "x" : "")
            #expect(refused.status == 423)
            #expect(try refused.xml().elements[0].elements.map(\.text) == ["/files/alice/c/"], "\(method) \(target)")
        }
    }

    @Test(arguments: ["COPY", "MOVE"]) func aCollectionIsLocatedWithItsSlash(method: String) async throws {
        try await wire.mkcol("/files/alice/c")
        let answer = try await wire.send(method, "/files/alice/c/", ["Destination": "/files/alice/d"])
        #expect(answer.status == 201)
        #expect(answer.headers[.location] == "http://localhost/files/alice/d/")
    }
}
