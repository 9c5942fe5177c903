import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Registering (draft-bitfire-webdav-push §2, §3); T numbers name scenarios.
@Suite struct PushRegisterTests {
    let push = PushWire()
    var wire: Wire { push.wire }
    let home = "/files/alice/"

    @Test func optionsSaysSoToThoseWhoCouldRegister() async throws {  // T1, T2
        let own = try await wire.send("OPTIONS", home)
        #expect(own.headers[.dav]?.contains("webdav-push") == true)
        #expect(own.headers[.allow]?.contains("POST") == true)
        #expect(try await wire.send("OPTIONS", "/").headers[.dav]?.contains("webdav-push") == false)
        #expect(try await wire.send("OPTIONS", home, as: .anonymous).headers[.dav]?.contains("webdav-push") != true)
        #expect(try await Wire().send("OPTIONS", home).headers[.dav]?.contains("webdav-push") == false)
    }

    @Test func propertiesStandWhereOneCanRegister() async throws {  // T3, T4, T5, T6
        try await wire.put("/files/alice/a.txt")
        let names =
            "<P:transports xmlns:P='https://bitfire.at/webdav-push'/><P:topic xmlns:P='https://bitfire.at/webdav-push'/><P:supported-triggers xmlns:P='https://bitfire.at/webdav-push'/>"
        let found = try await wire.propfind(home, depth: "1", names)
        let own = try #require(found[home])
        #expect(own.value("topic")?.count == 22)
        #expect(own.property("transports")?.elements.map(\.name) == [.push("paper")])
        let triggers = try #require(own.property("supported-triggers"))
        #expect(triggers.elements.map(\.name) == [.push("content-update"), .push("property-update")])
        #expect(triggers.elements.map { $0.first(.dav("depth"))?.text } == ["infinity", "infinity"])
        let member = try #require(found["/files/alice/a.txt"])
        #expect(member.property("supported-triggers")?.elements.map { $0.first(.dav("depth"))?.text } == ["0", "0"])
        #expect(member.value("topic") != own.value("topic"))
        let root = try await wire.propfind("/", names)
        for name in ["transports", "topic", "supported-triggers"] {
            #expect(root["/"]?.status(of: name) == "HTTP/1.1 404 Not Found")
        }
        let all = try await wire.send("PROPFIND", home, ["Depth": "0"], "<propfind xmlns='DAV:'><allprop/></propfind>")
        #expect(!all.text.contains("topic"))
        let known = try await wire.send(
            "PROPFIND", home, ["Depth": "0"], "<propfind xmlns='DAV:'><propname/></propfind>")
        #expect(known.text.contains("topic"))
        let patch =
            "<propertyupdate xmlns='DAV:'><set><prop><topic xmlns='https://bitfire.at/webdav-push'>x</topic></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", home, patch).text.contains("cannot-modify-protected-property"))
    }

    @Test func theTopicFollowsTheResource() async throws {  // T7, D14
        func topic(_ path: String) async throws -> String? {
            try await wire.propfind(path, "<topic xmlns='https://bitfire.at/webdav-push'/>")[path]?.value("topic")
        }
        try await wire.mkcol("/files/alice/c")
        let first = try await topic("/files/alice/c/")
        try await wire.send("MOVE", "/files/alice/c/", ["Destination": "/files/alice/d/"])
        #expect(try await topic("/files/alice/d/") == first)
        try await wire.mkcol("/files/alice/c")
        #expect(try await topic("/files/alice/c/") != first)
    }

    @Test func aRegistrationIsAnsweredWithItsURLAndExpiry() async throws {  // T9, T24, N18-N20
        let answer = try await push.register(home)
        #expect(answer.status == 204)
        #expect(answer.headers[.location]?.hasPrefix("http://localhost/push/") == true)
        #expect(answer.headers[.expires] == PushWire.now.adding(seconds: 7 * 86_400).httpDate)
        #expect(answer.headers[.cacheControl] == "no-store")
        let again = try await push.register(home, PushWire.body(expires: PushWire.now.adding(seconds: 9000).httpDate))
        #expect(again.headers[.location] == answer.headers[.location])
        #expect(again.headers[.expires] == PushWire.now.adding(seconds: 9000).httpDate)
        let all = try await push.registry.registrations(of: nil, after: nil, limit: 9, now: PushWire.now)
        #expect(all.count == 1)
    }

    @Test(arguments: [
        (nil, 604_800), ("garbage", 604_800), ("Sun, 06 Nov 1994 08:49:37 GMT", 604_800),
        (PushWire.now.adding(seconds: 259_200).httpDate, 259_200),
        (PushWire.now.adding(seconds: 315_360_000).httpDate, 1_209_600),
        (PushWire.now.adding(seconds: 5).httpDate, 3600),
    ])
    func expiryIsWhatWasAskedForWithinLimits(_ asked: String?, _ granted: Int) async throws {  // T23, D6
        let answer = try await push.register(home, PushWire.body(expires: asked))
        #expect(answer.headers[.expires] == PushWire.now.adding(seconds: Int64(granted)).httpDate)
    }

    @Test(arguments: [
        ("", "invalid-subscription"), ("<other/>", "invalid-subscription"),
        ("<paper-subscription/>", "invalid-subscription"),
        (PushWire.address("a") + PushWire.address("b"), "invalid-subscription"),
        (PushWire.address("a") + "</subscription><subscription>" + PushWire.address("b"), "invalid-subscription"),
        (PushWire.address("a") + "</subscription><trigger/><trigger/><subscription>", "invalid-subscription"),
    ])
    func aSubscriptionThatIsNoneIsRefused(_ subscription: String, _ condition: String) async throws {  // T15
        let answer = try await push.register(home, PushWire.body(subscription, trigger: nil))
        #expect(answer.status == 403)
        #expect(try answer.xml().elements.first?.name == .push(condition))
    }

    @Test func triggersAreReadLeniently() async throws {  // T9-T14, D2, D4, N13
        func triggers(_ target: String, _ trigger: String?) async throws -> PushTriggers? {
            let answer = try await push.register(
                target, PushWire.body(PushWire.address(ResourceID.random().uuidString), trigger: trigger))
            guard answer.status == 204 else {
                #expect(try answer.xml().elements.first?.name == .push("no-supported-trigger"))
                return nil
            }
            let id = push.id(try #require(answer.headers[.location]))
            return try await push.registry.registrations(of: nil, after: nil, limit: 99, now: PushWire.now)
                .first { $0.id == id }?.triggers
        }
        try await wire.put("/files/alice/a.txt")
        let file = "/files/alice/a.txt"
        let deep = "<content-update><D:depth>infinity</D:depth></content-update>"
        let named =
            "<property-update><D:depth>0</D:depth><D:prop><D:displayname/><D:getetag/></D:prop></property-update>"
        #expect(try await triggers(home, nil) == PushTriggers(content: .one))
        #expect(try await triggers(file, nil) == PushTriggers(content: .zero))
        #expect(try await triggers(home, deep) == PushTriggers(content: .infinity))
        #expect(try await triggers(file, deep) == PushTriggers(content: .zero))
        #expect(
            try await triggers(home, "<content-update><D:sync-level> Infinite </D:sync-level></content-update>")
                == PushTriggers(content: .infinity))
        let both = PushTriggers(content: .infinity, property: .zero, properties: [.dav("displayname")])
        #expect(try await triggers(home, named + deep) == both)
        #expect(
            try await triggers(home, "<property-update><D:prop/></property-update>") == PushTriggers(property: .zero))
        #expect(try await triggers(home, "") == nil)
        #expect(try await triggers(home, "<unknown/>") == nil)
        #expect(try await triggers(home, "<property-update><D:prop><D:getetag/></D:prop></property-update>") == nil)
        #expect(PushTriggers(content: .infinity).clamped(to: CollectionKind.principal.push).isEmpty)
    }

    @Test func whatCannotBeReadIsRefusedQuickly() async throws {  // T21
        #expect(try await push.register(home, "").status == 400)
        #expect(try await push.register(home, PushWire.body() + "x").status == 400)
        let doctype = "<!DOCTYPE push-register [<!ENTITY a 'b'>]>" + PushWire.body()
        #expect((400..<500).contains(try await push.register("/files/alice/none", doctype).status))
        #expect(try await push.register(home, doctype).status == 403, "no-external-entities")
        #expect(try await push.register(home, String(PushWire.body().dropLast(10))).status == 400)
        #expect(try await push.register(home, "<p:push-register xmlns:p='https://bitfire.at/webdav-push'").status == 400)
        #expect(
            try await push.register(home, PushWire.body(PushWire.address(String(repeating: "x", count: 17_000)))).status
                == 413)
        let bomb = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(try await push.register(home, PushWire.body(bomb)).status == 400)
        #expect(try await push.register(home, PushWire.body(), type: "text/xml").status == 204, "T22")
    }

    @Test func otherDocumentsAreMembersToBeAdded() async throws {  // T22, RFC 5995
        let long = "<note>" + String(repeating: "x", count: 50_000) + "</note>"
        for body in ["<note/>", "<broken", long] {
            let answer = try await push.register(home, body)
            #expect(answer.status == 201)
            #expect(try await wire.send("GET", try #require(answer.headers[.contentLocation])).text == body)
        }
    }

    @Test func whereNothingCanBeRegisteredItSaysSo() async throws {  // T19, T20
        let root = try await push.register("/")
        #expect(root.status == 403)
        #expect(try root.xml().elements.first?.name == .push("push-not-available"))
        #expect(try await push.register("/files/alice/none").status == 404)
        #expect(try await push.register("/files/bob/").status == 404, "what may not be read is not there")
        #expect(try await push.register(home, as: .anonymous).status == 401)
        let off = try await Wire().send("POST", home, ["Content-Type": "application/xml"], PushWire.body())
        #expect(try off.xml().elements.first?.name == .push("push-not-available"))
    }

    @Test func aRegistrationIsItsOwnersAlone() async throws {  // T27, T28, T29
        let location = try await push.registered(home)
        let path = String(location.dropFirst("http://localhost".count))
        #expect(try await wire.send("DELETE", path, as: .anonymous).status == 401)
        #expect(try await wire.send("DELETE", path, as: .principal(Wire.bob)).status == 404)
        for method in ["GET", "PROPFIND", "PUT", "REPORT"] {
            let answer = try await wire.send(method, path)
            #expect(answer.status == 405)
            #expect(answer.bytes.isEmpty)
        }
        #expect(try await wire.send("DELETE", path).status == 204)
        #expect(try await wire.send("DELETE", path).status == 404)
    }

    @Test func keysAreThoseOfTheLastRegistration() async throws {  // T25, T26, N41
        let first = try await push.registered(home, PushWire.body(PushWire.address("x", key: "old")))
        try await wire.mkcol("/files/alice/c")
        let second = try await push.registered("/files/alice/c/", PushWire.body(PushWire.address("x", key: "new")))
        #expect(first != second)
        let all = try await push.registry.registrations(of: Wire.alice, after: nil, limit: 9, now: PushWire.now)
        #expect(all.count == 2)
        #expect(all.allSatisfy { $0.subscription.details == Array("new".utf8) })
    }

    @Test func thereIsALimit() async throws {  // T80
        var limits = PushLimits()
        limits.perPrincipalAndResource = 2
        for name in ["a", "b"] { _ = try await push.registered(home, PushWire.body(PushWire.address(name))) }
        let registration = try #require(
            try await push.registry.registrations(of: nil, after: nil, limit: 1, now: PushWire.now).first)
        var third = registration
        third.id = .random()
        third.subscription.identity = "c"
        do {
            _ = try await push.registry.register(third, limits: limits)
            Issue.record("A third one was registered.")
        } catch let error as DAVError {
            #expect(error == .quotaNotExceeded)
        }
    }
}
