import DAV
import Testing

/// Rows N of sharing: people are asked, and answer.
@Suite(.timeLimit(.minutes(5))) struct ShareNotificationTests {
    private static let davType = "application/davnotification+xml"
    private static let accept = "<D:invite-accepted/>"
    private static let decline = "<D:invite-declined/>"

    /// The one element in `DAV:notification` besides its time.
    private static func content(_ client: Client, _ href: String) async throws -> XMLElement {
        let reply = try await client.get(href, accept: davType)
        try #require(reply.status == 200, "\(reply.status) \(reply.text)")
        #expect(reply["Content-Type"]?.hasPrefix(davType) == true)
        let root = try reply.xml()
        try #require(root.name == .dav("notification"))
        let time = try #require(root.first(.dav("dtstamp"))?.text)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil, "\(time)")
        return try #require(root.elements.first { $0.name != .dav("dtstamp") })
    }

    private static func status(_ row: ShareRow) async throws -> [String] { try await row.olga.invite() }

    @Test(arguments: ShareBacking.allCases)
    func anInvitationArrivesInTheCollectionOfNotifications(_ backing: ShareBacking) async throws {  // N1
        try await ShareRow.run(backing, .invitation) { row in
            let start = try await row.sam.sync(row.sam.notices).token
            let reply = try await row.olga.share(
                ShareBody.sharee(row.sam.mail, "read", "<D:comment>Rota for spring</D:comment>"))
            #expect(reply.status == 204)
            let page = try await row.sam.sync(row.sam.notices, start)
            #expect(page.changed.count == 1 && page.removed.isEmpty)
            let href = try #require(page.changed.keys.first)
            #expect(try await row.sam.notifications().map(\.type) == ["share-invite-notification"])
            let notice = try await Self.content(row.sam, href)
            #expect(notice.name == .dav("share-invite-notification"))
            #expect(notice.first(.dav("principal"))?.first(.dav("href"))?.text == "/principals/olga/")
            #expect(notice.first(.dav("invite-noresponse")) != nil)
            #expect(notice.first(.dav("share-access"))?.elements.map(\.name) == [.dav("read")])
            #expect(notice.first(.dav("reply-url"))?.first(.dav("href"))?.text.isEmpty == false)
            #expect(notice.first(.dav("comment"))?.text == "Rota for spring")
            let prop = notice.first(.dav("prop"))
            #expect(prop?.first(.dav("displayname"))?.text == "Team")
            #expect(prop?.first(.dav("resourcetype"))?.elements.contains { $0.name == .calDAV("calendar") } == true)
            // What the instance will say, so that a client finds them to be one.
            let uri = notice.first(.dav("sharer-resource-uri"))?.first(.dav("href"))?.text
            #expect(try await row.sam.answer(Self.accept, at: href).status == 201)
            let instance = try #require(try await row.sam.instances().first)
            let found = try await row.sam.look(instance, "D:share-resource-uri").property("share-resource-uri")
            #expect(uri != nil && found?.elements.first?.text == uri)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anInvitationGivesNothingUntilItIsAccepted(_ backing: ShareBacking) async throws {  // N2
        try await ShareRow.run(backing, .invitation) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let home = try await row.sam.list(row.sam.home, "D:getetag").map(\.href)
            _ = try await row.invited()
            #expect(try await row.sam.get(ShareRow.calendar + "x.ics").status == 404)
            #expect(try await row.sam.send("PROPFIND", ShareRow.calendar, [("Depth", "1")]).status == 404)
            #expect(try await row.sam.list(row.sam.home, "D:getetag").map(\.href) == home)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-noresponse read-write"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func acceptingMakesTheInstanceAndTellsTheOwner(_ backing: ShareBacking) async throws {  // N3
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            let url = try #require(
                try await Self.content(row.sam, notice).first(.dav("reply-url"))?.first(.dav("href"))?.text)
            let target = url.hasPrefix("/") ? url : notice + url
            let reply = try await row.sam.answer(
                "\(Self.accept)<D:create-in><D:href>\(row.sam.home)</D:href></D:create-in><D:slug>Team</D:slug><D:comment>Gladly</D:comment>",
                at: target)
            #expect(reply.status == 201, "\(reply.status) \(reply.text)")
            let instance = try #require(try await row.sam.instances().first)
            #expect(reply["Location"]?.hasPrefix("http") == true && reply["Location"]?.hasSuffix(instance) == true)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-accepted read-write"])
            #expect(try await row.sam.notifications().isEmpty)
            let told = try await Self.content(row.olga, try await row.notice(of: row.olga))
            #expect(told.name == .dav("share-reply-notification"))
            let sharee = told.first(.dav("sharee"))
            #expect(sharee?.first(.dav("href"))?.text == "/principals/sam/")
            #expect(sharee?.first(.dav("invite-accepted")) != nil)
            #expect(told.first(.dav("href"))?.text == ShareRow.calendar)
            #expect(told.first(.dav("comment"))?.text == "Gladly")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func withoutAPlaceTheInstanceStandsInTheHome(_ backing: ShareBacking) async throws {  // N4
        try await ShareRow.run(backing, .invitation) { row in
            let instance = try await row.accepted()
            #expect(instance.hasPrefix(row.sam.home))
            #expect(try await row.sam.instances() == [instance])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anInstanceStandsInAHomeOfTheSharee(_ backing: ShareBacking) async throws {  // N5
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            for place in [
                "/calendars/xena/", "/calendars/olga/", "/calendars/sam/calendar/", "/contacts/sam/", "/files/sam/",
                "/",
                "/calendars/sam/none/", "/principals/sam/", "https://elsewhere.example/calendars/sam/",
            ] {
                let reply = try await row.sam.answer(
                    "\(Self.accept)<D:create-in><D:href>\(place)</D:href></D:create-in>", at: notice)
                #expect(reply.status == 403, "\(place) \(reply.status) \(reply.text)")
                #expect(try await Self.status(row) == ["/principals/sam/ invite-noresponse read-write"], "\(place)")
            }
            #expect(try await row.sam.notifications().count == 1)
            #expect(try await row.sam.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func decliningMakesNothing(_ backing: ShareBacking) async throws {  // N6
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            #expect(try await row.sam.answer(Self.decline, at: notice + "?invite-reply").status == 204)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-declined read-write"])
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.sam.notifications().isEmpty)
            let told = try await Self.content(row.olga, try await row.notice(of: row.olga))
            #expect(told.first(.dav("sharee"))?.first(.dav("invite-declined")) != nil)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func answersMayBeRepeatedAndChanged(_ backing: ShareBacking) async throws {  // N7
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            let first = try await row.sam.answer(Self.accept, at: notice)
            let again = try await row.sam.answer(Self.accept, at: notice)
            #expect(first.status == 201 && [200, 201].contains(again.status), "\(again.status) \(again.text)")
            #expect(first["Location"] != nil && first["Location"] == again["Location"])
            #expect(try await row.sam.instances().count == 1)
            #expect(try await row.sam.answer(Self.decline, at: notice).status == 204)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-declined read-write"])
            let late = try await row.sam.answer(Self.accept, at: notice)
            #expect([201, 404].contains(late.status))
            #expect(try await row.sam.instances().count == (late.status == 201 ? 1 : 0))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoRemovesTheNotificationSaysNothing(_ backing: ShareBacking) async throws {  // N8
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            let before = try await row.olga.token(of: row.olga.notices)
            let home = try await row.olga.token(of: row.olga.home)
            #expect(try await row.sam.delete(notice).status == 204)
            #expect(try await row.sam.notifications().isEmpty)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-noresponse read-write"])
            #expect(try await row.olga.notifications().isEmpty)
            #expect(try await row.olga.token(of: row.olga.notices) == before)
            #expect(try await row.olga.token(of: row.olga.home) == home)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func askingAgainIsOneNotification(_ backing: ShareBacking) async throws {  // N9
        try await ShareRow.run(backing, .invitation) { row in
            for number in 0..<50 {
                let reply = try await row.olga.share(
                    ShareBody.sharee(row.sam.mail, number % 2 == 0 ? "read" : "read-write"))
                #expect([204, 403, 429].contains(reply.status), "\(reply.status)")
            }
            #expect(try await row.sam.notifications().count == 1)
            #expect(try await row.olga.invite().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anotherLevelIsTold(_ backing: ShareBacking) async throws {  // N10
        try await ShareRow.run(backing, .invitation) { row in
            let instance = try await row.accepted("read-write")
            try await row.share(with: row.sam.principal, "read")
            let notice = try await Self.content(row.sam, try await row.notice(of: row.sam))
            #expect(notice.name == .dav("share-invite-notification"))
            #expect(notice.first(.dav("invite-accepted")) != nil)
            #expect(notice.first(.dav("share-access"))?.elements.map(\.name) == [.dav("read")])
            #expect(notice.first(.dav("reply-url")) == nil)
            #expect(try await row.sam.access(instance) == "read")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aRevocationIsToldToWhoHadAccepted(_ backing: ShareBacking) async throws {  // N11
        try await ShareRow.run(backing, .invitation) { row in
            let open = try await row.invited()
            try await row.revoke(row.sam)
            #expect(try await row.sam.notifications().isEmpty)
            #expect(try await row.sam.get(open, accept: Self.davType).status == 404)
            #expect(try await row.sam.answer(Self.accept, at: open).status == 404)
            let instance = try await row.accepted()
            try await row.revoke(row.sam)
            #expect(try await row.sam.send("PROPFIND", instance, [("Depth", "0")]).status == 404)
            let href = try await row.notice(of: row.sam)
            let notice = try await Self.content(row.sam, href)
            #expect(notice.first(.dav("invite-accepted")) != nil)
            #expect(notice.first(.dav("share-access"))?.elements.map(\.name) == [.dav("no-access")])
            #expect(notice.first(.dav("reply-url")) == nil)
            let apple = try await row.sam.get(href, accept: "text/xml")
            #expect(apple.status == 200 && apple.text.contains("invite-deleted"), "\(apple.text)")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nobodyAnswersForAnother(_ backing: ShareBacking) async throws {  // N12
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            #expect(try await row.xena.answer(Self.accept, at: notice + "?invite-reply").status == 404)
            let number = String(notice.split(separator: "/").last ?? "").replacing(".xml", with: "")
            let own = try await row.xena.answer(Self.accept, at: row.xena.notices + number + ".xml")
            #expect(own.status == 404, "\(own.status)")
            let uid = try await Self.number(row.sam, notice)
            let apple = try await row.xena.apple(
                "<CS:invite-accepted/><CS:hosturl><D:href>\(ShareRow.calendar)</D:href></CS:hosturl><CS:in-reply-to>\(uid)</CS:in-reply-to>",
                to: row.xena.home, root: "invite-reply")
            #expect(apple.status == 403 && apple.error == .cs("invalid-share"), "\(apple.status) \(apple.text)")
            #expect(try await row.xena.instances().isEmpty)
            #expect(try await Self.status(row) == ["/principals/sam/ invite-noresponse read-write"])
        }
    }

    /// What Apple's clients answer to: `CS:uid` of the notification.
    static func number(_ client: Client, _ notice: String) async throws -> String {
        let reply = try await client.get(notice, accept: "text/xml")
        try #require(reply.status == 200, "\(reply.status)")
        let content = try reply.xml().elements.first { $0.name == .cs("invite-notification") }
        return try #require(content?.first(.cs("uid"))?.text)
    }

    @Test(arguments: ShareBacking.allCases)
    func theDocumentIsInTheDialectThatIsAskedFor(_ backing: ShareBacking) async throws {  // N13
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            for (accept, root) in [
                (Self.davType, XMLName.dav("notification")), ("text/xml", .cs("notification")),
                ("application/xml", .cs("notification")), (nil, .cs("notification")), ("*/*", .cs("notification")),
                ("\(Self.davType), text/xml;q=0.5", .dav("notification")),
                // As one server looks for it.
                ("application/davsharing+xml", .dav("notification")),
            ] {
                let reply = try await row.sam.get(notice, accept: accept)
                #expect(reply.status == 200, "\(accept ?? "none") \(reply.status)")
                #expect(try reply.xml().name == root, "\(accept ?? "none")")
                let type = try #require(reply["Content-Type"])
                #expect(root == .dav("notification") ? type.hasPrefix(Self.davType) : type.contains("xml"))
                #expect(reply["Vary"]?.lowercased().contains("accept") == true, "\(accept ?? "none")")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nobodyWritesNotifications(_ backing: ShareBacking) async throws {  // N14
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            #expect(try await row.sam.event("/calendars/sam/calendar/x.ics", "x") == 201)
            #expect(try await row.sam.put("/files/sam/x").status == 201)
            let before = try await row.sam.get(notice, accept: Self.davType).text
            for reply in [
                try await row.sam.put(row.sam.notices + "new.xml"), try await row.sam.put(notice),
                try await row.sam.mkcol(row.sam.notices + "sub/"),
                try await row.sam.send("MKCALENDAR", row.sam.notices + "sub/"),
                try await row.sam.send("COPY", "/files/sam/x", [("Destination", row.sam.notices + "x")]),
                try await row.sam.move("/files/sam/x", to: row.sam.notices + "x"),
                try await row.sam.send("COPY", notice, [("Destination", row.sam.notices + "y.xml")]),
                try await row.sam.move(notice, to: row.sam.notices + "y.xml"),
                try await row.sam.delete(row.sam.notices),
                try await row.sam.send("POST", row.sam.notices, [("Content-Type", "text/plain")], "x"),
            ] { #expect([403, 405, 415].contains(reply.status), "\(reply.status) \(reply.text)") }
            for target in [notice, row.sam.notices] {
                let reply = try await row.sam.proppatch(target, set: "<I:calendar-color>x</I:calendar-color>")
                #expect(
                    [403, 405].contains(reply.status) || reply.status == 207 && reply.text.contains("403"),
                    "\(target) \(reply.status) \(reply.text)")
            }
            #expect(try await row.sam.notifications().count == 1)
            #expect(try await row.sam.get(notice, accept: Self.davType).text == before)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func strangersSeeNoNotifications(_ backing: ShareBacking) async throws {  // N15
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            for client in [row.xena, row.olga] {
                for reply in [
                    try await client.send("PROPFIND", row.sam.notices, [("Depth", "1")]),
                    try await client.get(notice, accept: Self.davType), try await client.syncReport(row.sam.notices),
                    try await client.delete(notice),
                ] { #expect([403, 404].contains(reply.status), "\(reply.status)") }
            }
            #expect(try await row.sam.notifications().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func notificationsAreSynchronised(_ backing: ShareBacking) async throws {  // Y12
        try await ShareRow.run(backing, .invitation) { row in
            let (start, home) = (
                try await row.sam.sync(row.sam.notices).token, try await row.sam.sync(row.sam.home).token
            )
            let notice = try await row.invited()
            let came = try await row.sam.sync(row.sam.notices, start)
            #expect(Set(came.changed.keys) == [notice])
            let bubbled = try await row.sam.sync(row.sam.home, home)
            #expect(Set(bubbled.changed.keys) == [row.sam.notices])
            #expect(try await row.sam.delete(notice).status == 204)
            let went = try await row.sam.sync(row.sam.notices, came.token)
            #expect(went.removed == [notice] && went.changed.isEmpty)
            #expect(Set(try await row.sam.sync(row.sam.home, bubbled.token).changed.keys) == [row.sam.notices])
            let found = try await row.sam.look(row.sam.notices, "D:resourcetype", "D:supported-report-set")
            let types = Set(found.property("resourcetype")?.elements.map(\.name) ?? [])
            #expect(types == [.dav("collection"), .dav("notifications"), .cs("notification")], "\(types)")
        }
    }
}
