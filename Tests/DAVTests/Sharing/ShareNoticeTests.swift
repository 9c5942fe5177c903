import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Notification collections over the wire. Row numbers are those of the scenarios of sharing.
@Suite struct ShareNoticeTests {
    typealias W = ShareWire

    private let wire: W
    private static let place = W.notifications("sam")
    private static let davType = "application/davnotification+xml"

    init() async throws { wire = try await W(.invitation) }

    private func invited(_ more: String = "") async throws -> String {
        let answer = try await wire.post(W.sharee("mailto:sam@example.org", "read-write", more))
        try #require(answer.status == 204, "\(answer.text)")
        return try #require(try await wire.notices(of: "sam", as: W.sam).first)
    }

    private func get(_ target: String, _ accept: String?, as caller: Caller = W.sam, _ more: [String: String] = [:])
        async throws -> W.Answer
    {
        var headers = more
        headers["Accept"] = accept
        return try await wire.send("GET", target, headers, as: caller)
    }

    /// Of the one notice that somebody has, in the draft's form: its type, and the names of the elements in it.
    private func notice(of name: String = "sam", as caller: Caller = W.sam) async throws -> (XMLElement, href: String) {
        let notices = try await wire.notices(of: name, as: caller)
        let href = try #require(notices.first)
        #expect(notices.count == 1)
        let root = try await get(href, Self.davType, as: caller).xml()
        return (try #require(root.elements.last), href)
    }

    private func answer(_ content: String, to notice: String, as caller: Caller = W.sam) async throws -> W.Answer {
        try await wire.send(
            "POST", notice + "?invite-reply", ["Content-Type": "application/davsharing+xml"], as: caller,
            "<D:invite-reply xmlns:D='DAV:'>\(content)</D:invite-reply>")
    }

    private func sync(_ target: String, _ token: String = "") async throws -> Multistatus {
        try Multistatus(
            await wire.send(
                "REPORT", target, as: W.sam,
                "<sync-collection xmlns='DAV:'><sync-token>\(token)</sync-token><sync-level>1</sync-level><prop><getetag/><notificationtype/></prop></sync-collection>"
            ))
    }

    // MARK: Invitations

    @Test func principalsLeadToTheirNotifications() async throws {
        let found = try await wire.propfind(
            "/principals/sam/", "<notification-URL/><CS:notification-URL/>", as: W.olga)["/principals/sam/"]
        #expect(found?.propstats.first?.properties.map { $0.first(.dav("href"))?.text } == [Self.place, Self.place])
        let kind = try await wire.propfind(Self.place, "<resourcetype/>", as: W.sam)[Self.place]
        #expect(
            kind?.property("resourcetype")?.elements.map(\.name) == [
                .dav("collection"), .dav("notifications"),
                XMLName(XMLName.calendarServerNamespace, "notification"),
            ])
    }

    @Test func anInvitationArrivesAndGoesWithItsAnswer() async throws {  // N1, N3, Y12
        let (start, home) = (try await sync(Self.place).syncToken, try await sync(W.home).syncToken)
        let href = try await invited("<D:comment>Rota</D:comment>")
        let news = try await sync(Self.place, try #require(start))
        #expect(news.hrefs == [href])
        #expect(
            news[href]?.property("notificationtype")?.elements.map(\.name) == [.dav("share-invite-notification")])
        #expect(try await sync(W.home, try #require(home)).hrefs == [Self.place])
        let document = try await get(href, Self.davType)
        #expect(document.status == 200 && document.headers[.contentType] == Self.davType)
        let root = try document.xml()
        #expect(
            root.name == .dav("notification")
                && root.elements.map(\.name.local) == ["dtstamp", "share-invite-notification"])
        let invitation = try #require(root.elements.last)
        #expect(invitation.first(.dav("principal"))?.first(.dav("href"))?.text == "/principals/olga/")
        #expect(invitation.first(.dav("reply-url"))?.first(.dav("href"))?.text == "?invite-reply")
        #expect(invitation.first(.dav("comment"))?.text == "Rota")
        #expect(invitation.first(.dav("prop"))?.first(.dav("displayname"))?.text == "Team")

        #expect(
            try await answer(
                "<D:invite-accepted/><D:comment>Yes & no</D:comment>".replacing("&", with: "&amp;"), to: href
            ).status == 201)
        #expect(try await wire.notices(of: "sam", as: W.sam).isEmpty)
        let gone = try await sync(Self.place, try #require(news.syncToken))
        #expect(gone[href]?.status == "HTTP/1.1 404 Not Found" && gone.hrefs == [href])
        #expect(try await get(href, Self.davType).status == 404)
        let (reply, _) = try await notice(of: "olga", as: W.olga)
        #expect(reply.name == .dav("share-reply-notification"))
        #expect(reply.first(.dav("sharee"))?.elements.map(\.name.local) == ["href", "invite-accepted"])
        #expect(reply.first(.dav("href"))?.text == W.calendar)
        #expect(reply.first(.dav("comment"))?.text == "Yes & no")
    }

    @Test func theShareURIIsThatOfTheInstance() async throws {  // N1, V3
        let href = try await invited()
        let promised = try await notice().0.first(.dav("sharer-resource-uri"))?.first(.dav("href"))?.text
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
        let instance = try await wire.instance()
        let found = try await wire.propfind(instance, "<share-resource-uri/>", as: W.sam)[instance]
        #expect(found?.property("share-resource-uri")?.first(.dav("href"))?.text == promised)
    }

    @Test func answeringTwiceIsAnsweringOnce() async throws {  // N7
        let href = try await invited()
        let first = try await answer("<D:invite-accepted/>", to: href)
        let second = try await answer("<D:invite-accepted/>", to: href)
        #expect(first.status == 201 && second.status == 201)
        #expect(first.headers[.location] != nil && first.headers[.location] == second.headers[.location])
        #expect(try await answer("<D:invite-declined/>", to: href).status == 204)
        #expect(try await wire.instances().isEmpty)
        #expect(
            try await notice(of: "olga", as: W.olga).0.first(.dav("sharee"))?.elements.last?.name.local
                == "invite-declined")
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
        // Where nothing was, there is nothing to answer; and nothing but answers is taken where something was.
        #expect(try await answer("<D:invite-accepted/>", to: Self.place + "x.xml").status == 404)
        #expect(try await wire.send("POST", href, as: W.sam, "x").status == 404)
    }

    @Test func decliningTellsTheSharer() async throws {  // N6
        let href = try await invited()
        #expect(try await answer("<D:invite-declined/><D:comment>No</D:comment>", to: href).status == 204)
        #expect(try await wire.notices(of: "sam", as: W.sam).isEmpty)
        let (reply, _) = try await notice(of: "olga", as: W.olga)
        #expect(reply.first(.dav("sharee"))?.elements.last?.name == .dav("invite-declined"))
        #expect(reply.first(.dav("comment"))?.text == "No")
    }

    @Test func removingANoticeAnswersNothing() async throws {  // N8
        let href = try await invited()
        #expect(try await wire.send("DELETE", href, as: W.sam).status == 204)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        #expect(try await wire.notices(of: "olga", as: W.olga).isEmpty)
        // The invitation itself is still open.
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
    }

    @Test func askingAgainAndAgainIsOneNotice() async throws {  // N9
        let href = try await invited()
        let token = try await sync(Self.place).syncToken
        for _ in 0..<10 { #expect(try await invited() == href) }
        #expect(try await wire.notices(of: "sam", as: W.sam) == [href])
        #expect(try await sync(Self.place, try #require(token)).hrefs.isEmpty, "nothing new was said")
        _ = try await invited("<D:comment>Please</D:comment>")
        #expect(try await sync(Self.place, try #require(token)).hrefs == [href])
    }

    @Test func aChangeOfLevelIsToldWithoutAskingAgain() async throws {  // N10
        let href = try await invited()
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
        try await wire.share("/principals/sam/", "read")
        let (told, _) = try await notice()
        #expect(told.first(.dav("invite-accepted")) != nil && told.first(.dav("reply-url")) == nil)
        #expect(told.first(.dav("share-access"))?.elements.map(\.name) == [.dav("read")])
    }

    @Test func whatIsTakenBackIsToldOnlyToThoseWhoHadIt() async throws {  // N11
        _ = try await invited()
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        #expect(try await wire.notices(of: "sam", as: W.sam).isEmpty)
        let href = try await invited()
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
        let instance = try await wire.instance()
        let patch =
            "<propertyupdate xmlns='DAV:'><set><prop><displayname>Mine</displayname></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", instance, as: W.sam, patch).status == 207)
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        let (told, place) = try await notice()
        #expect(told.first(.dav("share-access"))?.elements.map(\.name) == [.dav("no-access")])
        #expect(told.first(.dav("prop"))?.first(.dav("displayname"))?.text == "Mine", "as the person knows it")
        #expect(try await get(place, "text/xml").text.contains("<CS:invite-deleted/>"))
    }

    @Test func nobodyAnswersForAnother() async throws {  // N12
        let href = try await invited()
        let name = try #require(href.split(separator: "/").last)
        for place in [href, W.notifications("xena") + name] {
            #expect(try await answer("<D:invite-accepted/>", to: place, as: W.xena).status == 404)
        }
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        #expect(try await wire.notices(of: "sam", as: W.sam) == [href])
    }

    // MARK: Forms

    static let forms: [(accept: String?, type: String, root: XMLName)] = [
        (davType, davType, .dav("notification")),
        ("application/davsharing+xml", davType, .dav("notification")),
        ("\(davType), */*;q=0.5", davType, .dav("notification")),
        ("text/xml, \(davType)", davType, .dav("notification")),
        (nil, "application/xml; charset=utf-8", apple), ("*/*", "application/xml; charset=utf-8", apple),
        ("text/xml", "text/xml; charset=utf-8", apple),
        ("application/xml", "application/xml; charset=utf-8", apple),
        ("\(davType);q=0.1, text/xml", "text/xml; charset=utf-8", apple),
    ]
    private static let apple = XMLName(XMLName.calendarServerNamespace, "notification")

    @Test(arguments: forms) func theFormIsTheOneAskedFor(accept: String?, type: String, root: XMLName) async throws {  // N13
        let href = try await invited()
        let answer = try await get(href, accept)
        #expect(answer.status == 200 && answer.headers[.contentType] == type && answer.headers[.vary] == "Accept")
        #expect(try answer.xml().name == root)
        // What PROPFIND with the same Accept says is true.
        var headers = ["Depth": "0"]
        headers["Accept"] = accept
        let found = try Multistatus(
            await wire.send(
                "PROPFIND", href, headers, as: W.sam,
                "<propfind xmlns='DAV:'><prop><getetag/><getcontenttype/><getcontentlength/></prop></propfind>"))[href]
        #expect(found?.value("getetag") == answer.headers[.eTag])
        #expect(found?.value("getcontenttype") == type)
        #expect(found?.value("getcontentlength") == String(answer.bytes.count))
        let head = try await wire.send("HEAD", href, accept.map { ["Accept": $0] } ?? [:], as: W.sam)
        #expect(head.status == 200 && head.bytes.isEmpty && head.headers[.eTag] == answer.headers[.eTag])
    }

    @Test func noOtherFormIsThere() async throws {  // N13
        let href = try await invited()
        #expect(try await get(href, "text/html").status == 406)
        #expect(try await get(href, "\(Self.davType);q=0, image/png").status == 406)
    }

    @Test func eachFormHasItsETag() async throws {  // N13
        let href = try await invited()
        let (dav, apple) = (try await get(href, Self.davType).headers[.eTag], try await get(href, nil).headers[.eTag])
        let (one, other) = (try #require(dav), try #require(apple))
        #expect(one != other)
        let unchanged = try await get(href, Self.davType, ["If-None-Match": one])
        #expect(unchanged.status == 304 && unchanged.headers[.eTag] == one && unchanged.headers[.vary] == "Accept")
        #expect(try await get(href, Self.davType, ["If-None-Match": other]).status == 200)
        #expect(try await get(href, nil, ["If-None-Match": one]).status == 200)
        #expect(try await get(href, nil, ["If-None-Match": other]).status == 304)
        #expect(try await wire.send("DELETE", href, ["If-Match": "\"x~davnotification\""], as: W.sam).status == 412)
        #expect(try await wire.send("DELETE", href, ["If-Match": one], as: W.sam).status == 204)
    }

    @Test func foldersAreSpokenOfInTheFormOfTheDraft() async throws {
        let made = try await wire.send("MKCOL", "/files/olga/plans/", as: W.olga)
        #expect(made.status == 201)
        #expect(try await wire.post(W.sharee("/principals/sam/", "read"), to: "/files/olga/plans/").status == 204)
        let (told, href) = try await notice()
        #expect(told.first(.dav("prop"))?.first(.dav("resourcetype"))?.elements.map(\.name) == [.dav("collection")])
        for accept in [nil, "*/*", "text/xml"] {
            let answer = try await get(href, accept)
            #expect(answer.headers[.contentType] == Self.davType)
        }
        #expect(try await answer("<D:invite-accepted/>", to: href).status == 201)
    }

    // MARK: Who may do what

    @Test func nobodyButTheServerPutsSomethingThere() async throws {  // N14
        let href = try await invited()
        let patch =
            "<propertyupdate xmlns='DAV:'><set><prop><displayname>X</displayname></prop></set></propertyupdate>"
        #expect(try await wire.put("/files/sam/a", as: W.sam) == 201)
        for (method, target, headers, body) in [
            ("PUT", Self.place + "x.xml", [:], "x"), ("PUT", href, [:], "x"), ("MKCOL", Self.place + "x/", [:], ""),
            ("PROPPATCH", Self.place, [:], patch), ("PROPPATCH", href, [:], patch),
            ("COPY", "/files/sam/a", ["Destination": Self.place + "a"], ""),
            ("MOVE", "/files/sam/a", ["Destination": Self.place + "a"], ""),
            ("COPY", "/files/sam/a", ["Destination": href], ""),
            ("POST", Self.place, ["Content-Type": "text/plain"], "x"),
            ("LOCK", Self.place + "x.xml", [:], HiddenTests.lockinfo), ("LOCK", href, [:], HiddenTests.lockinfo),
            // What is kept is not what is told, so it goes nowhere else.
            ("COPY", href, ["Destination": "/files/sam/b"], ""), ("MOVE", href, ["Destination": "/files/sam/b"], ""),
            ("COPY", Self.place, ["Destination": "/files/sam/b/"], ""), ("DELETE", Self.place, [:], ""),
            ("MOVE", href, ["Destination": Self.place + "b"], ""),
        ] {
            let answer = try await wire.send(method, target, headers, as: W.sam, body)
            #expect([403, 405].contains(answer.status), "\(method) \(target) \(answer.status)")
        }
        #expect(try await wire.notices(of: "sam", as: W.sam) == [href])
        let found = try await wire.propfind(Self.place, "<current-user-privilege-set/>", as: W.sam)[Self.place]
        let held = found?.property("current-user-privilege-set")?.elements.compactMap { $0.elements.first?.name.local }
        #expect(held == ["read", "unbind", "read-acl", "read-current-user-privilege-set"])
    }

    @Test func strangersSeeNothing() async throws {  // N15
        let href = try await invited()
        // Not even whoever may read all of the home.
        let acl =
            "<acl xmlns='DAV:'><ace><principal><href>/principals/xena/</href></principal><grant><privilege><all/></privilege></grant></ace></acl>"
        #expect(try await wire.send("ACL", W.home, as: W.sam, acl).status == 200)
        for target in [Self.place, href] {
            for method in ["PROPFIND", "GET", "DELETE"] {
                let answer = try await wire.send(method, target, ["Depth": "0"], as: W.xena)
                #expect([403, 404].contains(answer.status), "\(method) \(target) \(answer.status)")
            }
        }
        let report =
            "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        #expect([403, 404].contains(try await wire.send("REPORT", Self.place, as: W.xena, report).status))
        #expect(try await wire.propfind(W.home, depth: "1", "<getetag/>", as: W.xena).hrefs == [W.home])
        #expect(try await wire.notices(of: "sam", as: W.sam) == [href])
    }

    @Test func anArrivingNoticeIsPushed() async throws {  // W3
        let answer = try await wire.send(
            "POST", Self.place, ["Content-Type": "application/xml"], as: W.sam,
            PushWire.body(
                PushWire.address(Self.place), trigger: "<content-update><D:depth>1</D:depth></content-update>"))
        #expect(answer.status == 204, "\(answer.text)")
        let registry = try #require(wire.memory.pushRegistry)
        func behind() async throws -> Int {
            try await registry.behind(since: 0, after: nil, limit: 10, now: wire.handler.clock()).items.count
        }
        #expect(try await behind() == 0)
        _ = try await invited()
        #expect(try await behind() == 1)
    }
}
