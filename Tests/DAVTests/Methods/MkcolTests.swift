import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct MkcolTests {
    let wire = Wire()

    @Test func aCollectionIsMade() async throws {  // W-30
        #expect(try await wire.send("MKCOL", "/files/alice/c/").status == 201)
        #expect(try await wire.send("MKCOL", "/files/alice/d").status == 201)
        #expect(
            try await wire.propfind("/files/alice/c/", "<resourcetype/>").responses[0].property("resourcetype")?
                .elements.map(\.name) == [.dav("collection")])
        let again = try await wire.send("MKCOL", "/files/alice/c/")
        #expect(again.status == 405)
        #expect(again.headers[.allow]?.contains("PROPFIND") == true)
        #expect(try await wire.send("MKCOL", "/files/alice/no/c/").status == 409)
        #expect(try await wire.send("MKCOL", "/files/x/").status == 403)
        #expect(try await wire.send("MKCOL", "/").status == 405)
        try await wire.put("/files/alice/f")
        #expect(try await wire.send("MKCOL", "/files/alice/f").status == 405)
        #expect(try await wire.send("MKCOL", "/files/alice/f/c").status == 409)
    }

    @Test(arguments: [
        ("application/xzy-foo-bar", "afafafaf"), ("application/xml", "<a/>"), ("text/xml", "<propfind xmlns='DAV:'/>"),
        ("text/plain", "<mkcol xmlns='DAV:'/>"), ("", "<mkcol xmlns='DAV:'/>"),
    ])
    func aBodyThatIsNotUnderstoodIsRefused(_ type: String, _ body: String) async throws {
        let answer = try await wire.send("MKCOL", "/files/alice/c/", type.isEmpty ? [:] : ["Content-Type": type], body)
        #expect(answer.status == 415)
        #expect(try await wire.send("GET", "/files/alice/c/").status == 404)
    }

    func extended(_ properties: String) async throws -> Wire.Answer {
        let body = """
            <?xml version="1.0" encoding="utf-8" ?>
            <D:mkcol xmlns:D="DAV:" xmlns:E="http://example.com/ns/"><D:set><D:prop>\(properties)</D:prop></D:set></D:mkcol>
            """
        return try await wire.send(
            "MKCOL", "/files/alice/special/", ["Content-Type": "application/xml; charset=\"utf-8\""], body)
    }

    @Test func propertiesComeWithTheCollection() async throws {  // RFC 5689 §3.2, E-02
        let answer = try await extended(
            "<D:resourcetype><D:collection/></D:resourcetype><D:displayname>Special Resource</D:displayname><E:x>y</E:x>"
        )
        #expect(answer.status == 201)
        let found = try await wire.propfind(
            "/files/alice/special/", "<displayname/><x xmlns='http://example.com/ns/'/>")
        #expect(found.responses[0].value("displayname") == "Special Resource")
        #expect(found.responses[0].value("x") == "y")
    }

    @Test func anUnknownTypeRefusesEverything() async throws {  // RFC 5689 §3.5: all or nothing
        let answer = try await extended(
            "<D:resourcetype><D:collection/><E:special-resource/></D:resourcetype><D:displayname>Special</D:displayname>"
        )
        #expect(answer.status == 403)
        let root = try answer.xml()
        #expect(root.name == .dav("mkcol-response"))
        let propstats = root.elements
        #expect(
            propstats.compactMap { $0.first(.dav("status"))?.text } == [
                "HTTP/1.1 403 Forbidden", "HTTP/1.1 424 Failed Dependency",
            ])
        #expect(propstats[0].first(.dav("prop"))?.elements.map(\.name) == [.dav("resourcetype")])
        #expect(propstats[0].first(.dav("error"))?.elements.map(\.name) == [.dav("valid-resourcetype")])
        #expect(propstats[1].first(.dav("prop"))?.elements.map(\.name) == [.dav("displayname")])
        #expect(try await wire.send("GET", "/files/alice/special/").status == 404)
    }

    @Test func aProtectedPropertyRefusesEverything() async throws {
        #expect(try await extended("<D:getetag>x</D:getetag><E:a/>").status == 403)
        #expect(try await wire.send("GET", "/files/alice/special/").status == 404)
    }

    @Test func hostileBodiesHaveTheirStatus() async throws {
        #expect(try await extended("<D:displayname>").status == 400)
        #expect(try await extended("").status == 400)
        let doctype = "<!DOCTYPE a [<!ENTITY b 'c'>]><mkcol xmlns='DAV:'/>"
        #expect(try await wire.send("MKCOL", "/files/alice/c/", ["Content-Type": "text/xml"], doctype).status == 403)
    }
}
