import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// Inboxes and outboxes as collections: who may do what (RFC 6638 §6, D-14), and what is found in them (D-15).
@Suite struct SchedulingBoxTests {
    let wire = CalendarWire.scheduling()
    let inbox = "/calendars/alice/inbox/"
    let outbox = "/calendars/alice/outbox/"

    private struct Tree: Equatable {
        var name: String
        var parts: [Tree]

        init(_ element: XMLElement) {
            name = element.first(.dav("privilege"))?.elements.first?.name.local ?? ""
            parts = element.elements.filter { $0.name == .dav("supported-privilege") }.map(Tree.init)
            #expect(element.first(.dav("abstract")) == nil)
        }

        subscript(name: String) -> Tree? { parts.first { $0.name == name } }
    }

    @Test func privilegesStandInTheirAggregates() async throws {  // D-14
        for (target, whole, parts) in [
            (
                inbox, "schedule-deliver",
                ["schedule-deliver-invite", "schedule-deliver-reply", "schedule-query-freebusy"]
            ),
            (outbox, "schedule-send", ["schedule-send-invite", "schedule-send-reply", "schedule-send-freebusy"]),
        ] {
            let found = try await wire.properties(target, "<D:supported-privilege-set/><D:current-user-privilege-set/>")
            let all = try #require(found.property("supported-privilege-set")?.elements.first.map(Tree.init))
            #expect(all.name == "all")
            #expect(all[whole]?.parts.map(\.name) == parts)
            #expect(all["read"]?[whole] == nil)
            let held =
                found.property("current-user-privilege-set")?.elements.flatMap(\.elements).map(\.name.local) ?? []
            #expect(Set(held).isSuperset(of: [whole] + parts))
        }
        let calendar = try await wire.properties("/calendars/alice/work/", "<D:supported-privilege-set/>")
        let tree = try #require(calendar.property("supported-privilege-set")?.elements.first.map(Tree.init))
        #expect(tree["schedule-deliver"] == nil && tree["schedule-send"] == nil)
    }

    @Test func theServersRuleIsAProtectedEntry() async throws {
        func entries(_ wire: CalendarWire) async throws -> [XMLElement] {
            let acl = try await wire.properties(inbox, "<D:acl/>").property("acl")?.elements ?? []
            return acl.filter { $0.first(.dav("principal"))?.first(.dav("authenticated")) != nil }
        }
        let everybody = try await entries(wire)
        #expect(everybody.count == 1 && everybody.first?.first(.dav("protected")) != nil)
        let granted = everybody.first?.first(.dav("grant"))?.elements.flatMap(\.elements).map(\.name)
        #expect(granted == [.calDAV("schedule-deliver")])
        #expect(try await entries(CalendarWire.scheduling(delivery: .granted)).isEmpty)
    }

    /// Who may deliver learns nothing by it: an inbox answers as nothing does.
    @Test func deliveringTellsOfNothing() async throws {  // D-14
        try await wire.deliver(Sample.event("a"), as: "a.ics")
        let deliver = """
            <D:acl \(CalendarWire.namespaces)><D:ace><D:principal><D:href>/principals/bob/</D:href></D:principal><D:grant>\
            <D:privilege><C:schedule-deliver/></D:privilege></D:grant></D:ace></D:acl>
            """
        for _ in 0..<2 {
            for (method, target) in [
                ("PROPFIND", inbox), ("PROPFIND", inbox + "a.ics"), ("GET", inbox + "a.ics"), ("OPTIONS", inbox),
                ("POST", outbox), ("PROPFIND", "/calendars/alice/nothing/"), ("PUT", inbox + "b.ics"),
                ("DELETE", inbox),
            ] {
                let answer = try await wire.send(
                    method, target, ["Depth": "0"], as: .principal(CalendarWire.bob))
                #expect(
                    answer.status == (["PUT", "DELETE"].contains(method) ? 409 : 404) || answer.status == 404,
                    "\(method) \(target): \(answer.status)")
            }
            let listed = try await wire.send(
                "PROPFIND", "/calendars/", ["Depth": "1"], as: .principal(CalendarWire.bob))
            #expect(!listed.text.contains("alice"))
            #expect(try await wire.send("ACL", inbox, [:], deliver).status == 200)
        }
    }

    @Test func authorityIsWhatTheBoxesSay() async throws {  // D-14
        func authority(_ wire: CalendarWire) throws -> SchedulingAuthority {
            SchedulingAuthority(
                backend: wire.memory, authorizer: wire.handler.authorizer,
                rules: try #require(wire.calendars.scheduling))
        }
        let (alice, bob) = (CalendarWire.alice, CalendarWire.bob)
        let open = try authority(wire)
        #expect(try await open.mayDeliver(.request, from: bob, to: alice))
        #expect(try await open.mayDeliver(.reply, from: bob, to: alice))
        #expect(try await open.mayAskFreeBusy(bob, of: alice))
        #expect(try await !open.mayDeliver(.request, from: bob, to: PrincipalID(Name("carol")!)))
        let strict = CalendarWire.scheduling(delivery: .granted)
        let closed = try authority(strict)
        #expect(try await !closed.mayDeliver(.request, from: bob, to: alice))
        let invite = """
            <D:acl \(CalendarWire.namespaces)><D:ace><D:principal><D:href>/principals/bob/</D:href></D:principal><D:grant>\
            <D:privilege><C:schedule-deliver-invite/></D:privilege></D:grant></D:ace></D:acl>
            """
        #expect(try await strict.send("ACL", inbox, [:], invite).status == 200)
        #expect(try await closed.mayDeliver(.request, from: bob, to: alice))
        #expect(try await closed.mayDeliver(.cancel, from: bob, to: alice))
        #expect(try await !closed.mayDeliver(.reply, from: bob, to: alice))
        #expect(try await !closed.mayAskFreeBusy(bob, of: alice))
        #expect(try await closed.mayDeliver(.reply, from: alice, to: alice))

        let path = DAVPath([Name("calendars")!, alice.name, Name("work")!])
        let calendar = try #require(await wire.memory.collection(at: path, for: .principal(alice))).info
        #expect(try await open.maySend(.request, alice, in: calendar))
        #expect(try await !open.maySend(.request, bob, in: calendar))
        let send = invite.replacing("schedule-deliver-invite", with: "schedule-send-reply")
        #expect(try await wire.send("ACL", outbox, [:], send).status == 200)
        #expect(try await open.maySend(.reply, bob, in: calendar))
        #expect(try await !open.maySend(.cancel, bob, in: calendar))
        // Who shares a calendar for writing trusts the sharee with it.
        for (grant, isTrusted) in [(ShareGrant.readWrite, true), (.read, false)] {
            var instance = calendar
            instance.path = DAVPath([Name("calendars")!, bob.name, Name("shared")!])
            instance.share = .instance(ShareInstance(at: instance.path, of: bob, grant, source: path))
            #expect(try await open.maySend(.request, bob, in: instance) == isTrusted)
        }
        // Elsewhere there is no such privilege.
        let refused = try await wire.send("ACL", "/calendars/alice/work/", [:], invite)
        #expect(refused.condition == .dav("not-supported-privilege"))
    }

    @Test func onlyTheServerFillsAnInbox() async throws {  // D-15
        try await wire.put("/calendars/alice/work/a.ics", Sample.event("a"))
        let type = ["Content-Type": "text/calendar"]
        #expect(try await wire.send("PUT", inbox + "a.ics", type, Sample.event("a")).status == 403)
        #expect(try await wire.send("POST", inbox, type, Sample.event("a")).status == 403)
        for method in ["COPY", "MOVE"] {
            let answer = try await wire.send(method, "/calendars/alice/work/a.ics", ["Destination": inbox + "a.ics"])
            #expect(answer.status == 403)
        }
        #expect(try await wire.send("MKCOL", inbox + "b/").status == 403)
        #expect(try await wire.properties(inbox, "<D:getetag/>").propstats.isEmpty == false)
        let empty = try await wire.propfind(inbox, depth: "1", "<D:getetag/>")
        #expect(empty.hrefs == [inbox])
        try await wire.deliver(Sample.event("a"), as: "a.ics")
        let allow = try await wire.send("OPTIONS", inbox + "a.ics").headers[.allow] ?? ""
        #expect(allow.contains("DELETE") && !allow.contains("PUT"))
        #expect(try await wire.send("PUT", inbox + "a.ics", type, Sample.event("a")).status == 403)
        #expect(try await wire.send("DELETE", inbox + "a.ics").status == 204)
    }

    @Test func aMessageWithoutAStartMatchesAnyTime() async throws {  // D-15
        let timeless = Sample.calendar(
            "METHOD:CANCEL", "BEGIN:VEVENT", "UID:a", "DTSTAMP:20060101T000000Z", "STATUS:CANCELLED", "END:VEVENT")
        let timed = Sample.event("b").replacing("VERSION:2.0", with: "VERSION:2.0\r\nMETHOD:REQUEST")
        try await wire.deliver(timeless, as: "a.ics")
        try await wire.deliver(timed, as: "b.ics")
        for (start, found) in [("20060102T000000Z", ["a.ics", "b.ics"]), ("20070101T000000Z", ["a.ics"])] {
            let body = """
                <C:calendar-query \(CalendarWire.namespaces)><D:prop><D:getetag/></D:prop><C:filter>\
                <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="\(start)"/>\
                </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
                """
            let answer = try Multistatus(await wire.send("REPORT", inbox, ["Depth": "1"], body))
            #expect(answer.hrefs.sorted() == found.map { inbox + $0 })
        }
    }

    @Test func anInboxIsSynced() async throws {  // D-15
        func tag() async throws -> String? { try await wire.properties(inbox, "<CS:getctag/>").value("getctag") }
        func sync(_ token: String) async throws -> Multistatus {
            let body = """
                <D:sync-collection xmlns:D="DAV:"><D:sync-token>\(token)</D:sync-token><D:sync-level>1</D:sync-level>\
                <D:prop><D:getetag/></D:prop></D:sync-collection>
                """
            return try Multistatus(await wire.send("REPORT", inbox, [:], body))
        }
        let (before, start) = (try await tag(), try await sync(""))
        try await wire.deliver(Sample.event("a"), as: "a.ics")
        let delivered = try await sync(try #require(start.syncToken))
        #expect(delivered.hrefs == [inbox + "a.ics"])
        let between = try await tag()
        #expect(before != nil && between != before)
        #expect(try await wire.send("DELETE", inbox + "a.ics").status == 204)
        let removed = try await sync(try #require(delivered.syncToken))
        #expect(removed[inbox + "a.ics"]?.status == "HTTP/1.1 404 Not Found")
        #expect(try await tag() != between)
    }
}
