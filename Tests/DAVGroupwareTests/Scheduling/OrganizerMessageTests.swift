import DAV
import Testing

@testable import DAVGroupware

/// What stands in the messages of an organizer (D-03, D-05; RFC 6638 §3.2.5, §3.2.6, §7; RFC 5546 §3.2.2, §3.2.5).
@Suite struct OrganizerMessageTests {
    private func text(_ message: SchedulingMessage?) throws -> String {
        ContentWriter.octets(of: [try #require(message).calendar]).text.replacing("\r\n", with: "\n")
    }

    private static let own = """
        DTSTART;TZID=Europe/Berlin:20260105T100000
        DURATION:PT1H
        RRULE:FREQ=DAILY;COUNT=5
        EXDATE;TZID=Europe/Berlin:20260106T100000
        X-MOZ-LASTACK:20260101T000000Z
        X-MOZ-SNOOZE-TIME-1:20260101T000000Z
        X-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:No value
        X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:1,2
        REQUEST-STATUS:2.0;Success
        TRANSP:TRANSPARENT
        """

    private static let object = """
        BEGIN:VTIMEZONE
        TZID:Unused
        BEGIN:STANDARD
        DTSTART:19700101T000000
        TZOFFSETFROM:+0000
        TZOFFSETTO:+0000
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        BEGIN:STANDARD
        DTSTART:19701025T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:u
        DTSTAMP:20250101T000000Z
        \(own)
        ORGANIZER;CN=Alice;SCHEDULE-AGENT=SERVER:mailto:alice@example.com
        ATTENDEE;SCHEDULE-AGENT=SERVER;RSVP=TRUE;SCHEDULE-STATUS=1.2:mailto:bob@example.com
        ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST;CN="Cara, C.":mailto:cara@example.com
        ATTENDEE;SCHEDULE-AGENT=NONE;PARTSTAT=ACCEPTED:mailto:dan@example.com
        SUMMARY:Rota
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-PT5M
        END:VALARM
        BEGIN:VLOCATION
        UID:l
        NAME:There
        END:VLOCATION
        END:VEVENT
        BEGIN:VEVENT
        UID:u
        DTSTAMP:20250101T000000Z
        RECURRENCE-ID:20260107T090000Z
        DTSTART:20260107T110000Z
        ATTENDEE:mailto:bob@example.com
        SUMMARY:Later
        END:VEVENT
        BEGIN:VEVENT
        UID:u
        DTSTAMP:20250101T000000Z
        RECURRENCE-ID;TZID=Europe/Berlin:20260108T100000
        DTSTART;TZID=America/New_York:20260108T110000
        ATTENDEE:mailto:cara@example.com
        END:VEVENT
        """

    private static let berlin = """
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        BEGIN:STANDARD
        DTSTART:19701025T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        END:VTIMEZONE
        """

    @Test func aRequestHoldsWhatItsRecipientMaySee() throws {
        let change = try Organizing.change(nil, Self.object)
        #expect(change.messages.map(\.recipient.text) == ["mailto:bob@example.com", "mailto:cara@example.com"])
        #expect(
            try text(change.messages.first) == """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//Martlet//Martlet//EN
                METHOD:REQUEST
                \(Self.berlin)
                BEGIN:VEVENT
                DTSTAMP:20260101T000000Z
                UID:u
                DTSTART;TZID=Europe/Berlin:20260105T100000
                DURATION:PT1H
                RRULE:FREQ=DAILY;COUNT=5
                EXDATE;TZID=Europe/Berlin:20260106T100000
                X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:1,2
                TRANSP:TRANSPARENT
                ORGANIZER;CN=Alice:mailto:alice@example.com
                ATTENDEE;RSVP=TRUE:mailto:bob@example.com
                ATTENDEE;CN="Cara, C.":mailto:cara@example.com
                ATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@example.com
                SUMMARY:Rota
                EXDATE;TZID=Europe/Berlin:20260108T100000
                BEGIN:VLOCATION
                UID:l
                NAME:There
                END:VLOCATION
                END:VEVENT
                BEGIN:VEVENT
                DTSTAMP:20260101T000000Z
                UID:u
                RECURRENCE-ID:20260107T090000Z
                DTSTART:20260107T110000Z
                ATTENDEE:mailto:bob@example.com
                SUMMARY:Later
                ORGANIZER;CN=Alice:mailto:alice@example.com
                END:VEVENT
                END:VCALENDAR

                """)
    }

    @Test func zonesThatAreReferredToAreDefinedAndNoOthers() throws {
        let change = try Organizing.change(nil, Self.object)
        func zones(_ message: SchedulingMessage?) throws -> [String?] {
            try #require(message).calendar.components.filter { $0.name == "VTIMEZONE" }.map { $0["TZID"]?.value }
        }
        #expect(try zones(change.messages.first) == ["Europe/Berlin"])
        // The object does not define New York; everybody knows it.
        #expect(try zones(change.messages.last) == ["America/New_York", "Europe/Berlin"])
        let unknown = Organizing.event("bob", times: "DTSTART;TZID=Nowhere/Land:20260105T100000")
        #expect(try zones(Organizing.change(nil, unknown).messages.first).isEmpty)
    }

    @Test func aCancellationTellsWhatItTakesToFindTheObject() throws {
        let change = try Organizing.change(Self.object, nil)
        #expect(
            try text(change.messages.first) == """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//Martlet//Martlet//EN
                METHOD:CANCEL
                \(Self.berlin)
                BEGIN:VEVENT
                DTSTAMP:20260101T000000Z
                UID:u
                DTSTART;TZID=Europe/Berlin:20260105T100000
                DURATION:PT1H
                ORGANIZER;CN=Alice:mailto:alice@example.com
                SUMMARY:Rota
                SEQUENCE:1
                STATUS:CANCELLED
                ATTENDEE;RSVP=TRUE:mailto:bob@example.com
                END:VEVENT
                END:VCALENDAR

                """)
    }

    @Test func whoIsUninvitedDoesNotLearnWhatTakesPlaceInstead() throws {
        let series = Organizing.series("bob cara")
        let party = Organizing.event("cara", day: 7, "SUMMARY:Party for Bob\nLOCATION:Attic")
        let change = try Organizing.change(series, series + "\n" + party)
        #expect(
            try text(change.messages.first) == """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//Martlet//Martlet//EN
                METHOD:CANCEL
                BEGIN:VEVENT
                DTSTAMP:20260101T000000Z
                UID:u
                ORGANIZER:mailto:alice@example.com
                SUMMARY:Rota
                RECURRENCE-ID:20260107T100000Z
                DTSTART:20260107T100000Z
                SEQUENCE:1
                ATTENDEE:mailto:bob@example.com
                END:VEVENT
                END:VCALENDAR

                """)
    }

    /// RFC 5546 §3.2.5: STATUS for what does not take place, none for who is uninvited.
    @Test(arguments: [
        ("cara", nil, false), (nil, nil, true), ("bob cara", "STATUS:CANCELLED", true),
    ])
    func onlyWhatDoesNotTakePlaceIsCalledCancelled(_ people: String?, _ lines: String?, _ isCancelled: Bool) throws {
        let new = people.map { Organizing.event($0, "SUMMARY:s" + (lines.map { "\n" + $0 } ?? "")) }
        let change = try Organizing.change(Organizing.event("bob cara", "SUMMARY:s"), new)
        let message = try #require(change.messages.first { $0.method == .cancel })
        #expect(message.recipient.text == "mailto:bob@example.com")
        #expect(message.calendar.components.first?.isCancelled == isCancelled)
    }

    @Test(arguments: [
        ("", "20260107"), (";TZID=Europe/Berlin", "20260107T100000"), ("", "20260107T100000"), ("", "20260107T100000Z"),
    ])
    func exceptionsAreOfTheTypeOfTheSeries(_ parameters: String, _ id: String) throws {
        let start = id.replacing("20260107", with: "20260105")
        let series = Organizing.event("bob cara", times: "DTSTART\(parameters):\(start)", "RRULE:FREQ=DAILY")
        let override = Organizing.event("cara", day: 7, times: "DTSTART\(parameters):\(id)")
            .replacing("RECURRENCE-ID:20260107T100000Z", with: "RECURRENCE-ID\(parameters):\(id)")
        let message = try #require(try Organizing.change(nil, series + "\n" + override).messages.first)
        let line = try #require(message.calendar.components.last?["EXDATE"])
        #expect(line.value == id)
        #expect(line["TZID"] == (parameters.isEmpty ? nil : "Europe/Berlin"))
        #expect(line["VALUE"] == (id.contains("T") ? nil : "DATE"))
    }
}
