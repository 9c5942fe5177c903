import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CalendarStoringTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    @Test func objectsAreKeptOctetForOctet() async throws {  // C-13, C-15
        let text = Sample.event("a").replacing("\r\n", with: "\n")
        let answer = try await wire.put(work + "a.ics", text)
        #expect(answer.status == 201)
        let etag = try #require(answer.headers[.eTag])
        let got = try await wire.send("GET", work + "a.ics")
        #expect(got.text == text)
        #expect(got.headers[.eTag] == etag)
        #expect(got.headers[.contentType] == "text/calendar; charset=utf-8; component=VEVENT")
    }

    static let refused: [(text: String, type: String, status: Int, condition: String)] = [
        ("nonsense", "text/calendar", 403, "valid-calendar-data"),
        ("", "text/calendar", 403, "valid-calendar-data"),
        (Sample.event("a"), "text/plain", 403, "supported-calendar-data"),
        (Sample.event("a"), "application/json", 403, "supported-calendar-data"),
        (Sample.event("a"), "text/calendar; charset=utf-16", 403, "supported-calendar-data"),
        (
            Sample.event("a").replacing("VERSION:2.0", with: "VERSION:1.0"), "text/calendar", 403,
            "supported-calendar-data"
        ),
        (Sample.calendar("METHOD:REQUEST"), "text/calendar", 403, "valid-calendar-object-resource"),
        (Sample.calendar(), "text/calendar", 403, "valid-calendar-object-resource"),
        (Sample.event("a") + Sample.event("b"), "text/calendar", 403, "valid-calendar-object-resource"),
        (Sample.calendar("BEGIN:VPOLL\nUID:1\nEND:VPOLL"), "text/calendar", 403, "supported-calendar-component"),
        (Sample.event("a", start: "00000101T000000Z"), "text/calendar", 403, "min-date-time"),
        (Sample.event("a", "RRULE:FREQ=SECONDLY;COUNT=100000"), "text/calendar", 403, "max-instances"),
        (Sample.event("a", "RRULE:FREQ=MINUTELY;UNTIL=20060401T000000Z"), "text/calendar", 403, "max-instances"),
        (Sample.event("a", "RRULE:RSCALE=CHINESE;FREQ=YEARLY"), "text/calendar", 403, "supported-rscale"),
        (
            Sample.event("a", (0...5000).map { "ATTENDEE:mailto:\($0)@example.com" }.joined(separator: "\n")),
            "text/calendar",
            403, "max-attendees-per-instance"
        ),
        (
            Sample.event("a", "DESCRIPTION:" + String(repeating: "x", count: 10 << 20)), "text/calendar", 403,
            "max-resource-size"
        ),
    ]

    @Test(arguments: refused)
    func whatMayNotBeStoredIsRefusedByItsName(_ text: String, _ type: String, _ status: Int, _ condition: String)
        async throws
    {  // C-10, Appendix A
        let answer = try await wire.put(work + "a.ics", text, ["Content-Type": type])
        #expect(answer.status == status)
        #expect(answer.condition == .calDAV(condition))
        #expect(try await wire.send("GET", work + "a.ics").status == 404)
    }

    @Test(arguments: [
        "RRULE:FREQ=SECONDLY", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:FREQ=DAILY;UNTIL=19990101T000000Z",
        "RRULE:FREQ=MINUTELY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=4;UNTIL=99991231T235959Z",
        "RRULE:FREQ=YEARLY;BYYEARDAY=366;BYSETPOS=-366,366;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
        "DTEND:00010101T000000Z", "DTEND:99991231T235959Z", "X-NUL:a\u{0}b",
    ])
    func rulesWithoutEndOrSenseAreKeptAndHarmNobody(_ line: String) async throws {  // C-11, C-14
        #expect(try await wire.put(work + "odd.ics", Sample.event("odd", line)).status == 201)
        try await wire.put(work + "plain.ics", Sample.event("plain"))
        let body = """
            <C:calendar-query \(CalendarWire.namespaces)><D:prop><C:calendar-data><C:expand start="20060101T000000Z" \
            end="20060201T000000Z"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR">\
            <C:comp-filter name="VEVENT"><C:time-range start="20060101T000000Z" end="20060201T000000Z"/></C:comp-filter>\
            </C:comp-filter></C:filter></C:calendar-query>
            """
        let found = try Multistatus(await wire.send("REPORT", work, ["Depth": "1"], body))
        #expect(found[work + "plain.ics"]?.value("calendar-data")?.contains("UID:plain") == true)
    }

    @Test func aCalendarTakesTheComponentsItWasMadeFor() async throws {  // C-10, client-quirks 0.15
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop><C:supported-calendar-component-set>\
            <C:comp name="VTODO"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>
            """
        let tasks = "/calendars/alice/tasks/"
        #expect(try await wire.send("MKCALENDAR", tasks, [:], body).status == 201)
        #expect(try await wire.put(tasks + "t.ics", Sample.todo("t")).status == 201)
        #expect(
            try await wire.put(tasks + "a.ics", Sample.event("a")).condition == .calDAV("supported-calendar-component"))
        try await wire.put(work + "a.ics", Sample.event("a"))
        for method in ["COPY", "MOVE"] {
            let answer = try await wire.send(method, work + "a.ics", ["Destination": tasks + "a.ics"])
            #expect(answer.status == 403)
            #expect(answer.condition == .calDAV("supported-calendar-component"))
        }
    }

    @Test func aUIDIsHeldOnce() async throws {  // C-04, C-10, C-12
        try await wire.put(work + "a.ics", Sample.event("one"))
        let second = try await wire.put(work + "b.ics", Sample.event("one"))
        #expect(second.status == 409)
        let condition = try #require(try second.xml().elements.first)
        #expect(condition.name == .calDAV("no-uid-conflict"))
        #expect(condition.first(.dav("href"))?.text == work + "a.ics")
        // The UID of a member stays.
        #expect(try await wire.put(work + "a.ics", Sample.event("two")).condition == .calDAV("no-uid-conflict"))
        // Upper and lower case are different, and other calendars are free.
        #expect(try await wire.put(work + "c.ics", Sample.event("ONE")).status == 201)
        try await wire.send("MKCALENDAR", "/calendars/alice/other/")
        #expect(try await wire.put("/calendars/alice/other/a.ics", Sample.event("one")).status == 201)
        #expect(
            try await wire.send("MOVE", work + "a.ics", ["Destination": "/calendars/alice/other/b.ics"]).condition
                == .calDAV("no-uid-conflict"))
    }

    @Test func anInboxTakesMessages() async throws {  // RFC 6638 §2.2, D-15
        let message = Sample.event("a").replacing("VERSION:2.0", with: "VERSION:2.0\r\nMETHOD:REQUEST")
        let inbox = "/calendars/alice/inbox/"
        try await wire.deliver(message, as: "1.ics")
        try await wire.deliver(message, as: "2.ics")
        #expect(try await wire.send("GET", inbox + "1.ics").text == message)
        #expect(try await wire.send("DELETE", inbox + "1.ics").status == 204)
        #expect(try await wire.put("/calendars/alice/outbox/1.ics", message).status == 403)
        #expect(try await wire.put("/calendars/alice/1.ics", message).status == 403)
    }

    @Test func jCalComesAndGoes() async throws {  // K-10, RFC 7265
        let json = """
            ["vcalendar",[["version",{},"text","2.0"],["prodid",{},"text","-//Test//EN"]],[["vevent",[["uid",{},"text","j"],\
            ["dtstamp",{},"date-time","2006-01-01T00:00:00Z"],["dtstart",{},"date-time","2006-01-02T10:00:00Z"],\
            ["summary",{},"text","Lunch, perhaps"]],[]]]]
            """
        let put = try await wire.put(work + "j.ics", json, ["Content-Type": "application/calendar+json"])
        #expect(put.status == 201)
        // RFC 4791 §5.3.4: what is stored is not what was sent.
        #expect(put.headers[.eTag] == nil)
        let stored = try await wire.send("GET", work + "j.ics")
        #expect(stored.headers[.contentType] == "text/calendar; charset=utf-8; component=VEVENT")
        #expect(stored.headers[.vary] == "Accept")
        #expect(stored.text.contains("SUMMARY:Lunch\\, perhaps\r\n"))
        let told = try await wire.send("GET", work + "j.ics", ["Accept": "application/calendar+json"])
        #expect(told.headers[.contentType] == "application/calendar+json; component=VEVENT")
        #expect(told.headers[.eTag] == nil)
        #expect(told.text.contains(#"["summary",{},"text","Lunch, perhaps"]"#))
        for accept in ["*/*", "text/calendar, application/calendar+json;q=0.5", "text/*"] {
            let type = try await wire.send("GET", work + "j.ics", ["Accept": accept]).headers[.contentType]
            #expect(type?.hasPrefix("text/calendar") == true)
        }
        let body = """
            <C:calendar-multiget \(CalendarWire.namespaces)><D:prop>\
            <C:calendar-data content-type="application/calendar+json" version="2.0"/></D:prop><D:href>\(work)j.ics</D:href>\
            </C:calendar-multiget>
            """
        let report = try Multistatus(await wire.send("REPORT", work, [:], body))
        #expect(report.responses.first?.value("calendar-data")?.hasPrefix(#"["vcalendar","#) == true)
        let bad = try await wire.put(work + "k.ics", "[1]", ["Content-Type": "application/calendar+json"])
        #expect(bad.condition == .calDAV("valid-calendar-data"))
    }
}
