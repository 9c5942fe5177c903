import DAV
import Testing

/// The examples of RFC 6578 §3.8 to §3.13 and §5, in our URL space. §3.12 has none: every limit is honoured here.
@Suite(.timeLimit(.minutes(5))) struct RFC6578 {
    private static func report(_ token: String, level: String = "1", limit: String = "", box: Bool = true) -> String {
        """
        REPORT /files/alice/c/
        Depth: 0
        Content-Type: text/xml; charset="utf-8"

        <?xml version="1.0" encoding="utf-8" ?>
        <D:sync-collection xmlns:D="DAV:">
          <D:sync-token>\(token)</D:sync-token>
          <D:sync-level>\(level)</D:sync-level>
          \(limit)
          <D:prop xmlns:R="urn:ns.example.com:boxschema"><D:getetag/>\(box ? "<R:bigbox/>" : "")</D:prop>
        </D:sync-collection>
        """
    }

    private static func unboxed(_ name: String, etag: String) -> String {
        """
        <D:response>
          <D:href>/files/alice/c/\(name)</D:href>
          <D:propstat><D:prop><D:getetag>{\(etag)}</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
          <D:propstat><D:prop><R:bigbox/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
        </D:response>
        """
    }

    private static func multistatus(_ responses: String, token: String) -> String {
        """
        207
        Content-Type: application/xml; charset=utf-8

        <D:multistatus xmlns:D="DAV:" xmlns:R="urn:ns.example.com:boxschema">\(responses)
          <D:sync-token>{\(token)}</D:sync-token></D:multistatus>
        """
    }

    /// `test.doc`, `vcard.vcf` and `calendar.ics`; the first with a property of its own.
    private static func prepare(_ script: Transcript) async throws {
        try await script.play("MKCOL /files/alice/c/")
        for name in ["test.doc", "vcard.vcf", "calendar.ics"] {
            try await script.play("PUT /files/alice/c/\(name)\n\n\(name)")
        }
        try await script.play(
            """
            PROPPATCH /files/alice/c/test.doc

            <D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>
              <R:bigbox xmlns:R="urn:ns.example.com:boxschema"><R:BoxType>Box type A</R:BoxType></R:bigbox>
            </D:prop></D:set></D:propertyupdate>
            """)
    }

    @Test func examples3_8_and3_9_initialAndWithAToken() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            try await script.play(
                RFC6578.report(""),
                answer: RFC6578.multistatus(
                    """
                    <D:response>
                      <D:href>/files/alice/c/test.doc</D:href>
                      <D:propstat><D:prop>
                        <D:getetag>"{test}"</D:getetag><R:bigbox><R:BoxType>Box type A</R:BoxType></R:bigbox>
                      </D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                    </D:response>
                    \(RFC6578.unboxed("vcard.vcf", etag: "vcard"))
                    \(RFC6578.unboxed("calendar.ics", etag: "calendar"))
                    """, token: "first"))
            try await script.play("PUT /files/alice/c/file.xml\n\n<x/>")
            try await script.play("PUT /files/alice/c/vcard.vcf\n\nchanged")
            try await script.play("DELETE /files/alice/c/test.doc")
            try await script.play(
                RFC6578.report("{first}"),
                answer: RFC6578.multistatus(
                    """
                    \(RFC6578.unboxed("file.xml", etag: "file"))
                    \(RFC6578.unboxed("vcard.vcf", etag: "vcard2"))
                    <D:response><D:href>/files/alice/c/test.doc</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>
                    """, token: "second"))
            #expect(script["vcard"] != script["vcard2"] && script["first"] != script["second"])
            try await script.play(RFC6578.report("{second}"), answer: RFC6578.multistatus("", token: "second"))
            let property = try await server.alice.token(of: "/files/alice/c/")
            #expect(property == script["second"])
        }
    }

    private static let truncated = """
        <D:response>
          <D:href>/files/alice/c/</D:href>
          <D:status>HTTP/1.1 507 Insufficient Storage</D:status>
          <D:error><D:number-of-matches-within-limits/></D:error>
        </D:response>
        """

    private static func plain(_ hole: String) -> String {
        """
        <D:response>
          <D:href>/files/alice/c/{\(hole)}</D:href>
          <D:propstat><D:prop><D:getetag>{}</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
        </D:response>
        """
    }

    @Test func example3_10_theServerTruncates() async throws {
        try await Server.run({ $0.options.maxSyncPage = 2 }) { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            try await script.play(
                RFC6578.report("", box: false),
                answer: RFC6578.multistatus(RFC6578.plain("a") + RFC6578.plain("b") + RFC6578.truncated, token: "page"))
            try await script.play(
                RFC6578.report("{page}", box: false), answer: RFC6578.multistatus(RFC6578.plain("c"), token: "end"))
            #expect(Set([script["a"], script["b"], script["c"]]) == ["test.doc", "vcard.vcf", "calendar.ics"])
        }
    }

    @Test func example3_11_theClientLimits() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            let limit = "<D:limit><D:nresults>1</D:nresults></D:limit>"
            try await script.play(
                RFC6578.report("", limit: limit, box: false),
                answer: RFC6578.multistatus(RFC6578.plain("a") + RFC6578.truncated, token: "page"))
            try await script.play(
                RFC6578.report("{page}", box: false),
                answer: RFC6578.multistatus(RFC6578.plain("b") + RFC6578.plain("c"), token: "end"))
            #expect(Set([script["a"], script["b"], script["c"]]) == ["test.doc", "vcard.vcf", "calendar.ics"])
        }
    }

    @Test func example3_13_levelInfinite() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            for path in ["collection1/", "collection2/"] { try await script.play("MKCOL /files/alice/c/\(path)") }
            try await script.play("PUT /files/alice/c/collection1/test.doc")
            let collection = """
                <D:response>
                  <D:href>/files/alice/c/collectionNUMBER/</D:href>
                  <D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
                </D:response>
                """
            try await script.play(
                RFC6578.report("", level: "infinite", box: false),
                answer: RFC6578.multistatus(
                    collection.replacing("NUMBER", with: "1") + collection.replacing("NUMBER", with: "2")
                        + ["collection1/test.doc", "test.doc", "vcard.vcf", "calendar.ics"].map {
                            RFC6578.plain("x").replacing("{x}", with: $0)
                        }.joined(), token: "token"))
        }
    }

    @Test func examples5_1_and5_2_theTokenAsACondition() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            let token = try await server.alice.token(of: "/files/alice/c/")
            try await script.play(
                """
                PUT /files/alice/c/newresource.txt
                If: </files/alice/c/> (<\(token)>)
                Content-Type: text/plain; charset="utf-8"

                Some content here...
                """, answer: "201\n\n(empty)")
            try await script.play("MKCOL /files/alice/c/child/\nIf: </files/alice/c/> (<\(token)>)", answer: "412")
            try await script.play("PROPFIND /files/alice/c/child/\nDepth: 0", answer: "404")
        }
    }

    @Test func section3_2_anInvalidTokenIsRefusedWithTheElement() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC6578.prepare(script)
            try await script.play(
                RFC6578.report("http://example.com/ns/sync/1234"),
                answer: """
                    403
                    Content-Type: application/xml; charset=utf-8

                    <D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>
                    """)
        }
    }
}
