import Testing

@testable import DAVGroupware

/// Every row of RFC 4791 §9.9 and every bound of it: the component's times against one range, 10:00 to 12:00.
@Suite struct OverlapTests {
    private static func matches(_ component: String, _ lines: String, _ range: Range<Int64>? = nil) throws -> Verdict {
        let text = lines.split(separator: " ").map { word in
            word.replacing(/@(\d\d)/) { "20260105T\($0.1)0000Z" }.replacing("D5", with: "20260105").replacing(
                "D6", with: "20260106")
        }
        let object = try Calendars.object("BEGIN:\(component)\n" + text.joined(separator: "\n") + "\nEND:\(component)")
        var budget = WorkBudget()
        return object.matches(
            0, try range ?? Calendars.range("20260105T100000Z/20260105T120000Z"), floating: .utc, within: &budget)
    }

    @Test(arguments: [
        ("DTSTART:@09 DTEND:@11", true), ("DTSTART:@09 DTEND:@10", false), ("DTSTART:@12 DTEND:@13", false),
        ("DTSTART:@11 DTEND:@13", true),
        ("DTSTART:@09 DTEND:@13", true), ("DTSTART:@10 DTEND:@10", false), ("DTSTART:@11 DTEND:@11", true),
        ("DTSTART:@09 DURATION:PT1H", false), ("DTSTART:@09 DURATION:PT1H1S", true),
        ("DTSTART:@12 DURATION:PT1H", false),
        ("DTSTART:@10 DURATION:PT0S", true), ("DTSTART:@12 DURATION:PT0S", false), ("DTSTART:@09 DURATION:PT0S", false),
        ("DTSTART:@10", true), ("DTSTART:@11", true), ("DTSTART:@12", false), ("DTSTART:@09", false),
        ("DTSTART;VALUE=DATE:D5", true), ("DTSTART;VALUE=DATE:D6", false), ("DTSTART;VALUE=DATE:20260104", false),
        ("DTSTART;VALUE=DATE:20260104 DTEND;VALUE=DATE:D5", false),
        ("DTSTART;VALUE=DATE:20260104 DTEND;VALUE=DATE:D6", true), ("SUMMARY:x", false),
    ])
    func events(lines: String, expected: Bool) throws {  // C-21a
        #expect(try Self.matches("VEVENT", lines) == (expected ? .yes : .no))
    }

    @Test(arguments: [
        ("DTSTART:@09 DURATION:PT1H", true), ("DTSTART:@08 DURATION:PT1H", false), ("DTSTART:@12 DURATION:PT0S", true),
        ("DTSTART:@12 DURATION:PT1H", false),
        ("DTSTART:@11 DURATION:PT9H", true), ("DTSTART:@09 DUE:@10", false), ("DTSTART:@10 DUE:@10", true),
        ("DTSTART:@09 DUE:@11", true), ("DTSTART:@12 DUE:@12", true),
        ("DTSTART:@12 DUE:@13", false), ("DTSTART:@08 DUE:@13", true), ("DTSTART:@10", true), ("DTSTART:@12", false),
        ("DTSTART:@09", false),
        ("DUE:@10", false), ("DUE:@11", true), ("DUE:@12", true), ("DUE:@13", false),
        ("COMPLETED:@09 CREATED:@08", false), ("COMPLETED:@13 CREATED:@08", true), ("COMPLETED:@10 CREATED:@08", true),
        ("COMPLETED:@13 CREATED:@12", true), ("COMPLETED:@14 CREATED:@13", false),
        ("COMPLETED:@10", true), ("COMPLETED:@12", true), ("COMPLETED:@09", false), ("COMPLETED:@13", false),
        ("CREATED:@11", true), ("CREATED:@12", false), ("CREATED:@08", true), ("SUMMARY:x", true),
    ])
    func tasks(lines: String, expected: Bool) throws {  // C-21b
        #expect(try Self.matches("VTODO", lines) == (expected ? .yes : .no))
    }

    @Test(arguments: [
        ("VJOURNAL", "DTSTART:@10", true), ("VJOURNAL", "DTSTART:@12", false), ("VJOURNAL", "DTSTART:@09", false),
        ("VJOURNAL", "DTSTART;VALUE=DATE:D5", true),
        ("VJOURNAL", "DTSTART;VALUE=DATE:D6", false), ("VJOURNAL", "SUMMARY:x", false),
        ("VFREEBUSY", "DTSTART:@09 DTEND:@10", true), ("VFREEBUSY", "DTSTART:@08 DTEND:@09", false),
        ("VFREEBUSY", "DTSTART:@12 DTEND:@13", false),
        ("VFREEBUSY", "FREEBUSY:@08/PT1H,@11/PT1H", true), ("VFREEBUSY", "FREEBUSY:@09/@10,@12/PT1H", false),
        ("VFREEBUSY", "SUMMARY:x", false),
        ("VAVAILABILITY", "DTSTART:@09 DTEND:@10", false), ("VAVAILABILITY", "DTSTART:@11", true),
        ("VAVAILABILITY", "DTSTART:@12", false),
        ("VAVAILABILITY", "DTEND:@10", false), ("VAVAILABILITY", "DTEND:@11", true),
        ("VAVAILABILITY", "DTSTART:@09 DURATION:PT2H", true), ("VAVAILABILITY", "UID:x", true),
        ("VTIMEZONE", "TZID:x", false),
    ])
    func others(component: String, lines: String, expected: Bool) throws {  // C-21c, K-09
        #expect(try Self.matches(component, lines) == (expected ? .yes : .no))
    }

    @Test func missingBoundsAreOpen() throws {
        #expect(try Self.matches("VEVENT", "DTSTART:@09 DTEND:@10", Calendars.range("/20260105T090001Z")) == .yes)
        #expect(try Self.matches("VEVENT", "DTSTART:@09 DTEND:@10", Calendars.range("/20260105T090000Z")) == .no)
        #expect(try Self.matches("VEVENT", "DTSTART:@09 DTEND:@10", Calendars.range("20260105T095959Z/")) == .yes)
        #expect(try Self.matches("VEVENT", "DTSTART:@09 DTEND:@10", Calendars.range("20260105T100000Z/")) == .no)
    }

    @Test(arguments: [
        ("TRIGGER:-PT1H", "10", true), ("TRIGGER:-PT1H", "11", false), ("TRIGGER;RELATED=END:PT0S", "12", true),
        ("TRIGGER;RELATED=END:PT0S", "11", false),
        ("TRIGGER;VALUE=DATE-TIME:20260105T083000Z", "08", true),
        ("TRIGGER;VALUE=DATE-TIME:20260105T083000Z", "09", false),
        ("TRIGGER:-PT5H\nREPEAT:2\nDURATION:PT2H", "06", true), ("TRIGGER:-PT5H\nREPEAT:2\nDURATION:PT2H", "08", true),
        ("TRIGGER:-PT5H\nREPEAT:2\nDURATION:PT2H", "10", true),
        ("TRIGGER:-PT5H\nREPEAT:2\nDURATION:PT2H", "07", false),
        ("TRIGGER:-PT5H\nREPEAT:2\nDURATION:PT2H", "12", false),
        ("TRIGGER:-PT5H\nREPEAT:99999999\nDURATION:PT1S", "10", true), ("TRIGGER:soon", "10", false),
        ("ACTION:AUDIO", "10", false), ("TRIGGER:-P7D\nREPEAT:7\nDURATION:P1D", "11", true),
    ])
    func alarms(lines: String, hour: String, expected: Bool) throws {  // C-21c
        // The second of two daily events, from 11:00 to 12:00; RFC 4791 §9.9 looks at every instance.
        let object = try Calendars.event(
            "DTSTART:20260104T110000Z\nDTEND:20260104T120000Z\nRRULE:FREQ=DAILY;COUNT=2\nBEGIN:VALARM\n\(lines)\nEND:VALARM"
        )
        let range = try Calendars.range("20260105T\(hour)0000Z/20260105T\(hour)5959Z")
        var budget = WorkBudget()
        let found = object.alarmMatches(
            object.components[0].components[0], of: 0, range, floating: .utc, within: &budget)
        #expect(found == (expected ? .yes : .no))
    }

    @Test func datesOfPropertiesAreJudged() throws {  // C-21c
        let object = try Calendars.event("DTSTART:20260105T110000Z")
        let range = try Calendars.range("20260105T100000Z/20260105T120000Z")
        for (value, expected) in [
            ("20260105T100000Z", true), ("20260105T120000Z", false), ("20260105", false), ("x,20260105T113000Z", true),
            ("", false),
        ] {
            #expect(
                object.propertyMatches(ContentLine("X", value: value), range, floating: .utc) == expected, "\(value)")
        }
    }
}
