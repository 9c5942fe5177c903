import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CalendarQueryTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    static func filter(_ inside: String) -> String {
        "<C:filter><C:comp-filter name='VCALENDAR'>\(inside)</C:comp-filter></C:filter>"
    }

    func query(
        _ filter: String, _ url: String? = nil, _ headers: [String: String] = ["Depth": "1"],
        data: String = "<C:calendar-data/>", more: String = ""
    ) async throws -> CalendarWire.Answer {
        let body = """
            <C:calendar-query \(CalendarWire.namespaces)><D:prop><D:getetag/>\(data)</D:prop>\(filter)\(more)\
            </C:calendar-query>
            """
        return try await wire.send("REPORT", url ?? work, headers, body)
    }

    @Test func objectsThatPassAreListed() async throws {  // C-20
        try await wire.put(work + "a.ics", Sample.event("a"))
        try await wire.put(work + "t.ics", Sample.todo("t"))
        let events = try Multistatus(await query(Self.filter("<C:comp-filter name='VEVENT'/>")))
        #expect(events.hrefs == [work + "a.ics"])
        #expect(events.responses[0].value("calendar-data") == Sample.event("a"))
        #expect(events.responses[0].value("getetag") != nil)
        let text = """
            <C:comp-filter name='VTODO'><C:prop-filter name='SUMMARY'><C:text-match>TASK</C:text-match></C:prop-filter>\
            </C:comp-filter>
            """
        #expect(try Multistatus(await query(Self.filter(text))).hrefs == [work + "t.ics"])
        #expect(try Multistatus(await query(Self.filter(""))).hrefs.count == 2)
    }

    @Test func depthSaysWhereToLook() async throws {  // C-20, C-28
        try await wire.put(work + "a.ics", Sample.event("a"))
        let any = Self.filter("")
        for (depth, url, count) in [
            ("0", work, 0), ("1", work, 1), ("infinity", work, 1), ("", work, 1), ("0", "/calendars/alice/", 0),
            ("1", "/calendars/alice/", 0), ("infinity", "/calendars/alice/", 1), ("", "/calendars/alice/", 0),
            ("0", work + "a.ics", 1), ("1", work + "a.ics", 1), ("", work + "a.ics", 1),
        ] {
            let found = try Multistatus(await query(any, url, depth.isEmpty ? [:] : ["Depth": depth]))
            #expect(found.responses.count == count, "Depth \(depth) on \(url)")
        }
        #expect(
            try Multistatus(await query(any, "/calendars/alice/", ["Depth": "infinity"])).hrefs == [
                work + "a.ics"
            ])
    }

    @Test func refusalsNameTheirPrecondition() async throws {  // C-20, C-22
        #expect(try await query("").status == 400)
        let cases = [
            ("<C:filter/>", "valid-filter"),
            (Self.filter("<C:near/>"), "supported-filter"),
            (
                Self.filter("<C:prop-filter name='X'><C:text-match collation='x'>a</C:text-match></C:prop-filter>"),
                "supported-collation"
            ),
        ]
        for (filter, condition) in cases {
            let answer = try await query(filter)
            #expect(answer.status == 403)
            #expect(answer.condition == .calDAV(condition))
        }
        let named = try await query(Self.filter("<C:near name='Rome'/>")).xml()
        #expect(named.elements.first?.elements.map(\.name) == [.calDAV("near")])
        let format = try await query(Self.filter(""), data: "<C:calendar-data content-type='text/plain'/>")
        #expect(format.condition == .calDAV("supported-calendar-data"))
        #expect(try await query(Self.filter(""), "/calendars/alice/outbox/").condition == .dav("supported-report"))
        #expect(try await query(Self.filter(""), "/calendars/bob/work/").status == 404)
    }

    @Test func manyObjectsAreStreamed() async throws {
        for index in 0..<300 { try await wire.put(work + "\(index).ics", Sample.event("\(index)")) }
        let found = try Multistatus(await query(Self.filter("<C:comp-filter name='VEVENT'/>")))
        #expect(found.responses.count == 300)
        #expect(found.answer.chunks > 1)
    }

    @Test func reportsAreOfferedWhereTheyWork() async throws {  // C-01
        try await wire.put(work + "a.ics", Sample.event("a"))
        for (url, expected) in [
            (work, true), (work + "a.ics", true), ("/calendars/alice/inbox/", true), ("/calendars/alice/", true),
            ("/calendars/alice/outbox/", false), ("/files/alice/", false),
        ] {
            let set = try await wire.properties(url, "<D:supported-report-set/>").property("supported-report-set")
            let names = set?.elements.compactMap { $0.first(.dav("report"))?.elements.first?.name } ?? []
            #expect(names.contains(.calDAV("calendar-query")) == expected, "\(url)")
            #expect(names.contains(.calDAV("calendar-multiget")) == expected, "\(url)")
        }
    }
}
