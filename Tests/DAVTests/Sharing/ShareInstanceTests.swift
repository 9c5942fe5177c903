import DAV
import DAVTesting
import HTTPTypes
import Testing

/// What a sharee has: the owner's content under their own URL. Row numbers are those of the scenarios of sharing: V the view, X
/// attacks, U how it ends, G groups.
@Suite struct ShareInstanceTests {
    typealias W = ShareWire

    private func shared(_ level: String = "read-write") async throws -> (wire: W, instance: String) {
        let wire = try await W()
        try await wire.share("mailto:sam@example.org", level)
        return (wire, try await wire.instance())
    }

    @Test func everyHrefIsInTheCallerSSpace() async throws {  // V1, V11
        let (wire, instance) = try await shared()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        for target in [W.home, instance] {
            let found = try await wire.propfind(target, depth: "1", "<getetag/><resourcetype/>", as: W.sam)
            let shown = found.hrefs.filter { $0 != W.notifications("sam") }
            #expect(shown.allSatisfy { $0.hasPrefix(W.home) } && shown.count == 2)
        }
        let made = try await wire.send(
            "POST", instance, ["Content-Type": "text/plain"], as: W.sam, "x")
        #expect(made.status == 201 && made.headers[.location]?.contains(instance) == true)
    }

    @Test func theRoleIsThatOfTheURL() async throws {  // V2, V3, V4
        let (wire, instance) = try await shared("read")
        #expect(try await wire.access(instance, as: W.sam) == .dav("read"))
        #expect(try await wire.access(W.calendar, as: W.olga) == .dav("shared-owner"))
        #expect(try await wire.send("GET", instance, as: W.olga).status == 404)
        func uri(_ target: String, _ caller: Caller) async throws -> [String]? {
            try await wire.propfind(target, "<share-resource-uri/>", as: caller)[target]?.property(
                "share-resource-uri")?
                .elements.map(\.text)
        }
        let own = try await uri(W.calendar, W.olga)
        #expect(own?.first?.hasPrefix("urn:uuid:") == true)
        #expect(try await uri(instance, W.sam) == own)
        try await wire.share()
        try await wire.share("/principals/sue/", "read")
        let other = try await wire.instance(in: "/cal/sue/", of: W.sue)
        #expect(try await uri(other, W.sue) == own)
        _ = try await wire.send("COPY", W.calendar, ["Destination": "/cal/olga/d/"], as: W.olga)
        #expect(try await uri("/cal/olga/d/", W.olga) == nil)
        #expect(try await wire.access("/cal/olga/d/", as: W.olga) == .dav("not-shared"))
        let seen = try await wire.propfind(instance, "<owner/>", as: W.sam)[instance]
        #expect(seen?.property("owner")?.elements.map(\.text) == ["/principals/olga/"])
    }

    @Test func contentGoesBothWays() async throws {  // V5
        let (wire, instance) = try await shared()
        #expect(try await wire.put(instance + "a", "from sam", as: W.sam) == 201)
        #expect(try await wire.send("GET", W.calendar + "a", as: W.olga).text == "from sam")
        #expect(try await wire.put(W.calendar + "a", "from olga", as: W.olga) == 204)
        #expect(try await wire.send("GET", instance + "a", as: W.sam).text == "from olga")
        #expect(try await wire.send("DELETE", instance + "a", as: W.sam).status == 204)  // X9
        #expect(try await wire.send("GET", W.calendar + "a", as: W.olga).status == 404)
    }

    @Test func propertiesOfTheInstanceAreItsOwnAndTheOwnersShowThrough() async throws {  // V6, V7
        let (wire, instance) = try await shared("read")
        func set(_ target: String, _ caller: Caller, _ instruction: String) async throws {
            let body =
                "<D:propertyupdate xmlns:D='DAV:' xmlns='urn:x'>\(instruction)</D:propertyupdate>"
            let answer = try await wire.send("PROPPATCH", target, as: caller, body)
            #expect(answer.text.contains("200 OK"), "\(answer.text)")
        }
        func colour(_ target: String, _ caller: Caller) async throws -> String? {
            try await wire.propfind(target, "<colour xmlns='urn:x'/>", as: caller)[target]?.value("colour")
        }
        try await set(W.calendar, W.olga, "<D:set><D:prop><colour>red</colour></D:prop></D:set>")
        #expect(try await colour(instance, W.sam) == "red")
        try await set(instance, W.sam, "<D:set><D:prop><colour>blue</colour></D:prop></D:set>")
        #expect(try await colour(instance, W.sam) == "blue")
        #expect(try await colour(W.calendar, W.olga) == "red")
        try await set(W.calendar, W.olga, "<D:set><D:prop><colour>green</colour></D:prop></D:set>")
        #expect(try await colour(instance, W.sam) == "blue")
        try await set(instance, W.sam, "<D:remove><D:prop><colour/></D:prop></D:remove>")
        #expect(try await colour(instance, W.sam) == "green")
    }

    @Test func aShareeSeesTheirOwnLineOnly() async throws {  // V10
        let (wire, instance) = try await shared()
        try await wire.share("/principals/sue/", "read")
        #expect(try await wire.invite(instance, as: W.sam) == ["/principals/sam/ invite-accepted read-write"])
        #expect(try await wire.invite().count == 2)
    }

    // MARK: Attacks

    @Test func aReaderWritesNothingButTheirOwnProperties() async throws {  // X7
        let (wire, instance) = try await shared("read")
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        let patch = "<propertyupdate xmlns='DAV:'><set><prop><displayname>x</displayname></prop></set></propertyupdate>"
        let lock =
            "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>"
        let requests: [(String, String, [String: String], String)] = [
            ("PUT", "a", ["Content-Type": "text/plain"], "y"), ("PUT", "new", ["Content-Type": "text/plain"], "y"),
            ("DELETE", "a", [:], ""), ("MOVE", "a", ["Destination": instance + "b"], ""),
            ("COPY", "a", ["Destination": instance + "b"], ""), ("LOCK", "a", [:], lock),
            ("MKCOL", "sub/", [:], ""), ("PROPPATCH", "a", [:], patch),
        ]
        for (method, name, headers, body) in requests {
            let answer = try await wire.send(method, instance + name, headers, as: W.sam, body)
            #expect(answer.status == 403 && answer.text.contains("need-privileges"), "\(method) \(answer.status)")
        }
        #expect(try await wire.send("GET", W.calendar + "a", as: W.olga).text == "x")
    }

    @Test func strangersSeeNothingOfEither() async throws {  // X5, X6
        let (wire, instance) = try await shared()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        for target in [W.calendar, instance, W.calendar + "a", instance + "a"] {
            for method in ["GET", "PROPFIND"] {
                #expect(
                    try await wire.send(method, target, ["Depth": "0"], as: W.xena).status == 404, "\(method) \(target)"
                )
            }
            #expect([404, 409].contains(try await wire.put(target + "x", as: W.xena)))
        }
        #expect(try await wire.send("GET", W.calendar + "a", as: W.sam).status == 404)
    }

    @Test func aLockHoldsAtEveryURLAndIsToldInTheCallerSSpace() async throws {  // X8
        let (wire, instance) = try await shared()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        let body =
            "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>"
        let locked = try await wire.send("LOCK", instance + "a", as: W.sam, body)
        #expect(locked.status == 200 && locked.text.contains("<D:lockroot><D:href>\(instance)a</D:href>"))
        let refused = try await wire.send("PUT", W.calendar + "a", ["Content-Type": "text/plain"], as: W.olga, "y")
        #expect(refused.status == 423)
        #expect(refused.text.contains(W.calendar + "a") && !refused.text.contains(instance))
        let token = try #require(locked.headers[.lockToken])
        #expect(try await wire.put(instance + "a", "y", as: W.sam, ["If": "(\(token))"]) == 204)
        #expect(try await wire.put(instance + "a", "z", as: W.sam) == 423)
        #expect(try await wire.send("UNLOCK", instance + "a", ["Lock-Token": token], as: W.sam).status == 204)
    }

    @Test func whatIsStoredCountsAgainstTheOwner() async throws {  // X14
        let wire = try await W(quotaBytes: 100)
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put("/files/sam/full", String(repeating: "x", count: 100), as: W.sam) == 201)
        #expect(try await wire.put(instance + "a", String(repeating: "x", count: 100), as: W.sam) == 201)
        #expect(try await wire.put(instance + "b", "x", as: W.sam) == 507)
    }

    @Test func whatWasResolvedBeforeARevocationWritesNothingAfterIt() async throws {  // X13
        let (wire, instance) = try await shared()
        let path = try DAVPath(parsing: instance)
        let before = try #require(try await wire.memory.collection(at: path, for: W.sam)?.writing)
        let condition = Condition(caller: W.sam, now: wire.handler.clock())
        _ = try await before.put(Name("a")!, Upload(body: BodyStream(of: [1])), if: condition)
        try await wire.share("/principals/sam/", "read")
        await #expect(throws: DAVError.self) {
            _ = try await before.put(Name("b")!, Upload(body: BodyStream(of: [1])), if: condition)
        }
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        await #expect(throws: DAVError.self) { try await before.delete(Name("a")!, if: condition) }
        #expect(try await wire.send("GET", W.calendar + "a", as: W.olga).status == 200)
    }

    // MARK: How it ends

    @Test func removingTheInstanceRemovesNoContentAndDeclines() async throws {  // U1, X9
        let (wire, instance) = try await shared()
        #expect(try await wire.put(instance + "a", as: W.sam) == 201)
        #expect(try await wire.send("DELETE", instance, as: W.sam).status == 204)
        #expect(try await wire.send("GET", W.calendar + "a", as: W.olga).status == 200)
        #expect(try await wire.invite() == ["/principals/sam/ invite-declined read-write"])
        try await wire.share()
        #expect(try await wire.instance() != instance)
    }

    @Test func removingTheCollectionRemovesEveryInstance() async throws {  // U2, U4
        let (wire, instance) = try await shared()
        try await wire.share("/principals/sue/", "read")
        #expect(try await wire.send("DELETE", W.calendar, as: W.olga).status == 204)
        #expect(try await wire.send("PROPFIND", instance, ["Depth": "0"], as: W.sam).status == 404)
        #expect(try await wire.instances().isEmpty)
        #expect(try await wire.instances(in: "/cal/sue/", of: W.sue).isEmpty)
    }

    @Test func anInstanceIsRenamedInItsHomeOnlyAndCopiedAsContent() async throws {  // U5, U6
        let (wire, instance) = try await shared()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await wire.send("MOVE", instance, ["Destination": "/files/sam/x/"], as: W.sam).status == 403)
        #expect(try await wire.send("MOVE", instance, ["Destination": "/cal/sam/team/"], as: W.sam).status == 201)
        #expect(try await wire.send("GET", "/cal/sam/team/a", as: W.sam).status == 200)
        #expect(try await wire.access("/cal/sam/team/", as: W.sam) == .dav("read-write"))
        #expect(
            try await wire.send("COPY", "/cal/sam/team/", ["Destination": "/cal/sam/mine/"], as: W.sam).status == 201)
        #expect(try await wire.access("/cal/sam/mine/", as: W.sam) == .dav("not-shared"))
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        #expect(try await wire.send("GET", "/cal/sam/team/a", as: W.sam).status == 404)
        #expect(try await wire.send("GET", "/cal/sam/mine/a", as: W.sam).status == 200)
    }

    @Test func theOwnerRenamesAndTheShareStays() async throws {  // U7
        let (wire, instance) = try await shared()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await wire.send("MOVE", W.calendar, ["Destination": "/cal/olga/moved/"], as: W.olga).status == 201)
        #expect(try await wire.send("GET", instance + "a", as: W.sam).status == 200)
        #expect(try await wire.invite("/cal/olga/moved/").count == 1)
    }

    @Test func aGroupIsSharedWithEachOfItsMembersButTheOwner() async throws {  // G1, G5
        let wire = try await W()
        try await wire.share("/principals/team/", "read")
        #expect(try await wire.instances().count == 1)
        #expect(try await wire.instances(in: "/cal/sue/", of: W.sue).count == 1)
        #expect(try await wire.instances(in: "/cal/olga/", of: W.olga) == [W.calendar])
        #expect(try await wire.invite() == ["/principals/team/ invite-accepted read"])
    }
}
