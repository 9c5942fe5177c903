import DAV
import DAVGroupware
import DAVTesting
import HTTPTypes
import Testing

/// Calendars that are shared, as calendars. Row numbers are those of the scenarios of sharing: V the view, L Apple's dialect, X
/// attacks.
@Suite struct SharedCalendarTests {
    private let wire = CalendarWire(sharing: ShareRules(mode: .instant))
    private let bob = Caller.principal(CalendarWire.bob)
    private let work = "/calendars/alice/work/"
    private let instance: String

    init() async throws {
        let body =
            "<D:share-resource xmlns:D='DAV:'><D:sharee><D:href>/principals/bob/</D:href><D:share-access><D:read-write/></D:share-access></D:sharee></D:share-resource>"
        let shared = try await wire.send(
            "POST", work, ["Content-Type": "application/davsharing+xml"], body)
        try #require(shared.status == 204, "\(shared.text)")
        let own = ["", "work/", "inbox/", "outbox/"].map { "/calendars/bob/" + $0 }
        let listing = "<D:propfind xmlns:D='DAV:'><D:prop><D:resourcetype/></D:prop></D:propfind>"
        let found = try Multistatus(
            await wire.send("PROPFIND", "/calendars/bob/", ["Depth": "1"], as: .principal(CalendarWire.bob), listing))
        instance = try #require(found.hrefs.first { !own.contains($0) })
        try await wire.put(work + "a.ics", Self.event)
    }

    private static let event = """
        BEGIN:VCALENDAR\r
        VERSION:2.0\r
        PRODID:-//x//y//EN\r
        BEGIN:VEVENT\r
        UID:a\r
        DTSTAMP:20260301T080000Z\r
        DTSTART:20260301T100000Z\r
        DTEND:20260301T110000Z\r
        SUMMARY:Rota\r
        END:VEVENT\r
        END:VCALENDAR\r

        """

    private func properties(_ target: String, _ names: String) async throws -> Multistatus.Response {
        let body = "<D:propfind \(CalendarWire.namespaces)><D:prop>\(names)</D:prop></D:propfind>"
        let answer = try await wire.send("PROPFIND", target, ["Depth": "0"], as: bob, body)
        return try #require(try Multistatus(answer)[target])
    }

    private func report(_ name: String, _ target: String, depth: String, _ content: String, as caller: Caller? = nil)
        async throws -> CalendarWire.Answer
    {
        try await wire.send(
            "REPORT", target, ["Depth": depth], as: caller ?? bob,
            "<C:\(name) \(CalendarWire.namespaces)>\(content)</C:\(name)>")
    }

    @Test func whatOthersDoIsNotWhenTheShareeIsBusyUntilTheySaySo() async throws {  // V8
        func transparency() async throws -> [String]? {
            let found = try await properties(instance, "<C:schedule-calendar-transp/>")
            return found.property("schedule-calendar-transp")?.elements.map(\.name.local)
        }
        func busy(_ target: String, depth: String) async throws -> Bool {
            let range = "<C:time-range start='20260301T000000Z' end='20260302T000000Z'/>"
            let answer = try await report("free-busy-query", target, depth: depth, range)
            #expect(answer.status == 200)
            return answer.text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("FREEBUSY") }
        }
        #expect(try await transparency() == ["transparent"])
        #expect(try await !busy("/calendars/bob/", depth: "infinity"))
        #expect(try await busy(instance, depth: "1"))
        let opaque =
            "<D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop><C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>"
        #expect(try await wire.send("PROPPATCH", instance, as: bob, opaque).status == 207)
        #expect(try await transparency() == ["opaque"])
        #expect(try await busy("/calendars/bob/", depth: "infinity"))
        let own = try await wire.properties(work, "<C:schedule-calendar-transp/>")
        #expect(own.property("schedule-calendar-transp")?.elements.map(\.name.local) == ["opaque"])
    }

    @Test func reportsSpeakOfTheInstance() async throws {  // V11, X6
        let filter = "<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'/></C:filter>"
        let queried = try Multistatus(await report("calendar-query", instance, depth: "1", filter))
        #expect(queried.hrefs == [instance + "a.ics"])
        let asked = [instance + "a.ics", instance + "gone.ics", work + "a.ics", instance + "../../alice/work/a.ics"]
        let hrefs = asked.map { "<D:href>\($0)</D:href>" }.joined()
        let got = try await report(
            "calendar-multiget", instance, depth: "0", "<D:prop><C:calendar-data/></D:prop>" + hrefs)
        let found = try Multistatus(got)
        #expect(found[instance + "a.ics"]?.status == nil)
        #expect(found[instance + "gone.ics"]?.status?.contains("404") == true)
        // The same object by URLs that are not the caller's: nothing of it.
        #expect(found[work + "a.ics"]?.status?.contains("404") == true)
        #expect(got.text.firstRange(of: "SUMMARY").map { got.text[$0.upperBound...].contains("SUMMARY") } == false)
    }

    @Test func ofMailboxesNobodyOffersToShareThem() async throws {  // L8, P20
        for target in ["/calendars/bob/", "/calendars/bob/inbox/", "/calendars/bob/outbox/", instance] {
            let found = try await properties(target, "<CS:allowed-sharing-modes/>")
            #expect(found.property("allowed-sharing-modes") == nil)
        }
        let own = try await properties("/calendars/bob/work/", "<CS:allowed-sharing-modes/>")
        #expect(own.property("allowed-sharing-modes") != nil)
    }

    @Test func whatOthersShareIsNoDefaultCalendar() async throws {  // L10
        let name = "schedule-default-calendar-URL"
        let patch =
            "<D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop><C:\(name)><D:href>\(instance)</D:href></C:\(name)></D:prop></D:set></D:propertyupdate>"
        let answer = try await wire.send("PROPPATCH", "/calendars/bob/inbox/", as: bob, patch)
        #expect(answer.text.contains("403 Forbidden"))
        let found = try await properties("/calendars/bob/inbox/", "<C:\(name)/>")
        #expect(found.property(name) == nil)
    }
}
