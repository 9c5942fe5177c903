import DAV
import DAVStorage
import Testing

/// Three people, groups and proxies over sockets: who reaches what, and when no more.
@Suite(.timeLimit(.minutes(5))) struct SharingTests {
    static func href(_ name: String) -> String { "<D:href>/principals/\(name)/</D:href>" }

    static func grant(_ principal: String, _ privileges: String...) -> String {
        let list = privileges.map { "<D:privilege>\($0)</D:privilege>" }.joined()
        return "<D:ace><D:principal>\(principal)</D:principal><D:grant>\(list)</D:grant></D:ace>"
    }

    @discardableResult
    static func acl(_ client: Client, _ target: String, _ entries: String...) async throws -> Int {
        let body = "<D:acl xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\(entries.joined())</D:acl>"
        return try await client.send("ACL", target, [], body).status
    }

    @Test func aSharedFolderIsReachedAtItsOwnersURL() async throws {
        try await Server.run { server in
            let (alice, bob, mallory) = (server.alice, server.bob, server.mallory)
            #expect(try await alice.mkcol("/files/alice/shared/").status == 201)
            #expect(try await alice.put("/files/alice/shared/a").status == 201)
            #expect(try await Self.acl(alice, "/files/alice/shared/", Self.grant(Self.href("bob"), "<D:read/>")) == 200)
            #expect(try await bob.send("GET", "/files/alice/shared/a").status == 200)
            #expect(try await bob.put("/files/alice/shared/a").status == 403)
            #expect(try await bob.propfind("/files/alice/shared/", depth: "1", "<D:getetag/>").hrefs.count == 2)
            #expect(try await bob.send("PROPFIND", "/files/alice/", [("Depth", "1")]).status == 404)
            #expect(try await mallory.send("GET", "/files/alice/shared/a").status == 404)
            #expect(
                try await bob.send("COPY", "/files/alice/shared/", [("Destination", "/files/bob/mine/")]).status == 201)
            #expect(try await bob.put("/files/bob/mine/b").status == 201)
            #expect(try await bob.delete("/files/alice/shared/").status == 403)
            // Whoever may write may not grant.
            try await Self.acl(alice, "/files/alice/shared/", Self.grant(Self.href("bob"), "<D:read/>", "<D:write/>"))
            #expect(try await bob.put("/files/alice/shared/new").status == 201)
            #expect(
                try await Self.acl(bob, "/files/alice/shared/", Self.grant(Self.href("mallory"), "<D:read/>")) == 403)
            #expect(try await Self.acl(alice, "/files/alice/shared/") == 200)
            #expect(try await bob.send("GET", "/files/alice/shared/a").status == 404)
        }
    }

    @Test func groupsArePrincipalsWithMembers() async throws {
        try await Server.run { server in
            let family = PrincipalID(Name("family")!)
            try await server.store.addGroup(family, displayName: "The family")
            try await server.store.add(People.bob, to: family)
            let group = try await server.alice.propfind(
                "/principals/family/",
                "<D:displayname/><D:group-member-set/><C:calendar-user-type xmlns:C='urn:ietf:params:xml:ns:caldav'/>"
            ).responses[0]
            #expect(group.property("displayname")?.text == "The family")
            #expect(group.property("group-member-set")?.elements.map(\.text) == ["/principals/bob/"])
            #expect(group.property(.calDAV("calendar-user-type"))?.text == "GROUP")
            let bob = try await server.bob.propfind("/principals/bob/", "<D:group-membership/>").responses[0]
            #expect(bob.property("group-membership")?.elements.map(\.text) == ["/principals/family/"])
            let list = try await server.alice.propfind("/principals/", depth: "1", "<D:group-member-set/>")
            #expect(list["/principals/family/"]?.property("group-member-set")?.elements.count == 1)
            #expect(try await server.alice.mkcol("/files/alice/f/").status == 201)
            try await Self.acl(server.alice, "/files/alice/f/", Self.grant(Self.href("family"), "<D:all/>"))
            #expect(try await server.bob.put("/files/alice/f/x").status == 201)
            #expect(try await server.mallory.put("/files/alice/f/y").status == 409)
            try await server.store.removeGroup(family)
            #expect(try await server.bob.send("GET", "/files/alice/f/x").status == 404)
            #expect(try await server.alice.send("PROPFIND", "/principals/family/", [("Depth", "0")]).status == 404)
            let match = try Multistatus(
                try await server.bob.send(
                    "REPORT", "/principals/", [], "<D:principal-match xmlns:D='DAV:'><D:self/></D:principal-match>"))
            #expect(match.hrefs == ["/principals/bob/"])
        }
    }

    // MARK: Proxies

    static func members(_ hrefs: String...) -> String {
        let list = hrefs.map { "<D:href>\($0)</D:href>" }.joined()
        return
            "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:group-member-set>\(list)</D:group-member-set></D:prop></D:set></D:propertyupdate>"
    }

    static let readFor = XMLName(XMLName.calendarServerNamespace, "calendar-proxy-read-for")
    static let writeFor = XMLName(XMLName.calendarServerNamespace, "calendar-proxy-write-for")

    @Test func proxiesActOnCalendarsAndOnNothingElse() async throws {
        try await Server.run({ $0.servesCalendars = true }) { server in
            let (alice, bob, mallory) = (server.alice, server.bob, server.mallory)
            let (read, write) = ("/principals/alice/calendar-proxy-read/", "/principals/alice/calendar-proxy-write/")
            let found = try await alice.propfind("/principals/alice/", depth: "1", "<D:resourcetype/>")
            #expect(found.hrefs == ["/principals/alice/", read, write])
            let types = found[write]?.property("resourcetype")?.elements.map(\.name)
            #expect(
                types == [
                    .dav("collection"), .dav("principal"),
                    XMLName(XMLName.calendarServerNamespace, "calendar-proxy-write"),
                ])
            #expect(
                try await alice.send("OPTIONS", "/principals/alice/")["DAV"]?.contains("calendar-proxy") == true)
            #expect(
                try await alice.send("OPTIONS", "/calendars/alice/")["DAV"]?.contains("calendar-proxy") == true)
            // Only the person says who acts for them; others do not even see it.
            #expect(try await bob.send("PROPPATCH", write, [], Self.members("/principals/bob/")).status == 403)
            #expect(try await bob.send("GET", "/calendars/alice/calendar/").status == 404)
            #expect(try await alice.send("PROPPATCH", read, [], Self.members("/principals/mallory/")).status == 207)
            let absolute = "http://127.0.0.1:\(server.port)/principals/bob/"
            #expect(try await alice.send("PROPPATCH", write, [], Self.members(absolute)).status == 207)
            #expect(
                try await bob.propfind("/principals/alice/calendar-proxy-read/", "<D:group-member-set/>").responses[0]
                    .property("group-member-set")?.elements.isEmpty == true)
            for (client, status) in [(bob, 201), (mallory, 403)] {
                #expect(try await client.send("PROPFIND", "/calendars/alice/", [("Depth", "1")]).status == 207)
                #expect(
                    try await client.send("MKCALENDAR", "/calendars/alice/by-\(status)/").status == status)
                #expect(try await client.send("PROPFIND", "/files/alice/", [("Depth", "0")]).status == 404)
                #expect(try await client.send("PROPFIND", "/contacts/alice/", [("Depth", "0")]).status == 404)
            }
            let sync =
                "<D:sync-collection xmlns:D='DAV:'><D:sync-token/><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>"
            #expect(try await mallory.send("REPORT", "/calendars/alice/calendar/", [], sync).status == 207)
            let properties = "<CS:calendar-proxy-read-for/><CS:calendar-proxy-write-for/><D:group-membership/>"
            let mine = try await bob.propfind("/principals/bob/", properties).responses[0]
            #expect(mine.property(Self.writeFor)?.elements.map(\.text) == ["/principals/alice/"])
            #expect(mine.property(Self.readFor)?.elements.isEmpty == true)
            #expect(mine.property("group-membership")?.elements.map(\.text) == [write])
            // The next request ends it.
            #expect(try await alice.send("PROPPATCH", write, [], Self.members()).status == 207)
            #expect(try await bob.send("PROPFIND", "/calendars/alice/", [("Depth", "0")]).status == 404)
        }
    }

    @Test(arguments: ["/principals/nobody/", "/files/alice/", "http://elsewhere.example/principals/bob/", "%zz", ""])
    func aProxyMustBeAPrincipal(href: String) async throws {
        try await Server.run { server in
            let reply = try await server.alice.send(
                "PROPPATCH", "/principals/alice/calendar-proxy-read/", [], Self.members(href))
            #expect(reply.status == 409)
        }
    }

    /// What Apple's clients ask on every start (client-quirks 1).
    @Test func expandPropertyFollowsProxies() async throws {
        try await Server.run({ $0.servesCalendars = true }) { server in
            let target = "/principals/alice/calendar-proxy-write/"
            #expect(
                try await server.alice.send("PROPPATCH", target, [], Self.members("/principals/bob/")).status == 207)
            let body = """
                <D:expand-property xmlns:D='DAV:'>
                <D:property name='calendar-proxy-write-for' namespace='http://calendarserver.org/ns/'>
                <D:property name='displayname'/><D:property name='principal-URL'/></D:property>
                <D:property name='calendar-proxy-read-for' namespace='http://calendarserver.org/ns/'>
                <D:property name='displayname'/></D:property></D:expand-property>
                """
            let found = try Multistatus(try await server.bob.send("REPORT", "/principals/bob/", [], body)).responses[0]
            let inner = try #require(found.property(Self.writeFor)?.first(.dav("response")))
            #expect(inner.first(.dav("href"))?.text == "/principals/alice/")
            #expect(found.property(Self.readFor)?.elements.isEmpty == true)
        }
    }

    // MARK: Free-busy

    @Test func readFreeBusyAloneTellsThatThereIsACalendar() async throws {  // C-27
        try await Server.run({ $0.servesCalendars = true }) { server in
            let target = "/calendars/alice/calendar/"
            let tree = try await server.alice.propfind(target, "<D:supported-privilege-set/>").responses[0]
            let all = try #require(tree.property("supported-privilege-set")?.elements.first)
            let read = try #require(
                all.elements.first { $0.first(.dav("privilege"))?.elements.first?.name == .dav("read") })
            let parts = read.elements.compactMap { $0.first(.dav("privilege"))?.elements.first?.name }
            #expect(parts == [.calDAV("read-free-busy")])
            #expect(
                try await Self.acl(server.alice, target, Self.grant(Self.href("bob"), "<C:read-free-busy/>")) == 200)
            #expect(try await server.bob.send("PROPFIND", target, [("Depth", "0")]).status == 403)
            #expect(try await server.bob.send("GET", target + "a.ics").status == 404)
            #expect(try await server.bob.put(target + "a.ics").status == 409)
            #expect(try await server.mallory.send("PROPFIND", target, [("Depth", "0")]).status == 404)
            let ask = """
                <C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'>
                <C:time-range start='20260101T000000Z' end='20260201T000000Z'/></C:free-busy-query>
                """
            let event = """
                BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n\
                DTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\nSUMMARY:secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
                """
            let stored = try await server.alice.send(
                "PUT", target + "e.ics", [("Content-Type", "text/calendar")], event)
            #expect(stored.status == 201, "\(stored.text)")
            let busy = try await server.bob.send("REPORT", target, [("Depth", "1")], ask)
            #expect(busy.status == 200 && busy.text.contains("FREEBUSY") && busy.text.contains("20260105T100000Z"))
            #expect(!busy.text.contains("secret"))
            #expect(try await server.mallory.send("REPORT", target, [("Depth", "1")], ask).status == 404)
            let query = ask.replacing("free-busy-query", with: "calendar-query")
            #expect(try await server.bob.send("REPORT", target, [("Depth", "1")], query).status == 403)
            try await Self.acl(server.alice, target)
            try await Self.acl(server.alice, "/calendars/alice/", Self.grant(Self.href("bob"), "<C:read-free-busy/>"))
            let whole = try await server.bob.send("REPORT", "/calendars/alice/", [("Depth", "infinity")], ask)
            #expect(whole.status == 200 && whole.text.contains("20260105T100000Z"), "\(whole.status) \(whole.text)")
            #expect(try await server.bob.send("PROPFIND", "/calendars/alice/", [("Depth", "1")]).status == 403)
            try await Self.acl(server.alice, target, Self.grant(Self.href("bob"), "<C:read-free-busy/>"))
            let acl = try await server.alice.propfind(target, "<D:acl/>").responses[0].property("acl")
            #expect(
                acl?.elements.contains { $0.first(.dav("inherited")) == nil && $0.first(.dav("protected")) == nil }
                    == true)
        }
    }
}
