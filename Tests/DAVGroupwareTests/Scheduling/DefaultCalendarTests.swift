import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// Where invitations go (RFC 6638 §4.3, §9.2; D-12).
@Suite struct DefaultCalendarTests {
    let wire = CalendarWire.scheduling()
    let inbox = "/calendars/alice/inbox/"
    let home = DAVPath([Name("calendars")!, Name("alice")!])

    private func current(at target: String = "/calendars/alice/inbox/") async throws -> String? {
        try await wire.properties(target, "<C:schedule-default-calendar-URL/>")
            .property("schedule-default-calendar-URL")?.elements.first?.text
    }

    private func choose(_ href: String) async throws -> (status: String?, condition: XMLName?) {
        let set = try await wire.proppatch(
            inbox, set: "<C:schedule-default-calendar-URL><D:href>\(href)</D:href></C:schedule-default-calendar-URL>")
        return (set.status(of: "schedule-default-calendar-URL"), set.error(of: "schedule-default-calendar-URL"))
    }

    private func make(_ name: String, _ components: String...) async throws {
        let set = components.map { "<C:comp name='\($0)'/>" }.joined()
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop><C:supported-calendar-component-set>\(set)\
            </C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>
            """
        try #require(try await wire.send("MKCALENDAR", "/calendars/alice/\(name)/", [:], body).status == 201)
    }

    private func mayGo(_ name: String) async throws -> XMLName? {
        do {
            try await DefaultCalendar.demandMayGo(
                try #require(Name(name)), from: home, of: CalendarWire.alice, wire.memory)
            return nil
        } catch let error as DAVError { return error.condition?.name }
    }

    private func find(_ component: String) async throws -> String? {
        try await DefaultCalendar.find(in: home, of: CalendarWire.alice, taking: component, wire.memory)?.last?.string
    }

    @Test func oneIsFoundUntilOneIsChosen() async throws {
        #expect(try await current() == "/calendars/alice/work/")
        try await make("first", "VTODO")
        #expect(try await current() == "/calendars/alice/work/")
        try await make("calendar", "VEVENT")
        #expect(try await current() == "/calendars/alice/calendar/")
        #expect(try await find("VEVENT") == "calendar")
        #expect(try await find("VTODO") == "first")
        #expect(try await find("VAVAILABILITY") == nil)
        #expect(try await choose("/calendars/alice/work/").status == "HTTP/1.1 200 OK")
        #expect(try await current() == "/calendars/alice/work/")
        #expect(try await find("VEVENT") == "work")
        #expect(try await find("VTODO") == "work")
        // As clients find it who look at the whole home.
        let listed = try await wire.propfind("/calendars/alice/", depth: "1", "<C:schedule-default-calendar-URL/>")
        let told = listed.responses.compactMap { $0.property("schedule-default-calendar-URL")?.elements.first?.text }
        #expect(told == ["/calendars/alice/work/"])
        // Another name changes nothing; what is kept is no URL.
        let move = ["Destination": "/calendars/alice/office/"]
        #expect(try await wire.send("MOVE", "/calendars/alice/work/", move).status == 201)
        #expect(try await current() == "/calendars/alice/office/")
    }

    @Test func expandPropertyFollowsIt() async throws {
        let body = """
            <D:expand-property xmlns:D="DAV:"><D:property name="schedule-default-calendar-URL" \
            namespace="urn:ietf:params:xml:ns:caldav"><D:property name="displayname"/></D:property></D:expand-property>
            """
        let answer = try await wire.send("REPORT", inbox, ["Depth": "0"], body)
        #expect(answer.text.contains("/calendars/alice/work/"), "\(answer.text)")
    }

    @Test(arguments: [
        "/calendars/bob/work/", "/calendars/alice/", "/calendars/alice/inbox/", "/calendars/alice/nothing/",
        "/calendars/alice/tasks/", "/calendars/alice/work/a.ics", "/files/alice/", "https://example.net/calendar/", "",
        "mailto:alice@example.org", "</D:href><D:href>/calendars/alice/work/",
    ])
    func whatIsNoCalendarOfOnesOwnIsRefused(_ href: String) async throws {
        try await make("tasks", "VTODO")
        try await wire.put("/calendars/alice/work/a.ics", Sample.event("a"))
        let refused = try await choose(href)
        #expect(refused.status == "HTTP/1.1 403 Forbidden")
        #expect(refused.condition == .calDAV("valid-schedule-default-calendar-URL"))
        #expect(try await current() == "/calendars/alice/work/")
    }

    @Test func thereIsAlwaysOne() async throws {
        let removal = """
            <D:propertyupdate \(CalendarWire.namespaces)><D:remove><D:prop><C:schedule-default-calendar-URL/></D:prop>\
            </D:remove></D:propertyupdate>
            """
        let answer = try Multistatus(await wire.send("PROPPATCH", inbox, [:], removal)).responses[0]
        #expect(answer.status(of: "schedule-default-calendar-URL") == "HTTP/1.1 403 Forbidden")
        #expect(answer.error(of: "schedule-default-calendar-URL") == .calDAV("default-calendar-needed"))
    }

    @Test func aCalendarMayGoUnlessItIsNeeded() async throws {
        // The last one that takes events.
        #expect(try await mayGo("work") == .calDAV("default-calendar-needed"))
        try await make("tasks", "VTODO")
        #expect(try await mayGo("work") == .calDAV("default-calendar-needed"))
        #expect(try await mayGo("tasks") == nil)
        // The one that was found, as long as another can be.
        try await make("other", "VEVENT", "VTODO")
        #expect(try await mayGo("work") == nil)
        #expect(try await mayGo("other") == nil)
        // The one that was chosen, until another is.
        #expect(try await choose("/calendars/alice/other/").status == "HTTP/1.1 200 OK")
        #expect(try await mayGo("other") == .calDAV("default-calendar-needed"))
        #expect(try await mayGo("work") == nil)
        #expect(try await choose("/calendars/alice/work/").status == "HTTP/1.1 200 OK")
        #expect(try await mayGo("other") == nil)
        // What is no calendar is no matter of this.
        #expect(try await mayGo("inbox") == nil)
        #expect(try await mayGo("nothing") == nil)
    }

    @Test func withoutSchedulingThereIsNone() async throws {
        let off = CalendarWire()
        let found = try await off.properties(inbox, "<C:schedule-default-calendar-URL/>")
        #expect(found.property("schedule-default-calendar-URL") == nil)
        let set = try await off.proppatch(
            inbox, set: "<C:schedule-default-calendar-URL><D:href>/x/</D:href></C:schedule-default-calendar-URL>")
        #expect(set.error(of: "schedule-default-calendar-URL") == .dav("cannot-modify-protected-property"))
    }
}
