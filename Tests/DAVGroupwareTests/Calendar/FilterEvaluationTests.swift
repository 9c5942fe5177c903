import DAV
import HTTPTypes
import Testing

@testable import DAVGroupware

@Suite struct FilterEvaluationTests {
    static let settings = CalendarSettings(limits: CalendarLimits(), zones: Zones())

    /// Whether the object passes; and the index must not hide it then.
    static func passes(_ text: String, _ inside: String) throws -> Bool {
        let filter = try FilterReaderTests.read(FilterReaderTests.calendar(inside))
        let object = try #require(StoredCalendar(Array(text.utf8)))
        var clock = ObjectClock(object, .utc, settings.zones, QueryBudget())
        let passes = filter.matches(object.calendar, &clock)
        let policy = CalendarContentPolicy(settings: settings, isInbox: true)
        if let admitted = try? policy.admit(Array(text.utf8), contentType: nil, settings: []) {
            #expect(!passes || filter.query.mayMatch(admitted.index), "\(text) \(inside)")
        }
        return passes
    }

    static func range(_ component: String, _ start: String?, _ end: String?) -> String {
        let attributes = (start.map { " start='\($0)'" } ?? "") + (end.map { " end='\($0)'" } ?? "")
        return "<C:comp-filter name='\(component)'><C:time-range\(attributes)/></C:comp-filter>"
    }

    static func object(_ component: String, _ lines: String) -> String {
        Sample.calendar("BEGIN:\(component)", "UID:1", "DTSTAMP:20060101T000000Z", lines, "END:\(component)")
    }

    /// A component's lines, a range of hours on 2 January 2006 UTC (24 is the next midnight), and whether they overlap.
    static let overlaps: [(component: String, lines: String, start: Int, end: Int, overlaps: Bool)] = [
        // C-21a: DTEND
        ("VEVENT", "DTSTART:20060102T100000Z\nDTEND:20060102T120000Z", 12, 13, false),
        ("VEVENT", "DTSTART:20060102T100000Z\nDTEND:20060102T120000Z", 11, 13, true),
        ("VEVENT", "DTSTART:20060102T100000Z\nDTEND:20060102T120000Z", 9, 10, false),
        ("VEVENT", "DTSTART:20060102T100000Z\nDTEND:20060102T120000Z", 9, 11, true),
        // DURATION above zero, and zero
        ("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT2H", 12, 13, false),
        ("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT2H", 11, 12, true),
        ("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT0S", 10, 11, true),
        ("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT0S", 9, 10, false),
        // neither
        ("VEVENT", "DTSTART:20060102T100000Z", 10, 11, true),
        ("VEVENT", "DTSTART:20060102T100000Z", 9, 10, false),
        ("VEVENT", "DTSTART:20060102T100000Z", 11, 12, false),
        ("VEVENT", "DTSTART;VALUE=DATE:20060102", 23, 25, true),
        ("VEVENT", "DTSTART;VALUE=DATE:20060102", 24, 25, false),
        ("VEVENT", "DTSTART;VALUE=DATE:20060102\nDTEND;VALUE=DATE:20060103", 24, 25, false),
        // zones, and an end before the start
        ("VEVENT", "DTSTART;TZID=Europe/Berlin:20060102T100000\nDTEND;TZID=Europe/Berlin:20060102T110000", 9, 10, true),
        (
            "VEVENT", "DTSTART;TZID=Europe/Berlin:20060102T100000\nDTEND;TZID=Europe/Berlin:20060102T110000", 10, 11,
            false
        ),
        ("VEVENT", "DTSTART:20060102T100000Z\nDTEND:20060101T100000Z", 10, 11, true),
        ("VTODO", "DTSTART:20060102T100000Z\nDUE:20060102T090000Z", 8, 9, true),
        // C-21b: each row of the table
        ("VTODO", "DTSTART:20060102T100000Z\nDURATION:PT2H", 12, 13, true),
        ("VTODO", "DTSTART:20060102T100000Z\nDURATION:PT2H", 13, 14, false),
        ("VTODO", "DTSTART:20060102T100000Z\nDURATION:PT2H", 9, 10, false),
        ("VTODO", "DTSTART:20060102T100000Z\nDUE:20060102T120000Z", 12, 13, false),
        ("VTODO", "DTSTART:20060102T100000Z\nDUE:20060102T120000Z", 9, 11, true),
        ("VTODO", "DTSTART:20060102T100000Z", 10, 11, true),
        ("VTODO", "DTSTART:20060102T100000Z", 9, 10, false),
        ("VTODO", "DUE:20060102T100000Z", 9, 10, true),
        ("VTODO", "DUE:20060102T100000Z", 10, 11, false),
        ("VTODO", "COMPLETED:20060102T120000Z\nCREATED:20060102T100000Z", 11, 11, true),
        ("VTODO", "COMPLETED:20060102T120000Z\nCREATED:20060102T100000Z", 13, 14, false),
        ("VTODO", "COMPLETED:20060102T120000Z", 12, 13, true),
        ("VTODO", "COMPLETED:20060102T120000Z", 13, 14, false),
        ("VTODO", "CREATED:20060102T120000Z", 13, 14, true),
        ("VTODO", "CREATED:20060102T120000Z", 11, 12, false),
        ("VTODO", "SUMMARY:whenever", 1, 2, true),
        // C-21c
        ("VJOURNAL", "DTSTART:20060102T100000Z", 10, 11, true),
        ("VJOURNAL", "DTSTART:20060102T100000Z", 11, 12, false),
        ("VJOURNAL", "DTSTART;VALUE=DATE:20060102", 23, 25, true),
        ("VJOURNAL", "SUMMARY:none", 1, 2, false),
        ("VFREEBUSY", "DTSTART:20060102T100000Z\nDTEND:20060102T120000Z", 12, 13, true),
        ("VFREEBUSY", "FREEBUSY:20060102T100000Z/PT1H,20060102T140000Z/20060102T150000Z", 14, 15, true),
        ("VFREEBUSY", "FREEBUSY:20060102T100000Z/PT1H", 11, 12, false),
        ("VFREEBUSY", "SUMMARY:none", 1, 2, false),
        // recurrence: RRULE, EXDATE, RDATE, overrides
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY", 10, 11, true),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY", 11, 12, false),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=32", 10, 11, false),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=33", 10, 11, true),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20060102T095959Z", 10, 11, false),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20060102T100000Z", 10, 11, true),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE:20060102T100000Z", 10, 11, false),
        (
            "VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20060102", 10, 11,
            false
        ),
        ("VEVENT", "DTSTART:20051201T100000Z\nDURATION:PT1H\nRDATE:20060102T150000Z", 15, 16, true),
        ("VEVENT", "DTSTART;TZID=Europe/Berlin:20050701T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY", 9, 10, true),
        ("VEVENT", "DTSTART;TZID=Europe/Berlin:20050701T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY", 8, 9, false),
        ("VEVENT", "DTSTART:20051231T100000Z\nDURATION:P3D\nRRULE:FREQ=YEARLY", 10, 11, true),
    ]

    @Test(arguments: overlaps)
    func componentsOverlapAsTheTablesSay(
        _ component: String, _ lines: String, _ start: Int, _ end: Int, _ overlaps: Bool
    ) throws {
        func hour(_ number: Int) -> String { CivilDateTime(seconds: 1_136_160_000 + Int64(number) * 3600).text + "Z" }
        let last = end == start ? CivilDateTime(seconds: 1_136_160_001 + Int64(end) * 3600).text + "Z" : hour(end)
        let passes = try Self.passes(Self.object(component, lines), Self.range(component, hour(start), last))
        #expect(passes == overlaps)
    }

    @Test func openRangesReachForEver() throws {  // C-21
        let daily = Self.object("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")
        #expect(try Self.passes(daily, Self.range("VEVENT", "20500101T000000Z", nil)))
        #expect(try !Self.passes(daily, Self.range("VEVENT", nil, "20060102T100000Z")))
        #expect(try Self.passes(daily, Self.range("VEVENT", nil, "20060102T100001Z")))
        let once = Self.object("VEVENT", "DTSTART:20060102T100000Z\nDURATION:PT1H")
        #expect(try !Self.passes(once, Self.range("VEVENT", "20060102T110000Z", nil)))
    }

    @Test func overridesMoveInstancesInAndOut() throws {  // C-16, C-21
        let moved = Sample.calendar(
            "BEGIN:VEVENT", "UID:1", "DTSTART:20060102T100000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2",
            "END:VEVENT",
            "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20060109T100000Z", "DTSTART:20060110T150000Z", "DURATION:PT1H",
            "SUMMARY:moved", "END:VEVENT")
        #expect(try !Self.passes(moved, Self.range("VEVENT", "20060109T000000Z", "20060110T000000Z")))
        #expect(try Self.passes(moved, Self.range("VEVENT", "20060110T000000Z", "20060111T000000Z")))
        // All tests speak of one component: the moved one has the summary, the first week has not.
        let both = """
            <C:comp-filter name='VEVENT'><C:time-range start='20060102T000000Z' end='20060103T000000Z'/>\
            <C:prop-filter name='SUMMARY'><C:text-match>moved</C:text-match></C:prop-filter></C:comp-filter>
            """
        #expect(try !Self.passes(moved, both))
        let alone = Sample.calendar(
            "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20060109T100000Z", "DTSTART:20060110T150000Z", "END:VEVENT")
        #expect(try Self.passes(alone, Self.range("VEVENT", "20060110T000000Z", "20060111T000000Z")))
    }

    static let alarms: [(trigger: String, start: String, end: String, rings: Bool)] = [
        ("TRIGGER:-PT15M", "20060102T094500Z", "20060102T094501Z", true),
        ("TRIGGER:-PT15M", "20060102T094400Z", "20060102T094500Z", false),
        ("TRIGGER;RELATED=END:PT0S", "20060102T110000Z", "20060102T120000Z", true),
        ("TRIGGER;VALUE=DATE-TIME:20051224T180000Z", "20051224T000000Z", "20051225T000000Z", true),
        ("TRIGGER:-PT15M\nREPEAT:4\nDURATION:PT5M", "20060102T100400Z", "20060102T100501Z", true),
        ("TRIGGER:-PT15M\nREPEAT:4\nDURATION:PT5M", "20060102T100501Z", "20060102T110000Z", false),
        ("TRIGGER:-P1W", "20060108T000000Z", "20060110T000000Z", true),
        ("DESCRIPTION:none", "20060102T000000Z", "20060103T000000Z", false),
    ]

    @Test(arguments: alarms)
    func alarmsRing(_ trigger: String, _ start: String, _ end: String, _ rings: Bool) throws {  // C-21c
        let text = Self.object(
            "VEVENT",
            "DTSTART:20060102T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nBEGIN:VALARM\n\(trigger)\nEND:VALARM")
        let filter = """
            <C:comp-filter name='VEVENT'><C:comp-filter name='VALARM'><C:time-range start='\(start)' end='\(end)'/>\
            </C:comp-filter></C:comp-filter>
            """
        #expect(try Self.passes(text, filter) == rings)
    }

    static let tests: [(test: String, passes: Bool)] = [
        ("<C:prop-filter name='SUMMARY'/>", true),
        ("<C:prop-filter name='LOCATION'/>", false),
        ("<C:prop-filter name='LOCATION'><C:is-not-defined/></C:prop-filter>", true),
        ("<C:prop-filter name='SUMMARY'><C:is-not-defined/></C:prop-filter>", false),
        ("<C:prop-filter name='summary'><C:text-match>LUNCH, ÉCOLE</C:text-match></C:prop-filter>", false),
        ("<C:prop-filter name='SUMMARY'><C:text-match>lunch, </C:text-match></C:prop-filter>", true),
        // What Apple's clients write for a colon is one, as in UIDs and in cards.
        ("<C:prop-filter name='DESCRIPTION'><C:text-match>gate 4: left</C:text-match></C:prop-filter>", true),
        (
            "<C:prop-filter name='SUMMARY'><C:text-match collation='i;unicode-casemap'>LUNCH, ÉCOLE</C:text-match></C:prop-filter>",
            true
        ),
        ("<C:prop-filter name='SUMMARY'><C:text-match collation='i;octet'>lunch</C:text-match></C:prop-filter>", false),
        ("<C:prop-filter name='SUMMARY'><C:text-match collation='i;octet'>Lunch</C:text-match></C:prop-filter>", true),
        (
            "<C:prop-filter name='SUMMARY'><C:text-match negate-condition='yes'>lunch</C:text-match></C:prop-filter>",
            false
        ),
        ("<C:prop-filter name='SUMMARY'><C:text-match/></C:prop-filter>", true),
        (
            "<C:prop-filter name='ATTENDEE'><C:param-filter name='PARTSTAT'><C:text-match>accepted</C:text-match></C:param-filter></C:prop-filter>",
            true
        ),
        (
            "<C:prop-filter name='ATTENDEE'><C:text-match>ben</C:text-match><C:param-filter name='PARTSTAT'><C:text-match>accepted</C:text-match></C:param-filter></C:prop-filter>",
            false
        ),
        ("<C:prop-filter name='ATTENDEE'><C:param-filter name='ROLE'/></C:prop-filter>", false),
        (
            "<C:prop-filter name='ATTENDEE'><C:param-filter name='PARTSTAT'><C:is-not-defined/></C:param-filter></C:prop-filter>",
            true
        ),
        (
            "<C:prop-filter name='DTSTART'><C:time-range start='20060102T100000Z' end='20060102T100001Z'/></C:prop-filter>",
            true
        ),
        ("<C:prop-filter name='DTSTART'><C:time-range end='20060102T100000Z'/></C:prop-filter>", false),
        ("<C:comp-filter name='VALARM'/>", true),
        ("<C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>", false),
        (
            "<C:comp-filter name='VALARM'><C:prop-filter name='ACTION'><C:text-match>audio</C:text-match></C:prop-filter></C:comp-filter>",
            false
        ),
    ]

    @Test(arguments: tests) func propertiesAndParametersAreTested(_ test: String, _ passes: Bool) throws {  // C-20, C-22
        let text = Self.object(
            "VEVENT",
            """
            DTSTART:20060102T100000Z\nSUMMARY:Lunch\\, école\nDESCRIPTION:Gate 4\\: left
            ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.com
            ATTENDEE:mailto:ben@example.com\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM
            """)
        #expect(try Self.passes(text, "<C:comp-filter name='VEVENT'>\(test)</C:comp-filter>") == passes)
    }

    @Test func componentsAreTestedForAbsence() throws {
        let text = Self.object("VEVENT", "DTSTART:20060102T100000Z")
        #expect(try Self.passes(text, "<C:comp-filter name='VTODO'><C:is-not-defined/></C:comp-filter>"))
        #expect(try !Self.passes(text, "<C:comp-filter name='VEVENT'><C:is-not-defined/></C:comp-filter>"))
        #expect(try !Self.passes(text, "<C:comp-filter name='VTODO'/>"))
    }
}
