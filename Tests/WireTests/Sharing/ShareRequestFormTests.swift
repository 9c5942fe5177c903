import DAV
import Testing

/// Rows P13 to P21 of sharing: what a request must look like, where it may go, and what becomes of it otherwise.
@Suite(.timeLimit(.minutes(5))) struct ShareRequestFormTests {
    private static let sam = ShareBody.sharee("/principals/sam/", "read")

    private static func post(_ client: Client, _ body: String) async throws -> Reply {
        try await client.send("POST", ShareRow.calendar, [("Content-Type", ShareBody.type)], body)
    }

    @Test(arguments: ShareBacking.allCases)
    func theMediaTypeIsDemanded(_ backing: ShareBacking) async throws {  // P13
        try await ShareRow.run(backing) { row in
            for type in [nil, "application/xml", "text/xml"] {
                let reply = try await row.olga.share(Self.sam, type: type)
                #expect(reply.status == 415, "\(type ?? "none"): \(reply.status) \(reply.text)")
            }
            // What is no XML is a new member (RFC 5995), and no calendar data.
            let member = try await row.olga.share(Self.sam, type: "application/json")
            #expect(member.status == 403 && member.error == .calDAV("supported-calendar-data"), "\(member.text)")
            #expect(try await row.olga.invite().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func mediaTypesAreReadWithoutCaseAndWithParameters(_ backing: ShareBacking) async throws {  // P14
        try await ShareRow.run(backing) { row in
            let reply = try await row.olga.share(Self.sam, type: "Application/DavSharing+XML; Charset=utf-8")
            #expect(reply.status == 204)
            #expect(try await row.sam.instances().count == 1)
        }
    }

    private static let good = "<D:share-access><D:read/></D:share-access>"
    private static let malformed = [
        "", "<", "<D:share-resource xmlns:D='DAV:'>", "not XML", "<D:share xmlns:D='DAV:'/>",
        "<share-resource xmlns='urn:x'/>", "<D:share-resource xmlns:D='DAV:'/>",
        "<D:share-resource xmlns:D='DAV:'><D:sharee>\(good)</D:sharee></D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'><D:sharee><D:href/>\(good)</D:sharee></D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'>\(sam)<D:sharee><D:href>/principals/sue/</D:href></D:sharee></D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'>\(sam)<D:sharee><D:href>/principals/sue/</D:href><D:share-access><D:read/><D:read-write/></D:share-access></D:sharee></D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'>\(sam)<D:sharee><D:href>/principals/sue/</D:href>\(good)\(good)</D:sharee></D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'>\(sam)<D:sharee><D:href>/principals/sue/</D:href><D:share-access/></D:sharee></D:share-resource>",
    ]

    @Test(arguments: ShareBacking.allCases)
    func whatIsNoShareRequestIsABadOneAndNothingIsDone(_ backing: ShareBacking) async throws {  // P15
        try await ShareRow.run(backing) { row in
            for body in Self.malformed {
                let reply = try await Self.post(row.olga, body)
                #expect(reply.status == 400, "\(reply.status) for \(body)")
                #expect(try await row.olga.invite().isEmpty, "\(body)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsMeantToOverwhelmIsRefused(_ backing: ShareBacking) async throws {  // P16
        try await ShareRow.run(backing) { row in
            let one = "<D:sharee><D:href>&b;</D:href>\(Self.good)</D:sharee>"
            let many = String(repeating: Self.sam, count: 10_000)
            for body in [
                "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><D:share-resource xmlns:D='DAV:'>\(one)</D:share-resource>",
                "<!DOCTYPE x [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><D:share-resource xmlns:D='DAV:'>\(one)</D:share-resource>",
                "<D:share-resource xmlns:D='DAV:'>\(many)</D:share-resource>",
                "<D:share-resource xmlns:D='DAV:'><!--\(String(repeating: "x", count: 10 << 20))-->\(Self.sam)</D:share-resource>",
                "<D:share-resource xmlns:D='DAV:'>" + String(repeating: "<a>", count: 5000),
            ] {
                let reply = try await Self.post(row.olga, body)
                #expect([400, 403, 413].contains(reply.status), "\(reply.status) for \(body.prefix(80))")
                #expect(try await row.olga.invite().isEmpty)
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func elementsNobodyKnowsAreLeftAside(_ backing: ShareBacking) async throws {  // P17
        try await ShareRow.run(backing) { row in
            // As Kolab sends it.
            let sharee = ShareBody.sharee("/principals/sam/", "read", "<D:noresponse/><x:y><x:z/></x:y>")
            let reply = try await row.olga.share("<x:before/>" + sharee)
            #expect(reply.status == 204)
            #expect(try await row.olga.invite() == ["/principals/sam/ invite-accepted read"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func textIsKeptAsItIsOrRefused(_ backing: ShareBacking) async throws {  // P18
        try await ShareRow.run(backing) { row in
            func sharee(_ name: String, _ comment: String) -> String {
                ShareBody.sharee(
                    "/principals/sam/", "read",
                    "<D:prop><D:displayname>\(name)</D:displayname></D:prop><D:comment>\(comment)</D:comment>")
            }
            let long = String(repeating: "x", count: 64 << 10)
            for (name, comment) in [(long, "c"), ("n", long), ("\u{1}", "c"), ("&#1;", "c"), ("n", "&#xFFFF;")] {
                #expect(try await row.olga.share(sharee(name, comment)).status == 400, "\(name.prefix(9))")
            }
            #expect(try await row.olga.invite().isEmpty)
            let marked = "&lt;script&gt;&amp;amp; \u{1F600}"
            #expect(try await row.olga.share(sharee(marked, marked)).status == 204)
            let invite = try await row.olga.look(ShareRow.calendar, "D:invite").property("invite")
            let shown = invite?.elements.first?.first(.dav("prop"))?.first(.dav("displayname"))
            #expect(shown?.text == "<script>&amp; \u{1F600}")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsNotThereAndWhatIsHiddenAnswerAlike(_ backing: ShareBacking) async throws {  // P19
        try await ShareRow.run(backing) { row in
            let missing = "/calendars/olga/nope/"
            #expect(try await row.olga.share(Self.sam, at: missing).status == 404)
            let (absent, hidden) = (
                try await row.xena.share(Self.sam, at: missing), try await row.xena.share(Self.sam)
            )
            #expect(absent.status == 404 && hidden.status == 404)
            #expect(absent.text == hidden.text)
        }
    }

    @Test(
        arguments: ShareBacking.allCases,
        ["/principals/olga/", "/calendars/olga/inbox/", "/calendars/olga/", "/calendars/olga/c/x.ics", "/files/olga/"])
    func whatCannotBeSharedIsNot(_ backing: ShareBacking, target: String) async throws {  // P20
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event("/calendars/olga/c/x.ics", "x") == 201)
            let reply = try await row.olga.share(Self.sam, at: target)
            #expect([403, 405].contains(reply.status), "\(reply.status) \(reply.text)")
            #expect(try await row.sam.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aConditionThatDoesNotHoldStopsIt(_ backing: ShareBacking) async throws {  // P21
        try await ShareRow.run(backing) { row in
            let token = try await row.olga.token(of: ShareRow.calendar)
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            for headers in [[("If", "(<\(token)>)")], [("If-Match", "\"stale\"")]] {
                #expect(try await row.olga.share(Self.sam, headers).status == 412, "\(headers)")
                #expect(try await row.olga.invite().isEmpty)
            }
            let now = try await row.olga.token(of: ShareRow.calendar)
            #expect(try await row.olga.share(Self.sam, [("If", "(<\(now)>)")]).status == 204)
        }
    }
}
