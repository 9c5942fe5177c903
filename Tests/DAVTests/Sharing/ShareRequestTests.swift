import Testing

@testable import DAV

/// The bodies that ask to share, and those that answer: good, bad, hostile. Row numbers are those of the scenarios of sharing.
@Suite struct ShareRequestTests {
    private func dav(_ content: String) throws -> ShareRequest {
        try ShareRequest(
            dav: .parse(Array("<D:share-resource xmlns:D='DAV:' xmlns:x='urn:x'>\(content)</D:share-resource>".utf8)))
    }

    private func calendarServer(_ content: String) throws -> ShareRequest {
        let root = "<CS:share xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'>\(content)</CS:share>"
        return try ShareRequest(calendarServer: .parse(Array(root.utf8)))
    }

    private let href = "<D:href>mailto:sam@example.org</D:href>"
    private let read = "<D:share-access><D:read/></D:share-access>"

    @Test func bothDialectsAskForTheSame() throws {
        let first = try dav(
            """
            <D:sharee><D:share-access> <D:read-write/> </D:share-access><D:noresponse/>
              <D:href> MAILTO:Sam@Example.org </D:href>
              <D:prop><D:displayname>Sam</D:displayname><x:y/></D:prop><D:comment>Rota</D:comment></D:sharee>
            <D:sharee><D:href>/principals/wim</D:href><D:share-access><D:no-access/></D:share-access></D:sharee>
            """)  // P17
        let second = try calendarServer(
            """
            <CS:set><D:href> MAILTO:Sam@Example.org </D:href><CS:common-name>Sam</CS:common-name>
              <CS:summary>Rota</CS:summary><CS:read-write/></CS:set>
            <CS:remove><D:href>/principals/wim</D:href><CS:summary>Rota</CS:summary><CS:read-write/></CS:remove>
            """)  // L1
        #expect(first == second)
        let sam = try #require(first.lines.first)
        #expect(sam.address == .name("mailto:sam@example.org"))
        #expect(
            sam.change(of: .external("x")) == .set(.external("x"), .readWrite, displayName: "Sam", comment: "Rota"))
        #expect(first.lines.last?.change(of: .external("x")) == .revoke(.external("x")))
    }

    @Test(arguments: [
        "",  // no sharee
        "<D:sharee/>",
        "<D:sharee><D:href>mailto:s@x.org</D:href></D:sharee>",  // no level
        "<D:sharee><D:share-access><D:read/></D:share-access></D:sharee>",  // nobody
        "<D:sharee><D:href>/a</D:href><D:href>/b</D:href><D:share-access><D:read/></D:share-access></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access/></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access><D:read/><D:read-write/></D:share-access></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access><D:read/></D:share-access><D:share-access><D:read/></D:share-access></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access><D:shared-owner/></D:share-access></D:sharee>",  // X3
        "<D:sharee><D:href>/a</D:href><D:share-access><D:not-shared/></D:share-access></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access><x:read-write/></D:share-access></D:sharee>",
        "<D:sharee><D:href>/a</D:href><D:share-access>read</D:share-access></D:sharee>",
    ])
    func whatIsNoShareeOrNoLevelIsABadRequest(content: String) throws {  // P15, X3
        #expect(throws: DAVError.self) { _ = try dav(content) }
        do { _ = try dav(content) } catch let error as DAVError { #expect(error.code == 400) }
    }

    @Test func longTextAndLongListsAreRefused() throws {  // P16, P18
        func sharee(_ more: String) -> String { "<D:sharee>\(href)\(read)\(more)</D:sharee>" }
        let long = String(repeating: "x", count: 64 << 10)
        #expect(throws: DAVError.self) { _ = try dav(sharee("<D:comment>\(long)</D:comment>")) }
        #expect(throws: DAVError.self) {
            _ = try dav(sharee("<D:prop><D:displayname>\(long)</D:displayname></D:prop>"))
        }
        #expect(throws: DAVError.contentTooLarge) { _ = try dav(String(repeating: sharee(""), count: 1001)) }
        #expect(try dav(String(repeating: sharee(""), count: 1000)).lines.count == 1000)
    }

    @Test(arguments: [
        "", "<CS:set/>", "<CS:set><CS:read/></CS:set>", "<CS:set><D:href>/a</D:href></CS:set>",
        "<CS:set><D:href>/a</D:href><CS:read/><CS:read-write/></CS:set>",
        "<CS:set><D:href>/a</D:href><D:read/></CS:set>", "<CS:remove/>",
    ])
    func requestsInTheDialectOfAppleAreRefusedInItsWords(content: String) throws {  // L3
        do {
            _ = try calendarServer(content)
            Issue.record("It was taken.")
        } catch let error as DAVError {
            #expect(error.code == 403)
            #expect(error.condition?.name == .calendarServer("valid-request"))
        }
    }

    @Test func aRequestInTheDialectOfAppleNeedsNoSummaryAndMayNameNobody() throws {  // L2, L3
        let request = try calendarServer("<CS:set><D:href>javascript:x</D:href><CS:read/></CS:set>")
        #expect(request.lines == [.init(href: "javascript:x", address: nil, grant: .read)])
    }

    @Test(arguments: [
        ("/principals/sam/", ShareeAddress.reference("/principals/sam")),
        ("/principals/sam", .reference("/principals/sam")),
        ("/principals/./x/../sam/", .reference("/principals/sam")), ("/../../etc", .reference("/etc")),
        ("/principals/%53am", .reference("/principals/%53am")), ("/", .reference("/")),
        ("https://Example.org/p/./sam/", .reference("https://Example.org/p/sam")),
        ("https://example.org", .reference("https://example.org/")),
        ("mailto:sam@example.org", .name("mailto:sam@example.org")),
        ("\n MAILTO:Sam%40Example.ORG?subject=x ", .name("mailto:sam@example.org")),
        ("urn:uuid:ABC", .name("urn:uuid:abc")), ("URN:x-uid:A", .name("urn:x-uid:a")),
    ])
    func anAddressHasOneSpelling(text: String, address: ShareeAddress) throws {  // P2, P3
        #expect(ShareeAddress(text) == address)
    }

    @Test(arguments: [
        "", " ", "sam", "javascript:alert(1)", "DAV:all", "DAV:authenticated", "{DAV:}authenticated",
        "data:text/plain,x",
        "//host/principals/sam", "mailto:", "mailto:@", "mailto:sam", "mailto:a@b@c", "mailto:a@b,c@d", "mailto:a b@c",
        "mailto:a%0A@b", "mailto:a%00@b", "mailto:%zz@b", "mailto:<a@b>", "/a b", "/a\nb", "/a#b", "http:", "https://",
        "http:/a", "urn:x", "/" + String(repeating: "x", count: 8 << 10),
    ])
    func whatNamesNobodyIsNoAddress(text: String) throws {  // X11
        #expect(ShareeAddress(text) == nil)
    }

    // MARK: Answers

    private func reply(_ content: String) throws -> ShareReply {
        try ShareReply(dav: .parse(Array("<D:invite-reply xmlns:D='DAV:'>\(content)</D:invite-reply>".utf8)))
    }

    @Test func anAnswerSaysWhereTheInstanceIsToStand() throws {
        let reply = try reply(
            "<D:create-in><D:href> /calendars/sam/ </D:href></D:create-in><D:slug>Team</D:slug><D:invite-accepted/><D:comment>Yes</D:comment>"
        )
        #expect(reply.answer == ShareAnswer(hasAccepted: true, comment: "Yes"))
        #expect(reply.createIn == "/calendars/sam/" && reply.slug == "Team")
        #expect(try self.reply("<D:invite-declined/>").answer == ShareAnswer(hasAccepted: false))
    }

    @Test(arguments: ["", "<D:invite-accepted/><D:invite-declined/>", "<D:invite-noresponse/>"])
    func anAnswerIsOneOfTwo(content: String) throws {
        #expect(throws: DAVError.self) { _ = try reply(content) }
    }

    @Test func anAnswerInTheDialectOfAppleNamesItsInvitation() throws {  // L5, L6
        func reply(_ content: String) throws -> ShareReply {
            let root =
                "<CS:invite-reply xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'>\(content)</CS:invite-reply>"
            return try ShareReply(calendarServer: .parse(Array(root.utf8)))
        }
        let host = "<CS:hosturl><D:href>/anything</D:href></CS:hosturl>"
        let number = "<CS:in-reply-to>6b1e</CS:in-reply-to>"
        let whole = try reply(
            "<D:href>mailto:x</D:href><CS:invite-accepted/>\(host)\(number)<CS:summary>Team</CS:summary>")
        #expect(whole.answer.hasAccepted && whole.inReplyTo == "6b1e" && whole.displayName == "Team")
        for bad in ["\(host)\(number)", "<CS:invite-accepted/>\(number)", "<CS:invite-accepted/>\(host)"] {
            do {
                _ = try reply(bad)
                Issue.record("\(bad) was taken.")
            } catch let error as DAVError { #expect(error.condition?.name == .calendarServer("valid-request")) }
        }
    }

    @Test func anIdentityIsReadBackAndNothingElseIs() throws {
        let id = ResourceID.random()
        #expect(ResourceID(uuidString: id.uuidString) == id)
        #expect(ResourceID(uuidString: id.uuidString.uppercased()) == id)
        for bad in [
            "", "x", id.uuidString + "0", String(id.uuidString.dropLast()) + "g", "+" + id.uuidString.dropFirst(),
        ] {
            #expect(ResourceID(uuidString: bad) == nil)
        }
    }
}
