import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@testable import DAV

/// What a store holds was judged when it came; still, an item that cannot be read hides no other.
@Suite struct DamagedObjectTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    static let bodies: [[UInt8]] = [
        [], Array("hello".utf8), [0, 0xFF, 0xFE, 0x1B, 0x0D, 0xED, 0xA0, 0x80],
        Array("BEGIN:VCALENDAR\r\nBEGIN:VEV".utf8),
        Array("BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\n".utf8),
        Array(
            Sample.calendar("BEGIN:VEVENT", "DTSTART:20069999", "RRULE:FREQ=NEVER", "DURATION:-P1X", "END:VEVENT").utf8),
        Array(Sample.calendar("BEGIN:VEVENT", "UID:b", "END:VEVENT", "END:VTODO").utf8),
    ]

    /// Three objects at the same time, the second damaged behind the policy's back.
    private func damage(_ index: Int, isIndexed: Bool) async throws {
        for name in ["a", "b", "c"] { try await wire.put(work + "\(name).ics", Sample.event(name)) }
        let path = DAVPath(["calendars", "alice", "work", "b.ics"].map { Name($0)! })
        wire.memory.edit { tree in
            tree.change(path) { node in
                guard var file = node.file else { return }
                file.body = Self.bodies[index]
                if !isIndexed { file.index = nil }
                node.content = .file(file)
            }
        }
        #expect(try await wire.send("GET", work + "b.ics").bytes == Self.bodies[index])
    }

    private func report(_ name: String, _ inside: String) async throws -> DAVTesting.Multistatus {
        let body = "<\(name) \(CalendarWire.namespaces)>\(inside)</\(name)>"
        return try DAVTesting.Multistatus(await wire.send("REPORT", work, ["Depth": "1"], body))
    }

    private let range = "start='20060102T000000Z' end='20060103T000000Z'"

    @Test(arguments: bodies.indices, [true, false])
    func reportsTellTheOthers(_ index: Int, isIndexed: Bool) async throws {  // law 8
        try await damage(index, isIndexed: isIndexed)
        for data in ["", "<C:expand \(range)/>", "<C:comp name='VCALENDAR'/>"] {
            let wanted = "<D:prop><D:getetag/><C:calendar-data>\(data)</C:calendar-data></D:prop>"
            let query = try await report(
                "C:calendar-query",
                """
                \(wanted)<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:time-range \(range)/>\
                </C:comp-filter></C:comp-filter></C:filter>
                """)
            let found = query.responses.filter { $0.href != work + "b.ics" }
            #expect(found.map(\.href).sorted() == [work + "a.ics", work + "c.ics"])
            #expect(found.allSatisfy { $0.value("calendar-data")?.contains("END:VEVENT") == true })
            let hrefs = ["a", "b", "c"].map { "<D:href>\(work)\($0).ics</D:href>" }.joined()
            let multiget = try await report("C:calendar-multiget", wanted + hrefs)
            #expect(multiget.responses.map(\.href) == ["a", "b", "c"].map { work + $0 + ".ics" })
            #expect(multiget.responses.allSatisfy { $0.value("getetag") != nil })
            let sync = try await report(
                "D:sync-collection", "<D:sync-token/><D:sync-level>1</D:sync-level>\(wanted)")
            #expect(sync.responses.map(\.href).sorted() == ["a", "b", "c"].map { work + $0 + ".ics" })
        }
    }

    @Test(arguments: bodies.indices, [true, false])
    func freeBusyAndExportTellTheOthers(_ index: Int, isIndexed: Bool) async throws {
        try await damage(index, isIndexed: isIndexed)
        let body = "<C:free-busy-query \(CalendarWire.namespaces)><C:time-range \(range)/></C:free-busy-query>"
        let busy = try await wire.send("REPORT", work, ["Depth": "1"], body)
        #expect(busy.status == 200)
        #expect(busy.text.contains("FREEBUSY:20060102T100000Z/20060102T110000Z"))
        let export = try await wire.send("GET", work + "?export")
        #expect(export.status == 200)
        let calendar = try #require(ContentText.components(of: export.bytes).first)
        let uids = calendar.components.compactMap { $0["UID"]?.value }.filter { $0 != "b" }
        #expect(uids.sorted() == ["a", "c"])
        for accept in ["application/calendar+json", "text/calendar"] {
            #expect(try await wire.send("GET", work + "b.ics", ["Accept": accept]).status == 200)
        }
        #expect(try await wire.send("GET", work + "b.ics", ["CalDAV-Timezones": "F"]).status == 200)
    }

    @Test func anItemWithoutItsIndexCanBeReplaced() async throws {
        try await damage(1, isIndexed: false)
        #expect(try await wire.put(work + "b.ics", Sample.event("b")).status == 204)
        #expect(try await wire.send("GET", work + "b.ics").text == Sample.event("b"))
    }
}
