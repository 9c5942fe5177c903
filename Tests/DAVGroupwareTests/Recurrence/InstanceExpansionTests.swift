import Testing

@testable import DAVGroupware

/// C-23: what RFC 4791 §9.6.5 to §9.6.7 make of an object; on the wire it is `ExpansionTests` that looks.
@Suite struct InstanceExpansionTests {
    private static func expand(_ lines: String, _ range: String) throws -> String {
        var budget = WorkBudget()
        let result = Expansion.expand(
            try Calendars.calendar(lines), to: try Calendars.range(range), zones: Calendars.zones,
            floating: Calendars.berlin, within: &budget)
        return result.components.map { component in
            component.name + " "
                + component.properties.filter { !$0.isNamed("UID") }.map { line in
                    line.name + (line["TZID"].map { ";TZID=" + $0 } ?? "") + ":" + line.value
                }.joined(separator: " ")
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        (
            "DTSTART;TZID=Europe/Berlin:20260327T100000\nDTEND;TZID=Europe/Berlin:20260327T110000\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Berlin:20260328T100000",
            "20260327T000000Z/20260330T000000Z",
            "VEVENT DTSTART:20260327T090000Z DTEND:20260327T100000Z RECURRENCE-ID:20260327T090000Z\nVEVENT DTSTART:20260329T080000Z DTEND:20260329T090000Z RECURRENCE-ID:20260329T080000Z"
        ),
        // A nominal day over a change of the clock is told in hours.
        (
            "DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D", "20260328T000000Z/20260330T000000Z",
            "VEVENT DTSTART:20260328T110000Z DURATION:PT23H"
        ),
        (
            "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330\nRRULE:FREQ=DAILY;COUNT=2",
            "20260330T000000Z/20260401T000000Z",
            "VEVENT DTSTART:20260329 DTEND:20260331 RECURRENCE-ID:20260329"
        ),
        (
            "DTSTART:20260705T100000\nDTEND:20260705T110000\nRRULE:FREQ=DAILY;COUNT=2",
            "20260706T000000Z/20260707T000000Z",
            "VEVENT DTSTART:20260706T100000 DTEND:20260706T110000 RECURRENCE-ID:20260706T100000"
        ),
        (
            "DTSTART:20260105T100000Z\nX-LATER;TZID=Europe/Berlin:20260105T120000", "20260105T000000Z/20260106T000000Z",
            "VEVENT DTSTART:20260105T100000Z X-LATER:20260105T110000Z"
        ),
        ("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=2", "20270105T000000Z/20270106T000000Z", ""),
    ])
    func instancesStandForThemselves(lines: String, range: String, expected: String) throws {
        #expect(try Self.expand("BEGIN:VEVENT\n\(lines)\nEND:VEVENT", range) == expected)
    }

    @Test func laterInstancesFollowAnOverrideWithRange() throws {  // K-04
        let lines = """
            BEGIN:VEVENT
            DTSTART:20260105T100000Z
            RRULE:FREQ=DAILY;COUNT=3
            SUMMARY:old
            END:VEVENT
            BEGIN:VEVENT
            RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T100000Z
            DTSTART:20260106T120000Z
            SUMMARY:new
            END:VEVENT
            """
        let expected = """
            VEVENT DTSTART:20260105T100000Z SUMMARY:old RECURRENCE-ID:20260105T100000Z
            VEVENT DTSTART:20260106T120000Z SUMMARY:new RECURRENCE-ID:20260106T100000Z
            VEVENT DTSTART:20260107T120000Z SUMMARY:new RECURRENCE-ID:20260107T100000Z
            """
        #expect(try Self.expand(lines, "20260101T000000Z/20260201T000000Z") == expected)
        let kept = Expansion.limitRecurrenceSet(
            try Calendars.calendar(lines), to: try Calendars.range("20260120T000000Z/20260121T000000Z"),
            zones: Calendars.zones, floating: .utc)
        #expect(kept.components.count == 2)
        let before = Expansion.limitRecurrenceSet(
            try Calendars.calendar(lines), to: try Calendars.range("20260105T000000Z/20260106T000000Z"),
            zones: Calendars.zones, floating: .utc)
        #expect(before.components.count == 1)
    }
}
