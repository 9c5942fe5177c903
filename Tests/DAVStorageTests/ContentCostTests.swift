import DAV
import DAVGroupware
import DAVTesting
import GRDB
import HTTPTypes
import Testing

@testable import DAVStorage

/// What reports over calendars ask of the database (issue 3, "Speed"): as much for many members as for few.
struct ContentCostTests {
    private static let calendars = CalDAV()
    private static let template = HomeTemplate(
        root: DAVPath([Name("calendars")!]), kind: calendars.home,
        children: [.init(Name("big")!, calendars.calendar)])

    /// A calendar with `count` events, of which the first ten happen in March 2026.
    private func filled(_ count: Int) async throws -> TestStore {
        let test = try TestStore(homes: [Self.template], kinds: Self.calendars.kinds)
        try await test.store.ensureHome(for: TestStore.alice)
        let writing = try await test.writing("big")
        let condition = test.condition
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                let month = index < 10 ? "202603" : "202709"
                let rule = index == 0 ? "RRULE:FREQ=DAILY;COUNT=5\r\n" : ""
                let text =
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e\(index)\r\nDTSTAMP:20260101T000000Z\r\n"
                    + "DTSTART:\(month)10T100000Z\r\n\(rule)END:VEVENT\r\nEND:VCALENDAR\r\n"
                group.addTask {
                    let upload = Upload(contentType: "text/calendar", body: BodyStream(of: Array(text.utf8)))
                    _ = try await writing.put(Name("e\(index).ics")!, upload, if: condition)
                }
            }
            try await group.waitForAll()
        }
        return test
    }

    private func handler(_ test: TestStore) -> DAVHandler {
        let clock = test.clock
        var facts = ServerFacts(principals: SinglePrincipal(Principal(id: TestStore.alice, displayName: "Alice")))
        facts.kinds = [Self.calendars.calendar]
        return DAVHandler(
            backend: test.backend, authorizer: OwnerAuthorizer(), facts: facts, clock: { clock.now })
    }

    /// The statements of one request, and its answer.
    private func cost(_ test: TestStore, _ method: String, _ path: String, _ body: String) async throws -> (Int, String)
    {
        let handler = handler(test)
        var text: [UInt8] = []
        let statements = try await test.counting {
            let response = await handler.handle(
                DAVRequest(
                    method: try #require(HTTPRequest.Method(method)), target: path,
                    headers: [.contentType: "application/xml", .depth: "1"],
                    body: BodyStream(of: Array(body.utf8)), caller: test.caller))
            text = try await response.octets()
        }
        return (statements.filter { !$0.hasPrefix("PRAGMA") }.count, String(decoding: text, as: UTF8.self))
    }

    @Test func whatAReportAsksOfTheDatabaseDoesNotGrowWithTheCalendar() async throws {
        let namespaces = "xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'"
        let path = "/calendars/alice/big/"
        func multiget(_ count: Int) -> String {
            let hrefs = (0..<count).map { "<href>\(path)e\($0).ics</href>" }.joined()
            return
                "<C:calendar-multiget \(namespaces)><prop><getetag/><C:calendar-data/></prop>\(hrefs)</C:calendar-multiget>"
        }
        func range(_ report: String, _ inside: (String) -> String) -> String {
            "<C:\(report) \(namespaces)>\(inside("<C:time-range start='20260301T000000Z' end='20260401T000000Z'/>"))</C:\(report)>"
        }
        let query = range("calendar-query") {
            "<prop><getetag/><C:calendar-data/></prop><C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>\($0)"
                + "</C:comp-filter></C:comp-filter></C:filter>"
        }
        let home = "<propfind xmlns='DAV:'><prop><displayname/><sync-token/><resourcetype/></prop></propfind>"
        var costs: [[Int]] = []
        for count in [20, 400] {
            let test = try await filled(count)
            var row: [Int] = []
            // What the store remembers of a collection is not asked again.
            _ = try await cost(test, "REPORT", path, multiget(1))
            func measure(_ method: String, _ path: String, _ body: String, holds: String, times: Int) async throws {
                let (statements, text) = try await cost(test, method, path, body)
                #expect(text.components(holds) == times, "\(text.prefix(500))")
                row.append(statements)
            }
            try await measure("REPORT", path, multiget(1), holds: "BEGIN:VEVENT", times: 1)
            try await measure("REPORT", path, multiget(20), holds: "BEGIN:VEVENT", times: 20)
            try await measure("REPORT", path, query, holds: "BEGIN:VEVENT", times: 10)
            try await measure("REPORT", path, range("free-busy-query") { $0 }, holds: "BEGIN:VFREEBUSY", times: 1)
            try await measure("PROPFIND", "/calendars/alice/", home, holds: "<D:response>", times: 2)
            costs.append(row)
        }
        #expect(costs[0] == costs[1], "of a calendar of 20, and of one of 400")
        #expect(costs[0][0] == costs[0][1], "one href, and twenty")
    }

    @Test(arguments: [
        (ContentQuery(component: "VEVENT", range: 0..<100), "content_time"),
        (ContentQuery(uid: "u"), "content_uid"),
        (ContentQuery(component: "VTODO"), "content_time"),
        (ContentQuery(text: "a"), "PRIMARY KEY"),
        (ContentQuery(), "INDEX"),
    ])
    func everyQueryOfContentIsASearchOfAnIndex(_ query: ContentQuery, _ index: String) throws {
        let test = try TestStore()
        let (text, values) = ContentTable.statement(query, 1)
        let plan = try test.store.connections.writer.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + text,
                arguments: StatementArguments(Array(repeating: 1, count: values.count))
            ).map { row -> String in row["detail"] }
        }
        #expect(plan.count == 1)
        #expect(plan.allSatisfy { $0.hasPrefix("SEARCH content USING") && $0.contains(index) }, "\(plan)")
    }
}

extension String {
    /// How often the text holds another.
    fileprivate func components(_ other: String) -> Int {
        var count = 0
        var rest = self[...]
        while let found = rest.firstRange(of: other) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}

extension DAVResponse {
    /// The whole body.
    fileprivate func octets() async throws -> [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes
        case .stream(_, let write):
            let collected = Collected()
            try await write(BodyWriter { await collected.add($0) })
            return await collected.octets
        default: return []
        }
    }
}

private actor Collected {
    var octets: [UInt8] = []
    func add(_ chunk: [UInt8]) { octets += chunk }
}
