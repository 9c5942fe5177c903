import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// POST of a VFREEBUSY request to an outbox (RFC 6638 §5, D-13).
@Suite struct FreeBusyPostTests {
    static let outbox = "/calendars/alice/outbox/"
    let wire = CalendarWire.scheduling()

    static func request(
        _ attendees: [String] = ["/principals/bob/"], organizer: String = "/principals/alice/",
        during lines: String = "DTSTART:20060102T000000Z\nDTEND:20060103T000000Z", more: String = "X-A:1"
    ) -> String {
        Sample.calendar(
            "METHOD:REQUEST", "BEGIN:VFREEBUSY", "UID:ask", "DTSTAMP:20060101T000000Z", lines, more,
            "ORGANIZER:\(organizer)", attendees.map { "ATTENDEE:" + $0 }.joined(separator: "\n"), "END:VFREEBUSY")
    }

    struct Reply {
        var recipient: String
        var status: String
        var data: String?
        /// `BUSY start/end`, in the order of the answer.
        var times: [String]
    }

    @discardableResult
    static func post(
        _ wire: CalendarWire, _ text: String, _ headers: [String: String] = ["Content-Type": "text/calendar"]
    ) async throws -> CalendarWire.Answer {
        try await wire.send("POST", outbox, headers, text)
    }

    static func ask(_ wire: CalendarWire, _ text: String) async throws -> [Reply] {
        let answer = try await post(wire, text)
        try #require(answer.status == 200, "\(answer.status) \(answer.text)")
        let root = try answer.xml()
        #expect(root.name == .calDAV("schedule-response"))
        return try root.elements.map { response in
            #expect(response.name == .calDAV("response"))
            let data = response.first(.calDAV("calendar-data"))?.text
            let calendar = try data.flatMap { try ContentText.components(of: Array($0.utf8)).first }
            return Reply(
                recipient: response.first(.calDAV("recipient"))?.first(.dav("href"))?.text ?? "",
                status: response.first(.calDAV("request-status"))?.text ?? "", data: data,
                times: (calendar?.components ?? []).flatMap { $0.all("FREEBUSY") }.map {
                    ($0["FBTYPE"] ?? "BUSY") + " " + $0.value
                })
        }
    }

    func asBob(_ method: String, _ target: String, _ body: String) async throws -> Int {
        try await wire.send(
            method, target, ["Content-Type": method == "PUT" ? "text/calendar" : "application/xml"],
            as: .principal(CalendarWire.bob), body
        )
        .status
    }

    static func invitation(_ uid: String, _ answer: String, organizer: String = "/principals/alice/") -> String {
        Sample.event(
            uid,
            "DTEND:20060102T110000Z\nORGANIZER:\(organizer)\nATTENDEE;PARTSTAT=\(answer):/principals/bob/")
    }

    @Test func busyTimesOfAllAreTold() async throws {
        #expect(try await asBob("PUT", "/calendars/bob/work/a.ics", Sample.event("a")) == 201)
        let next = Sample.event("b", start: "20060102T110000Z", "DTEND:20060102T120000Z\nCLASS:PRIVATE")
        #expect(try await asBob("PUT", "/calendars/bob/work/b.ics", next) == 201)
        let free = Sample.event("c", start: "20060102T150000Z", "DURATION:PT1H\nTRANSP:TRANSPARENT")
        #expect(try await asBob("PUT", "/calendars/bob/work/c.ics", free) == 201)
        let replies = try await Self.ask(
            wire,
            Self.request(["/principals/bob/", "mailto:nobody@example.net", "/principals/alice/", "/principals/carol/"]))
        #expect(
            replies.map(\.recipient) == [
                "/principals/bob/", "mailto:nobody@example.net", "/principals/alice/", "/principals/carol/",
            ])
        #expect(
            replies.map(\.status) == [
                "2.0;Success", "3.7;Invalid Calendar User", "2.0;Success", "3.7;Invalid Calendar User",
            ])
        #expect(replies.map(\.times) == [["BUSY 20060102T100000Z/20060102T120000Z"], [], [], []])
        #expect(replies.map { $0.data == nil } == [false, true, false, true])
        let reply = try #require(replies[0].data.flatMap { try? ContentText.components(of: Array($0.utf8)).first })
        #expect(reply["METHOD"]?.value == "REPLY")
        let component = try #require(reply.components.first)
        let lines = component.properties.filter { $0.name != "DTSTAMP" }.map { "\($0.name):\($0.value)" }
        #expect(
            lines == [
                "UID:ask", "ORGANIZER:/principals/alice/", "ATTENDEE:/principals/bob/", "DTSTART:20060102T000000Z",
                "DTEND:20060103T000000Z", "FREEBUSY:20060102T100000Z/20060102T120000Z",
            ])
    }

    @Test(arguments: [
        ("ACCEPTED", ["BUSY 20060102T100000Z/20060102T110000Z"]), ("DECLINED", []),
        ("NEEDS-ACTION", ["BUSY-TENTATIVE 20060102T100000Z/20060102T110000Z"]),
        ("TENTATIVE", ["BUSY-TENTATIVE 20060102T100000Z/20060102T110000Z"]),
    ])
    func whatSomebodyDeclinedIsNoBusyTime(_ answer: String, _ times: [String]) async throws {
        #expect(try await asBob("PUT", "/calendars/bob/work/a.ics", Self.invitation("a", answer)) == 201)
        #expect(try await Self.ask(wire, Self.request())[0].times == times)
    }

    /// Whoever moves an event does not hear that its attendees are busy with it; nor do they learn who has which UIDs.
    @Test func theEventThatIsMovedDoesNotCount() async throws {
        #expect(try await asBob("PUT", "/calendars/bob/work/a.ics", Self.invitation("mine", "ACCEPTED")) == 201)
        let other = Self.invitation("theirs", "ACCEPTED", organizer: "mailto:carol@example.org")
            .replacing("20060102T1", with: "20060102T2")
        #expect(try await asBob("PUT", "/calendars/bob/work/b.ics", other) == 201)
        let all = ["BUSY 20060102T100000Z/20060102T110000Z", "BUSY 20060102T200000Z/20060102T210000Z"]
        #expect(try await Self.ask(wire, Self.request())[0].times == all)
        let masked = Self.request(more: "X-CALENDARSERVER-MASK-UID:mine\nX-CALENDARSERVER-MASK-UID:theirs")
        #expect(try await Self.ask(wire, masked)[0].times == [all[1]])
        let sameUID = Self.request().replacing("UID:ask", with: "UID:mine")
        #expect(try await Self.ask(wire, sameUID)[0].times == [all[1]])
    }

    @Test func onlyOpaqueCalendarsCount() async throws {  // RFC 6638 §9.1
        #expect(try await asBob("MKCALENDAR", "/calendars/bob/more/", "") == 201)
        let event = Sample.event("b", start: "20060102T200000Z", "DURATION:PT1H")
        #expect(try await asBob("PUT", "/calendars/bob/work/a.ics", Sample.event("a")) == 201)
        #expect(try await asBob("PUT", "/calendars/bob/more/b.ics", event) == 201)
        #expect(try await Self.ask(wire, Self.request())[0].times.count == 2)
        let patch = """
            <D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop><C:schedule-calendar-transp><C:transparent/>\
            </C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>
            """
        #expect(try await asBob("PROPPATCH", "/calendars/bob/more/", patch) == 207)
        #expect(try await Self.ask(wire, Self.request())[0].times == ["BUSY 20060102T100000Z/20060102T110000Z"])
    }

    @Test func busyTimesLieAboveAvailability() async throws {  // K-09, RFC 7953 §4
        let hours = AvailabilityTests.availability().replacing("\r\n", with: "\n")
        let patch = """
            <D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop><C:calendar-availability>\(hours)\
            </C:calendar-availability></D:prop></D:set></D:propertyupdate>
            """
        #expect(try await asBob("PROPPATCH", "/calendars/bob/inbox/", patch) == 207)
        let meeting = Sample.event("m", start: "20060102T160000Z", "DTEND:20060102T180000Z")
        #expect(try await asBob("PUT", "/calendars/bob/work/m.ics", meeting) == 201)
        let replies = try await Self.ask(wire, Self.request())
        #expect(
            replies[0].times == [
                "BUSY 20060102T160000Z/20060102T180000Z", "BUSY-UNAVAILABLE 20060102T000000Z/20060102T090000Z",
                "BUSY-UNAVAILABLE 20060102T180000Z/20060103T000000Z",
            ])
        #expect(replies[0].data?.contains("desk") == false)
    }

    static let bad: [(name: String, text: String, condition: String)] = [
        ("no iCalendar", "nonsense", "valid-calendar-data"),
        ("empty", "", "valid-calendar-data"),
        ("another's ORGANIZER", request(organizer: "/principals/bob/"), "valid-organizer"),
        ("a stranger's ORGANIZER", request(organizer: "mailto:x@example.net"), "valid-organizer"),
        ("no METHOD", request().replacing("METHOD:REQUEST\r\n", with: ""), "valid-scheduling-message"),
        ("METHOD:REPLY", request().replacing("REQUEST", with: "REPLY"), "valid-scheduling-message"),
        ("nobody is asked for", request([]), "valid-scheduling-message"),
        ("two ORGANIZERs", request(more: "ORGANIZER:/principals/alice/"), "valid-scheduling-message"),
        ("no end", request(during: "DTSTART:20060102T000000Z"), "valid-scheduling-message"),
        ("floating", request(during: "DTSTART:20060102T000000\nDTEND:20060103T000000"), "valid-scheduling-message"),
        ("days", request(during: "DTSTART;VALUE=DATE:20060102\nDTEND;VALUE=DATE:20060103"), "valid-scheduling-message"),
        ("backwards", request(during: "DTSTART:20060103T000000Z\nDTEND:20060102T000000Z"), "valid-scheduling-message"),
        ("endless", request(during: "DTSTART:00010101T000000Z\nDTEND:99991231T000000Z"), "valid-scheduling-message"),
        (
            "an event", invitation("a", "ACCEPTED").replacing("BEGIN:VEVENT", with: "METHOD:REQUEST\r\nBEGIN:VEVENT"),
            "valid-scheduling-message"
        ),
        ("too many", request((0...5000).map { "mailto:a\($0)@example.org" }), "max-attendees-per-instance"),
        ("too long", request(more: "X-A:" + String(repeating: "x", count: 1 << 20)), "max-resource-size"),
    ]

    @Test(arguments: bad.indices)
    func whatIsNoRequestIsRefused(_ index: Int) async throws {
        let (name, text, condition) = Self.bad[index]
        let answer = try await Self.post(wire, text)
        #expect(answer.status == 403 && answer.condition == .calDAV(condition), "\(name): \(answer.text)")
    }

    @Test func otherTypesAreNoRequestsForBusyTimes() async throws {  // T22
        for type in ["text/plain", "application/pdf", "text/calendar; charset=iso-8859-1"] {
            let answer = try await Self.post(wire, Self.request(), ["Content-Type": type])
            #expect(answer.condition == .calDAV("supported-calendar-data"), "\(type)")
        }
        // A document whose root is a request of another sort goes on to be that.
        let push = "<P:push-register xmlns:P='https://bitfire.at/webdav-push'/>"
        let answer = try await Self.post(wire, push, ["Content-Type": "application/xml"])
        #expect(answer.condition != .calDAV("supported-calendar-data"), "\(answer.text)")
        #expect(try await Self.post(wire, Self.request(), ["Content-Type": "text/calendar"]).status == 200)
        // Elsewhere it is what it was: something to be stored, or refused.
        let stored = try await wire.send(
            "POST", "/calendars/alice/work/", ["Content-Type": "text/calendar"], Sample.event("a"))
        #expect(stored.status == 201)
    }

    @Test func withoutSchedulingAnOutboxTakesNothing() async throws {
        let off = CalendarWire()
        #expect(try await Self.post(off, Self.request()).condition == .calDAV("calendar-collection-location-ok"))
        #expect(try await off.send("OPTIONS", Self.outbox).headers[.dav]?.contains("auto-schedule") == false)
        #expect(try await wire.send("OPTIONS", Self.outbox).headers[.dav]?.contains("calendar-auto-schedule") == true)
    }

    @Test func whoIsNotLetDoesNotLearn() async throws {  // D-14
        let wire = CalendarWire.scheduling(delivery: .granted)
        #expect(try await Self.ask(wire, Self.request()).map(\.status) == ["3.8;No Authority"])
        let grant = """
            <D:acl \(CalendarWire.namespaces)><D:ace><D:principal><D:authenticated/></D:principal><D:grant><D:privilege>\
            <C:schedule-query-freebusy/></D:privilege></D:grant></D:ace></D:acl>
            """
        #expect(
            try await wire.send("ACL", "/calendars/bob/inbox/", [:], as: .principal(CalendarWire.bob), grant).status
                == 200)
        #expect(try await Self.ask(wire, Self.request()).map(\.status) == ["2.0;Success"])
        // Of oneself one may always ask.
        #expect(try await Self.ask(wire, Self.request(["/principals/alice/"])).map(\.status) == ["2.0;Success"])
    }

    /// What one person's calendars cost is not taken from what others are told.
    @Test func workIsSharedOut() {
        var budget = QueryBudget(steps: 1000)
        var first = budget.takeShare(of: 2)
        first.charge(10_000)
        budget.give(back: first)
        var second = budget.takeShare(of: 1)
        #expect(first.isExhausted && !second.isExhausted)
        second.charge(100)
        budget.give(back: second)
        #expect(!budget.isExhausted)
        budget.charge(400)
        #expect(budget.isExhausted)
    }
}
