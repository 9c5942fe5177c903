import DAV
import DAVStorage
import Testing

/// The examples of RFC 5689, 5995, 4331, 5397, 7240 and 8144, in our URL space.
@Suite(.timeLimit(.minutes(5))) struct Extensions {
    private static func mkcol(_ type: String) -> String {
        """
        MKCOL /files/alice/special/
        Content-Type: application/xml; charset="utf-8"

        <?xml version="1.0" encoding="utf-8" ?>
        <D:mkcol xmlns:D="DAV:" xmlns:E="http://example.com/ns/"><D:set><D:prop>
          <D:resourcetype><D:collection/>\(type)</D:resourcetype>
          <D:displayname>Special Resource</D:displayname>
        </D:prop></D:set></D:mkcol>
        """
    }

    @Test func rfc5689_3_4_extendedMkcol() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(Extensions.mkcol(""), answer: "201\nCache-Control: no-cache\n\n(empty)")
            let found = try await server.alice.propfind("/files/alice/special/", "<D:displayname/>")
            #expect(found.responses[0].property("displayname")?.text == "Special Resource")
        }
    }

    @Test func rfc5689_3_5_anUnsupportedType() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(
                Extensions.mkcol("<E:special-resource/>"),
                answer: """
                    403
                    Cache-Control: no-cache
                    Content-Type: application/xml; charset=utf-8

                    <D:mkcol-response xmlns:D="DAV:">
                      <D:propstat>
                        <D:prop><D:resourcetype/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>
                        <D:error><D:valid-resourcetype/></D:error><etc/>
                      </D:propstat>
                      <D:propstat>
                        <D:prop><D:displayname/></D:prop><D:status>HTTP/1.1 424 Failed Dependency</D:status><etc/>
                      </D:propstat>
                    </D:mkcol-response>
                    """)
            try await script.play("PROPFIND /files/alice/special/\nDepth: 0", answer: "404")
        }
    }

    @Test func rfc5995_3_addMember() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/collection/")
            try await script.play(
                "PROPFIND /files/alice/collection/\nDepth: 0\n\n<propfind xmlns='DAV:'><prop><add-member/></prop></propfind>",
                answer: """
                    207

                    <multistatus xmlns="DAV:"><response>
                      <href>/files/alice/collection/</href>
                      <propstat><prop><add-member><href>{url}</href></add-member></prop><status>HTTP/1.1 200 OK</status></propstat>
                    </response></multistatus>
                    """)
            try await script.play(
                "POST {url}\nContent-Type: text/plain\nSlug: Sample Title\n\nSample text.",
                answer: "201\nLocation: http://127.0.0.1:\(server.port){location}\nETag: {etag}")
            #expect(script["location"]?.hasPrefix("/files/alice/collection/") == true)
            try await script.play(
                "GET {location}", answer: "200\nETag: {etag}\nContent-Type: text/plain\n\nSample text.")
            try await script.play("POST {location}\n\nx", answer: "405\nAllow: {}")
        }
    }

    @Test func rfc4331_5_quota() async throws {
        try await Server.run { server in
            try await server.store.setQuota(1_000_000, of: People.alice)
            try await server.alice.put("/files/alice/file", String(repeating: "x", count: 403_350))
            let script = Transcript(as: server.alice)
            try await script.play(
                """
                PROPFIND /files/alice/
                Depth: 0
                Content-Type: text/xml

                <?xml version="1.0" ?>
                <D:propfind xmlns:D="DAV:"><D:prop><D:quota-available-bytes/><D:quota-used-bytes/></D:prop></D:propfind>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D="DAV:"><D:response>
                      <D:href>/files/alice/</D:href>
                      <D:propstat><D:prop>
                        <D:quota-available-bytes>596650</D:quota-available-bytes><D:quota-used-bytes>403350</D:quota-used-bytes>
                      </D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                    </D:response></D:multistatus>
                    """)
        }
    }

    @Test func rfc4331_6_theQuotaIsKept() async throws {
        try await Server.run { server in
            try await server.store.setQuota(1000, of: People.alice)
            let script = Transcript(as: server.alice)
            try await script.play(
                "PUT /files/alice/file\n\n\(String(repeating: "x", count: 1001))",
                answer: "507\n\n<error xmlns='DAV:'><quota-not-exceeded/></error>")
            try await script.play("GET /files/alice/file", answer: "404")
        }
    }

    @Test func rfc5397_4_currentUserPrincipal() async throws {
        try await Server.run { server in
            for url in ["/", "/files/", "/files/alice/", "/principals/alice/"] {
                try await Transcript(as: server.alice).play(
                    """
                    PROPFIND \(url)
                    Depth: 0

                    <D:propfind xmlns:D="DAV:"><D:prop><D:current-user-principal/></D:prop></D:propfind>
                    """,
                    answer: """
                        207

                        <D:multistatus xmlns:D="DAV:"><D:response>
                          <D:href>\(url)</D:href>
                          <D:propstat>
                            <D:prop><D:current-user-principal><D:href>/principals/alice/</D:href></D:current-user-principal></D:prop>
                            <D:status>HTTP/1.1 200 OK</D:status>
                          </D:propstat>
                        </D:response></D:multistatus>
                        """)
            }
            #expect(try await server.nobody.send("PROPFIND", "/", [("Depth", "0")]).status == 401)
        }
    }

    @Test func rfc7240_4_2_returnRepresentation() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(
                "PUT /files/alice/file\nContent-Type: text/plain\nPrefer: return=representation\n\nbody",
                answer: """
                    201
                    Preference-Applied: return=representation
                    Content-Location: /files/alice/file
                    ETag: {etag}
                    Vary: {}

                    body
                    """)
            // RFC 8144 §3: the state that was in the way.
            try await script.play(
                "PUT /files/alice/file\nIf-None-Match: *\nPrefer: return=representation\n\nother",
                answer: "412\nPreference-Applied: return=representation\nETag: {etag}\n\nbody")
        }
    }

    @Test func rfc8144_2_1_minimal() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let script = Transcript(as: server.alice)
            try await script.play(
                """
                PROPFIND /files/alice/file
                Depth: 0
                Prefer: return=minimal

                <D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:acme/></D:prop></D:propfind>
                """,
                answer: """
                    207
                    Preference-Applied: return=minimal
                    Vary: {}

                    <D:multistatus xmlns:D="DAV:"><D:response>
                      <D:href>/files/alice/file</D:href>
                      <D:propstat><D:prop><D:resourcetype/></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                    </D:response></D:multistatus>
                    """)
            try await script.play(
                """
                PROPPATCH /files/alice/file
                Prefer: return=minimal

                <D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>
                """, answer: "200\nPreference-Applied: return=minimal\n\n(empty)")
        }
    }

    @Test func rfc8144_4_depthNoroot() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let reply = try await server.alice.send(
                "PROPFIND", "/files/alice/", [("Depth", "1"), ("Prefer", "depth-noroot")])
            #expect(try Multistatus(reply).hrefs == ["/files/alice/file"])
            #expect(reply["Preference-Applied"] == "depth-noroot")
        }
    }
}
