import DAV
import Testing

/// How clients make calendars (client-quirks 17, 4): every body is taken, and what it set is there.
@Suite(.timeLimit(.minutes(5))) struct MakeCalendar {
    struct Creation: Sendable, CustomTestStringConvertible {
        var client: String
        var method = "MKCALENDAR"
        var components = ["VEVENT"]
        var color = ""
        var others: [XMLName] = []
        var body: String
        var testDescription: String { client }
    }

    private static let zone = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Replay//EN", "BEGIN:VTIMEZONE", "TZID:Europe/Vienna",
        "BEGIN:STANDARD", "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD", "BEGIN:DAYLIGHT",
        "DTSTART:19810329T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200", "TZNAME:CEST", "END:DAYLIGHT", "END:VTIMEZONE", "END:VCALENDAR", "",
    ].joined(separator: "&#13;\n")

    static let creations = [
        Creation(
            client: "Apple Calendar", color: "#0E61B9FF",
            others: [.apple("calendar-order"), .calDAV("calendar-timezone"), .calDAV("schedule-calendar-transp")],
            body: """
                <?xml version="1.0" encoding="UTF-8"?>
                <B:mkcalendar xmlns:B="urn:ietf:params:xml:ns:caldav"><A:set xmlns:A="DAV:"><A:prop>
                  <B:supported-calendar-component-set><B:comp name="VEVENT"/></B:supported-calendar-component-set>
                  <D:calendar-order xmlns:D="http://apple.com/ns/ical/">2</D:calendar-order>
                  <B:schedule-calendar-transp><B:opaque/></B:schedule-calendar-transp>
                  <B:calendar-timezone>\(zone)</B:calendar-timezone>
                  <D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="blue">#0E61B9FF</D:calendar-color>
                  <A:displayname>Home &amp; garden</A:displayname>
                </A:prop></A:set></B:mkcalendar>
                """),
        Creation(
            client: "DAVx5", components: ["VEVENT", "VTODO", "VJOURNAL"], color: "#C3EA6EFF",
            others: [.calDAV("calendar-description"), .calDAV("calendar-timezone"), .calDAV("calendar-timezone-id")],
            body: """
                <?xml version='1.0' encoding='UTF-8' ?><n0:mkcalendar xmlns:n0="urn:ietf:params:xml:ns:caldav" \
                xmlns="DAV:"><set><prop><resourcetype><collection /><n0:calendar /></resourcetype>\
                <displayname>Home &amp; garden</displayname>\
                <n1:calendar-color xmlns:n1="http://apple.com/ns/ical/">#C3EA6EFF</n1:calendar-color>\
                <n0:calendar-description>Mine</n0:calendar-description>\
                <n0:calendar-timezone-id>Europe/Vienna</n0:calendar-timezone-id>\
                <n0:calendar-timezone>\(zone)</n0:calendar-timezone><n0:supported-calendar-component-set>\
                <n0:comp name="VEVENT" /><n0:comp name="VTODO" /><n0:comp name="VJOURNAL" />\
                </n0:supported-calendar-component-set></prop></set></n0:mkcalendar>
                """),
        Creation(
            client: "Thunderbird", color: "#ff0000",
            body: """
                <C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/">
                <D:set><D:prop><D:displayname>Home &amp; garden</D:displayname><A:calendar-color>#ff0000</A:calendar-color>
                <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
                </D:prop></D:set></C:mkcalendar>
                """),
        Creation(
            client: "Evolution", color: "#62a0ea", others: [.apple("calendar-order")],
            body: """
                <?xml version="1.0" encoding="UTF-8"?>
                <C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
                <displayname>Home &amp; garden</displayname>
                <IC:calendar-color xmlns:IC="http://apple.com/ns/ical/">#62a0ea</IC:calendar-color>
                <IC:calendar-order xmlns:IC="http://apple.com/ns/ical/">3</IC:calendar-order>
                <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
                </prop></set></C:mkcalendar>
                """),
        // The colour comes by itself afterwards.
        Creation(
            client: "Outlook CalDav Synchronizer", method: "MKCOL", components: ["VTODO"],
            body: """
                <?xml version='1.0'?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
                <D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Home &amp; garden</D:displayname>
                <C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>
                </D:prop></D:set></D:mkcol>
                """),
    ]

    @Test(arguments: creations) func whatClientsSetIsThere(_ creation: Creation) async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let url = "/calendars/alice/6F1B9C0E-3A57/"
            let type = [("Content-Type", "application/xml; charset=utf-8")]
            let made = try await alice.send(creation.method, url, type, creation.body)
            #expect(made.status == 201, "\(made.text)")
            #expect(try Self.areAllGood(made))
            let home = try await alice.ask(
                "/calendars/alice/", depth: "1",
                [
                    "D:resourcetype", "D:displayname", "I:calendar-color", "I:calendar-order",
                    "C:supported-calendar-component-set", "C:calendar-timezone", "C:calendar-timezone-id",
                    "C:calendar-description", "C:schedule-calendar-transp", "D:sync-token",
                ])
            let found = try #require(home[url])
            #expect(found.property("resourcetype")?.elements.map(\.name) == [.dav("collection"), .calDAV("calendar")])
            #expect(found.property("displayname")?.text == "Home & garden")
            let components = found.property(.calDAV("supported-calendar-component-set"))?.elements
            #expect(components?.flatMap(\.attributes).map(\.value) == creation.components)
            #expect(found.property(.apple("calendar-color"))?.text ?? "" == creation.color)
            for name in creation.others { #expect(found.status(of: name) == 200, "\(name)") }
            if let zone = found.property(.calDAV("calendar-timezone")), creation.body.contains("TZID:") {
                #expect(zone.text.contains("TZID:Europe/Vienna"))
            }

            let again = try await alice.send(creation.method, url, type, creation.body)
            #expect([403, 405].contains(again.status) && again.saysWhy, "\(again.status)")
            await alice.close()
        }
    }

    /// A body of 201, if there is one, tells of no property that was refused.
    private static func areAllGood(_ reply: Reply) throws -> Bool {
        guard !reply.body.isEmpty else { return true }
        return try reply.xml().elements.compactMap { $0.first(.dav("status"))?.text }.allSatisfy {
            $0 == "HTTP/1.1 200 OK"
        }
    }

    @Test func theColourFollowsWithPropertiesOfItsOwn() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let creation = try #require(MakeCalendar.creations.last)
            let url = "/calendars/alice/chores/"
            let type = [("Content-Type", "text/xml")]
            #expect(try await desk.send(creation.method, url, type, creation.body).status == 201)
            let patched = try Multistatus(
                await desk.send(
                    "PROPPATCH", url, [("Depth", "0"), ("Content-Type", "text/xml")],
                    Apple.proppatch("<I:calendar-color>#5555ffff</I:calendar-color>")))
            #expect(patched.responses.first?.status(of: .apple("calendar-color")) == 200)
            let color = try await desk.ask(url, ["I:calendar-color"]).responses.first?.property(
                .apple("calendar-color"))
            #expect(color?.text == "#5555ffff")
            // A list of tasks takes no events.
            let refused = try await desk.putEvent(url + "e.ics", Groupware.event("e"))
            #expect(refused.status == 403 && refused.error == .calDAV("supported-calendar-component"))
            await desk.close()
        }
    }
}
