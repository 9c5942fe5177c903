import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct ExpansionTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    static let weekly = Sample.calendar(
        CalendarExportTests.zone("Europe/Berlin", offset: "+0100"),
        "BEGIN:VEVENT", "UID:1", "DTSTAMP:20060101T000000Z", "DTSTART;TZID=Europe/Berlin:20060102T100000",
        "DTEND;TZID=Europe/Berlin:20060102T110000", "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=Europe/Berlin:20060116T100000", "SUMMARY:Weekly", "END:VEVENT", "BEGIN:VEVENT", "UID:1",
        "DTSTAMP:20060101T000000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20060109T100000", "DTSTART:20060110T150000Z",
        "DTEND:20060110T160000Z", "SUMMARY:Moved", "END:VEVENT", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20060101T000000Z",
        "RECURRENCE-ID;TZID=Europe/Berlin:20060130T100000", "DTSTART:20060131T150000Z", "SUMMARY:Late", "END:VEVENT")

    /// The one object's data as a report tells it.
    func data(_ inside: String) async throws -> Component {
        let body = """
            <C:calendar-multiget \(CalendarWire.namespaces)><D:prop><D:getetag/><C:calendar-data>\(inside)</C:calendar-data>\
            </D:prop><D:href>\(work)1.ics</D:href></C:calendar-multiget>
            """
        let found = try Multistatus(await wire.send("REPORT", work, [:], body))
        let text = try #require(found.responses.first?.value("calendar-data"))
        return try #require(ContentText.components(of: Array(text.utf8)).first)
    }

    @Test func instancesAreToldOneByOneInUTC() async throws {  // C-23, RFC 4791 §9.6.5
        try await wire.put(work + "1.ics", Self.weekly)
        let calendar = try await data("<C:expand start='20060102T000000Z' end='20060124T000000Z'/>")
        let names = Set(calendar.components.map(\.name))
        #expect(names == ["VEVENT"])
        #expect(
            calendar.components.map { $0["DTSTART"]?.value } == [
                "20060102T090000Z", "20060110T150000Z", "20060123T090000Z",
            ])
        #expect(
            calendar.components.map { $0["RECURRENCE-ID"]?.value } == [
                "20060102T090000Z", "20060109T090000Z", "20060123T090000Z",
            ])
        #expect(calendar.components.map { $0["SUMMARY"]?.value } == ["Weekly", "Moved", "Weekly"])
        #expect(calendar.components[0]["DTEND"]?.value == "20060102T100000Z")
        let left = calendar.components.flatMap(\.properties).filter { $0.isNamed("RRULE") || $0.isNamed("EXDATE") }
        #expect(left.isEmpty)
        #expect(calendar.zoneReferences.isEmpty)
    }

    @Test func overridesThatDoNotMatterAreLeftOut() async throws {  // §9.6.6
        try await wire.put(work + "1.ics", Self.weekly)
        let calendar = try await data("<C:limit-recurrence-set start='20060102T000000Z' end='20060112T000000Z'/>")
        let events = calendar.components.filter { $0.name == "VEVENT" }
        #expect(events.map { $0["SUMMARY"]?.value } == ["Weekly", "Moved"])
        #expect(events[0]["RRULE"]?.value == "FREQ=WEEKLY;COUNT=5")
    }

    @Test func daysStayDays() async throws {
        try await wire.put(
            work + "1.ics", Sample.event("1", start: "20060102", "DTEND:20060103\nRRULE:FREQ=DAILY;COUNT=3"))
        let calendar = try await data("<C:expand start='20060103T000000Z' end='20060104T000000Z'/>")
        #expect(calendar.components.map { $0["DTSTART"]?.value } == ["20060103"])
        #expect(calendar.components.map { $0["DTEND"]?.value } == ["20060104"])
    }

    @Test func freeBusyPeriodsAreLimited() async throws {  // §9.6.7
        try await wire.put(
            work + "1.ics",
            Sample.calendar(
                "BEGIN:VFREEBUSY", "UID:1", "DTSTAMP:20060101T000000Z",
                "FREEBUSY:20060102T100000Z/PT1H,20060103T100000Z/PT1H", "FREEBUSY:20060105T100000Z/PT1H",
                "END:VFREEBUSY"))
        let calendar = try await data("<C:limit-freebusy-set start='20060103T000000Z' end='20060104T000000Z'/>")
        let lines = try #require(calendar.components.first).all("FREEBUSY").map(\.value)
        #expect(lines == ["20060103T100000Z/PT1H"])
    }

    @Test func partsAreSelected() async throws {  // C-23, RFC 4791 §7.8.1
        try await wire.put(work + "1.ics", Self.weekly)
        let calendar = try await data(
            """
            <C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="SUMMARY"/>\
            <C:prop name="UID" novalue="yes"/></C:comp><C:comp name="VTIMEZONE"/></C:comp>
            """)
        #expect(calendar.properties.map(\.name) == ["VERSION"])
        #expect(Set(calendar.components.map(\.name)) == ["VEVENT", "VTIMEZONE"])
        let event = try #require(calendar.components.first { $0.name == "VEVENT" })
        #expect(event.properties.map(\.name) == ["UID", "SUMMARY"])
        #expect(event["UID"]?.value == "")
        #expect(calendar.components.first { $0.name == "VTIMEZONE" }?.components.count == 1)
    }

    @Test(arguments: [
        "<C:expand start='20060102T000000Z'/>", "<C:expand start='x' end='y'/>", "<C:expand/>",
        "<C:expand start='20060102T000000Z' end='20060101T000000Z'/>",
        """
        <C:expand start='20060101T000000Z' end='20060102T000000Z'/>\
        <C:limit-recurrence-set start='20060101T000000Z' end='20060102T000000Z'/>
        """,
        "<C:comp/>", "<C:comp name='VCALENDAR'><C:prop/></C:comp>",
        "<C:comp name='VCALENDAR'>" + String(repeating: "<C:prop name='X'/>", count: 1001) + "</C:comp>",
    ])
    func whatContradictsItselfIsRefused(_ inside: String) async throws {
        let body = """
            <C:calendar-multiget \(CalendarWire.namespaces)><D:prop><C:calendar-data>\(inside)</C:calendar-data></D:prop>\
            <D:href>\(work)1.ics</D:href></C:calendar-multiget>
            """
        #expect(try await wire.send("REPORT", work, [:], body).status == 400)
    }

    /// C-23, RFC 4791 §7.3: the zone of the request, else that of the calendar, else UTC.
    @Test func theZoneDecidesWhichFloatingInstancesAreTold() async throws {
        let lines = "DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
        try await wire.put(work + "1.ics", Sample.event("1", start: "20060102T220000", lines))
        // In New York 22:00 is 03:00 UTC of the next day; the range holds one instance in each zone, and not the same.
        let data = "<C:calendar-data><C:expand start='20060103T000000Z' end='20060104T000000Z'/></C:calendar-data>"
        func starts(_ report: String, _ zone: String = "", at url: String? = nil) async throws -> [String?] {
            let inside =
                report == "calendar-query"
                ? "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>\(zone)" : "<D:href>\(work)1.ics</D:href>"
            let body = """
                <C:\(report) \(CalendarWire.namespaces)><D:prop>\(data)</D:prop>\(inside)</C:\(report)>
                """
            let found = try Multistatus(await wire.send("REPORT", url ?? work, ["Depth": "1"], body))
            let text = try #require(found.responses.first?.value("calendar-data"))
            let calendar = try #require(ContentText.components(of: Array(text.utf8)).first)
            return calendar.components.map { $0["DTSTART"]?.value }
        }
        let newYork = "<C:timezone-id>America/New_York</C:timezone-id>"
        let (utc, american) = (["20060103T220000"], ["20060102T220000"])
        #expect(try await starts("calendar-query") == utc)
        #expect(try await starts("calendar-multiget") == utc)
        #expect(try await starts("calendar-query", newYork) == american)
        #expect(try await starts("calendar-query", newYork, at: work + "1.ics") == american)
        _ = try await wire.proppatch(work, set: "<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>")
        #expect(try await starts("calendar-query") == american)
        #expect(try await starts("calendar-query", at: work + "1.ics") == american)
        #expect(try await starts("calendar-multiget") == american)
        #expect(try await starts("calendar-query", "<C:timezone-id>Etc/UTC</C:timezone-id>") == utc)
    }

    /// C-23, C-21c: a day begins when it does in the zone.
    @Test func theZoneDecidesWhichDaysAreTold() async throws {
        try await wire.put(work + "1.ics", Sample.event("1", start: "20060102", "RRULE:FREQ=DAILY;COUNT=4"))
        func days(_ range: String) async throws -> [String?] {
            try await data("<C:expand \(range)/>").components.map { $0["DTSTART"]?.value }
        }
        let range = "start='20060103T010000Z' end='20060104T010000Z'"
        #expect(try await days(range) == ["20060103", "20060104"])
        _ = try await wire.proppatch(work, set: "<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>")
        #expect(try await days(range) == ["20060102", "20060103"])
    }

    @Test func laterInstancesFollowOnTheWire() async throws {  // K-04, C-21, C-23: RFC 5545 §3.2.13
        try await wire.put(
            work + "1.ics",
            Sample.calendar(
                "BEGIN:VEVENT", "UID:1", "DTSTAMP:20060101T000000Z", "DTSTART:20060102T100000Z",
                "DTEND:20060102T110000Z", "RRULE:FREQ=DAILY;COUNT=5", "SUMMARY:Early", "END:VEVENT", "BEGIN:VEVENT",
                "UID:1", "DTSTAMP:20060101T000000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20060104T100000Z",
                "DTSTART:20060104T140000Z", "DTEND:20060104T160000Z", "SUMMARY:Late", "END:VEVENT"))
        let calendar = try await data("<C:expand start='20060103T000000Z' end='20060107T000000Z'/>")
        #expect(
            calendar.components.map { event in
                ["DTSTART", "DTEND", "RECURRENCE-ID", "SUMMARY"].map { event[$0]?.value }
            }
                == [
                    ["20060103T100000Z", "20060103T110000Z", "20060103T100000Z", "Early"],
                    ["20060104T140000Z", "20060104T160000Z", "20060104T100000Z", "Late"],
                    ["20060105T140000Z", "20060105T160000Z", "20060105T100000Z", "Late"],
                    ["20060106T140000Z", "20060106T160000Z", "20060106T100000Z", "Late"],
                ])
        #expect(!calendar.components.contains { $0["RRULE"] != nil || $0["RECURRENCE-ID"]?["RANGE"] != nil })
        for (hour, isFound) in [("10", false), ("15", true), ("16", false)] {
            let body = """
                <C:calendar-query \(CalendarWire.namespaces)><D:prop><D:getetag/></D:prop><C:filter>\
                <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">\
                <C:time-range start="20060106T\(hour)0000Z" end="20060106T\(hour)3000Z"/>\
                </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
                """
            let answer = try Multistatus(await wire.send("REPORT", work, ["Depth": "1"], body))
            #expect(answer.responses.isEmpty == !isFound, "\(hour)")
        }
    }

    func freeBusy(_ url: String, _ headers: [String: String] = ["Depth": "1"]) async throws -> CalendarWire.Answer {
        let body = """
            <C:free-busy-query \(CalendarWire.namespaces)><C:time-range start="20060102T000000Z" end="20060104T000000Z"/>\
            </C:free-busy-query>
            """
        return try await wire.send("REPORT", url, headers, body)
    }

    @Test func busyTimeIsMergedByKind() async throws {  // C-26
        for (index, lines) in [
            "DTEND:20060102T110000Z", "DTEND:20060102T103000Z\nSTATUS:TENTATIVE",
            "DTEND:20060102T113000Z\nSTATUS:CONFIRMED",
            "DTEND:20060103T000000Z\nTRANSP:TRANSPARENT", "DTEND:20060103T000000Z\nSTATUS:CANCELLED",
        ].enumerated() {
            try await wire.put(work + "\(index).ics", Sample.event("\(index)", lines))
        }
        try await wire.put(
            work + "t.ics", Sample.event("t", start: "20060102T110000Z", "DTEND:20060102T120000Z\nSTATUS:TENTATIVE"))
        try await wire.put(
            work + "d.ics", Sample.event("d", start: "20051231T230000Z", "DURATION:PT2H\nRRULE:FREQ=DAILY"))
        try await wire.put(work + "todo.ics", Sample.todo("todo"))
        try await wire.put(
            work + "f.ics",
            Sample.calendar(
                "BEGIN:VFREEBUSY", "UID:f", "DTSTAMP:20060101T000000Z",
                "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060103T080000Z/PT1H", "FREEBUSY;FBTYPE=FREE:20060103T100000Z/PT1H",
                "END:VFREEBUSY"))
        let answer = try await freeBusy(work)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType]?.hasPrefix("text/calendar") == true)
        let calendar = try #require(ContentText.components(of: answer.bytes).first)
        let busy = try #require(calendar.components.first)
        #expect(busy.name == "VFREEBUSY")
        #expect(busy["DTSTART"]?.value == "20060102T000000Z")
        #expect(busy["DTEND"]?.value == "20060104T000000Z")
        let told = busy.all("FREEBUSY").flatMap { line in
            line.value.split(separator: ",").map { (line["FBTYPE"] ?? "BUSY") + " " + $0 }
        }
        #expect(
            told == [
                "BUSY 20060102T000000Z/20060102T010000Z", "BUSY 20060102T100000Z/20060102T113000Z",
                "BUSY 20060102T230000Z/20060103T010000Z", "BUSY 20060103T230000Z/20060104T000000Z",
                "BUSY-UNAVAILABLE 20060103T080000Z/20060103T090000Z",
                "BUSY-TENTATIVE 20060102T113000Z/20060102T120000Z",
            ])
        #expect(!answer.text.contains("SUMMARY"))
    }

    @Test func freeBusyIsAskedOfCollections() async throws {  // C-26
        try await wire.put(work + "1.ics", Sample.event("1"))
        #expect(try await freeBusy("/calendars/alice/", ["Depth": "infinity"]).text.contains("FREEBUSY:"))
        #expect(try await !freeBusy("/calendars/alice/", ["Depth": "1"]).text.contains("FREEBUSY:"))
        #expect(try await !freeBusy(work, ["Depth": "0"]).text.contains("FREEBUSY:"))
        #expect(try await freeBusy(work, [:]).text.contains("FREEBUSY:"))
        let member = try await freeBusy(work + "1.ics")
        #expect(member.status == 403)
        #expect(member.condition == .dav("supported-report"))
        #expect(try await freeBusy("/calendars/bob/work/").status == 404)
        let body = "<C:free-busy-query \(CalendarWire.namespaces)/>"
        #expect(try await wire.send("REPORT", work, [:], body).status == 400)
    }

    @Test func theZoneOfTheRequestDecidesWhereFloatingTimesLie() async throws {  // C-21, RFC 4791 §7.3, RFC 7809 §5.1
        try await wire.put(work + "1.ics", Sample.event("1", start: "20060102T100000", "DURATION:PT1H"))
        func finds(_ start: String, _ end: String, _ zone: String) async throws -> Bool {
            let body = """
                <C:calendar-query \(CalendarWire.namespaces)><D:prop><D:getetag/></D:prop><C:filter>\
                <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="\(start)" end="\(end)"/>\
                </C:comp-filter></C:comp-filter></C:filter>\(zone)</C:calendar-query>
                """
            return try await !Multistatus(wire.send("REPORT", work, [:], body)).responses.isEmpty
        }
        let (ten, fifteen) = (("20060102T100000Z", "20060102T110000Z"), ("20060102T150000Z", "20060102T160000Z"))
        let newYork = "<C:timezone-id>America/New_York</C:timezone-id>"
        #expect(try await finds(ten.0, ten.1, ""))
        #expect(try await !finds(fifteen.0, fifteen.1, ""))
        #expect(try await finds(fifteen.0, fifteen.1, newYork))
        _ = try await wire.proppatch(work, set: "<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>")
        #expect(try await finds(fifteen.0, fifteen.1, ""))
        #expect(try await finds(ten.0, ten.1, "<C:timezone-id>Etc/UTC</C:timezone-id>"))
        #expect(
            try await finds(
                "20060102T090000Z", "20060102T100000Z", "<C:timezone>\(TimezonePropertyTests.berlin)</C:timezone>"))
        for (zone, condition) in [
            ("<C:timezone-id>Mars/Olympus</C:timezone-id>", "valid-timezone"),
            ("<C:timezone>x</C:timezone>", "valid-calendar-data"),
        ] {
            let body = """
                <C:calendar-query \(CalendarWire.namespaces)><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>\(zone)\
                </C:calendar-query>
                """
            let answer = try await wire.send("REPORT", work, [:], body)
            #expect(answer.status == 403)
            #expect(answer.condition == .calDAV(condition))
        }
    }
}
