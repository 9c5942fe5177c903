import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct MkcalendarTests {
    let wire = CalendarWire()

    @Test func aCalendarIsMadeWithAndWithoutABody() async throws {  // C-02
        let answer = try await wire.send("MKCALENDAR", "/calendars/alice/private/")
        #expect(answer.status == 201)
        #expect(answer.headers[.cacheControl] == "no-cache")
        let types = try await wire.properties("/calendars/alice/private/", "<D:resourcetype/>").property("resourcetype")
        #expect(types?.elements.map(\.name) == [.dav("collection"), .calDAV("calendar")])
    }

    /// What clients send, shortened to one property of each sort (client-quirks 17.4).
    static let bodies: [(client: String, body: String)] = [
        (
            "Apple Calendar",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <B:mkcalendar xmlns:B="urn:ietf:params:xml:ns:caldav"><A:set xmlns:A="DAV:"><A:prop>
              <B:supported-calendar-component-set><B:comp name="VEVENT"/></B:supported-calendar-component-set>
              <D:calendar-order xmlns:D="http://apple.com/ns/ical/">2</D:calendar-order>
              <B:schedule-calendar-transp><B:opaque/></B:schedule-calendar-transp>
              <D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="blue">#0E61B9FF</D:calendar-color>
              <A:displayname>Home</A:displayname>
            </A:prop></A:set></B:mkcalendar>
            """
        ),
        (
            "DAVx5",
            """
            <?xml version='1.0' encoding='UTF-8' ?><n0:mkcalendar xmlns:n0="urn:ietf:params:xml:ns:caldav" xmlns="DAV:">\
            <set><prop><resourcetype><collection /><n0:calendar /></resourcetype><displayname>Home</displayname>\
            <n1:calendar-color xmlns:n1="http://apple.com/ns/ical/">#C3EA6EFF</n1:calendar-color>\
            <n0:calendar-description>Mine</n0:calendar-description>\
            <n0:supported-calendar-component-set><n0:comp name="VEVENT" /></n0:supported-calendar-component-set>\
            </prop></set></n0:mkcalendar>
            """
        ),
        (
            "Evolution",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
            <displayname>Home</displayname><IC:calendar-color xmlns:IC="http://apple.com/ns/ical/">#62a0ea</IC:calendar-color>
            <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
            </prop></set></C:mkcalendar>
            """
        ),
        (
            "Thunderbird",
            """
            <C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/">
            <D:set><D:prop><D:displayname>Home</D:displayname><A:calendar-color>#ff0000</A:calendar-color>
            <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
            </D:prop></D:set></C:mkcalendar>
            """
        ),
    ]

    @Test(arguments: bodies) func whatClientsSendIsAccepted(_ client: String, _ body: String) async throws {
        let url = "/calendars/alice/F3A9/"
        #expect(try await wire.send("MKCALENDAR", url, ["Content-Type": "application/xml"], body).status == 201)
        let found = try await wire.properties(
            url, "<D:displayname/><A:calendar-color/><C:supported-calendar-component-set/><C:schedule-calendar-transp/>"
        )
        #expect(found.value("displayname") == "Home")
        #expect(found.value("calendar-color")?.hasPrefix("#") == true)
        #expect(
            found.property("supported-calendar-component-set")?.elements.flatMap(\.attributes).map(\.value) == [
                "VEVENT"
            ])
        #expect(found.property("schedule-calendar-transp")?.elements.map(\.name) == [.calDAV("opaque")])
    }

    /// What python-caldav 3.6 sends for a calendar without a name.
    @Test(arguments: ["<D:set><D:prop/></D:set>", "<D:set/>", ""])
    func aBodyNeedNotSetAnything(content: String) async throws {  // C-02, RFC 4791 section 5.3.1
        let body =
            "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\(content)</C:mkcalendar>"
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/bare/", [:], body).status == 201)
    }

    @Test func extendedMkcolMakesACalendarToo() async throws {  // C-02, RFC 5689; Outlook CalDav Synchronizer
        let body = """
            <D:mkcol \(CalendarWire.namespaces)><D:set><D:prop>
            <D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Tasks</D:displayname>
            <C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>
            </D:prop></D:set></D:mkcol>
            """
        let url = "/calendars/alice/tasks/"
        #expect(try await wire.send("MKCOL", url, ["Content-Type": "text/xml"], body).status == 201)
        let found = try await wire.properties(url, "<D:resourcetype/><C:supported-calendar-component-set/>")
        #expect(found.property("resourcetype")?.elements.map(\.name) == [.dav("collection"), .calDAV("calendar")])
        #expect(
            found.property("supported-calendar-component-set")?.elements.flatMap(\.attributes).map(\.value) == ["VTODO"]
        )
    }

    @Test func aSubscriptionIsMadeAndKeepsItsSource() async throws {  // C-08
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop>
            <D:resourcetype><D:collection/><CS:subscribed/></D:resourcetype>
            <CS:source><D:href>https://example.com/holidays.ics</D:href></CS:source><CS:subscribed-strip-alarms/>
            </D:prop></D:set></C:mkcalendar>
            """
        let url = "/calendars/alice/holidays/"
        #expect(try await wire.send("MKCALENDAR", url, [:], body).status == 201)
        let found = try await wire.properties(url, "<D:resourcetype/><CS:source/><CS:subscribed-strip-alarms/>")
        #expect(found.property("source")?.elements.first?.text == "https://example.com/holidays.ics")
        #expect(found.status(of: "subscribed-strip-alarms") == "HTTP/1.1 200 OK")
        #expect(found.property("resourcetype")?.elements.map(\.name.local) == ["collection", "subscribed"])
        #expect(try await wire.put(url + "a.ics", "BEGIN:VCALENDAR").status == 403)
    }

    @Test(arguments: [
        ("/calendars/alice/work/", 403, XMLName.dav("resource-must-be-null")),
        ("/calendars/alice/work/inner/", 403, .calDAV("calendar-collection-location-ok")),
        ("/calendars/alice/inbox/inner/", 403, .calDAV("calendar-collection-location-ok")),
        ("/files/alice/calendar/", 403, .calDAV("calendar-collection-location-ok")),
    ])
    func calendarsStandWhereTheyMay(_ url: String, _ status: Int, _ condition: XMLName) async throws {  // C-02, C-03
        let answer = try await wire.send("MKCALENDAR", url)
        #expect(answer.status == status)
        #expect(answer.condition == condition)
    }

    @Test func otherRefusalsHaveTheirStatus() async throws {  // C-02
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/none/calendar/").status == 409)
        #expect(try await wire.send("MKCALENDAR", "/calendars/bob/calendar/").status == 409)
        #expect(try await wire.send("MKCALENDAR", "/calendars/carol/").condition == .dav("need-privileges"))
        #expect(
            try await wire.send("MKCALENDAR", "/calendars/alice/c/", ["Content-Type": "text/plain"], "x").status == 415)
        let root = "<D:mkcol xmlns:D='DAV:'><D:set><D:prop><D:displayname/></D:prop></D:set></D:mkcol>"
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/c/", [:], root).status == 415)
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/c/", [:], "<C:mkcalendar").status == 400)
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/c/", as: .anonymous).status == 401)
        // C-03: no plain folders, address books or anything else inside a calendar.
        #expect(
            try await wire.send("MKCOL", "/calendars/alice/work/folder/").condition
                == .calDAV("calendar-collection-location-ok"))
        #expect(try await wire.send("GET", "/calendars/alice/c/").status == 404)
    }

    @Test(arguments: [
        (
            "<C:supported-calendar-component-set><C:comp name='VPOLL'/></C:supported-calendar-component-set>",
            "supported-calendar-component-set", XMLName.calDAV("supported-calendar-component")
        ),
        (
            "<C:supported-calendar-component-set/>", "supported-calendar-component-set",
            .calDAV("supported-calendar-component")
        ),
        ("<C:max-resource-size>1</C:max-resource-size>", "max-resource-size", .dav("cannot-modify-protected-property")),
        ("<D:resourcetype><D:collection/></D:resourcetype>", "resourcetype", .dav("valid-resourcetype")),
    ])
    func oneRefusedPropertyRefusesTheCalendar(_ property: String, _ local: String, _ condition: XMLName) async throws {
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop><D:displayname>Lisa</D:displayname>\(property)</D:prop>\
            </D:set></C:mkcalendar>
            """
        let answer = try await wire.send("MKCALENDAR", "/calendars/alice/c/", [:], body)
        #expect(answer.status == 403)
        let root = try answer.xml()
        #expect(root.name == .calDAV("mkcalendar-response"))
        let refused = try #require(root.elements.first { $0.first(.dav("error")) != nil })
        #expect(refused.first(.dav("prop"))?.elements.first?.name.local == local)
        #expect(refused.first(.dav("error"))?.elements.first?.name == condition)
        let statuses = root.elements.map { $0.first(.dav("status"))?.text ?? "" }
        #expect(statuses.contains("HTTP/1.1 424 Failed Dependency"))
        #expect(try await wire.send("GET", "/calendars/alice/c/").status == 404)
    }

    @Test func allowTellsWhereCalendarsCanBeMade() async throws {  // C-01
        func allows(_ url: String) async throws -> Bool {
            try await wire.send("OPTIONS", url).headers[.allow]?.contains("MKCALENDAR") == true
        }
        #expect(try await allows("/calendars/alice/"))
        #expect(try await allows("/calendars/alice/new/"))
        #expect(try await !allows("/calendars/alice/work/"))
        #expect(try await !allows("/calendars/alice/work/new/"))
        #expect(try await !allows("/calendars/"))
        #expect(try await !allows("/files/alice/"))
    }
}
