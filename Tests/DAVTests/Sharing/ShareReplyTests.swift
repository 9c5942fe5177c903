import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Answering invitations over the wire. Row numbers are those of the scenarios of sharing: N answers, L Apple's dialect.
@Suite struct ShareReplyTests {
    typealias W = ShareWire

    private let wire: W
    private let id: String

    init() async throws {
        wire = try await W(.invitation)
        try await wire.share()
        let collection = try await wire.memory.collection(at: try DAVPath(parsing: W.calendar), for: W.olga)
        let seat = try await collection?.sharing?.shareList().seat(of: try #require(W.sam.principal))
        id = try #require(seat).id.uuidString
    }

    private func reply(
        _ content: String, to target: String? = nil, as caller: Caller = W.sam,
        type: String = "application/davsharing+xml"
    ) async throws -> W.Answer {
        try await wire.send(
            "POST", target ?? "\(W.notifications("sam"))\(id).xml?invite-reply", ["Content-Type": type], as: caller,
            "<D:invite-reply xmlns:D='DAV:'>\(content)</D:invite-reply>")
    }

    private func apple(
        _ answer: String, _ number: String? = nil, to target: String = W.home, as caller: Caller = W.sam
    ) async throws -> W.Answer {
        try await wire.apple(
            "<D:href>mailto:sam@example.org</D:href><CS:\(answer)/><CS:hosturl><D:href>/cal/xena/</D:href></CS:hosturl><CS:in-reply-to>\(number ?? id)</CS:in-reply-to><CS:summary>Team (Olga)</CS:summary><CS:common-name>Sam</CS:common-name>",
            to: target, as: caller, root: "invite-reply")
    }

    private let accept = "<D:invite-accepted/>"

    @Test func acceptingTellsWhereTheInstanceIs() async throws {  // N3, N4, N7
        #expect(try await wire.instances().isEmpty)
        let into =
            "<D:create-in><D:href>\(W.home)</D:href></D:create-in><D:slug>Team</D:slug><D:comment>Yes</D:comment>"
        let answer = try await reply(accept + into)
        #expect(answer.status == 201)
        let instance = try await wire.instance()
        let location = try #require(answer.headers[.location])
        #expect(location.hasPrefix("http") && location.hasSuffix(instance))
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read-write"])
        let again = try await reply(accept, to: "\(W.notifications("sam"))\(id).xml")
        #expect(again.status == 201 && again.headers[.location] == location)
        #expect(try await reply("<D:invite-declined/>").status == 204)
        #expect(try await wire.instances().isEmpty)
    }

    @Test func decliningMakesNothing() async throws {  // N6
        #expect(try await reply("<D:invite-declined/>").status == 204)
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.invite() == ["/principals/sam/ invite-declined read-write"])
    }

    @Test(arguments: [
        "/cal/olga/", "/cal/sam/none/", "/principals/sam/", "/files/sam/", "https://elsewhere.example/cal/",
    ])
    func anInstanceStandsInAHomeOfTheSharee(place: String) async throws {  // N5
        let answer = try await reply(accept + "<D:create-in><D:href>\(place)</D:href></D:create-in>")
        #expect(answer.status == 403)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
    }

    @Test func nobodyAnswersForAnother() async throws {  // N12
        for place in [W.notifications("sam"), W.notifications("xena"), "/files/xena/"] {
            #expect(try await reply(accept, to: "\(place)\(id).xml", as: W.xena).status == 404)
        }
        // The name is what counts, and only among notifications.
        #expect(try await wire.put("/files/sam/\(id).xml", as: W.sam) == 201)
        #expect(try await reply(accept, to: "/files/sam/\(id).xml").status == 404)
        let stranger = try await apple("invite-accepted", to: "/cal/xena/", as: W.xena)
        #expect(stranger.status == 403 && stranger.text.contains("invalid-share"))
        #expect(try await reply(accept, type: "text/xml").status == 415)
        #expect(try await reply("").status == 400)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
    }

    @Test func calendarAgentAcceptsAndDeclines() async throws {  // L5, L7
        let accepted = try await apple("invite-accepted")
        #expect(accepted.status == 200)
        let instance = try await wire.instance()
        let root = try accepted.xml()
        #expect(root.name == XMLName(XMLName.calendarServerNamespace, "shared-as"))
        #expect(root.first(.dav("href"))?.text == instance)
        let seen = try await wire.propfind(instance, "<displayname/>", as: W.sam)[instance]
        #expect(seen?.value("displayname") == "Team (Olga)")
        let own = try await wire.propfind(W.calendar, "<displayname/>")[W.calendar]
        #expect(own?.value("displayname") == "Team")
        #expect(try await apple("invite-declined").status == 204)
        #expect(try await wire.instances().isEmpty)
    }

    @Test func itsErrorsAreItsOwn() async throws {  // L6
        for number in ["", "x", "6b1e0000-0000-4000-8000-000000000001"] {
            let answer = try await apple("invite-accepted", number)
            #expect(answer.status == 403 && answer.text.contains("invalid-share"))
        }
        let elsewhere = try await apple("invite-accepted", to: "/principals/sam/")
        #expect(elsewhere.status == 403)
        let silent = try await apple("invite-noresponse")
        #expect(silent.status == 403 && silent.text.contains("valid-request"))
        #expect(try await wire.instances().isEmpty)
    }
}
