import DAV
import DAVStorage
import Testing

/// Who finds whom: the reports that search, and the setting `directory.search`.
@Suite(.timeLimit(.minutes(5))) struct DirectoryTests {
    static func search(_ client: Client, _ terms: String, _ attributes: String = "") async throws -> [String] {
        let body = """
            <D:principal-property-search xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'
            xmlns:CS='http://calendarserver.org/ns/'\(attributes)>\(terms)<D:prop><D:displayname/></D:prop></D:principal-property-search>
            """
        return try Multistatus(try await client.send("REPORT", "/principals/", [("Depth", "0")], body)).hrefs
    }

    static func term(_ property: String, _ text: String, _ match: String = "contains") -> String {
        "<D:property-search><D:prop><\(property)/></D:prop><D:match match-type='\(match)'>\(text)</D:match></D:property-search>"
    }

    static func tokens(_ client: Client, _ tokens: String, _ attributes: String = "") async throws -> [String] {
        let body = """
            <CS:calendarserver-principal-search xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'\(attributes)>\(tokens)
            <D:prop><D:displayname/></D:prop></CS:calendarserver-principal-search>
            """
        return try Multistatus(try await client.send("REPORT", "/principals/", [("Depth", "0")], body)).hrefs
    }

    static func token(_ text: String) -> String { "<CS:search-token>\(text)</CS:search-token>" }

    @Test func principalsAreFoundByWhatIsKnownOfThem() async throws {  // A-10, A-11
        try await Server.run { server in
            try await server.store.addGroup(PrincipalID(Name("team")!), displayName: "Team of Wonderland")
            let (alice, bob, team) = ("/principals/alice/", "/principals/bob/", "/principals/team/")
            let me = server.alice
            let rows: [(String, String, [String])] = [
                (Self.term("CS:email-address-set", "BOB@"), "", [bob]),
                (Self.term("CS:email-address-set", "bob", "equals"), "", []),
                (Self.term("CS:email-address-set", "bob@example.com", "equals"), "", [bob]),
                (Self.term("C:calendar-user-address-set", "mailto:alice", "starts-with"), "", [alice]),
                (Self.term("C:calendar-user-type", "group"), "", [team]),
                (Self.term("CS:first-name", "bob of"), "", [bob]),
                (Self.term("CS:last-name", "land", "ends-with") + Self.term("D:displayname", "ali"), "", [alice]),
                (Self.term("D:displayname", "alice") + Self.term("CS:email-address-set", "bob"), "", []),
                (
                    Self.term("D:displayname", "alice") + Self.term("CS:email-address-set", "bob"), " test='anyof'",
                    [alice, bob]
                ),
                (Self.term("D:getetag", "alice"), "", []),
                (Self.term("D:displayname", "wonder"), " type='GROUP'", [team]),
            ]
            for (terms, attributes, hrefs) in rows {
                #expect(try await Self.search(me, terms, attributes) == hrefs, "\(terms) \(attributes)")
            }
            let set = try await me.send(
                "REPORT", "/principals/", [], "<D:principal-search-property-set xmlns:D='DAV:'/>")
            #expect(try set.xml().elements.count == 6)
        }
    }

    @Test func tokensMustAllOccur() async throws {  // A-11
        try await Server.run { server in
            try await server.store.addGroup(PrincipalID(Name("team")!), displayName: "Team of Wonderland")
            let (alice, bob, mallory, team) = (
                "/principals/alice/", "/principals/bob/", "/principals/mallory/", "/principals/team/"
            )
            let rows: [(String, String, [String])] = [
                (Self.token("wonder"), "", [alice, bob, mallory, team]),
                (Self.token("wonder") + Self.token("bob@"), " context='attendee'", [bob]),
                (Self.token("wonder"), " context='user'", [alice, bob, mallory]),
                (Self.token("wonder"), " context='group'", [team]), (Self.token("wonder"), " context='location'", []),
                (Self.token("nobody"), "", []),
            ]
            for (tokens, attributes, hrefs) in rows {
                #expect(try await Self.tokens(server.alice, tokens, attributes) == hrefs, "\(tokens) \(attributes)")
            }
            let limited = try await Self.tokens(
                server.alice, Self.token("wonder") + "<CS:limit><CS:nresults>2</CS:nresults></CS:limit>")
            #expect(limited == [alice, bob, "/principals/"], "the request-URI says that there is more")
            let body = "<CS:calendarserver-principal-search xmlns:CS='http://calendarserver.org/ns/'/>"
            #expect(try await server.alice.send("REPORT", "/principals/", [], body).status == 400)
            #expect(try await server.alice.send("REPORT", "/principals/", [("Depth", "1")], body).status == 400)
            #expect(try await server.alice.send("REPORT", "/files/alice/", [], body).status == 403)
        }
    }

    /// A row a setting: who of four stands in the list, is found by part of a name and by an address, and has a URL.
    static let settings:
        [(privacy: DirectoryPrivacy, listed: [String], part: [String], exact: [String], url: [String])] = [
            (
                .everyone, ["alice", "bob", "mallory", "team"], ["alice", "bob", "mallory"], ["mallory"],
                ["alice", "bob", "mallory", "team"]
            ),
            (.groups, ["alice", "bob", "team"], ["alice", "bob"], [], ["alice", "bob", "team"]),
            (.exact, ["alice"], ["alice"], ["mallory"], ["alice", "bob", "mallory", "team"]),
            (.nobody, ["alice"], ["alice"], [], ["alice", "team"]),
        ]

    @Test(arguments: settings) func aPersonFindsWhomTheSettingAllows(
        privacy: DirectoryPrivacy, listed: [String], part: [String], exact: [String], url: [String]
    ) async throws {  // A-11
        try await Server.run({ $0.privacy = privacy }) { server in
            let team = PrincipalID(Name("team")!)
            try await server.store.addGroup(team, displayName: "The team")
            for id in [People.alice, People.bob] { try await server.store.add(id, to: team) }
            func hrefs(_ names: [String]) -> [String] { names.map { "/principals/\($0)/" } }
            let list = try await server.alice.propfind("/principals/", depth: "1", "<D:displayname/>").hrefs
            #expect(list == ["/principals/"] + hrefs(listed))
            #expect(try await Self.search(server.alice, Self.term("D:displayname", "wonder")) == hrefs(part))
            #expect(
                try await Self.search(server.alice, Self.term("CS:email-address-set", "mallory@example.com"))
                    == hrefs(exact))
            #expect(try await Self.tokens(server.alice, Self.token("mallory@example.com")) == hrefs(exact))
            for name in ["alice", "bob", "mallory", "team"] {
                let status = try await server.alice.send("PROPFIND", "/principals/\(name)/", [("Depth", "0")]).status
                #expect(status == (url.contains(name) ? 207 : 404), "\(name)")
            }
        }
    }

    @Test func whomOneSharesWithIsKnownAllTheSame() async throws {  // A-11
        try await Server.run({ $0.privacy = .nobody }) { server in
            func sees(_ client: Client, _ name: String) async throws -> Bool {
                try await client.send("PROPFIND", "/principals/\(name)/", [("Depth", "0")]).status == 207
            }
            func theySeeEachOther() async throws -> [Bool] {
                [try await sees(server.alice, "bob"), try await sees(server.bob, "alice")]
            }
            #expect(try await theySeeEachOther() == [false, false])
            // Nobody can be granted anything who cannot be known of…
            let entry = SharingTests.grant(SharingTests.href("bob"), "<D:read/>")
            #expect(try await SharingTests.acl(server.alice, "/files/alice/", entry) == 403)
            // …but what stands goes on.
            try await server.store.setMembers([People.bob], of: PrincipalID(People.alice.name, .read))
            #expect(try await theySeeEachOther() == [true, true])
            #expect(try await !sees(server.mallory, "alice"))
            #expect(try await SharingTests.acl(server.alice, "/files/alice/", entry) == 200)
            try await server.store.setMembers([], of: PrincipalID(People.alice.name, .read))
            #expect(try await theySeeEachOther() == [true, true])
            #expect(try await SharingTests.acl(server.alice, "/files/alice/") == 200)
            #expect(try await theySeeEachOther() == [false, false])
        }
    }
}
