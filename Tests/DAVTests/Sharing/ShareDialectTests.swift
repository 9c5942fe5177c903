import DAV
import DAVTesting
import HTTPTypes
import Testing

/// What Apple's dialect refuses, and how. Row numbers are those of the scenarios of sharing: L Apple's dialect.
@Suite struct ShareDialectTests {
    typealias W = ShareWire

    private func isInvalid(_ answer: W.Answer, _ element: String) -> Bool {
        answer.status == 403 && answer.condition == XMLName(XMLName.calendarServerNamespace, element)
    }

    private func raw(_ wire: W, _ body: String, to target: String = W.calendar, type: String = "text/xml") async throws
        -> W.Answer
    {
        try await wire.send("POST", target, ["Content-Type": type], as: W.olga, body)
    }

    private static let root = "<CS:share xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'>"

    @Test(arguments: [
        root, root + "<CS:set></CS:share>", root + "&#1;</CS:share>", root + "</CS:share>",
        root + "<CS:set><CS:read/></CS:set></CS:share>",
        root + "<CS:set><D:href>/principals/sam/</D:href></CS:set></CS:share>",
        root + "<CS:set><D:href>/principals/sam/</D:href><CS:read/><CS:read-write/></CS:set></CS:share>",
        root + "<CS:set><D:href>/principals/sam/</D:href><D:read/></CS:set></CS:share>",
        root + "<CS:set><D:href/><D:href/><CS:read/></CS:set></CS:share>",
        "<CS:unheard-of xmlns:CS='http://calendarserver.org/ns/'/>",
        "<CS:share xmlns:CS='http://calendarserver.org/ns/' <",
    ])
    func whatIsNoRequestIsNoValidRequest(body: String) async throws {  // L3, P15
        let wire = try await W()
        #expect(isInvalid(try await raw(wire, body), "valid-request"))
        #expect(try await wire.invite().isEmpty)
        #expect(try await wire.propfind(W.calendar, depth: "1", "<getetag/>").hrefs == [W.calendar])
    }

    @Test func aSummaryIsNotDemanded() async throws {  // L3
        let wire = try await W()
        let answer = try await wire.apple("<CS:set><D:href>/principals/sam/</D:href><CS:read/></CS:set>")
        #expect(answer.status == 200)
    }

    @Test(arguments: ["publish-calendar", "unpublish-calendar"])
    func nothingIsPublished(root: String) async throws {  // L9
        let wire = try await W()
        #expect(isInvalid(try await wire.apple("", root: root), "valid-request"))
        let found = try await wire.propfind(
            W.calendar, "<CS:allowed-sharing-modes/><CS:publish-url/><CS:pre-publish-url/>")
        #expect(!found.answer.text.contains("can-be-published"))
        for name in ["publish-url", "pre-publish-url"] {
            #expect(found[W.calendar]?.status(of: name)?.contains("404") == true)
        }
        #expect(try await wire.propfind(W.calendar, depth: "1", "<getetag/>").hrefs == [W.calendar])
    }

    @Test func onlyWhatCanBeSharedSaysSo() async throws {  // L8
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        for (target, caller, offers) in [
            (W.calendar, W.olga, true), ("/cal/olga/", W.olga, false), ("/files/olga/", W.olga, false),
            (instance, W.sam, false), (W.home, W.sam, false),
        ] {
            let found = try await wire.propfind(target, "<CS:allowed-sharing-modes/>", as: caller)
            #expect((found[target]?.property("allowed-sharing-modes") != nil) == offers, "\(target)")
        }
    }

    @Test func everyUserHasALevelAndAStatus() async throws {  // L4
        let wire = try await W(.invitation)
        for sharee in ["/principals/sam/", "/principals/team/", "mailto:nobody@example.org"] {
            #expect(try await wire.post(W.sharee(sharee, "read")).status == 204)
        }
        let found = try await wire.propfind(W.calendar, "<CS:invite/>")
        let users = try #require(found[W.calendar]?.property("invite")?.elements)
        #expect(users.count == 3)
        for user in users {
            let words = user.elements.map(\.name.local)
            #expect(words.count { $0.hasPrefix("invite-") } == 1)
            #expect(user.elements.last?.name.local == "access" && user.elements.last?.elements.count == 1)
        }
    }

    // MARK: Answers

    private func invited() async throws -> (wire: W, id: String) {
        let wire = try await W(.invitation)
        try await wire.share()
        let collection = try await wire.memory.collection(at: try DAVPath(parsing: W.calendar), for: W.olga)
        let seat = try await collection?.sharing?.shareList().seat(of: try #require(W.sam.principal))
        return (wire, try #require(seat).id.uuidString)
    }

    private func answer(_ id: String, _ kind: String = "<CS:invite-accepted/>") -> String {
        "\(kind)<CS:hosturl><D:href>\(W.calendar)</D:href></CS:hosturl><CS:in-reply-to>\(id)</CS:in-reply-to>"
    }

    @Test func onlyAHomeOfOnesOwnTakesAnswers() async throws {  // L6
        let (wire, id) = try await invited()
        let made = try await wire.send("MKCOL", "/cal/sam/own/", ["Content-Type": "text/xml"], as: W.sam, W.mkcol)
        #expect(made.status == 201)
        #expect(try await wire.put("/cal/sam/own/a", as: W.sam) == 201)
        for target in ["/cal/sam/own/", "/cal/sam/own/a", "/principals/sam/", "/cal/", "/"] {
            let refused = try await wire.apple(answer(id), to: target, as: W.sam, root: "invite-reply")
            #expect(isInvalid(refused, "valid-request"), "\(target) \(refused.status) \(refused.text)")
        }
        for target in ["/cal/olga/", W.calendar] {
            #expect(try await wire.apple(answer(id), to: target, as: W.sam, root: "invite-reply").status == 404)
        }
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        // Any home is one's own: what is invited to stands where it belongs.
        let answered = try await wire.apple(answer(id), to: "/files/sam/", as: W.sam, root: "invite-reply")
        #expect(answered.status == 200 && answered.text.contains(W.home))
    }

    @Test func anAnswerNeedsItsPartsAndAnInvitation() async throws {  // L6
        let (wire, id) = try await invited()
        for content in [
            answer(id, ""), answer(id, "<CS:invite-accepted/><CS:invite-declined/>"),
            "<CS:invite-accepted/><CS:in-reply-to>\(id)</CS:in-reply-to>",
            "<CS:invite-accepted/><CS:hosturl><D:href>/x</D:href></CS:hosturl>",
        ] {
            let refused = try await wire.apple(content, to: W.home, as: W.sam, root: "invite-reply")
            #expect(isInvalid(refused, "valid-request"), "\(content)")
        }
        for unknown in ["", "x", "6b1e0000-0000-4000-8000-000000000001", id + "0"] {
            let refused = try await wire.apple(answer(unknown), to: W.home, as: W.sam, root: "invite-reply")
            #expect(isInvalid(refused, "invalid-share"), "\(unknown)")
        }
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
    }
}
