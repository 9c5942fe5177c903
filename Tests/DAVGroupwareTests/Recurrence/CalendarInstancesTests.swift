import Testing

@testable import DAVGroupware

/// K-02, K-04, C-16: which instances an object has.
@Suite struct CalendarInstancesTests {
    /// Start/end of each instance in UTC, with the component if it is not the first.
    static func list(_ object: CalendarInstances, _ range: String = "/", limit: Int = 6) throws -> String {
        var budget = WorkBudget()
        let floating = Calendars.berlin
        let found = object.instances(in: try Calendars.range(range), floating: floating, within: &budget)
        let texts = found.prefix(limit).map { one in
            Calendars.text(one.start) + "/" + Calendars.text(one.end) + (one.component == 0 ? "" : "#\(one.component)")
        }
        return (texts + (found.count > limit ? ["…"] : [])).joined(separator: " ")
    }

    @Test(arguments: [
        // One instance, by every way to say how long.
        ("DTSTART:20260105T100000Z\nDTEND:20260105T110000Z", "20260105T100000/20260105T110000"),
        ("DTSTART:20260105T100000Z\nDURATION:PT90M", "20260105T100000/20260105T113000"),
        ("DTSTART:20260105T100000Z", "20260105T100000/-"),
        ("DTSTART:20260105T100000Z\nDURATION:PT0S", "20260105T100000/-"),
        ("DTSTART;VALUE=DATE:20260105", "20260104T230000/20260105T230000"),
        ("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330", "20260327T230000/20260329T220000"),
        ("DTSTART:20260705T100000", "20260705T080000/-"),
        (
            "DTSTART;TZID=America/New_York:20260705T100000\nDTEND;TZID=Europe/London:20260705T160000",
            "20260705T140000/20260705T150000"
        ),
        // Client-quirks 18: the end before the start, the end and a duration of nothing.
        ("DTSTART:20260105T100000Z\nDTEND:20260105T090000Z", "20260105T100000/-"),
        ("DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260105", "20260104T230000/20260105T230000"),
        ("DTSTART:20260105T100000Z\nDTEND:20260105T110000Z\nDURATION:PT0S", "20260105T100000/20260105T110000"),
        ("DTSTART;TZID=Nowhere:20260705T100000", "20260705T080000/-"), ("DTSTART:bad", "-/-"), ("SUMMARY:x", "-/-"),
        // Over a change of the clock: an end is exact, a duration counts days.
        (
            "DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260329T120000\nRRULE:FREQ=DAILY;COUNT=2",
            "20260328T110000/20260329T100000 20260329T100000/20260330T090000"
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20260327T120000\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=2",
            "20260327T110000/20260328T110000 20260328T110000/20260329T100000"
        ),
        // Recurrence sets.
        (
            "DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106T100000Z",
            "20260105T100000/- 20260107T100000/-"
        ),
        (
            "DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260106",
            "20260105T100000/- 20260107T100000/-"
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20260105T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106T090000Z",
            "20260105T090000/- 20260107T090000/-"
        ),
        (
            "DTSTART;VALUE=DATE:20260705\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260705T000000",
            "20260705T220000/20260706T220000"
        ),
        (
            "DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2",
            "20260105T100000/- 20260106T100000/- 20260112T100000/-"
        ),
        (
            "DTSTART:20260105T100000Z\nDURATION:PT1H\nRDATE:20260107T100000Z,20260106T100000Z",
            "20260105T100000/20260105T110000 20260106T100000/20260106T110000 20260107T100000/20260107T110000"
        ),
        (
            "DTSTART:20260105T100000Z\nRDATE;VALUE=PERIOD:20260106T100000Z/PT2H,20260107T100000Z/20260107T130000Z",
            "20260105T100000/- 20260106T100000/20260106T120000 20260107T100000/20260107T130000"
        ),
        (
            "DTSTART;VALUE=DATE:20260705\nRDATE;VALUE=DATE:20260707",
            "20260704T220000/20260705T220000 20260706T220000/20260707T220000"
        ),
        (
            "DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nRDATE:20260106T100000Z",
            "20260105T100000/- 20260106T100000/-"
        ),
        ("DTSTART:20260105T100000Z\nRRULE:nonsense", "20260105T100000/-"),
        (
            "DTSTART;TZID=Europe/Berlin:20260327T023000\nRRULE:FREQ=DAILY;UNTIL=20260330T003000Z",
            "20260327T013000/- 20260328T013000/- 20260329T013000/- 20260330T003000/-"
        ),
    ])
    func objectsHaveTheirInstances(lines: String, expected: String) throws {
        #expect(try Self.list(Calendars.event(lines)) == expected)
    }

    static let weekly = """
        BEGIN:VEVENT
        DTSTART;TZID=Europe/Berlin:20260105T100000
        DURATION:PT1H
        RRULE:FREQ=WEEKLY;COUNT=4
        END:VEVENT

        """

    @Test(arguments: [
        // Moved out of, and into, the range; changed in place; by RECURRENCE-ID of another type.
        (
            "RECURRENCE-ID;TZID=Europe/Berlin:20260112T100000\nDTSTART:20260201T100000Z",
            "20260105T090000/20260105T100000 20260119T090000/20260119T100000 20260126T090000/20260126T100000 20260201T100000/-#1"
        ),
        (
            "RECURRENCE-ID:20260112T090000Z\nDTSTART:20260112T120000Z\nDURATION:PT2H",
            "20260105T090000/20260105T100000 20260112T120000/20260112T140000#1 20260119T090000/20260119T100000 20260126T090000/20260126T100000"
        ),
        (
            "RECURRENCE-ID;VALUE=DATE:20260112\nSUMMARY:x",
            "20260105T090000/20260105T100000 20260111T230000/20260112T230000#1 20260119T090000/20260119T100000 20260126T090000/20260126T100000"
        ),
        // RANGE=THISANDFUTURE (K-04): two hours later and half as long from then on.
        (
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260119T100000\nDTSTART;TZID=Europe/Berlin:20260119T120000\nDURATION:PT30M",
            "20260105T090000/20260105T100000 20260112T090000/20260112T100000 20260119T110000/20260119T113000#1 20260126T110000/20260126T113000#1"
        ),
        // An override of nothing still is an instance.
        (
            "RECURRENCE-ID:20270101T000000Z\nDTSTART:20270101T000000Z",
            "20260105T090000/20260105T100000 20260112T090000/20260112T100000 20260119T090000/20260119T100000 20260126T090000/20260126T100000 20270101T000000/-#1"
        ),
    ])
    func overridesReplaceInstances(lines: String, expected: String) throws {
        #expect(try Self.list(Calendars.object(Self.weekly + "BEGIN:VEVENT\n\(lines)\nEND:VEVENT")) == expected)
    }

    @Test func overridesAloneAreInstances() throws {
        let object = try Calendars.object(
            """
            BEGIN:VEVENT
            RECURRENCE-ID:20260112T100000Z
            DTSTART:20260113T100000Z
            END:VEVENT
            BEGIN:VEVENT
            RECURRENCE-ID:20260105T100000Z
            END:VEVENT
            """)
        #expect(try Self.list(object) == "20260105T100000/-#1 20260113T100000/-")
        #expect(object.master == nil)
    }

    @Test func rangesFarAwayAreReachedAtOnce() throws {
        let object = try Calendars.event("DTSTART;TZID=Europe/Berlin:00010101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY")
        var budget = WorkBudget(steps: 30, instances: 3)
        let found = object.instances(
            in: try Calendars.range("98260705T000000Z/98260706T000000Z"), floating: .utc, within: &budget)
        #expect(found.map { Calendars.text($0.start) } == ["98260705T070000"])
        #expect(!budget.isExhausted)
    }

    @Test func tasksRecurByWhenTheyAreDue() throws {
        let object = try Calendars.object("BEGIN:VTODO\nDUE:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nEND:VTODO")
        #expect(try Self.list(object) == "-/20260105T100000 -/20260106T100000")
    }

    @Test func whatCannotBeCountedIsMaybe() throws {
        let object = try Calendars.event("DTSTART:20260105T100000Z\nRRULE:FREQ=SECONDLY;COUNT=999999999999")
        var budget = WorkBudget()
        #expect(object.matches(0, try Calendars.range("20990101T000000Z/"), floating: .utc, within: &budget) == .maybe)
        var another = WorkBudget()
        #expect(
            object.matches(
                0, try Calendars.range("20250101T000000Z/20250102T000000Z"), floating: .utc, within: &another) == .no)
        #expect(object.matches(7, try Calendars.range("/"), floating: .utc, within: &another) == .no)
    }

    @Test func recurrenceIDsAreOfTheTypeOfTheStart() throws {
        let object = try Calendars.event("DTSTART;TZID=Europe/Berlin:20260105T100000\nRRULE:FREQ=DAILY;COUNT=2")
        var budget = WorkBudget()
        let ids = object.instances(in: try Calendars.range("/"), floating: .utc, within: &budget).map(
            object.recurrenceID)
        #expect(ids.map { $0?.line("RECURRENCE-ID").value } == ["20260105T100000", "20260106T100000"])
        #expect(ids.first??.tzid == "Europe/Berlin")
    }
}
