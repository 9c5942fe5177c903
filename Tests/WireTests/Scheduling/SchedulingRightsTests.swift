import DAV
import DAVStorage
import MartletServer
import Testing

/// Inboxes, outboxes and busy times over sockets and SQLite (RFC 6638 §5, §6).
@Suite(.timeLimit(.minutes(5))) struct SchedulingRightsTests {
    private static func request(from organizer: String, _ attendees: String...) -> String {
        let lines =
            [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t", "METHOD:REQUEST", "BEGIN:VFREEBUSY", "UID:ask",
                "DTSTAMP:20260101T000000Z", "DTSTART:20260102T000000Z", "DTEND:20260103T000000Z",
                "ORGANIZER:\(organizer)",
            ] + attendees.map { "ATTENDEE:" + $0 } + ["END:VFREEBUSY", "END:VCALENDAR", ""]
        return lines.joined(separator: "\r\n")
    }

    private static func ask(
        _ client: Client, _ body: String, at outbox: String = "/calendars/alice/outbox/"
    ) async throws -> Reply {
        try await client.send("POST", outbox, [("Content-Type", "text/calendar; charset=utf-8")], body)
    }

    private static func statuses(_ reply: Reply) throws -> [String] {
        try reply.xml().elements.compactMap { $0.first(.calDAV("request-status"))?.text }
    }

    @Test func theServerSaysThatItSchedules() async throws {  // D-01
        try await Product.run { product in
            let alice = product.client("alice")
            for target in [
                "/", "/principals/alice/", "/calendars/alice/", "/calendars/alice/calendar/", "/calendars/alice/inbox/",
                "/calendars/alice/outbox/",
            ] {
                let classes = try await alice.send("OPTIONS", target)["DAV"] ?? ""
                #expect(classes.contains("calendar-auto-schedule"), "\(target)")
            }
            for target in ["/files/alice/", "/contacts/alice/contacts/"] {
                let classes = try await alice.send("OPTIONS", target)["DAV"] ?? ""
                #expect(!classes.contains("calendar-auto-schedule"), "\(target)")
            }
            await alice.close()
        }
    }

    @Test func theSettingsSayForWhom() async throws {
        let toBob = Self.request(from: "/principals/alice/", "/principals/bob/", "/principals/alice/")
        try await Product.run {
            $0.scheduling = false
        } _: { product in
            let alice = product.client("alice")
            let outbox = try await alice.send("OPTIONS", "/calendars/alice/outbox/")
            #expect(outbox["DAV"]?.contains("calendar-access") == true)
            #expect(outbox["DAV"]?.contains("calendar-auto-schedule") == false)
            #expect(try await Self.ask(alice, toBob).status == 403)
            let inbox = try await alice.propfind(Self.inbox, "<D:supported-privilege-set/>").responses[0]
            #expect(inbox.property("supported-privilege-set") != nil)
            #expect(try await Self.current(alice) == nil)
            await alice.close()
        }
        try await Product.run {
            $0.schedulingDelivery = .granted
        } _: { product in
            let alice = product.client("alice")
            let bob = product.client("bob")
            // A home is made when somebody first signs in.
            let home = try await bob.send("OPTIONS", "/calendars/bob/")
            #expect(home.status == 200)
            let before = try await Self.ask(alice, toBob)
            #expect(try Self.statuses(before) == ["3.8;No Authority", "2.0;Success"])
            let grant = SharingTests.grant(SharingTests.href("alice"), "<C:schedule-deliver/>")
            let granted = try await SharingTests.acl(bob, "/calendars/bob/inbox/", grant)
            #expect(granted == 200)
            let after = try await Self.ask(alice, toBob)
            #expect(try Self.statuses(after) == ["2.0;Success", "2.0;Success"])
            await alice.close()
            await bob.close()
        }
    }

    @Test func busyTimesAreAskedOverHTTP() async throws {  // D-13
        try await Server.run({ $0.servesCalendars = true }) { server in
            let stored = try await server.bob.send(
                "PUT", "/calendars/bob/calendar/a.ics", [("Content-Type", "text/calendar")],
                Groupware.event("a", "secret"))
            #expect(stored.status == 201)
            let bob = try #require(
                try await server.bob.propfind("/principals/bob/", "<D:resource-id/>").responses.first)
            let uuid = bob.property("resource-id")?.elements.first?.text ?? ""
            let answer = try await Self.ask(
                server.alice,
                Self.request(
                    from: "mailto:Alice@example.com", "mailto:BOB@example.com", uuid,
                    "http://127.0.0.1:\(server.port)/principals/bob/", "mailto:carol@example.net", "urn:uuid:none",
                    "https://example.net/principals/bob/"))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(
                try Self.statuses(answer)
                    == Array(repeating: "2.0;Success", count: 3)
                    + Array(repeating: "3.7;Invalid Calendar User", count: 3))
            #expect(answer.text.split(separator: "FREEBUSY:20260102T090000Z/20260102T100000Z").count == 4)
            #expect(!answer.text.contains("secret"))
            // Nobody speaks for others.
            let spoofed = try await Self.ask(server.alice, Self.request(from: "mailto:bob@example.com", uuid))
            #expect(spoofed.status == 403 && spoofed.error == .calDAV("valid-organizer"))
            #expect(
                try await Self.ask(server.mallory, Self.request(from: "mailto:alice@example.com", uuid)).status == 404)
        }
    }

    @Test func whomOneMayNotFindOneCannotAskAbout() async throws {  // D-14, A-10
        try await Server.run({
            $0.servesCalendars = true
            $0.privacy = .nobody
        }) { server in
            let reply = try await Self.ask(
                server.alice,
                Self.request(
                    from: "mailto:alice@example.com", "mailto:bob@example.com", "/principals/bob/",
                    "mailto:no@example.com"))
            #expect(Set(try Self.statuses(reply)) == ["3.7;Invalid Calendar User"])
        }
    }

    @Test func whoActsForSomebodySendsForThem() async throws {  // D-14
        try await Server.run({ $0.servesCalendars = true }) { server in
            let (alice, bob, mallory) = (server.alice, server.bob, server.mallory)
            let asAlice = Self.request(from: "mailto:alice@example.com", "mailto:mallory@example.com")
            let (read, write) = ("/principals/alice/calendar-proxy-read/", "/principals/alice/calendar-proxy-write/")
            for (group, member) in [(write, "bob"), (read, "mallory")] {
                let members = SharingTests.members("/principals/\(member)/")
                #expect(try await alice.send("PROPPATCH", group, [], members).status == 207)
            }
            #expect(try await Self.ask(bob, asAlice).status == 200)
            // In whose name they ask is said by the outbox.
            let own = try await Self.ask(bob, Self.request(from: "mailto:bob@example.com", "mailto:alice@example.com"))
            #expect(own.error == .calDAV("valid-organizer"))
            let refused = try await Self.ask(mallory, asAlice)
            #expect(refused.status == 403 && refused.error == .dav("need-privileges"))
            #expect(refused.text.contains("schedule-send-freebusy"))
            let held = try await bob.propfind("/calendars/alice/outbox/", "<D:current-user-privilege-set/>").responses[
                0]
            let names = held.property("current-user-privilege-set")?.elements.flatMap(\.elements).map(\.name) ?? []
            #expect(names.contains(.calDAV("schedule-send-invite")))
        }
    }

    /// What is granted at an inbox outlives a restart of the server, parts of an aggregate among them.
    @Test func partsOfAnAggregateAreGranted() async throws {  // D-14
        try await Server.run({ $0.servesCalendars = true }) { server in
            let inbox = "/calendars/alice/inbox/"
            let grant = SharingTests.grant(SharingTests.href("bob"), "<C:schedule-deliver-reply/>")
            #expect(try await SharingTests.acl(server.alice, inbox, grant) == 200)
            let acl = try await server.alice.propfind(inbox, "<D:acl/>").responses[0].property("acl")?.elements ?? []
            let own = acl.filter { $0.first(.dav("protected")) == nil }
            #expect(
                own.flatMap { $0.first(.dav("grant"))?.elements ?? [] }.flatMap(\.elements).map(\.name)
                    == [.calDAV("schedule-deliver-reply")])
            #expect(try await server.bob.send("PROPFIND", inbox, [("Depth", "0")]).status == 404)
            #expect(try await server.bob.send("PROPFIND", "/calendars/alice/", [("Depth", "1")]).status == 404)
        }
    }

    private static let inbox = "/calendars/alice/inbox/"
    private static let defaultCalendar = XMLName.calDAV("schedule-default-calendar-URL")

    private static func current(_ alice: Client, at target: String = inbox, depth: String = "0") async throws -> String?
    {
        let property = "<C:schedule-default-calendar-URL xmlns:C='urn:ietf:params:xml:ns:caldav'/>"
        let found = try await alice.propfind(target, depth: depth, property)
        return found[inbox]?.property(defaultCalendar)?.elements.first?.text
    }

    private static func choose(_ alice: Client, _ href: String) async throws -> Int? {
        let body = """
            <D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>\
            <C:schedule-default-calendar-URL><D:href>\(href)</D:href></C:schedule-default-calendar-URL></D:prop>\
            </D:set></D:propertyupdate>
            """
        let answer = try await alice.send("PROPPATCH", inbox, [], body)
        return try Multistatus(answer)[inbox]?.status(of: defaultCalendar)
    }

    @Test func theDefaultCalendarIsChosen() async throws {  // D-12
        try await Server.run({ $0.servesCalendars = true }) { server in
            let alice = server.alice
            #expect(try await Self.current(alice) == "/calendars/alice/calendar/")
            #expect(try await alice.send("MKCALENDAR", "/calendars/alice/work/").status == 201)
            #expect(try await Self.current(alice) == "/calendars/alice/calendar/")
            let absolute = "http://127.0.0.1:\(server.port)/calendars/alice/work/"
            #expect(try await Self.choose(alice, absolute) == 200)
            #expect(try await Self.current(alice) == "/calendars/alice/work/")
            let listed = try await Self.current(alice, at: "/calendars/alice/", depth: "1")
            #expect(listed == "/calendars/alice/work/")
            let move = [("Destination", "/calendars/alice/office/")]
            #expect(try await alice.send("MOVE", "/calendars/alice/work/", move).status == 201)
            #expect(try await Self.current(alice) == "/calendars/alice/office/")
            for href in ["/calendars/alice/tasks/", "/calendars/bob/calendar/", "/calendars/alice/inbox/"] {
                #expect(try await Self.choose(alice, href) == 403)
            }
            #expect(try await Self.current(alice) == "/calendars/alice/office/")
        }
    }
}
