import DAV
import MartletServer
import Testing

/// Outlook CalDav Synchronizer (client-quirks 8 and 17, 9).
@Suite(.timeLimit(.minutes(5))) struct OutlookSynchronizer {
    private static let calendar = Groupware.calendar

    private static func proppatch(_ client: Client, _ target: String, _ change: String) async throws -> Multistatus {
        try Multistatus(
            await client.send(
                "PROPPATCH", target, [("Depth", "0"), ("Content-Type", "text/xml")],
                "<D:propertyupdate \(Apple.namespaces)>\(change)</D:propertyupdate>"))
    }

    /// A collection without a name is not shown.
    @Test func everythingInAHomeHasAName() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            #expect(try await desk.send("MKCALENDAR", "/calendars/alice/bare/").status == 201)
            let named = "<D:prop><D:displayname>Tea</D:displayname></D:prop>"
            let set = try await Self.proppatch(desk, Self.calendar, "<D:set>\(named)</D:set>")
            #expect(set.responses.first?.propstats.map(\.status) == [200])
            let removed = try await Self.proppatch(
                desk, Self.calendar, "<D:remove><D:prop><D:displayname/></D:prop></D:remove>")
            #expect(removed.responses.first?.propstats.map(\.status) == [200])
            for home in ["/calendars/alice/", "/contacts/alice/"] {
                let listed = try await desk.ask(
                    home, depth: "1",
                    [
                        "D:resourcetype", "D:displayname", "I:calendar-color", "D:owner",
                        "D:current-user-privilege-set", "A:addressbook-description",
                    ])
                #expect(listed.responses.count > 1)
                for response in listed.responses {
                    #expect(response.property("displayname")?.text.isEmpty == false, "\(response.href)")
                    #expect(response.property("current-user-privilege-set") != nil, "\(response.href)")
                }
            }
            let options = try await desk.send("OPTIONS", Self.calendar)
            #expect(options.status == 200 && options["DAV"]?.contains("calendar-access") == true)
            await desk.close()
        }
    }

    /// The token is pasted into the next report as it was read.
    @Test func aTokenNeedsNoEscaping() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            for target in [Self.calendar, Groupware.book, Groupware.calendars] {
                let reply = try await desk.syncReport(target)
                let parts = reply.text.split(separator: "sync-token>")
                let written = try #require(parts.dropFirst().first?.split(separator: "<").first)
                #expect(written.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"&<>\"'".utf8.contains($0) }, "\(written)")
                let next = try Multistatus(await desk.syncReport(target, String(written)))
                #expect(next.responses.isEmpty && next.syncToken == String(written))
            }
            await desk.close()
        }
    }

    /// It stops at a page, keeps the token, and goes on another day; the 507 must name the path it asked for, to the letter.
    @Test func theRestOfACutReportComesWithTheNextRun() async throws {
        try await Product.run {
            $0.syncPage = 3
        } _: { product in
            let desk = product.client("alice")
            let spellings = ["/calendars/alice/my%20own/", "/calendars/alice/my%20own"]
            #expect(try await desk.send("MKCALENDAR", spellings[0]).status == 201)
            for index in 0..<5 {
                #expect(
                    try await desk.putEvent(spellings[0] + "\(index).ics", Groupware.event("\(index)")).status == 201)
            }
            for spelling in spellings {
                let cut = try Multistatus(await desk.syncReport(spelling))
                let failed = cut.responses.filter { $0.status != nil }
                #expect(failed.map(\.status) == [507] && failed.map(\.href) == [spelling])
                #expect(failed.first?.error == .dav("number-of-matches-within-limits"))
                let rest = try Multistatus(await desk.syncReport(spelling, try #require(cut.syncToken)))
                #expect(rest.responses.allSatisfy { $0.status == nil })
                let seen = (cut.responses.filter { $0.status == nil } + rest.responses).map(\.href)
                #expect(Set(seen) == Set((0..<5).map { spellings[0] + "\($0).ics" }))
            }
            await desk.close()
        }
    }

    /// Names on the server and in Outlook: what PUT answers is what the next listing says.
    @Test func aListOfETagsTellsWhatChanged() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let target = Self.calendar + "040000008200E00074C5B7101A82E008.ics"
            let odd = Groupware.event("O-1").replacing(
                "DTSTART:20260102T090000Z\r\nDTEND:20260102T100000Z",
                with:
                    "DTSTART;TZID=W. Europe Standard Time:20260102T090000\r\nDTEND;TZID=W. Europe Standard Time:20260102T100000"
                    + "\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY")
            let made = try await desk.putEvent(target, odd)
            #expect(made.status == 201, "\(made.text)")
            let query = """
                <C:calendar-query \(Apple.namespaces)><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter \
                name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20260101T000000Z" \
                end="20260201T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
                """
            let listed = try Multistatus(await desk.send("REPORT", Self.calendar, [("Depth", "1")], query))
            #expect(listed.hrefs == [target])
            #expect(listed.responses.first?.property("getetag")?.text == made["ETag"])
            #expect(try await desk.send("GET", target).text == odd)
            await desk.close()
        }
    }

    @Test func peopleAreLookedUpByMatchType() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let search = """
                <D:principal-property-search test="anyof" \(Apple.namespaces)><D:property-search><D:prop><D:displayname/>\
                </D:prop><D:match match-type="starts-with">bo</D:match></D:property-search><D:prop><D:displayname/>\
                <C:calendar-user-address-set/></D:prop></D:principal-property-search>
                """
            let found = try Multistatus(await desk.send("REPORT", "/principals/", [("Depth", "0")], search))
            #expect(found.responses.allSatisfy { $0.property("displayname") != nil })
            #expect(found.hrefs.allSatisfy { $0 == "/principals/bob/" })
            await desk.close()
        }
    }
}
