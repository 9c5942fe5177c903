import DAV
import Testing

/// The examples of RFC 3744 that only read, in our URL space.
@Suite(.timeLimit(.minutes(5))) struct RFC3744 {
    private static func ask(_ property: String, _ url: String = "/files/alice/") -> String {
        "PROPFIND \(url)\nDepth: 0\n\n<D:propfind xmlns:D='DAV:'><D:prop>\(property)</D:prop></D:propfind>"
    }

    private static func answer(_ property: String, _ url: String = "/files/alice/") -> String {
        """
        207

        <D:multistatus xmlns:D='DAV:'><D:response>
          <D:href>\(url)</D:href>
          <D:propstat><D:prop>\(property)</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
        </D:response></D:multistatus>
        """
    }

    @Test func examples5_1_ownerAndAnAttemptToSetIt() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(
                RFC3744.ask("<D:owner/>"),
                answer: RFC3744.answer("<D:owner><D:href>/principals/alice/</D:href></D:owner>"))
            try await script.play(
                """
                PROPPATCH /files/alice/

                <D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:owner><D:href>/principals/bob/</D:href></D:owner></D:prop></D:set></D:propertyupdate>
                """,
                answer: """
                    207

                    <D:multistatus xmlns:D="DAV:"><D:response>
                      <D:href>/files/alice/</D:href>
                      <D:propstat>
                        <D:prop><D:owner/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>
                        <D:error><D:cannot-modify-protected-property/></D:error><etc/>
                      </D:propstat><etc/>
                    </D:response></D:multistatus>
                    """)
        }
    }

    /// The tree of A-03: everything is below `all`, and `write` is made of four.
    @Test func example5_3_1_supportedPrivileges() async throws {
        try await Server.run { server in
            let found = try await server.alice.propfind("/files/alice/", "<D:supported-privilege-set/>")
            let all = try #require(found.responses[0].property("supported-privilege-set")?.elements.first)
            #expect(RFC3744.privilege(all) == "all")
            let below = all.elements.filter { $0.name == .dav("supported-privilege") }
            #expect(below.map(RFC3744.privilege).contains("read"))
            let write = try #require(below.first { RFC3744.privilege($0) == "write" })
            let parts = write.elements.filter { $0.name == .dav("supported-privilege") }.map(RFC3744.privilege)
            #expect(Set(["write-properties", "write-content", "bind", "unbind"]).isSubset(of: parts))
            #expect(all.first(.dav("description"))?.attributes.contains { $0.name == .xmlLanguage } == true)
        }
    }

    private static func privilege(_ element: XMLElement) -> String {
        element.first(.dav("privilege"))?.elements.first?.name.local ?? ""
    }

    @Test func example5_4_1_currentPrivileges() async throws {
        try await Server.run { server in
            let found = try await server.alice.propfind("/files/alice/", "<D:current-user-privilege-set/>")
            let mine =
                found.responses[0].property("current-user-privilege-set")?.elements.map { $0.elements[0].name.local }
                ?? []
            #expect(Set(["read", "write", "bind", "unbind", "write-content", "write-properties"]).isSubset(of: mine))
            let other = try await server.alice.propfind("/principals/bob/", "<D:current-user-privilege-set/>")
            let few =
                other.responses[0].property("current-user-privilege-set")?.elements.map { $0.elements[0].name.local }
                ?? []
            #expect(few.contains("read") && !few.contains("write") && !few.contains("all"))
        }
    }

    @Test func examples5_5_5_and5_6_5_aclAndItsRestrictions() async throws {
        try await Server.run { server in
            let found = try await server.alice.propfind(
                "/files/alice/", "<D:acl/><D:acl-restrictions/><D:inherited-acl-set/>")
            let entries = found.responses[0].property("acl")?.elements ?? []
            #expect(!entries.isEmpty)
            for entry in entries {
                #expect(entry.first(.dav("principal"))?.elements.count == 1)
                #expect(entry.first(.dav("grant"))?.elements.isEmpty == false)
            }
            #expect(found.responses[0].property("acl-restrictions") != nil)
        }
    }

    @Test func example5_8_1_principalCollections() async throws {
        try await Server.run { server in
            try await Transcript(as: server.alice).play(
                RFC3744.ask("<D:principal-collection-set/>"),
                answer: RFC3744.answer(
                    "<D:principal-collection-set><D:href>/principals/</D:href></D:principal-collection-set>"))
        }
    }

    @Test func section4_principalProperties() async throws {
        try await Server.run { server in
            try await Transcript(as: server.bob).play(
                RFC3744.ask(
                    "<D:resourcetype/><D:displayname/><D:principal-URL/><D:group-membership/>", "/principals/alice/"),
                answer: RFC3744.answer(
                    """
                    <D:resourcetype><D:collection/><D:principal/></D:resourcetype>
                    <D:displayname>alice of Wonderland</D:displayname>
                    <D:principal-URL><D:href>/principals/alice/</D:href></D:principal-URL>
                    <D:group-membership/>
                    """, "/principals/alice/"))
        }
    }

    @Test func section7_1_1_missingPrivilegesAreNamed() async throws {
        try await Server.run { server in
            try await Transcript(as: server.alice).play(
                "MKCOL /principals/mine/",
                answer: """
                    403

                    <D:error xmlns:D="DAV:"><D:need-privileges><D:resource>
                      <D:href>/principals/</D:href><D:privilege><D:bind/></D:privilege>
                    </D:resource></D:need-privileges></D:error>
                    """)
        }
    }

    @Test func whatIsHiddenAnswers404() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/secret")
            for (method, target) in [
                ("GET", "/files/alice/secret"), ("GET", "/files/alice/nothing"), ("PROPFIND", "/files/alice/"),
                ("PUT", "/files/alice/new"),
                ("DELETE", "/files/alice/secret"), ("LOCK", "/files/alice/secret"), ("REPORT", "/files/alice/"),
            ] {
                let status = try await server.bob.send(
                    method, target, [("If-Match", "\"x\"")], method == "PUT" ? "x" : ""
                ).status
                #expect(status == 404 || (["PUT", "LOCK"].contains(method) && status == 409), "\(method) \(target)")
                #expect(try await server.nobody.send(method, target).status == 401)
            }
            let listed = try await server.bob.propfind("/files/", depth: "1", "<D:resourcetype/>")
            #expect(listed.hrefs == ["/files/", "/files/bob/"])
        }
    }

    @Test func examples9_2_to9_5_reports() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play(
                """
                REPORT /principals/
                Depth: 0

                <D:principal-property-search xmlns:D="DAV:">
                  <D:property-search><D:prop><D:displayname/></D:prop><D:match>LICE OF</D:match></D:property-search>
                  <D:prop><D:displayname/></D:prop>
                </D:principal-property-search>
                """, answer: RFC3744.answer("<D:displayname>alice of Wonderland</D:displayname>", "/principals/alice/"))
            try await script.play(
                "REPORT /principals/\nDepth: 0\n\n<D:principal-match xmlns:D='DAV:'><D:self/></D:principal-match>",
                answer: """
                    207

                    <D:multistatus xmlns:D='DAV:'><D:response><D:href>/principals/alice/</D:href><etc/></D:response></D:multistatus>
                    """)
            try await script.play(
                "REPORT /principals/\nDepth: 0\n\n<D:principal-search-property-set xmlns:D='DAV:'/>",
                answer: """
                    200

                    <D:principal-search-property-set xmlns:D='DAV:'>
                      <D:principal-search-property><D:prop><D:displayname/></D:prop><etc/></D:principal-search-property><etc/>
                    </D:principal-search-property-set>
                    """)
            try await script.play(
                """
                REPORT /files/alice/
                Depth: 0

                <D:acl-principal-prop-set xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>
                """, answer: RFC3744.answer("<D:displayname>alice of Wonderland</D:displayname>", "/principals/alice/"))
        }
    }
}
