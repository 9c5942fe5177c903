import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Synchronising what is shared. Row numbers are those of the scenarios of sharing: Y synchronisation, W push, N answers.
@Suite struct ShareSyncTests {
    typealias W = ShareWire

    private func report(_ target: String, _ token: String? = nil, as caller: Caller, limit: Int? = nil) async throws
        -> W.Answer
    {
        let most = limit.map { "<limit><nresults>\($0)</nresults></limit>" } ?? ""
        return try await wire.send(
            "REPORT", target, as: caller,
            "<sync-collection xmlns='DAV:'><sync-token>\(token ?? "")</sync-token><sync-level>1</sync-level>\(most)<prop><getetag/></prop></sync-collection>"
        )
    }

    private func sync(_ target: String, _ token: String? = nil, as caller: Caller) async throws -> (
        token: String, hrefs: [String], found: Multistatus
    ) {
        let found = try Multistatus(await report(target, token, as: caller))
        // Notices have tests of their own.
        let hrefs = found.hrefs.filter { !$0.hasSuffix("/notifications/") }
        return (try #require(found.syncToken), hrefs, found)
    }

    private let wire: W
    init() async throws { wire = try await W() }

    @Test func theHomeTellsThatAShareAppearsAndGoes() async throws {  // Y1, Y2, Y10
        let start = try await sync(W.home, as: W.sam).token
        try await wire.share("/principals/sam/", "read")
        let instance = try await wire.instance()
        let appeared = try await sync(W.home, start, as: W.sam)
        #expect(appeared.hrefs == [instance])
        try await wire.share()
        let raised = try await sync(W.home, appeared.token, as: W.sam)
        #expect(raised.hrefs == [instance])
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        let gone = try await sync(W.home, raised.token, as: W.sam)
        #expect(gone.hrefs == [instance])
        #expect(gone.found[instance]?.status == "HTTP/1.1 404 Not Found")
    }

    @Test func aChangeIsToldAtEveryURL() async throws {  // Y4, Y5
        try await wire.share()
        let instance = try await wire.instance()
        let (home, own, view) = (
            try await sync(W.home, as: W.sam).token, try await sync(W.calendar, as: W.olga).token,
            try await sync(instance, as: W.sam).token
        )
        let owners = try await sync("/cal/olga/", as: W.olga).token
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await sync(W.home, home, as: W.sam).hrefs == [instance])
        #expect(try await sync(instance, view, as: W.sam).hrefs == [instance + "a"])
        #expect(try await sync("/cal/olga/", owners, as: W.olga).hrefs == [W.calendar])
        let next = try await sync(W.calendar, own, as: W.olga)
        #expect(try await wire.put(instance + "b", as: W.sam) == 201)
        #expect(try await sync(W.calendar, next.token, as: W.olga).hrefs == [W.calendar + "b"])
    }

    @Test func viewsOfOneDoNotDisturbTheOthers() async throws {  // Y9
        try await wire.share()
        try await wire.share("/principals/sue/", "read")
        let instance = try await wire.instance()
        let other = try await wire.instance(in: "/cal/sue/", of: W.sue)
        let (own, view) = (try await sync(W.calendar, as: W.olga).token, try await sync(other, as: W.sue).token)
        let home = try await sync(W.home, as: W.sam).token
        let patch =
            "<propertyupdate xmlns='DAV:'><set><prop><displayname>Mine</displayname></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", instance, as: W.sam, patch).status == 207)
        let (after, seen) = (
            try await sync(W.calendar, own, as: W.olga), try await sync(other, view, as: W.sue)
        )
        #expect(after.hrefs.isEmpty && after.token == own)
        #expect(seen.hrefs.isEmpty && seen.token == view)
        #expect(try await sync(W.home, home, as: W.sam).hrefs == [instance])
    }

    @Test func revokingEndsAReportBetweenTwoPages() async throws {  // Y6
        for name in ["a", "b", "c"] { #expect(try await wire.put(W.calendar + name, as: W.olga) == 201) }
        try await wire.share()
        let instance = try await wire.instance()
        let page = try Multistatus(await report(instance, as: W.sam, limit: 2))
        #expect(page.hrefs.contains(instance))
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        #expect(try await report(instance, page.syncToken, as: W.sam, limit: 2).status == 404)
    }

    @Test func aTokenIsGoodAtItsOwnURLOnly() async throws {  // Y7, Y8
        try await wire.share()
        try await wire.share("/principals/sue/", "read")
        let instance = try await wire.instance()
        let other = try await wire.instance(in: "/cal/sue/", of: W.sue)
        let own = try await sync(W.calendar, as: W.olga).token
        let mine = try await sync(instance, as: W.sam).token
        let theirs = try await sync(other, as: W.sue).token
        for (target, caller, token) in [
            (instance, W.sam, own), (instance, W.sam, theirs), (W.calendar, W.olga, mine), (other, W.sue, mine),
        ] {
            let answer = try await report(target, token, as: caller)
            #expect(answer.status == 403 && answer.text.contains("valid-sync-token"))
        }
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        try await wire.share()
        let again = try await wire.instance()
        #expect(again != instance)
        #expect(try await wire.send("MOVE", again, ["Destination": instance], as: W.sam).status == 201)
        #expect(try await report(instance, mine, as: W.sam).status == 403)
    }

    // MARK: Push

    @Test func eachURLHasItsTopicAndRevokingEndsTheRegistration() async throws {  // W1, W2, W5
        try await wire.share()
        let instance = try await wire.instance()
        func topic(_ target: String, _ caller: Caller) async throws -> String? {
            try await wire.propfind(target, "<topic xmlns='https://bitfire.at/webdav-push'/>", as: caller)[target]?
                .value(
                    "topic")
        }
        let topics = [try await topic(W.calendar, W.olga), try await topic(instance, W.sam)]
        #expect(topics.allSatisfy { $0 != nil } && topics[0] != topics[1])
        let trigger = "<content-update><D:depth>infinity</D:depth></content-update>"
        for target in [instance, W.home] {
            let answer = try await wire.send(
                "POST", target, ["Content-Type": "application/xml"], as: W.sam,
                PushWire.body(PushWire.address(target), trigger: trigger))
            #expect(answer.status == 204, "\(answer.text)")
        }
        let stranger = try await wire.send(
            "POST", instance, ["Content-Type": "application/xml"], as: W.xena, PushWire.body(trigger: trigger))
        #expect(stranger.status == 404)
        let registry = try #require(wire.memory.pushRegistry)
        func behind() async throws -> Int {
            try await registry.behind(since: 0, after: nil, limit: 10, now: wire.handler.clock()).items.count
        }
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await behind() == 2)
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        let left = try await registry.registrations(of: nil, after: nil, limit: 10, now: wire.handler.clock())
        #expect(left.map(\.path) == [try DAVPath(parsing: W.home)])
    }

    // MARK: Answers, where people are asked

    @Test func anInvitationGivesNothingUntilItIsAnswered() async throws {  // N2, N3, N5, N7, N12
        let wire = try await W(.invitation)
        try await wire.share()
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        let sam = try #require(W.sam.principal)
        let collection = try await wire.memory.collection(at: try DAVPath(parsing: W.calendar), for: W.olga)
        let list = try #require(try await collection?.sharing?.shareList())
        let id = try #require(list.seat(of: sam)?.id)
        let invitations = try #require(wire.memory.invitations)
        func answer(_ hasAccepted: Bool, by person: Caller, in home: String? = nil) async throws -> DAVPath? {
            try await invitations.answer(
                ShareAnswer(hasAccepted: hasAccepted), to: id, by: try #require(person.principal),
                placing: SharePlacement(home: try home.map { try DAVPath(parsing: $0) }),
                if: Condition(caller: person, now: wire.handler.clock()))
        }
        await #expect(throws: ShareRefusal.noSuchInvitation) { _ = try await answer(true, by: W.xena) }
        for home in ["/cal/olga/", "/cal/sam/x/", "/cal/"] {
            await #expect(throws: DAVError.self, "\(home)") { _ = try await answer(true, by: W.sam, in: home) }
        }
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        let place = try await answer(true, by: W.sam, in: W.home)
        #expect(try await wire.instances() == [Href.encode(path: try #require(place), isCollection: true)])
        #expect(try await answer(true, by: W.sam) == place)
        #expect(try await answer(false, by: W.sam) == nil)
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.invite() == ["/principals/sam/ invite-declined read-write"])
    }
}
