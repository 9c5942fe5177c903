import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Who else comes to what is shared: proxies of either side, and those whom somebody let in by an ACL. Row numbers are those of
/// the scenarios of sharing: V the view, X attacks.
@Suite struct ShareDelegateTests {
    typealias W = ShareWire

    private func shared(_ level: String) async throws -> (wire: W, instance: String) {
        let wire = try await W()
        try await wire.share("mailto:sam@example.org", level)
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        return (wire, try await wire.instance())
    }

    @Test(arguments: [
        ("read", ProxyGroup.read, 403), ("read", .write, 403), ("read-write", .read, 403), ("read-write", .write, 201),
    ])
    func aProxyActsWithinWhatTheShareeHas(level: String, group: ProxyGroup, status: Int) async throws {  // X12, V2
        let (wire, instance) = try await shared(level)
        #expect(try await wire.send("GET", instance + "a", as: W.sue).status == 404)
        try wire.society.allow(W.sue, actFor: W.sam, as: group)
        #expect(try await wire.send("GET", instance + "a", as: W.sue).status == 200)
        #expect(try await wire.instances(of: W.sue) == [instance])
        #expect(try await wire.access(instance, as: W.sue) == .dav(level))
        let put = try await wire.send("PUT", instance + "b", ["Content-Type": "text/plain"], as: W.sue, "x")
        #expect(put.status == status)
        if status == 403 { #expect(put.text.contains("need-privileges") && put.text.contains(instance)) }
        // Neither does the proxy pass it on, nor see it where the owner has it.
        let shared = try await wire.post(W.sharee("/principals/xena/", "read"), to: instance, as: W.sue)
        #expect(shared.status == 403 && shared.text.contains("<D:share/>"))
        #expect(try await wire.send("GET", W.calendar + "a", as: W.sue).status == 404)
        #expect(try await wire.invite(instance, as: W.sue).map { $0.prefix(16) } == ["/principals/sam/"])
        _ = try await wire.post(W.sharee("/principals/sam/", "no-access"))
        #expect(try await wire.send("GET", instance + "a", as: W.sue).status == 404)
    }

    @Test func theOwnerAsTheShareesProxySeesTheShareesLevel() async throws {  // V2, X12
        let (wire, instance) = try await shared("read")
        try wire.society.allow(W.olga, actFor: W.sam, as: .write)
        #expect(try await wire.access(instance, as: W.olga) == .dav("read"))
        #expect(try await wire.put(instance + "b", as: W.olga) == 403)
        #expect(try await wire.put(W.calendar + "b", as: W.olga) == 201)
    }

    @Test func aProxyOfTheOwnerSharesNothing() async throws {  // X12
        let (wire, _) = try await shared("read")
        try wire.society.allow(W.sue, actFor: W.olga, as: .write)
        let refused = try await wire.post(W.sharee("/principals/xena/", "read"), as: W.sue)
        #expect(refused.status == 403 && refused.text.contains("<D:share/>"))
        #expect(try await wire.access(W.calendar, as: W.sue) == .dav("shared-owner"))
    }

    private func grant(_ privilege: String, to principal: String, at target: String, by caller: Caller, on wire: W)
        async throws
    {
        let body =
            "<acl xmlns='DAV:'><ace><principal><href>/principals/\(principal)/</href></principal><grant><privilege><\(privilege)/></privilege></grant></ace></acl>"
        let answer = try await wire.send("ACL", target, ["Content-Type": "text/xml"], as: caller, body)
        try #require(answer.status == 200, "\(answer.text)")
    }

    @Test(arguments: ["read", "all"])
    func whomTheShareeLetsIntoTheirHomeSeesNothingOfIt(privilege: String) async throws {  // X4, X12
        let (wire, instance) = try await shared("read-write")
        try await grant(privilege, to: "xena", at: W.home, by: W.sam, on: wire)
        #expect(try await wire.instances(of: W.xena).isEmpty)
        #expect(try await wire.send("GET", instance + "a", as: W.xena).status == 404)
        #expect(try await wire.send("PROPFIND", instance, ["Depth": "0"], as: W.xena).status == 404)
        for level in ["1", "infinite"] {
            let found = try await wire.send(
                "REPORT", W.home, as: W.xena,
                "<sync-collection xmlns='DAV:'><sync-token/><sync-level>\(level)</sync-level><prop><getetag/></prop></sync-collection>"
            )
            #expect(found.status == 207 && !found.text.contains(instance), "\(found.text)")
        }
        let acl = try await wire.send(
            "ACL", instance, ["Content-Type": "text/xml"], as: W.sam, "<acl xmlns='DAV:'/>")
        #expect(acl.status == 403 || acl.status == 405)
        // Neither is what they may not read theirs to remove, or to put something else in its place.
        #expect(try await wire.send("DELETE", instance, as: W.xena).status == 404)
        #expect(try await wire.put(String(instance.dropLast()), as: W.xena) != 201)
        #expect(try await wire.instances().count == 1)
    }

    @Test func whoMayOnlyReadSeesThatItIsSharedButNotWithWhom() async throws {  // V10, V2
        let (wire, instance) = try await shared("read")
        try await wire.share("/principals/sue/", "read")
        try await grant("read", to: "xena", at: W.calendar, by: W.olga, on: wire)
        try await grant("read", to: "sam", at: W.calendar, by: W.olga, on: wire)
        let names = "<invite/><CS:invite/><share-access/><share-resource-uri/>"
        let found = try await wire.propfind(W.calendar, names, as: W.sam)
        #expect(found[W.calendar]?.status(of: "invite")?.contains("404") == true)
        #expect(found[W.calendar]?.property("share-access")?.elements.map(\.name.local) == ["shared-owner"])
        #expect(!found.answer.text.contains("principals"))
        let listed = try await wire.propfind("/cal/olga/", depth: "1", "<invite/><CS:invite/>")
        #expect(listed[W.calendar]?.property("invite")?.elements.count == 2)
        #expect(try await wire.invite(instance, as: W.sam).count == 1)
        try await grant("all", to: "xena", at: W.calendar, by: W.olga, on: wire)
        #expect(try await wire.invite(as: W.xena).count == 2)
    }
}
