import Testing

@testable import DAVGroupware

/// C-23
@Suite struct CalendarDataSelectionTests {
    private static let text = calendar(
        """
        BEGIN:VTIMEZONE
        TZID:A
        BEGIN:STANDARD
        DTSTART:19700101T000000
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:1
        dtstart;x-A="b":20260101T100000Z
        SUMMARY:fol
         ded
        ATTENDEE;CN=a:mailto:a@b
        ATTENDEE;CN=c:mailto:c@d
        BEGIN:VALARM
        ACTION:AUDIO
        TRIGGER:PT0S
        END:VALARM
        END:VEVENT
        """)

    private func selected(_ selection: CalendarDataSelection) throws -> String {
        let component = try ContentText.components(of: Self.text)[0]
        let applied = try #require(selection.applied(to: component))
        return ContentWriter.octets(of: applied, in: Self.text).text.replacing("\r\n", with: "\n")
    }

    @Test func everythingIsLeftAsItIs() throws {
        #expect(try selected(.init("vcalendar")) == Self.text.text.replacing("\r\n", with: "\n"))
    }

    /// RFC 4791 §7.8.1: what is kept is kept octet for octet, folds and case too.
    @Test func componentsAndPropertiesAreChosen() throws {
        let selection = CalendarDataSelection(
            "VCALENDAR", properties: [.init("version")],
            components: [
                .init("VEVENT", properties: [.init("SUMMARY"), .init("DTSTART"), .init("RRULE")], components: []),
                .init("VTIMEZONE"),
            ])
        #expect(
            try selected(selection) == """
                BEGIN:VCALENDAR
                VERSION:2.0
                BEGIN:VTIMEZONE
                TZID:A
                BEGIN:STANDARD
                DTSTART:19700101T000000
                END:STANDARD
                END:VTIMEZONE
                BEGIN:VEVENT
                dtstart;x-A="b":20260101T100000Z
                SUMMARY:fol
                 ded
                END:VEVENT
                END:VCALENDAR

                """)
    }

    @Test func propertiesLoseTheirValuesWhereAskedFor() throws {
        let selection = CalendarDataSelection(
            "VCALENDAR", properties: [],
            components: [
                .init(
                    "VEVENT", properties: [.init("ATTENDEE", withoutValue: true)],
                    components: [.init("VALARM", properties: [.init("ACTION")])])
            ])
        #expect(
            try selected(selection)
                == "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE;CN=a:\nATTENDEE;CN=c:\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    }

    @Test func allComponentsWithoutProperties() throws {
        let text = try selected(.init("VCALENDAR", properties: []))
        #expect(!text.contains("VERSION"))
        #expect(text.contains("TRIGGER:PT0S"))
    }

    @Test func anotherComponentIsNotSelected() throws {
        #expect(CalendarDataSelection("VCARD").applied(to: Component("VCALENDAR")) == nil)
    }
}
