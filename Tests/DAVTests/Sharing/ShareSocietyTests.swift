import DAV
import DAVTesting
import HTTPTypes
import Synchronization
import Testing

/// People and groups that change, and those who try what is not theirs. Row numbers are those of the scenarios of sharing: G groups,
/// U how it ends, X attacks.
@Suite struct ShareSocietyTests {
    typealias W = ShareWire

    private func sync(_ wire: W, _ target: String, _ token: String? = nil, as caller: Caller) async throws
        -> Multistatus
    {
        try Multistatus(
            await wire.send(
                "REPORT", target, as: caller,
                "<sync-collection xmlns='DAV:'><sync-token>\(token ?? "")</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
            ))
    }

    private func remove(_ person: Caller, from wire: W) async throws {
        let id = try #require(person.principal)
        wire.memory.remove(id, try #require(wire.handler.facts.sharing), wire.roster)
        wire.society.gone.withLock { _ = $0.insert(id) }
    }

    @Test func whoJoinsTheGroupHasItAndWhoLeavesHasNot() async throws {  // G2
        let wire = try await W()
        try await wire.share("/principals/team/", "read")
        let rules = try #require(wire.handler.facts.sharing)
        let (joining, leaving) = (
            try await sync(wire, "/cal/xena/", as: W.xena), try await sync(wire, W.home, as: W.sam)
        )
        let old = try await wire.instance()
        wire.society.members.withLock { $0 = [W.sue, W.xena].compactMap(\.principal) }
        wire.memory.regroup(rules, wire.roster)
        let new = try await wire.instance(in: "/cal/xena/", of: W.xena)
        #expect(try await sync(wire, "/cal/xena/", joining.syncToken, as: W.xena).hrefs.contains(new))
        let gone = try await sync(wire, W.home, leaving.syncToken, as: W.sam)
        #expect(gone[old]?.status?.contains("404") == true)
        #expect(try await wire.instances(in: "/cal/sue/", of: W.sue).count == 1)
        #expect(try await wire.invite() == ["/principals/team/ invite-accepted read"])
    }

    @Test func aMemberInvitedAloneKeepsThatAndOneWhoLeftIsAskedAgain() async throws {  // G3, G4
        let wire = try await W()
        try await wire.share("/principals/team/", "read")
        try await wire.share("/principals/sam/", "read-write")
        let instance = try await wire.instance()
        #expect(try await wire.access(instance, as: W.sam) == .dav("read-write"))
        try await wire.share("/principals/sam/", "no-access")
        #expect(try await wire.instance() == instance)
        #expect(try await wire.access(instance, as: W.sam) == .dav("read"))
        #expect(try await wire.send("DELETE", instance, as: W.sam).status == 204)
        #expect(try await wire.instances(in: "/cal/sue/", of: W.sue).count == 1)
        try await wire.share("/principals/team/", "read")
        #expect(try await wire.instances().count == 1)
    }

    @Test(arguments: ["/principals/sam/", "/principals/sam", "/principals/%73am/"])
    func aRemovedShareeIsInvalidAndCanBeTakenOut(href: String) async throws {  // U3
        let wire = try await W()
        try await wire.share()
        try await remove(W.sam, from: wire)
        #expect(try await wire.invite() == ["/principals/sam/ invite-invalid read-write"])
        // Inviting the name again finds nobody, and it stands in the list once.
        #expect(try await wire.post(W.sharee(href, "read")).status == 204)
        #expect(try await wire.invite() == ["/principals/sam/ invite-invalid read"])
        #expect(try await wire.post(W.sharee(href, "no-access")).status == 204)
        #expect(try await wire.invite().isEmpty)
        #expect(try await wire.access(W.calendar, as: W.olga) == .dav("not-shared"))
    }

    @Test func appleTakesOutARemovedShareeByTheNameItWasTold() async throws {  // U3, L1
        let wire = try await W()
        try await wire.share()
        try await remove(W.sam, from: wire)
        let answer = try await wire.apple("<CS:remove><D:href>/principals/sam/</D:href></CS:remove>")
        #expect(answer.status == 200)
        #expect(try await wire.invite().isEmpty)
    }

    @Test func somebodyNewOfTheNameHasNoPartInIt() async throws {  // U3
        let wire = try await W()
        try await wire.share()
        try await remove(W.sam, from: wire)
        wire.society.gone.withLock { $0 = [] }
        wire.memory.makeHome(of: try #require(W.sam.principal))
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.invite() == ["/principals/sam/ invite-invalid read-write"])
        try await wire.share()
        #expect(try await wire.instances().count == 1)
    }

    @Test func whatARemovedOwnerSharedIsGone() async throws {  // U4
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        let before = try await sync(wire, W.home, as: W.sam)
        try await remove(W.olga, from: wire)
        #expect(try await wire.send("PROPFIND", instance, ["Depth": "0"], as: W.sam).status == 404)
        let after = try await sync(wire, W.home, before.syncToken, as: W.sam)
        #expect(after[instance]?.status?.contains("404") == true)
    }

    @Test func whatIsMadeWhereAnInstanceStoodIsNew() async throws {  // U5
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        let patch = "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'>y</x></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", instance, as: W.sam, patch).status == 207)
        #expect(try await wire.send("LOCK", instance, ["Depth": "infinity"], as: W.sam, W.lockBody).status == 200)
        let names = "<x xmlns='urn:x'/><resource-id/><lockdiscovery/><share-access/>"
        let old = try await wire.propfind(instance, names, as: W.sam)[instance]
        let token = try await sync(wire, instance, as: W.sam).syncToken
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        let made = try await wire.send("MKCOL", instance, ["Content-Type": "text/xml"], as: W.sam, W.mkcol)
        #expect(made.status == 201)
        let new = try await wire.propfind(instance, names, as: W.sam)[instance]
        #expect(
            new?.property("resource-id")?.elements.map(\.text) != old?.property("resource-id")?.elements.map(\.text))
        #expect(new?.property("x") == nil && new?.property("lockdiscovery")?.elements.isEmpty == true)
        #expect(new?.property("share-access")?.elements.map(\.name.local) == ["not-shared"])
        let stale = try await wire.send(
            "REPORT", instance, as: W.sam,
            "<sync-collection xmlns='DAV:'><sync-token>\(token ?? "")</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        )
        #expect(stale.status == 403 && stale.text.contains("valid-sync-token"))
        #expect(try await wire.propfind(instance, depth: "1", "<getetag/>", as: W.sam).hrefs == [instance])
    }

    // MARK: Attacks

    @Test(arguments: [
        "<D:shared-owner/>", "<D:not-shared/>", "<x:read-write/>", "<D:read/><D:read-write/>", "", "read-write",
        "<D:no-access/><D:read/>",
    ])
    func noLevelIsSmuggledIn(level: String) async throws {  // X3, P15
        let wire = try await W()
        let line = "<D:sharee><D:href>/principals/sam/</D:href><D:share-access>\(level)</D:share-access></D:sharee>"
        #expect(try await wire.post(line).status == 400)
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.access(W.calendar, as: W.olga) == .dav("not-shared"))
    }

    @Test(arguments: [
        "/principals/", "/", "/principals/sam/x/", "/principals/%2a/", "mailto:*", "mailto:@", "mailto:*@example.org",
        "/principals/s%2Fam/", "/principals/team%00/", "//principals/sam/", "http://elsewhere.example/principals/sam/",
        "/principals/all/", "urn:uuid:*",
    ])
    func noAddressReachesMoreThanItNames(href: String) async throws {  // X11, P2
        let wire = try await W()
        let answer = try await wire.post(W.sharee(href, "read-write"))
        #expect([204, 400].contains(answer.status), "\(answer.status)")
        #expect(try await wire.invite().allSatisfy { $0.contains("invite-invalid") })
        for (home, caller) in [(W.home, W.sam), ("/cal/sue/", W.sue), ("/cal/xena/", W.xena)] {
            #expect(try await wire.instances(in: home, of: caller).isEmpty)
        }
    }

    @Test(arguments: [
        "/principals/%73%61%6D/", "/principals/x/%2e%2E/sam/", "/principals/%2E/sam/",
        "HTTP://localhost/principals/sam/",
        "http://localhost/principals/x/../sam", "  /principals/sam/\n", "MAILTO:sam%40example.org",
        "mailto:sam@example.org?subject=x",
    ])
    func encodedAndDottedHrefsNameThePersonTheyDo(href: String) async throws {  // P2, P3
        let wire = try await W()
        #expect(try await wire.post(W.sharee(href, "read")).status == 204)
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read"])
    }

    @Test func identitiesCannotBeGuessedAndGiveNothing() async throws {  // X10
        let wire = try await W()
        var names: Set<String> = []
        for _ in 0..<20 {
            try await wire.share()
            let instance = try await wire.instance()
            let name = instance.dropFirst(W.home.count).dropLast()
            #expect(name.utf8.count == 36 && Array(name)[14] == "4", "a random UUID")
            #expect(names.insert(String(name)).inserted)
            #expect(try await wire.send("PROPFIND", instance, ["Depth": "0"], as: W.xena).status == 404)
            #expect(try await wire.send("PROPFIND", "/cal/xena/\(name)/", ["Depth": "0"], as: W.xena).status == 404)
            _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        }
    }

    @Test func nothingIsReachedAroundAnInstance() async throws {  // X6
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put("/files/olga/secret", as: W.olga) == 201)
        for path in [
            "../c/a", "%2e%2e/olga/c/", "..%2f..%2folga/c/", "a/../../../olga/c/", "../../olga/", "%2F..%2F",
            "../../../files/olga/secret",
        ] {
            for method in ["GET", "PROPFIND"] {
                let answer = try await wire.send(method, instance + path, ["Depth": "0"], as: W.sam)
                #expect([400, 404].contains(answer.status), "\(method) \(path) \(answer.status)")
            }
        }
        let copied = try await wire.send(
            "COPY", "/files/olga/secret", ["Destination": instance + "a"], as: W.sam)
        #expect(copied.status == 404)
    }

    @Test func whatIsNotToldApartAnswersAlike() async throws {  // X15, P19
        let discreet = try await W(.invitation, hidesUnknown: true)
        let known = try await discreet.post(W.sharee("mailto:sue@example.org", "read"))
        let unknown = try await discreet.post(W.sharee("mailto:nobody@example.org", "read"))
        #expect(known.status == unknown.status && known.text == unknown.text && known.headers == unknown.headers)
        func apple(_ address: String) async throws -> W.Answer {
            try await discreet.apple("<CS:set><D:href>mailto:\(address)</D:href><CS:read/></CS:set>")
        }
        let (one, other) = (try await apple("sam@example.org"), try await apple("no@example.org"))
        #expect(one.status == other.status && one.text == other.text)
        #expect(try await discreet.invite().allSatisfy { $0.contains("invite-noresponse") })
        let sue = W.sharee("/principals/sue/", "read")
        let answers = [
            try await discreet.post(sue, to: "/cal/olga/nope/", as: W.olga),
            try await discreet.post(sue, to: "/cal/olga/nope/", as: W.xena),
            try await discreet.post(sue, to: W.calendar, as: W.xena),
        ]
        #expect(answers.map(\.status) == [404, 404, 404] && Set(answers.map(\.text)).count == 1)
        #expect(answers[1].headers == answers[2].headers)
        #expect(try await discreet.post(sue, as: .anonymous).status == 401)
    }

    @Test func theNextRequestFindsWhatWasTakenBack() async throws {  // X16
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put(instance + "a", as: W.sam) == 201)
        try await wire.share("/principals/sam/", "read")
        #expect(try await wire.put(instance + "a", "y", as: W.sam) == 403)
        #expect(try await wire.send("GET", instance + "a", as: W.sam).status == 200)
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        for (method, target) in [("GET", "a"), ("PROPFIND", ""), ("PUT", "a"), ("DELETE", "a")] {
            let answer = try await wire.send(method, instance + target, ["Depth": "0"], as: W.sam)
            #expect([404, 409].contains(answer.status), "\(method) \(answer.status)")
        }
    }
}
