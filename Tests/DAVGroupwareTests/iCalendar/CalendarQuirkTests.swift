import Testing

@testable import DAVGroupware

/// Client quirks 18, C-14: what clients get wrong is taken as it is, octet for octet, and refused by strict rules.
@Suite struct CalendarQuirkTests {
    static let quirks: [(name: String, body: [UInt8])] = [
        ("LF only", Array(event("SUMMARY:x").text.replacing("\r\n", with: "\n").utf8)),
        ("no final CRLF", event("SUMMARY:x").dropLast(2)),
        ("BOM", [0xEF, 0xBB, 0xBF] + event("SUMMARY:x")),
        ("NUL and control characters", event("SUMMARY:x\u{0}\u{1}\u{B}\u{7F}y")),
        ("long lines", event("DESCRIPTION:" + String(repeating: "x", count: 500))),
        ("blank lines", event("")),
        ("quotes in a parameter", event("ATTENDEE;CN=A \"B\" C:mailto:a@example.com")),
        ("parameter without value", event("SUMMARY;LANGUAGE:x")),
        ("DTEND before DTSTART", event("DTEND:20251231T100000Z")),
        ("DTEND with DURATION:PT0S", event("DTEND:20260101T110000Z\nDURATION:PT0S")),
        ("EXDATE of another type", event("RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260102")),
        ("UNTIL of another type", event("RRULE:FREQ=DAILY;UNTIL=20260105")),
        ("UNTIL in local time", event("RRULE:FREQ=DAILY;UNTIL=20260105T100000")),
        ("VALUE that does not match", event("", start: "DTSTART;VALUE=DATE:20260101T100000Z").filter { $0 != 0 }),
        ("no DTSTAMP", calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260101T100000Z\nEND:VEVENT")),
        (
            "no PRODID",
            octets(
                "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nEND:VTODO\nEND:VCALENDAR")
        ),
        ("the UID twice", event("UID:1")),
        (
            "two masters",
            calendar(
                String(repeating: "BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nEND:VTODO\n", count: 2).dropLast()
                    .description)
        ),
        (
            "two VTIMEZONEs of one name",
            calendar(
                String(repeating: "BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE\n", count: 2)
                    + "BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nEND:VTODO")
        ),
        (
            "VTIMEZONE without TZID",
            calendar("BEGIN:VTIMEZONE\nEND:VTIMEZONE\nBEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nEND:VTODO")
        ),
        ("no VTIMEZONE", event("SUMMARY:x", start: "DTSTART;TZID=Nowhere/At All:20260101T100000")),
        ("TZID with a space", event("SUMMARY:x", start: "DTSTART;TZID=W. Europe Standard Time :20260101T100000")),
        ("VALARM without ACTION", event("BEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM")),
        ("VALARM without TRIGGER", event("BEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM")),
        ("SEQUENCE negative", event("SEQUENCE:-1")),
        ("SEQUENCE no number", event("SEQUENCE:x")),
        ("several SUMMARYs", event("SUMMARY:x\nSUMMARY:y")),
        (
            "RRULE without DTSTART",
            calendar("BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nDUE:20260101\nRRULE:FREQ=DAILY\nEND:VTODO")
        ),
    ]

    @Test(arguments: quirks.indices) func itIsKeptAsItIsUnlessRulesAreStrict(index: Int) throws {
        let (name, body) = Self.quirks[index]
        let object = try CalendarObject(parsing: body)
        #expect(object.uid == "1", "\(name)")
        #expect(object.replacement == nil, "\(name)")
        let violation = try #require(
            #expect(throws: CalendarViolation.self, "\(name)") {
                try CalendarObject(parsing: body, rules: CalendarRules(isStrict: true))
            })
        #expect(violation.precondition == .validCalendarData, "\(name): \(violation)")
    }

    /// What is not wrong but rare: kept, and not even strict rules mind.
    @Test(arguments: [
        event("X-WR-ALARMUID:1\nX-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:No value\nIANA-TOKEN;P=1:2"),
        event("SUMMARY:a\n\tb"),
        event(
            "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + (0..<20_000).map { _ in "AAAABBBBCCCCDDDD\n " }.joined() + "AAAA"),
        event("DTEND;TZID=\"Europe/Berlin\":20260101T110000", start: "DTSTART;TZID=Europe/Berlin:20260101T100000"),
        event("DESCRIPTION;ALTREP=\"cid:x\":\\n\\,\\;\\\\"),
        calendar(
            "NAME:n\nCOLOR:red\nX-WR-CALNAME:n\nREFRESH-INTERVAL;VALUE=DURATION:P1W\nBEGIN:VJOURNAL\nUID:1\nDTSTAMP:20260101T000000Z\nDESCRIPTION:a\nDESCRIPTION:b\nEND:VJOURNAL"
        ),
        event("BEGIN:X-COMPONENT\nX-A:b\nBEGIN:X-INNER\nEND:X-INNER\nEND:X-COMPONENT"),
    ])
    func itIsNobodysMistake(body: [UInt8]) throws {
        let rules = CalendarRules(isStrict: true, knowsZone: { $0 == "Europe/Berlin" })
        #expect(try CalendarObject(parsing: body, rules: rules).replacement == nil)
    }
}
