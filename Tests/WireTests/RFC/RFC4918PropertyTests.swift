import DAV
import Testing

/// The examples of RFC 4918 §4, §8, §9.1, §9.2 and Appendix A, in our URL space.
@Suite(.timeLimit(.minutes(5))) struct RFC4918Properties {
    /// A file with two properties of a namespace of its own.
    private static let boxed = """
        PROPPATCH /files/alice/file
        Content-Type: application/xml

        <D:propertyupdate xmlns:D="DAV:" xmlns:R="http://ns.example.com/boxschema/"><D:set><D:prop>
          <R:bigbox><R:BoxType>Box type A</R:BoxType></R:bigbox>
          <R:author><R:Name>J.J. Johnson</R:Name></R:author>
        </D:prop></D:set></D:propertyupdate>
        """

    @Test func example4_3_1_mixedContentSurvives() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let script = Transcript(as: server.alice)
            let value = """
                <x:author xmlns:x='http://example.com/ns' xml:lang="en"><x:name>Jane Doe</x:name><!-- not kept -->
                  <x:uri type='email' added='2005-11-26'>mailto:jane.doe@example.com</x:uri> or
                  <x:notes xmlns:h='http://www.w3.org/1999/xhtml'>Jane has been working way <h:em>too</h:em> long on the
                  long-awaited revision of <![CDATA[<RFC2518>]]>.</x:notes></x:author>
                """
            try await script.play(
                """
                PROPPATCH /files/alice/file
                Content-Type: application/xml

                <D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>\(value)</D:prop></D:set></D:propertyupdate>
                """)
            let found = try await server.alice.propfind(
                "/files/alice/file", "<x:author xmlns:x='http://example.com/ns'/>")
            let stored = try #require(found.responses.first?.property(.init("http://example.com/ns", "author")))
            #expect(stored.attributes.map(\.value) == ["en"])
            #expect(stored.elements.map(\.name.local) == ["name", "uri", "notes"])
            #expect(stored.text.contains(" or\n"))
            #expect(stored.elements[1].attributes.map(\.value).sorted() == ["2005-11-26", "email"])
            #expect(stored.elements[2].text.contains("<RFC2518>."))
            #expect(stored.elements[2].elements.map(\.text) == ["too"])
        }
    }

    @Test func example8_3_1_theHrefIsSpelledAsTheUrl() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/sample/")
            try await script.play("PUT /files/alice/sample/a%20test")
            try await script.play(
                """
                PROPFIND /files/alice/sample/
                Depth: 1

                <D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D="DAV:">
                      <D:response><D:href>/files/alice/sample/</D:href><D:propstat>
                        <D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status>
                      </D:propstat></D:response>
                      <D:response><D:href>/files/alice/sample/a%20test</D:href><D:propstat>
                        <D:prop><D:resourcetype/></D:prop><D:status>HTTP/1.1 200 OK</D:status>
                      </D:propstat></D:response>
                    </D:multistatus>
                    """)
        }
    }

    /// The third and fourth property do not exist here, where the RFC forbids them.
    @Test func example9_1_3_namedProperties() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let script = Transcript(as: server.alice)
            try await script.play(RFC4918Properties.boxed)
            try await script.play(
                """
                PROPFIND /files/alice/file
                Depth: 0
                Content-Type: application/xml; charset="utf-8"

                <?xml version="1.0" encoding="utf-8" ?>
                <D:propfind xmlns:D="DAV:"><D:prop xmlns:R="http://ns.example.com/boxschema/">
                  <R:bigbox/><R:author/><R:DingALing/><R:Random/>
                </D:prop></D:propfind>
                """,
                answer: """
                    207
                    Content-Type: application/xml; charset=utf-8

                    <D:multistatus xmlns:D="DAV:" xmlns:R="http://ns.example.com/boxschema/"><D:response>
                      <D:href>/files/alice/file</D:href>
                      <D:propstat>
                        <D:prop>
                          <R:bigbox><R:BoxType>Box type A</R:BoxType></R:bigbox>
                          <R:author><R:Name>J.J. Johnson</R:Name></R:author>
                        </D:prop>
                        <D:status>HTTP/1.1 200 OK</D:status>
                      </D:propstat>
                      <D:propstat>
                        <D:prop><R:DingALing/><R:Random/></D:prop>
                        <D:status>HTTP/1.1 404 Not Found</D:status>
                      </D:propstat>
                    </D:response></D:multistatus>
                    """)
        }
    }

    @Test func example9_1_4_propname() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let script = Transcript(as: server.alice)
            try await script.play(RFC4918Properties.boxed)
            try await script.play(
                """
                PROPFIND /files/alice/
                Depth: 1
                Content-Type: application/xml; charset="utf-8"

                <?xml version="1.0" encoding="utf-8" ?>
                <propfind xmlns="DAV:"><propname/></propfind>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D="DAV:" xmlns:R="http://ns.example.com/boxschema/">
                      <D:response>
                        <D:href>/files/alice/</D:href>
                        <D:propstat>
                          <D:prop><D:creationdate/><D:getlastmodified/><D:resourcetype/><D:supportedlock/><D:lockdiscovery/>
                            <D:quota-used-bytes/><etc/></D:prop>
                          <D:status>HTTP/1.1 200 OK</D:status>
                        </D:propstat>
                      </D:response>
                      <D:response>
                        <D:href>/files/alice/file</D:href>
                        <D:propstat>
                          <D:prop><R:bigbox/><R:author/><D:creationdate/><D:getcontentlength/><D:getcontenttype/><D:getetag/>
                            <D:getlastmodified/><D:resourcetype/><D:supportedlock/><etc/></D:prop>
                          <D:status>HTTP/1.1 200 OK</D:status>
                        </D:propstat>
                      </D:response>
                    </D:multistatus>
                    """)
        }
    }

    @Test func example9_1_5_allpropHasNothingButRFC4918AndDeadProperties() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file", "body")
            let script = Transcript(as: server.alice)
            try await script.play(RFC4918Properties.boxed)
            let answer = """
                207

                <D:multistatus xmlns:D="DAV:" xmlns:R="http://ns.example.com/boxschema/"><D:response>
                  <D:href>/files/alice/file</D:href>
                  <D:propstat><D:prop>
                    <R:bigbox><R:BoxType>Box type A</R:BoxType></R:bigbox>
                    <R:author><R:Name>J.J. Johnson</R:Name></R:author>
                    <D:creationdate>2023-11-14T22:13:20{}</D:creationdate>
                    <D:getcontentlength>4</D:getcontentlength>
                    <D:getcontenttype>text/plain</D:getcontenttype>
                    <D:getetag>"{etag}"</D:getetag>
                    <D:getlastmodified>Tue, 14 Nov 2023 22:13:20 GMT</D:getlastmodified>
                    <D:lockdiscovery/>
                    <D:resourcetype/>
                    <D:supportedlock>
                      <D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>
                      <D:lockentry><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>
                    </D:supportedlock>
                  </D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                </D:response></D:multistatus>
                """
            try await script.play(
                "PROPFIND /files/alice/file\nDepth: 1\n\n<D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>",
                answer: answer)
            // An empty body asks for the same (§9.1).
            try await script.play("PROPFIND /files/alice/file\nDepth: 0", answer: answer)
        }
    }

    @Test func example9_1_6_allpropWithInclude() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/mycol/")
            try await script.play(
                """
                PROPFIND /files/alice/mycol/
                Depth: 0

                <D:propfind xmlns:D="DAV:"><D:allprop/>
                  <D:include><D:supported-live-property-set/><D:supported-report-set/></D:include>
                </D:propfind>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D="DAV:"><D:response>
                      <D:href>/files/alice/mycol/</D:href>
                      <D:propstat><D:prop>
                        <D:creationdate>{}</D:creationdate>
                        <D:supported-live-property-set>
                          <D:supported-live-property><D:prop><D:supported-report-set/></D:prop></D:supported-live-property><etc/>
                        </D:supported-live-property-set>
                        <D:supported-report-set>
                          <D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report><etc/>
                        </D:supported-report-set>
                        <etc/>
                      </D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                    </D:response></D:multistatus>
                    """)
        }
    }

    /// What cannot be removed here is a protected property.
    @Test func example9_2_2_proppatchIsAllOrNothing() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/bar.html")
            let script = Transcript(as: server.alice)
            try await script.play(
                """
                PROPPATCH /files/alice/bar.html
                Content-Type: application/xml; charset="utf-8"

                <D:propertyupdate xmlns:D="DAV:" xmlns:Z="http://ns.example.com/standards/z39.50/">
                  <D:set><D:prop>
                    <Z:Authors><Z:Author>Jim Whitehead</Z:Author><Z:Author>Roy Fielding</Z:Author></Z:Authors>
                  </D:prop></D:set>
                  <D:remove><D:prop><D:getetag/></D:prop></D:remove>
                </D:propertyupdate>
                """,
                answer: """
                    207
                    Content-Type: application/xml; charset=utf-8

                    <D:multistatus xmlns:D="DAV:" xmlns:Z="http://ns.example.com/standards/z39.50/"><D:response>
                      <D:href>/files/alice/bar.html</D:href>
                      <D:propstat>
                        <D:prop><Z:Authors/></D:prop>
                        <D:status>HTTP/1.1 424 Failed Dependency</D:status>
                        <etc/>
                      </D:propstat>
                      <D:propstat>
                        <D:prop><D:getetag/></D:prop>
                        <D:status>HTTP/1.1 403 Forbidden</D:status>
                        <D:error><D:cannot-modify-protected-property/></D:error>
                        <etc/>
                      </D:propstat>
                      <etc/>
                    </D:response></D:multistatus>
                    """)
            let found = try await server.alice.propfind(
                "/files/alice/bar.html", "<Z:Authors xmlns:Z='http://ns.example.com/standards/z39.50/'/>")
            #expect(found.responses[0].propstats.map(\.status) == [404])
        }
    }

    /// §15.10.1 and §15.8.1
    @Test func example15_8_1_lockdiscovery() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/container/")
            let token = try await server.alice.lock("/files/alice/container/", depth: "0")
            try await script.play(
                """
                PROPFIND /files/alice/container/
                Depth: 0

                <D:propfind xmlns:D='DAV:'><D:prop><D:lockdiscovery/></D:prop></D:propfind>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D='DAV:'><D:response>
                      <D:href>/files/alice/container/</D:href>
                      <D:propstat><D:prop><D:lockdiscovery><D:activelock>
                        <D:locktype><D:write/></D:locktype>
                        <D:lockscope><D:exclusive/></D:lockscope>
                        <D:depth>0</D:depth>
                        <D:timeout>Second-600</D:timeout>
                        <D:locktoken><D:href>\(token)</D:href></D:locktoken>
                        <D:lockroot><D:href>/files/alice/container/</D:href></D:lockroot>
                      </D:activelock></D:lockdiscovery></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                    </D:response></D:multistatus>
                    """)
        }
    }

    @Test func exampleA_3_anXMLSyntaxErrorIs400() async throws {
        try await Server.run { server in
            for body in [
                "<propfind xmlns:X='DAV:'><prop><X:", "<D:propfind xmlns:D='DAV:'><D:allprop/>",
                "<D:propfind><D:allprop/></D:propfind>",
            ] {
                let reply = try await server.alice.send("PROPFIND", "/files/alice/", [("Depth", "0")], body)
                #expect(reply.status == 400)
            }
        }
    }

    @Test func exampleA_4_unexpectedElementsAreIgnoredUnlessNothingIsLeft() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(
                """
                PROPFIND /files/alice/
                Depth: 0

                <D:propfind xmlns:D="DAV:" xmlns:E="http://www.example.com/standards/props/"><E:expired-props/></D:propfind>
                """, answer: "400")
            try await script.play(
                """
                PROPFIND /files/alice/
                Depth: 0

                <D:propfind xmlns:D="DAV:" xmlns:E="http://www.example.com/standards/props/">
                  <D:prop><D:resourcetype/></D:prop><E:leave-out>*boss*</E:leave-out></D:propfind>
                """, answer: "207")
        }
    }
}
