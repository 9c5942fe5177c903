import DAV
import Testing

@testable import DAVGroupware

/// How a body comes apart into what is everybody's and what is somebody's own, and together again (V9).
@Suite struct PersonalPartTests {
    private let content = CalendarPersonalContent()

    private static func alarm(_ text: String, _ more: String = "") -> String {
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:\(text)\nTRIGGER:-PT5M\(more)\nEND:VALARM"
    }

    private func shown(_ stored: [UInt8], _ own: [UInt8]?) -> String {
        content.shown(stored, with: own, to: .everything).octets.text
    }

    @Test func alarmsAreEachPersonsOwn() throws {
        let owner = event("SUMMARY:Rota\n" + Self.alarm("owner"))
        let bare = event("SUMMARY:Rota")
        #expect(shown(owner, nil) == bare.text)
        let sent = event("SUMMARY:Rota\n" + Self.alarm("mine"))
        let divided = try content.divided(sent, over: owner)
        #expect(divided.shared == nil)
        #expect(shown(owner, divided.own) == sent.text)
        // The owner takes their alarm away: that is no matter of the sharee.
        #expect(shown(bare, divided.own) == sent.text)
        #expect(try content.divided(bare, over: owner) == DividedContent(shared: nil, own: nil))
    }

    @Test func aChangeForAllKeepsTheOwnersAlarms() throws {
        let owner = event("SUMMARY:Rota\nTRANSP:TRANSPARENT\n" + Self.alarm("owner"))
        let sent = event("SUMMARY:Other\nTRANSP:TRANSPARENT\n" + Self.alarm("mine") + "\n" + Self.alarm("more"))
        let divided = try content.divided(sent, over: owner)
        let stored = try #require(divided.shared)
        #expect(stored.text == event("SUMMARY:Other\nTRANSP:TRANSPARENT\n" + Self.alarm("owner")).text)
        #expect(shown(stored, divided.own) == sent.text)
    }

    @Test func whoeverMakesAnObjectSaysForAllWhetherItTakesUpTime() throws {
        let sent = event("SUMMARY:Rota\nTRANSP:TRANSPARENT\nX-MOZ-LASTACK:20260101T000000Z\n" + Self.alarm("mine"))
        let divided = try content.divided(sent, over: nil)
        #expect(divided.shared?.text == event("SUMMARY:Rota\nTRANSP:TRANSPARENT").text)
        #expect(shown(try #require(divided.shared), divided.own) == sent.text)
    }

    /// The owner's TRANSP, what the sharee says of it, what is kept of that, what the sharee sees.
    @Test(arguments: [
        ("", "", nil, ""), ("", "TRANSP:OPAQUE", nil, ""), ("TRANSP:OPAQUE", "", nil, "TRANSP:OPAQUE"),
        ("TRANSP:TRANSPARENT", "TRANSP:TRANSPARENT", nil, "TRANSP:TRANSPARENT"),
        ("", "TRANSP:TRANSPARENT", "TRANSPARENT", "TRANSP:TRANSPARENT"),
        ("TRANSP:TRANSPARENT", "", "OPAQUE", "TRANSP:OPAQUE"),
        ("TRANSP:OPAQUE", "TRANSP;X-A=B:Trans\n parent", "TRANSPARENT", "TRANSP:TRANSPARENT"),
        ("TRANSP:TRANSPARENT\nTRANSP:OPAQUE", "TRANSP:OPAQUE", "OPAQUE", "TRANSP:OPAQUE"),
    ])
    func transparencyIsOnesOwnWhereItDiffers(_ owner: String, _ sent: String, _ kept: String?, _ seen: String) throws {
        func body(_ line: String) -> [UInt8] { event(line.isEmpty ? "SUMMARY:s" : "\(line)\nSUMMARY:s") }
        let divided = try content.divided(body(sent), over: body(owner))
        #expect(divided.shared == nil, "What is one's own is no change for others.")
        #expect(divided.own.map { $0.text.contains("TRANSP:\(kept ?? "?")") } == kept.map { _ in true })
        let view = shown(body(owner), divided.own)
        #expect(view.contains("TRANSP") == !seen.isEmpty && view.contains(seen))
    }

    @Test func theOwnersTranspShowsUntilOneHasAnother() throws {
        let divided = try content.divided(event("SUMMARY:s"), over: event("SUMMARY:s\nTRANSP:OPAQUE"))
        #expect(shown(event("SUMMARY:s\nTRANSP:TRANSPARENT"), divided.own).contains("TRANSPARENT"))
    }

    private static func series(_ master: String, _ overrides: [(day: Int, lines: String)], zone: String = "Z")
        -> [UInt8]
    {
        let parts = overrides.map { day, lines in
            """
            BEGIN:VEVENT
            UID:u
            RECURRENCE-ID:2026010\(day)T100000\(zone)
            DTSTART:2026010\(day)T120000\(zone)
            SUMMARY:Moved
            \(lines)
            END:VEVENT
            """
        }
        let first =
            "BEGIN:VEVENT\nUID:u\nDTSTART:20260101T100000\(zone)\nRRULE:FREQ=DAILY\nSUMMARY:s\n\(master)\nEND:VEVENT"
        return calendar(([first] + parts).joined(separator: "\n"))
    }

    @Test(arguments: ["Z", ""]) func overridesHaveTheirOwn(zone: String) throws {
        let owner = Self.series(Self.alarm("owner"), [(2, Self.alarm("owner 2")), (3, "X-A:b")], zone: zone)
        let sent = Self.series(
            Self.alarm("mine"), [(2, "TRANSP:TRANSPARENT\n" + Self.alarm("mine 2")), (3, "X-A:b")], zone: zone)
        let divided = try content.divided(sent, over: owner)
        #expect(divided.shared == nil)
        #expect(shown(owner, divided.own) == sent.text)
        // What one override says differently survives a change of the order.
        let turned = Self.series("X-C:d", [(3, "X-A:b"), (2, "X-E:f")], zone: zone)
        let view = shown(turned, divided.own)
        #expect(view.contains("X-C:d\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:mine\r\n"))
        #expect(view.contains("X-A:b\r\nEND:VEVENT"), "An override may have none where the series has one.")
        #expect(
            view.contains("X-E:f\r\nTRANSP:TRANSPARENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:mine 2\r\n"))
    }

    @Test func anOverrideMadeLaterHasTheAlarmsOfTheSeries() throws {
        let own = try content.divided(Self.series(Self.alarm("mine"), []), over: Self.series("", [])).own
        let later = Self.series(Self.alarm("owner"), [(2, Self.alarm("owner"))])
        #expect(shown(later, own) == Self.series(Self.alarm("mine"), [(2, Self.alarm("mine"))]).text)
        // And that of the owner, where a sharee makes it.
        let made = try content.divided(
            Self.series(Self.alarm("mine"), [(2, Self.alarm("mine"))]), over: Self.series(Self.alarm("owner"), []))
        #expect(made.shared?.text == later.text)
        #expect(made.own == own)
    }

    /// Lines beside those of the owner's body, and whether they are a change for all.
    @Test(arguments: [
        ("DTSTAMP:20270101T000000Z", false), ("LAST-MODIFIED:20270101T000000Z", false), ("SEQUENCE:4", false),
        ("CREATED:20270101T000000Z", false), ("X-MOZ-GENERATION:3", false), ("X-MOZ-LASTACK:20270101T000000Z", false),
        ("X-MOZ-SNOOZE-TIME-1767261600000000:20270101T000000Z", false), ("CLASS:PUBLIC", false), ("PRIORITY:0", false),
        ("CLASS:PRIVATE", true), ("PRIORITY:1", true), ("LOCATION:there", true), ("X-MOZ-OTHER:1", true),
        ("EXDATE:20260102T100000Z", true), ("STATUS:CANCELLED", true), ("SUMMARY:again", true),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org", true), ("BEGIN:VLOCATION\nNAME:x\nEND:VLOCATION", true),
    ])
    func onlyWhatSaysSomethingElseIsAChange(line: String, isChange: Bool) throws {
        let owner = event("SUMMARY:Rota\\, and so on\nRRULE:FREQ=DAILY")
        let sent = event(
            "rrule:FREQ=DAILY\nSUMMARY:Rota,\n  and so on\n\(line)", start: "DTSTART;VALUE=DATE-TIME:20260101T100000Z")
        #expect(try (content.divided(sent, over: owner).shared != nil) == isChange)
        #expect(try (content.divided(owner, over: sent).shared != nil) == isChange)
    }

    @Test(arguments: [
        ("ATTENDEE;CN=a;ROLE=CHAIR:mailto:a@example.org", "ATTENDEE;role=CHAIR;CN=\"a\":mailto:a@example.org", false),
        ("ATTENDEE;CN=a:mailto:a@example.org", "ATTENDEE;CN=b:mailto:a@example.org", true),
        ("CATEGORIES:a\\,b", "CATEGORIES:a,b", true), ("DESCRIPTION:a\\nb", "DESCRIPTION:a\\Nb", false),
        ("X-A:1\nX-A:1", "X-A:1", true), ("X-A:1\nX-A:2", "X-A:2\nX-A:1", false),
    ])
    func spellingIsNoChange(a: String, b: String, isChange: Bool) throws {
        #expect(try (content.divided(event(a), over: event(b)).shared != nil) == isChange)
    }

    @Test func zonesAreEveryClientsOwn() throws {
        func body(_ zone: String) -> [UInt8] {
            calendar(
                "\(zone)BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260101T100000\nSUMMARY:s\nEND:VEVENT")
        }
        let zone = "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE\n"
        #expect(try content.divided(body(zone), over: body("")).shared == nil)
    }

    @Test func tasksHaveAlarmsOfEachPersonsOwnToo() throws {
        func task(_ lines: String) -> [UInt8] { calendar("BEGIN:VTODO\nUID:1\nSUMMARY:s\n\(lines)\nEND:VTODO") }
        let owner = task("DUE:20260101T100000\n" + Self.alarm("owner"))
        let sent = task("DUE:20260101T100000\n" + Self.alarm("mine", "\nACKNOWLEDGED:20260101T000000Z"))
        let divided = try content.divided(sent, over: owner)
        #expect(divided.shared == nil && shown(owner, divided.own) == sent.text)
        #expect(try content.divided(task("DUE:20260102T100000"), over: owner).shared?.text.contains("owner") == true)
    }

    @Test func whatHasNoAlarmsIsEverybodys() throws {
        let journal = calendar("BEGIN:VJOURNAL\nUID:1\nSUMMARY:s\n\(Self.alarm("odd"))\nEND:VJOURNAL")
        #expect(shown(journal, nil) == journal.text)
        let divided = try content.divided(journal, over: calendar("BEGIN:VJOURNAL\nUID:1\nSUMMARY:s\nEND:VJOURNAL"))
        #expect(divided == DividedContent(shared: journal, own: nil))
    }

    @Test func deepInsideNothingIsPersonal() throws {
        let body = event("SUMMARY:s\nBEGIN:X-BOX\n\(Self.alarm("boxed"))\nEND:X-BOX")
        #expect(shown(body, nil) == body.text)
    }

    @Test(arguments: [
        "", "junk", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ])
    func anOwnPartThatCannotBeReadIsNone(text: String) {
        #expect(shown(event("SUMMARY:s\n" + Self.alarm("owner")), Array(text.utf8)) == event("SUMMARY:s").text)
    }

    @Test func anOwnPartHasALimit() throws {
        let long = Self.alarm(String(repeating: "x", count: DividedContent.mostOwnBytes))
        #expect(throws: DAVError.self) { _ = try content.divided(event(long), over: event("SUMMARY:s")) }
        #expect(throws: DAVError.self) { _ = try content.divided(Array("junk".utf8), over: nil) }
    }

    @Test func manyAlarmsAndOverridesTakeNoTimeWorthMentioning() throws {
        let days = (0..<3000).map { number in
            "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID:\(20_000_000 + number)T100000Z\nDTSTART:20260101T100000Z\n\(Self.alarm("a"))\nEND:VEVENT"
        }
        let master = "BEGIN:VEVENT\nUID:u\nDTSTART:20000101T100000Z\n\(Self.alarm("a"))\nEND:VEVENT\n"
        let body = calendar(master + days.joined(separator: "\n"))
        let start = ContinuousClock.now
        let divided = try content.divided(body, over: body)
        #expect(divided.shared == nil)
        #expect(shown(body, nil).contains("VALARM") == false)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
