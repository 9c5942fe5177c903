import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CalendarMultigetTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    func multiget(_ url: String, _ hrefs: [String], _ headers: [String: String] = [:]) async throws
        -> Multistatus
    {
        let list = hrefs.map { "<D:href>\($0)</D:href>" }.joined()
        let body = """
            <C:calendar-multiget \(CalendarWire.namespaces)><D:prop><D:getetag/><C:calendar-data/></D:prop>\(list)\
            </C:calendar-multiget>
            """
        return try Multistatus(await wire.send("REPORT", url, headers, body))
    }

    @Test func objectsComeBackOctetForOctet() async throws {  // C-13, C-24
        let text = Sample.event("a", "DTEND:20060102T110000Z\nX-ODD;X-P=1:kept \u{1F600}")
        let etag = try #require(try await wire.put(work + "a.ics", text).headers[.eTag])
        let found = try await multiget(work, [work + "a.ics"])
        #expect(found[work + "a.ics"]?.value("calendar-data") == text)
        #expect(found[work + "a.ics"]?.value("getetag") == etag)
    }

    @Test func everyReferenceIsAnsweredOnce() async throws {  // C-24, client-quirks 0.16
        try await wire.put(work + "a%20b.ics", Sample.event("a"))
        try await wire.put("/calendars/bob/work/b.ics", Sample.event("b"))
        let found = try await multiget(
            work,
            [
                work + "a%20b.ics", work + "%61%20b.ics", "http://localhost" + work + "a%20b.ics",
                " \(work)a%20b.ics\n",
                work + "gone.ics", work + "gone.ics", "http://elsewhere.example" + work + "a%20b.ics", "b.ics",
                work + "../work/a%20b.ics", "/calendars/bob/work/b.ics", "/calendars/alice/inbox/x.ics", work, "",
                "/files/alice/x", work + "a%20b.ics/below", "urn:uuid:1", work + "%zz", work + "a%2Fb",
            ])
        #expect(found.responses.filter { $0.status == nil }.map(\.href) == [work + "a%20b.ics"])
        let missing = found.responses.filter { $0.status != nil }
        #expect(missing.allSatisfy { $0.status == "HTTP/1.1 404 Not Found" })
        #expect(missing.map(\.href).contains(work + "gone.ics"))
        #expect(missing.map(\.href).contains("http://elsewhere.example" + work + "a%20b.ics"))
        #expect(missing.map(\.href).contains("/calendars/bob/work/b.ics"))
        #expect(!found.answer.text.contains("UID:b"))
    }

    @Test func aHomeIsAskedForObjectsOfItsCalendars() async throws {
        try await wire.send("MKCALENDAR", "/calendars/alice/other/")
        try await wire.put(work + "a.ics", Sample.event("a"))
        try await wire.put("/calendars/alice/other/b.ics", Sample.event("b"))
        let found = try await multiget(
            "/calendars/alice/", [work + "a.ics", "/calendars/alice/other/b.ics", work, "/calendars/bob/work/c.ics"])
        #expect(found[work + "a.ics"]?.value("calendar-data")?.contains("UID:a") == true)
        #expect(found["/calendars/alice/other/b.ics"]?.value("calendar-data")?.contains("UID:b") == true)
        // A calendar is no calendar object.
        #expect(found[work]?.status == "HTTP/1.1 404 Not Found")
        #expect(found["/calendars/bob/work/c.ics"]?.status == "HTTP/1.1 404 Not Found")
    }

    @Test func anObjectIsAskedForItself() async throws {  // C-24: on an object too
        try await wire.put(work + "a.ics", Sample.event("a"))
        try await wire.put(work + "b.ics", Sample.event("b"))
        let found = try await multiget(work + "a.ics", [work + "a.ics", work + "b.ics"])
        #expect(found[work + "a.ics"]?.value("calendar-data") != nil)
        #expect(found[work + "b.ics"]?.status == "HTTP/1.1 404 Not Found")
    }

    @Test(arguments: [nil, "0", "1", "infinity"]) func depthDoesNotMatter(_ depth: String?) async throws {
        // C-24, client-quirks 0.16: vdirsyncer sends none, Thunderbird sends 1
        try await wire.put(work + "a.ics", Sample.event("a"))
        let found = try await multiget(work, [work + "a.ics"], depth.map { ["Depth": $0] } ?? [:])
        #expect(found[work + "a.ics"]?.value("calendar-data") != nil)
    }

    @Test func tenThousandReferencesAreStreamed() async throws {  // C-25
        for index in 0..<20 { try await wire.put(work + "\(index).ics", Sample.event("\(index)")) }
        let found = try await multiget(work, (0..<10_000).map { work + "\($0).ics" })
        #expect(found.responses.count == 10_000)
        #expect(found.responses.filter { $0.status == nil }.count == 20)
        #expect(found.answer.chunks > 1)
    }

    @Test func aMultigetWithoutReferencesIsRefused() async throws {
        let body = "<C:calendar-multiget \(CalendarWire.namespaces)><D:prop/></C:calendar-multiget>"
        #expect(try await wire.send("REPORT", work, [:], body).status == 400)
    }

    @Test func calendarDataIsGivenInASyncReport() async throws {  // Y-08
        try await wire.put(work + "a.ics", Sample.event("a"))
        let body = """
            <D:sync-collection \(CalendarWire.namespaces)><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/>\
            <C:calendar-data/></D:prop></D:sync-collection>
            """
        let found = try Multistatus(await wire.send("REPORT", work, [:], body))
        #expect(found[work + "a.ics"]?.value("calendar-data")?.contains("UID:a") == true)
    }

    @Test func propfindKnowsNoCalendarData() async throws {  // RFC 4791 §9.6: of reports only
        try await wire.put(work + "a.ics", Sample.event("a"))
        let found = try await wire.properties(work + "a.ics", "<C:calendar-data/>")
        #expect(found.status(of: "calendar-data") == "HTTP/1.1 404 Not Found")
    }
}
