import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Sharing over the wire. Row numbers are those of the scenarios of sharing: D discovery, P sharing, L Apple's dialect, X attacks.
@Suite struct SharePostTests {
    typealias W = ShareWire

    @Test func optionsSaySoWhereItIsTrue() async throws {  // D1
        let wire = try await W()
        func tokens(_ target: String) async throws -> String {
            try await wire.send("OPTIONS", target, as: W.olga).headers[.dav] ?? ""
        }
        #expect(try await tokens(W.calendar).contains("resource-sharing, calendarserver-sharing"))
        #expect(try await tokens("/principals/olga/").contains("calendarserver-sharing"))
        for place in ["/cal/olga/", "/"] { #expect(try await !tokens(place).contains("sharing")) }
        let plain = try await Wire().send("OPTIONS", "/files/alice/", as: .principal(Wire.alice))
        #expect(plain.headers[.dav]?.contains("sharing") == false)
    }

    @Test func thePrivilegeIsHeldByTheOwnerOnly() async throws {  // D2, L8
        let wire = try await W()
        try await wire.share()
        let names = "<supported-privilege-set/><current-user-privilege-set/><CS:allowed-sharing-modes/>"
        let own = try await wire.propfind(W.calendar, names)
        #expect(own.answer.text.components(of: "<D:share/>") == 2)
        #expect(own[W.calendar]?.property("allowed-sharing-modes")?.elements.map(\.name.local) == ["can-be-shared"])
        let instance = try await wire.instance()
        let seen = try await wire.propfind(instance, names, as: W.sam)
        #expect(seen.answer.text.components(of: "<D:share/>") == 1)
        #expect(seen[instance]?.property("allowed-sharing-modes") == nil)
    }

    @Test func whatIsNotSharedSaysSo() async throws {  // D3, D4
        let wire = try await W()
        let found = try await wire.propfind(W.calendar, "<share-access/><invite/><resourcetype/><CS:invite/>")
        let own = try #require(found[W.calendar])
        #expect(own.property("share-access")?.elements.map(\.name.local) == ["not-shared"])
        #expect(own.property("invite")?.elements.isEmpty == true)
        #expect(own.property("resourcetype")?.elements.map(\.name.local) == ["collection", "calendar"])
        try await wire.share()
        let all = try await wire.send(
            "PROPFIND", W.calendar, ["Depth": "0"], as: W.olga, "<propfind xmlns='DAV:'><allprop/></propfind>")
        for name in ["share-access", "invite", "share-resource-uri"] { #expect(!all.text.contains(name)) }
    }

    @Test(arguments: ["share-access", "invite", "share-resource-uri", "CS:invite", "CS:shared-url", "resourcetype"])
    func nobodySetsWhatTheServerSays(name: String) async throws {  // D5
        let wire = try await W()
        try await wire.share()
        let body =
            "<propertyupdate xmlns='DAV:' xmlns:CS='http://calendarserver.org/ns/'><set><prop><\(name)>x</\(name)><displayname>y</displayname></prop></set></propertyupdate>"
        for (target, caller) in [(W.calendar, W.olga), (try await wire.instance(), W.sam)] {
            let answer = try await wire.send("PROPPATCH", target, as: caller, body)
            #expect(answer.text.contains("cannot-modify-protected-property") && answer.text.contains("424"))
        }
    }

    @Test func sharingByMailMakesAnInstanceInTheHome() async throws {  // P1
        let wire = try await W()
        #expect(try await wire.instances().isEmpty)
        try await wire.share()
        #expect(try await wire.instances().count == 1)
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read-write"])
        #expect(try await wire.access(W.calendar, as: W.olga) == .dav("shared-owner"))
    }

    @Test func everySpellingIsTheSamePerson() async throws {  // P2, P3, P4
        let wire = try await W()
        for href in [
            "/principals/sam/", "/principals/sam", "http://localhost/principals/sam/", "/principals/%73am",
            "/principals/./x/../sam/", "MAILTO:Sam@Example.ORG",
        ] {
            #expect(try await wire.post(W.sharee(href, "read-write")).status == 204, "\(href)")
            #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read-write"], "\(href)")
        }
        let both = W.sharee("mailto:sam@example.org", "read-write") + W.sharee("/principals/sam/", "read")
        #expect(try await wire.post(both).status == 204)
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read"])
    }

    @Test func aBadLineSparesNobodyTheOthers() async throws {  // P5, P11
        let wire = try await W()
        let sam = W.sharee("/principals/sam/", "read")
        #expect(try await wire.post(sam + W.sharee("/principals/xena/", "shared-owner")).status == 400)
        #expect(try await wire.post(sam + W.sharee("mailto:olga@example.org", "read")).status == 403)
        #expect(try await wire.post(sam + W.sharee("/principals/olga/", "read")).status == 403)
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.post(W.sharee("/principals/olga/", "no-access")).status == 204)  // P12
        #expect(try await wire.access(W.calendar, as: W.olga) == .dav("not-shared"))
    }

    @Test func whatIsGivenCanBeLessenedAndRaised() async throws {  // P6, P7
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        try await wire.share("mailto:sam@example.org", "read")
        let refused = try await wire.send("PUT", instance + "new", ["Content-Type": "text/plain"], as: W.sam, "x")
        #expect(refused.status == 403 && refused.text.contains("<D:bind/>"))
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read"])
        #expect(try await wire.instance() == instance)
        try await wire.share()
        #expect(try await wire.put(instance + "new", as: W.sam) == 201)
    }

    @Test func whatIsRevokedIsGoneAtOnce() async throws {  // P8, P9
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await wire.send("GET", instance + "a", as: W.sam).status == 200)
        for _ in 0..<2 {
            #expect(try await wire.post(W.sharee("/principals/sam/", "no-access")).status == 204)
            #expect(try await wire.send("GET", instance + "a", as: W.sam).status == 404)
            #expect(try await wire.instances().isEmpty)
            #expect(try await wire.invite().isEmpty)
        }
        #expect(try await wire.post(W.sharee("/principals/xena/", "no-access")).status == 204)
    }

    @Test func anUnknownAddressIsInvalidOrKeptSecret() async throws {  // P10, X15
        let nobody = "mailto:nobody@example.org"
        let open = try await W()
        #expect(try await open.post(W.sharee(nobody, "read")).status == 204)
        #expect(try await open.invite() == ["\(nobody) invite-invalid read"])
        let discreet = try await W(hidesUnknown: true)
        #expect(try await discreet.post(W.sharee(nobody, "read")).status == 204)
        #expect(try await discreet.invite() == ["\(nobody) invite-noresponse read"])
    }

    @Test func theMediaTypeIsDemanded() async throws {  // P13, P14
        let wire = try await W()
        let sam = W.sharee("/principals/sam/", "read")
        for type in ["application/xml", "text/xml", nil] {
            #expect(try await wire.post(sam, type: type).status == 415, "\(type ?? "none")")
        }
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.post(sam, type: "Application/DavSharing+XML; Charset=utf-8").status == 204)
    }

    @Test(arguments: [
        "", "<", "<D:share-resource xmlns:D='DAV:'/>", "<share-resource/>", "<D:other xmlns:D='DAV:'/>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><D:share-resource xmlns:D='DAV:'>&e;</D:share-resource>",
        "<D:share-resource xmlns:D='DAV:'>" + String(repeating: "<x>", count: 5000),
    ])
    func whatIsNoRequestIsRefused(body: String) async throws {  // P15, P16
        let wire = try await W()
        let answer = try await wire.send(
            "POST", W.calendar, ["Content-Type": "application/davsharing+xml"], as: W.olga, body)
        #expect([400, 403].contains(answer.status), "\(answer.status)")
        #expect(try await wire.invite().isEmpty)
    }

    @Test func tooMuchIsRefusedUnread() async throws {  // P16
        let wire = try await W()
        let many = String(repeating: W.sharee("mailto:a@b.org", "read"), count: 10_000)
        #expect(try await wire.post(many).status == 413)
        #expect(
            try await wire.post(W.sharee("mailto:a@b.org", "read", "<D:comment><![CDATA[<b>]]></D:comment>")).status
                == 204)
    }

    @Test func whoMayNotShareIsToldSoAndStrangersNothing() async throws {  // P19, X1, X2, X4
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        for sharee in [W.sharee("/principals/sam/", "read-write"), W.sharee("/principals/xena/", "read")] {
            let refused = try await wire.post(sharee, to: instance, as: W.sam)
            #expect(refused.status == 403 && refused.text.contains("<D:share/>"))
        }
        #expect(try await wire.instances(in: "/cal/xena/", of: W.xena).isEmpty)
        let sue = W.sharee("/principals/sue/", "read")
        #expect(try await wire.post(sue, as: W.sam).status == 404)
        let hidden = try await wire.post(sue, as: W.xena)
        let missing = try await wire.post(sue, to: "/cal/olga/nope/", as: W.xena)
        #expect(hidden.status == 404 && hidden.text == missing.text)
        #expect(try await wire.post(sue, to: "/cal/olga/nope/", as: W.olga).status == 404)
    }

    @Test(arguments: ["/cal/olga/", "/principals/olga/", "/cal/olga/c/a", "/files/olga/"])
    func whatCannotBeSharedIsNot(target: String) async throws {  // P20
        let wire = try await W()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        let answer = try await wire.post(W.sharee("/principals/sam/", "read"), to: target)
        #expect([403, 405].contains(answer.status), "\(answer.status)")
    }

    @Test func aConditionThatDoesNotHoldStopsIt() async throws {  // P21
        let wire = try await W()
        let stale = ["If": "(<http://example.org/stale>)"]
        #expect(try await wire.post(W.sharee("/principals/sam/", "read"), stale).status == 412)
        #expect(try await wire.invite().isEmpty)
    }

    @Test(arguments: [
        "javascript:alert(1)", "DAV:all", "DAV:authenticated", "{DAV:}authenticated", "",
        "/" + String(repeating: "x", count: 8000),
    ])
    func noAddressStandsForEverybody(href: String) async throws {  // X11
        let wire = try await W()
        #expect(try await wire.post(W.sharee(href, "read-write")).status == 400)
        #expect(try await wire.instances(in: "/cal/xena/", of: W.xena).isEmpty)
    }

    @Test func aGroupOfProxiesIsNobody() async throws {  // X11
        let wire = try await W()
        #expect(try await wire.post(W.sharee("/principals/sam/calendar-proxy-write/", "read")).status == 204)
        #expect(try await wire.invite().allSatisfy { $0.contains("invite-invalid") })
    }

    // MARK: Apple's dialect

    private let set =
        "<CS:set><D:href>mailto:sam@example.org</D:href><CS:summary>Team</CS:summary><CS:read-write/></CS:set>"

    @Test func calendarAgentSharesAndRemoves() async throws {  // L1, L4, L7
        let wire = try await W()
        let shared = try await wire.apple(set)
        #expect(shared.status == 200 && shared.text.isEmpty)
        func types(_ target: String, _ caller: Caller) async throws -> [String]? {
            try await wire.propfind(target, "<resourcetype/>", as: caller)[target]?.property("resourcetype")?.elements
                .map(
                    \.name.local)
        }
        #expect(try await types(W.calendar, W.olga)?.contains("shared-owner") == true)
        let instance = try await wire.instance()
        #expect(try await types(instance, W.sam) == ["collection", "calendar", "shared"])
        let seen = try #require(
            try await wire.propfind(instance, "<CS:invite/><CS:shared-url/><owner/>", as: W.sam)[instance])
        #expect(seen.property("shared-url")?.elements.map(\.text) == [W.calendar])
        #expect(seen.property("owner")?.elements.map(\.text) == ["/principals/olga/"])
        #expect(seen.property("invite")?.elements.map(\.name.local) == ["organizer", "user"])
        let user = seen.property("invite")?.first(XMLName(XMLName.calendarServerNamespace, "user"))
        #expect(user?.elements.map(\.name.local) == ["href", "invite-accepted", "access"])
        #expect(user?.elements.last?.elements.map(\.name.local) == ["read-write"])
        let removed = try await wire.apple(
            "<CS:remove><D:href>/principals/sam/</D:href><CS:summary>Team</CS:summary><CS:read-write/></CS:remove>")
        #expect(removed.status == 200)
        #expect(try await types(W.calendar, W.olga)?.contains("shared-owner") == false)
        #expect(try await wire.send("GET", instance, as: W.sam).status == 404)
        _ = try await wire.apple(set)
        #expect(try await wire.post(W.sharee("/principals/sam/", "no-access")).status == 204)
        #expect(try await wire.instances().isEmpty)
    }

    @Test(arguments: ["mailto:nobody@example.org", "/principals/olga/", "DAV:all"])
    func aBadShareeAmongGoodOnesIsNamedAndNothingIsDone(href: String) async throws {  // L2
        let wire = try await W()
        let answer = try await wire.apple(set + "<CS:set><D:href>\(href)</D:href><CS:read/></CS:set>")
        let found = try Multistatus(answer)
        #expect(found["mailto:sam@example.org"]?.status == "HTTP/1.1 424 Failed Dependency")
        #expect(found[href]?.status == "HTTP/1.1 403 Forbidden")
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.apple("<CS:remove><D:href>\(href)</D:href></CS:remove>").status == 200)
    }

    @Test func itsErrorsAreItsOwn() async throws {  // L3, L9
        let wire = try await W()
        let bad = try await wire.apple("<CS:set><CS:read/></CS:set>")
        #expect(bad.status == 403 && bad.text.contains("valid-request"))
        let modes = try await wire.propfind(W.calendar, "<CS:allowed-sharing-modes/>")
        #expect(!modes.answer.text.contains("can-be-published"))
    }
}

extension String {
    /// How often `part` stands in it.
    fileprivate func components(of part: String) -> Int {
        var (count, rest) = (0, Substring(self))
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
