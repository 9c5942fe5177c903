import DAV
import Testing

@testable import DAVGroupware

/// D-11: what is stored when answers came in between.
@Suite struct ScheduleTagMergeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sent: String
        var stored: String
        var merged: String

        /// - Parameter merged: `nil`: what was sent.
        init(_ name: String, _ sent: String, with stored: String, _ merged: String? = nil) {
            (testDescription, self.sent, self.stored, self.merged) = (name, sent, stored, merged ?? sent)
        }
    }

    static let series = People.series
    static let bar = series.with("Room 1", "Bar")
    static let carls = "PARTSTAT=TENTATIVE;CN=\"Carl, C.\""
    static let answered = series.with(carls, "PARTSTAT=ACCEPTED;CN=\"Carl, C.\";SCHEDULE-STATUS=2.0")
    static let merged = "PARTSTAT=ACCEPTED;CN=\"Carl, C.\";SCHEDULE-STATUS=2.0"
    static let one = People.override("NEEDS-ACTION").with("TENTATIVE", "DECLINED")

    static let rows = [
        Row("nothing came", bar, with: series),
        Row("an answer came", bar, with: answered, bar.with(carls, merged)),
        Row(
            "one's own is as it was sent",
            series.with("PARTSTAT=ACCEPTED:mailto:bern", "PARTSTAT=TENTATIVE:mailto:bern"), with: answered,
            series.with("PARTSTAT=ACCEPTED:mailto:bern", "PARTSTAT=TENTATIVE:mailto:bern").with(carls, merged)),
        Row(
            "the series is moved",
            bar.with("DTSTART;TZID=Europe/Berlin:20260105T10", "DTSTART;TZID=Europe/Berlin:20260105T09"), with: answered
        ),
        Row("the series has more instances", bar.with("COUNT=10", "COUNT=11"), with: answered),
        Row(
            "one instance is moved",
            answered.with("PARTSTAT=ACCEPTED;CN", "PARTSTAT=TENTATIVE;CN").with("20260112T140000", "20260112T143000")
                .with("TENTATIVE:mailto:carl", "NEEDS-ACTION:mailto:carl"), with: answered,
            answered.with("20260112T140000", "20260112T143000").with(
                "TENTATIVE:mailto:carl", "NEEDS-ACTION:mailto:carl")),
        Row(
            "somebody new", bar.with("SUMMARY", "ATTENDEE:mailto:dora@example.org\nSUMMARY"), with: answered,
            bar.with("SUMMARY", "ATTENDEE:mailto:dora@example.org\nSUMMARY").with(carls, merged)),
        Row(
            "an override for an answer", People.master.with("Room 1", "Bar"), with: People.master + "\n" + one,
            People.master.with("Room 1", "Bar") + "\n" + made),
        Row("an override that is no answer", People.master, with: series),
        Row(
            "an override of one's own", People.master,
            with: People.master + "\n" + People.override("NEEDS-ACTION", "SUMMARY:Plan\nX-MINE:1")),
        Row(
            "an override that is left out", People.master.with("SUMMARY", "EXDATE:20260119T090000Z\nSUMMARY"),
            with: People.master + "\n" + one),
        Row(
            "a new override", series + "\n" + People.override("NEEDS-ACTION", "SUMMARY:Other"), with: answered,
            answered + "\n"
                + People.override("NEEDS-ACTION", "SUMMARY:Other").with(
                    "PARTSTAT=TENTATIVE", "PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0")),
    ]

    /// The override anew, of what was sent.
    static let made = """
        BEGIN:VEVENT
        UID:1
        DTSTAMP:20260101T000000Z
        SEQUENCE:2
        RECURRENCE-ID;TZID=Europe/Berlin:20260119T100000
        DTSTART;TZID=Europe/Berlin:20260119T100000
        DTEND;TZID=Europe/Berlin:20260119T110000
        SUMMARY:Plan
        DESCRIPTION:Pens\\, please
        LOCATION:Bar
        ORGANIZER;CN=Bern:mailto:bern@example.org
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:bern@example.org
        ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org
        ATTENDEE;PARTSTAT=DECLINED;CN="Carl, C.":mailto:carl@example.org
        END:VEVENT
        """

    @Test(arguments: rows) func answersOfOthersGoIntoWhatIsSent(_ row: Row) throws {
        let merged = ScheduleTagMerge.merged(
            try People.stored(row.sent), with: try People.stored(row.stored), by: People.bern, zones: People.zones)
        #expect(merged.text.replacing("\r\n ", with: "") == calendar(row.merged).text)
    }
}
