import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

/// VAVAILABILITY (RFC 7953, K-09).
@Suite struct AvailabilityTests {
    let wire = CalendarWire()
    let inbox = "/calendars/alice/inbox/"
    let hours = "/calendars/alice/hours/"

    static func availability(
        _ lines: String = "PRIORITY:5", _ available: String = "DTSTART:20060102T090000Z\nDTEND:20060102T170000Z",
        uid: String = "hours"
    ) -> String {
        Sample.calendar(
            "BEGIN:VAVAILABILITY", "UID:\(uid)", "DTSTAMP:20060101T000000Z", lines, "BEGIN:AVAILABLE", "UID:\(uid)-1",
            "DTSTAMP:20060101T000000Z", available, "SUMMARY:At my desk", "RRULE:FREQ=DAILY", "END:AVAILABLE",
            "END:VAVAILABILITY")
    }

    @Test func thePropertyHasTwoNames() async throws {
        let both = "<C:calendar-availability/><CS:calendar-availability/>"
        for (prefix, lines) in [("C", "PRIORITY:1"), ("CS", "PRIORITY:2"), ("C", "PRIORITY:3")] {
            let text = Self.availability(lines).replacing("\r\n", with: "\n")
            let set = try await wire.proppatch(
                inbox, set: "<\(prefix):calendar-availability>\(text)</\(prefix):calendar-availability>")
            #expect(set.status(of: "calendar-availability") == "HTTP/1.1 200 OK")
            let found = try await wire.properties(inbox, both)
            let values = found.propstats.flatMap(\.properties)
            #expect(values.map(\.text) == [text, text])
            #expect(Set(values.map(\.name.namespace)).count == 2)
        }
        let body = "<D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>"
        let all = try await wire.send("PROPFIND", inbox, ["Depth": "0"], body)
        #expect(all.status == 207)
        #expect(!all.text.contains("calendar-availability"))
        let removal = """
            <D:propertyupdate \(CalendarWire.namespaces)><D:remove><D:prop><CS:calendar-availability/></D:prop></D:remove>\
            </D:propertyupdate>
            """
        #expect(try await wire.send("PROPPATCH", inbox, [:], removal).status == 207)
        let gone = try await wire.properties(inbox, both).propstats
        #expect(gone.map(\.status) == ["HTTP/1.1 404 Not Found"])
    }

    static let bad = [
        "", "nonsense", Sample.calendar(), Sample.event("1"),
        CalendarExportTests.zoned("1", "UTC", CalendarExportTests.zone("UTC", offset: "+0000")),
        Sample.calendar("BEGIN:VAVAILABILITY\nDTSTAMP:20060101T000000Z\nEND:VAVAILABILITY"),
        availability() + availability(uid: "other"),
        availability().replacing("END:VCALENDAR", with: "BEGIN:VEVENT\r\nUID:hours\r\nEND:VEVENT\r\nEND:VCALENDAR"),
        availability().replacing(
            "END:VCALENDAR", with: "BEGIN:VAVAILABILITY\r\nUID:hours\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR"),
        availability().replacing("END:VCALENDAR", with: "BEGIN:X-A\r\nX-B:1\r\nEND:X-A\r\nEND:VCALENDAR"),
        availability("DTSTART;VALUE=DATE:20060102"), availability("DURATION:P1D"),
        availability("DTSTART:20060102T000000Z\nDTEND:20060103T000000Z\nDURATION:P1D"),
        availability("DTSTART:20060199T000000Z"), availability("PRIORITY:1", "DURATION:PT1H"),
        availability("PRIORITY:1", "DTSTART;VALUE=DATE:20060102"),
        availability("PRIORITY:1", "DTSTART:20060102T090000Z\nDTEND;VALUE=DATE:20060103"),
        availability("PRIORITY:1", "DTSTART:20060102T090000Z\nRRULE:FREQ=NEVER"),
    ]

    @Test(arguments: bad.indices)
    func whatIsNoAvailabilityIsRefused(_ index: Int) async throws {
        for prefix in ["C", "CS"] {
            let name = "\(prefix):calendar-availability"
            let set = try await wire.proppatch(inbox, set: "<\(name)>\(Self.bad[index])</\(name)>")
            #expect(set.status(of: "calendar-availability") == "HTTP/1.1 403 Forbidden")
            #expect(set.error(of: "calendar-availability") == .calDAV("valid-calendar-data"))
        }
        #expect(
            try await wire.properties(inbox, "<C:calendar-availability/>").status(of: "calendar-availability")
                == "HTTP/1.1 404 Not Found")
    }

    private func makeHours() async throws {
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop><C:supported-calendar-component-set>\
            <C:comp name="VAVAILABILITY"/><C:comp name="VEVENT"/></C:supported-calendar-component-set></D:prop></D:set>\
            </C:mkcalendar>
            """
        try #require(try await wire.send("MKCALENDAR", hours, [:], body).status == 201)
    }

    private func busy(_ url: String) async throws -> [String] {
        let body = """
            <C:free-busy-query \(CalendarWire.namespaces)><C:time-range start="20060103T000000Z" end="20060104T000000Z"/>\
            </C:free-busy-query>
            """
        let answer = try await wire.send("REPORT", url, ["Depth": "infinity"], body)
        try #require(answer.status == 200)
        // What the time is for is nobody's business.
        #expect(!answer.text.contains("desk"))
        let calendar = try #require(ContentText.components(of: answer.bytes).first)
        return calendar.components.flatMap { $0.all("FREEBUSY") }.map { ($0["FBTYPE"] ?? "BUSY") + " " + $0.value }
    }

    @Test func freeBusyLiesOverAvailability() async throws {  // C-26, RFC 7953 §5
        try await makeHours()
        #expect(try await wire.put(hours + "1.ics", Self.availability()).status == 201)
        #expect(
            try await busy(hours) == [
                "BUSY-UNAVAILABLE 20060103T000000Z/20060103T090000Z",
                "BUSY-UNAVAILABLE 20060103T170000Z/20060104T000000Z",
            ])
        // An event of another calendar counts on top, within the hours and outside.
        let meeting = Sample.event("m", start: "20060103T160000Z", "DTEND:20060103T180000Z")
        try await wire.put("/calendars/alice/work/m.ics", meeting)
        // A better priority opens the morning.
        let early = Self.availability(
            "PRIORITY:1\nBUSYTYPE:BUSY-TENTATIVE\nDTSTART:20060103T060000Z\nDTEND:20060103T090000Z",
            "DTSTART:20060103T070000Z\nDTEND:20060103T090000Z", uid: "early")
        #expect(try await wire.put(hours + "2.ics", early).status == 201)
        #expect(
            try await busy("/calendars/alice/") == [
                "BUSY 20060103T160000Z/20060103T180000Z", "BUSY-UNAVAILABLE 20060103T000000Z/20060103T060000Z",
                "BUSY-UNAVAILABLE 20060103T180000Z/20060104T000000Z",
                "BUSY-TENTATIVE 20060103T060000Z/20060103T070000Z",
            ])
    }

    @Test func aQueryFindsItByItsTime() async throws {  // C-21, RFC 7953 §7.2.2
        try await makeHours()
        let bounded = "DTSTART:20060103T000000Z\nDTEND:20060105T000000Z"
        try await wire.put(hours + "bounded.ics", Self.availability(bounded, uid: "bounded"))
        try await wire.put(hours + "always.ics", Self.availability(uid: "always"))
        for (start, found) in [
            ("20060104T000000Z", ["always.ics", "bounded.ics"]), ("20060106T000000Z", ["always.ics"]),
        ] {
            let body = """
                <C:calendar-query \(CalendarWire.namespaces)><D:prop><D:getetag/></D:prop><C:filter>\
                <C:comp-filter name="VCALENDAR"><C:comp-filter name="VAVAILABILITY"><C:time-range start="\(start)"/>\
                </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
                """
            let answer = try Multistatus(await wire.send("REPORT", hours, ["Depth": "1"], body))
            #expect(answer.responses.map(\.href).sorted() == found.map { hours + $0 })
        }
    }

    @Test func itIsTakenWhereItIsAskedFor() async throws {
        let answer = try await wire.put("/calendars/alice/work/1.ics", Self.availability())
        #expect(answer.condition == .calDAV("supported-calendar-component"))
        try await makeHours()
        let broken = try await wire.put(hours + "1.ics", Self.availability("DURATION:P1D"))
        #expect(broken.condition == .calDAV("valid-calendar-data"))
        for url in ["/calendars/alice/", inbox, hours] {
            #expect(try await wire.send("OPTIONS", url).headers[.dav]?.contains("calendar-availability") == true)
        }
    }
}
