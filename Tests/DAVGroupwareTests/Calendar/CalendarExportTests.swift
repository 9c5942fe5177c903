import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct CalendarExportTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    static func zone(_ tzid: String, offset: String) -> String {
        """
        BEGIN:VTIMEZONE
        TZID:\(tzid)
        BEGIN:STANDARD
        DTSTART:19700101T000000
        TZOFFSETFROM:\(offset)
        TZOFFSETTO:\(offset)
        END:STANDARD
        END:VTIMEZONE
        """
    }

    static func zoned(_ uid: String, _ tzid: String, _ definition: String = "") -> String {
        Sample.calendar(
            definition, "BEGIN:VEVENT", "UID:\(uid)", "DTSTAMP:20060101T000000Z",
            "DTSTART;TZID=\(tzid):20060102T100000",
            "END:VEVENT")
    }

    func export(_ headers: [String: String] = [:], _ query: String = "?export") async throws -> Component {
        let answer = try await wire.send("GET", work + query, headers)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/calendar; charset=utf-8")
        let top = try ContentText.components(of: answer.bytes)
        #expect(top.count == 1)
        return try #require(top.first)
    }

    @Test func aCalendarIsExportedWhole() async throws {  // C-15, K-06
        _ = try await wire.proppatch(
            work,
            set: """
                <D:displayname>Work, mostly</D:displayname><A:calendar-color>#FF2968FF</A:calendar-color>\
                <C:calendar-description>Mine</C:calendar-description>
                """)
        for index in 0..<120 { try await wire.put(work + "\(index).ics", Sample.event("\(index)")) }
        let calendar = try await export()
        #expect(calendar["NAME"]?.value == "Work\\, mostly")
        #expect(calendar["X-WR-CALNAME"]?.value == "Work\\, mostly")
        #expect(calendar["X-APPLE-CALENDAR-COLOR"]?.value == "#FF2968FF")
        #expect(calendar["DESCRIPTION"]?.value == "Mine")
        #expect(Set(calendar.components.compactMap { $0["UID"]?.value }).count == 120)
        #expect(calendar["VERSION"]?.value == "2.0")
    }

    @Test func acceptAsksForItToo() async throws {
        try await wire.put(work + "a.ics", Sample.event("a"))
        #expect(try await export(["Accept": "text/calendar"], "").components.count == 1)
        for accept in ["*/*", "text/html, */*;q=0.5", "text/*"] {
            let page = try await wire.send("GET", work, ["Accept": accept])
            #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
            #expect(page.headers[.vary] == nil || page.headers[.vary] == "Accept")
        }
        let head = try await wire.send("HEAD", work + "?export")
        #expect(head.status == 200)
        #expect(head.bytes.isEmpty)
    }

    @Test func anEmptyCalendarIsACalendar() async throws {
        #expect(try await export().components.isEmpty)
    }

    @Test func zonesAreDefinedOnce() async throws {
        try await wire.put(work + "1.ics", Self.zoned("1", "Europe/Berlin"))
        try await wire.put(
            work + "2.ics", Self.zoned("2", "Europe/Berlin", Self.zone("Europe/Berlin", offset: "+0100")))
        try await wire.put(work + "3.ics", Self.zoned("3", "Mine", Self.zone("Mine", offset: "+0100")))
        try await wire.put(work + "4.ics", Self.zoned("4", "Mine", Self.zone("Mine", offset: "+0100")))
        try await wire.put(work + "5.ics", Self.zoned("5", "Mine", Self.zone("Mine", offset: "-0500")))
        let calendar = try await export()
        let zones = calendar.components.filter { $0.name == "VTIMEZONE" }.compactMap { $0["TZID"]?.value }
        #expect(zones == ["Europe/Berlin", "Mine", "Mine (2)"])
        let starts = calendar.components.filter { $0.name == "VEVENT" }.map { $0["DTSTART"]?["TZID"] }
        #expect(starts == ["Europe/Berlin", "Europe/Berlin", "Mine", "Mine", "Mine (2)"])
        // RFC 5545 §3.2.19: a definition stands before it is needed, for those who read once.
        for (index, part) in calendar.components.enumerated() where part.name == "VEVENT" {
            let name = try #require(part["DTSTART"]?["TZID"])
            #expect(calendar.components[..<index].contains { $0["TZID"]?.value == name })
        }
    }

    @Test func zonesAreLeftOutOrAddedAsWanted() async throws {  // K-08, RFC 7809 §7.1
        let own = Self.zone("Mine", offset: "+0100")
        try await wire.put(work + "1.ics", Self.zoned("1", "Europe/Berlin"))
        let stored = Self.zoned("2", "Europe/Berlin", Self.zone("Europe/Berlin", offset: "+0100") + "\n" + own)
        let etag = try await wire.put(work + "2.ics", stored).headers[.eTag]
        func zones(_ name: String, _ header: String?) async throws -> [String] {
            let answer = try await wire.send("GET", work + name, header.map { ["CalDAV-Timezones": $0] } ?? [:])
            let calendar = try #require(ContentText.components(of: answer.bytes).first)
            return calendar.components.filter { $0.name == "VTIMEZONE" }.compactMap { $0["TZID"]?.value }
        }
        #expect(try await zones("1.ics", nil) == [])
        #expect(try await zones("1.ics", "F") == [])
        #expect(try await zones("1.ics", "T") == ["Europe/Berlin"])
        #expect(try await zones("2.ics", nil) == ["Europe/Berlin", "Mine"])
        #expect(try await zones("2.ics", "T") == ["Europe/Berlin", "Mine"])
        #expect(try await zones("2.ics", "F") == ["Mine"])
        // Another representation has no ETag of the stored one; the same one keeps it.
        #expect(try await wire.send("GET", work + "2.ics", ["CalDAV-Timezones": "F"]).headers[.eTag] == nil)
        #expect(try await wire.send("GET", work + "2.ics", ["CalDAV-Timezones": "T"]).headers[.eTag] == etag)
        let body = """
            <C:calendar-multiget \(CalendarWire.namespaces)><D:prop><C:calendar-data/></D:prop>\
            <D:href>\(work)2.ics</D:href></C:calendar-multiget>
            """
        let report = try Multistatus(await wire.send("REPORT", work, ["CalDAV-Timezones": "F"], body))
        let told = try #require(report.responses.first?.value("calendar-data"))
        #expect(!told.contains("TZID:Europe/Berlin") && told.contains("TZID:Mine") && told.contains("UID:2"))
    }
}
