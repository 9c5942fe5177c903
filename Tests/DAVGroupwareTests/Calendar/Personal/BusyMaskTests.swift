import DAV
import Testing

@testable import DAVGroupware

/// What a mask keeps, and that it keeps nothing else.
@Suite struct BusyMaskTests {
    private let content = CalendarPersonalContent()

    private func masked(_ lines: String, _ sight: ShareGrant.Sight = .busy) -> ShownContent {
        content.shown(calendar(lines), with: nil, to: sight)
    }

    private static let secret = """
        SUMMARY;LANGUAGE=en:Secret one
        DESCRIPTION:Secret
         folded
        LOCATION:Secret
        ATTENDEE;CN=Secret:mailto:secret@example.org
        ORGANIZER:mailto:secret@example.org
        CATEGORIES:Secret
        X-SECRET;X-Y=Secret:Secret
        ATTACH:data:,Secret
        URL:http://secret.example.org/
        CLASS:CONFIDENTIAL
        CREATED:20200101T000000Z
        LAST-MODIFIED:20200101T000000Z
        SEQUENCE:7
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Secret
        TRIGGER:-PT5M
        END:VALARM
        BEGIN:X-SECRET
        A:Secret
        END:X-SECRET
        """

    @Test func ofAnEventTheTimesRemain() {
        let shown = masked(
            """
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            X-LIC-LOCATION:Secret
            BEGIN:STANDARD
            DTSTART:19700101T000000
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0100
            TZNAME:Secret
            END:STANDARD
            BEGIN:X-SECRET
            END:X-SECRET
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:u
            DTSTAMP:20260101T000000Z
            DTSTART;TZID=Europe/Berlin;X-NOTE=Secret:20260105T100000
            DTEND;TZID=Europe/Berlin:20260105T110000
            RRULE:FREQ=WEEKLY
            EXDATE;TZID=Europe/Berlin:20260112T100000
            RDATE;VALUE=PERIOD:20260113T100000Z/PT1H
            TRANSP:TRANSPARENT
            STATUS:TENTATIVE
            \(Self.secret)
            END:VEVENT
            BEGIN:VEVENT
            UID:u
            DTSTAMP:20260101T000000Z
            RECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:20260119T100000
            DTSTART;VALUE=DATE:20260120
            DURATION:P1D
            \(Self.secret)
            END:VEVENT
            BEGIN:X-SECRET
            A:Secret
            END:X-SECRET
            """)
        let expected = """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//Martlet//Martlet//EN
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            BEGIN:STANDARD
            DTSTART:19700101T000000
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0100
            END:STANDARD
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:u
            DTSTAMP:20260101T000000Z
            DTSTART;TZID=Europe/Berlin:20260105T100000
            DTEND;TZID=Europe/Berlin:20260105T110000
            RRULE:FREQ=WEEKLY
            EXDATE;TZID=Europe/Berlin:20260112T100000
            RDATE;VALUE=PERIOD:20260113T100000Z/PT1H
            TRANSP:TRANSPARENT
            STATUS:TENTATIVE
            SUMMARY:Busy
            END:VEVENT
            BEGIN:VEVENT
            UID:u
            DTSTAMP:20260101T000000Z
            RECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:20260119T100000
            DTSTART;VALUE=DATE:20260120
            DURATION:P1D
            SUMMARY:Busy
            END:VEVENT
            END:VCALENDAR
            """
        #expect(shown.isMasked)
        #expect(shown.octets.text == octets(expected).text)
    }

    @Test(arguments: ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "X-OTHER", "VNEW"])
    func noComponentKeepsASecret(name: String) {
        for lines in [
            "BEGIN:\(name)\nUID:u\nDTSTART:20260101T100000\n\(Self.secret)\nEND:\(name)",
            "BEGIN:\(name)\nUID:u\nBEGIN:AVAILABLE\nDTSTART:20260101T100000\n\(Self.secret)\nEND:AVAILABLE\nEND:\(name)",
            "X-WR-CALNAME:Secret\nMETHOD:REQUEST\nBEGIN:\(name)\nEND:\(name)",
        ] {
            let shown = masked(lines)
            #expect(shown.isMasked && !shown.octets.text.lowercased().contains("secret"))
            #expect(StoredCalendar(shown.octets) != nil)
        }
    }

    @Test func ofATaskTheDatesRemain() {
        let text = masked(
            "BEGIN:VTODO\nUID:u\nDUE;VALUE=DATE:20260101\nPERCENT-COMPLETE:40\nSTATUS:IN-PROCESS\n\(Self.secret)\nEND:VTODO"
        ).octets.text
        #expect(text.contains("DUE;VALUE=DATE:20260101\r\nSTATUS:IN-PROCESS\r\nSUMMARY:Busy\r\nEND:VTODO"))
        #expect(!text.contains("PERCENT"))
    }

    @Test(arguments: [
        ("CLASS:PRIVATE", true), ("class: Confidential ", true), ("CLASS:X-INTIMATE", true), ("CLASS:PUBLIC", false),
        ("CLASS;X-A=B:public", false), ("CLASS:", false), ("SUMMARY:CLASS:PRIVATE", false),
        ("CLA\n SS:PRIV\n ATE", true),
        ("CLASS:PUBLIC\nCLASS:PRIVATE", true), ("", false),
    ])
    func whatIsMarkedPrivateIsHiddenFromThoseWhoMaySeeTheRest(line: String, isPrivate: Bool) {
        let body = event(line.isEmpty ? "SUMMARY:Secret" : "SUMMARY:Secret\n\(line)")
        let shown = content.shown(body, with: nil, to: .withoutPrivate)
        #expect(shown.isMasked == isPrivate && shown.octets.text.contains("Secret") != isPrivate)
        #expect(content.shown(body, with: nil, to: .everything) == ShownContent(body))
        #expect(content.shown(body, with: nil, to: .busy).isMasked)
    }

    @Test func onePrivateInstanceHidesTheSeries() {
        let body = calendar(
            """
            BEGIN:VEVENT
            UID:u
            DTSTART:20260101T100000Z
            RRULE:FREQ=DAILY
            SUMMARY:Secret
            END:VEVENT
            BEGIN:VEVENT
            UID:u
            RECURRENCE-ID:20260102T100000Z
            DTSTART:20260102T100000Z
            CLASS:PRIVATE
            END:VEVENT
            """)
        let shown = content.shown(body, with: nil, to: .withoutPrivate)
        #expect(shown.isMasked && !shown.octets.text.contains("Secret"))
    }

    @Test(arguments: [
        "", "Secret", "BEGIN:VCALENDAR\nSUMMARY:Secret", "BEGIN:VCARD\nFN:Secret\nEND:VCARD\n", "\u{0}Secret",
    ])
    func ofWhatCannotBeReadNothingIsShown(text: String) {
        for sight in [ShareGrant.Sight.busy, .withoutPrivate] {
            let shown = content.shown(Array(text.utf8), with: Array("junk".utf8), to: sight)
            #expect(shown.isMasked)
            #expect(
                shown.octets.text
                    == "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Martlet//Martlet//EN\r\nEND:VCALENDAR\r\n")
        }
    }
}
