import DAV
import HTTPTypes
import Testing

@testable import DAVGroupware

/// D-06: what attendees may change, and what the organizer is told of it.
@Suite struct AttendeeChangeTests {
    enum Outcome: Sendable, Hashable {
        case refused
        case silent
        case reply([String])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old: String?
        var new: String?
        var outcome: Outcome

        init(_ name: String, from old: String? = People.series, to new: String?, _ outcome: Outcome) {
            (testDescription, self.old, self.new, self.outcome) = (name, old, new, outcome)
        }
    }

    static func outcome(_ row: Row, sendsReply: Bool = true) throws -> (Outcome, AttendeeChange?) {
        do throws(DAVError) {
            let change = try AttendeeChange(
                from: row.old.flatMap { StoredCalendar(calendar($0)) },
                to: row.new.flatMap { StoredCalendar(calendar($0)) },
                by: People.alice, sendsReply: sendsReply, now: People.now, zones: People.zones)
            return (change.reply.map { .reply($0.answers) } ?? .silent, change)
        } catch {
            #expect(error.status == .forbidden)
            #expect(error.condition?.name == .calDAV("allowed-attendee-scheduling-object-change"))
            return (.refused, nil)
        }
    }

    static let series = People.series
    static let accepted = series.with(.alices, "PARTSTAT=ACCEPTED:mailto:alice")
    static let excluded = series.with("SUMMARY:Plan", "EXDATE:20260119T090000Z\nSUMMARY:Plan")
    static let third = "20260119T100000"

    static let answers = [
        Row("nothing", to: series, .silent),
        Row("the series", to: accepted, .reply(["series ACCEPTED"])),
        Row(
            "both", to: series.with(.alices, "PARTSTAT=DECLINED:mailto:alice", all: true),
            .reply(["20260112T100000 DECLINED", "series DECLINED"])),
        Row("in lower case", to: series.with("PARTSTAT=NEEDS-ACTION", "partstat=needs-action"), .silent),
        Row(
            "a folded line", to: series.with(.alices, "PARTSTAT=ACC\n EPTED;RSVP=TRUE:mail\n to:alice"),
            .reply(["series ACCEPTED"])),
        Row("by somebody else's name", to: series.with(.alices, "PARTSTAT=ACCEPTED:/principals/alice/?"), .refused),
        Row(
            "address in capitals", to: series.with(.alices, "PARTSTAT=ACCEPTED:MAILTO:Alice"),
            .reply(["series ACCEPTED"])),
        Row("by no parameter", to: series.with(.alices, "RSVP=TRUE:mailto:alice"), .silent),
        Row(
            "one instance", to: series + "\n" + People.override("DECLINED"), .reply(["\(third) DECLINED"])),
        Row(
            "one instance named in UTC",
            to: series + "\n"
                + People.override("DECLINED").with(
                    "RECURRENCE-ID;TZID=Europe/Berlin:20260119T100000", "RECURRENCE-ID:20260119T090000Z"),
            .reply(["20260119T090000Z DECLINED"])),
        Row(
            "all but one that is still open", to: accepted + "\n" + People.override("NEEDS-ACTION"),
            .reply(["\(third) NEEDS-ACTION", "series ACCEPTED"])),
        Row(
            "all and an override like all", to: accepted + "\n" + People.override("ACCEPTED"),
            .reply(["series ACCEPTED"])),
        Row(
            "one left out", to: series.with("SUMMARY:Plan", "EXDATE;TZID=Europe/Berlin:20260119T100000\nSUMMARY:Plan"),
            .reply(["\(third) DECLINED"])),
        Row(
            "one left out in UTC", to: series.with("SUMMARY:Plan", "EXDATE:20260119T090000Z\nSUMMARY:Plan"),
            .reply(["\(third) DECLINED"])),
        Row(
            "a day left out", to: series.with("SUMMARY:Plan", "EXDATE;VALUE=DATE:20260119\nSUMMARY:Plan"),
            .reply(["\(third) DECLINED"])),
        Row(
            "two left out, one of them none",
            to: series.with(
                "SUMMARY:Plan", "EXDATE;TZID=Europe/Berlin:20260119T100000,20260120T100000\nSUMMARY:Plan"),
            .reply(["\(third) DECLINED"])),
        Row(
            "the override left out",
            to: People.master.with(
                "SUMMARY:Plan", "EXDATE;TZID=Europe/Berlin:20260112T100000\nSUMMARY:Plan"),
            .reply(["20260112T100000 DECLINED"])),
        Row(
            "back to the series", from: series + "\n" + People.override("DECLINED"), to: series,
            .reply(["\(third) NEEDS-ACTION"])),
        Row(
            "back from declined, but for one left out",
            from: excluded.with(.alices, "PARTSTAT=DECLINED:mailto:alice"),
            to: excluded.with(.alices, "PARTSTAT=ACCEPTED:mailto:alice"),
            .reply(["\(third) DECLINED", "series ACCEPTED"])),
        Row(
            "an override of one's own stays open",
            from: series + "\n" + People.override("NEEDS-ACTION"),
            to: accepted + "\n" + People.override("NEEDS-ACTION"),
            .reply(["\(third) NEEDS-ACTION", "series ACCEPTED"])),
        Row("removed", to: nil, .reply(["20260112T100000 DECLINED", "series DECLINED"])),
        Row(
            "removed when declined", from: series.with(.alices, "PARTSTAT=DECLINED:mailto:alice", all: true), to: nil,
            .silent),
        Row(
            "removed when cancelled", from: series.with("SUMMARY:Plan", "STATUS:CANCELLED\nSUMMARY:Plan", all: true),
            to: nil, .silent),
        Row("put first, unanswered", from: nil, to: series, .silent),
        Row("put first, answered", from: nil, to: accepted, .reply(["series ACCEPTED"])),
        Row(
            "an instance alone", from: People.override("NEEDS-ACTION"), to: People.override("TENTATIVE"),
            .reply(["\(third) TENTATIVE"])),
        Row("an instance alone removed", from: People.override("ACCEPTED"), to: nil, .reply(["\(third) DECLINED"])),
        Row(
            "one of two instances",
            from: People.override("ACCEPTED") + "\n" + People.override("ACCEPTED", day: "20260126"),
            to: People.override("ACCEPTED"), .reply(["20260126T100000 DECLINED"])),
        Row(
            "by the client itself", from: series.with("ORGANIZER;", "ORGANIZER;SCHEDULE-AGENT=CLIENT;", all: true),
            to: accepted.with("ORGANIZER;", "ORGANIZER;SCHEDULE-AGENT=CLIENT;", all: true), .silent),
        Row(
            "no longer by the client itself",
            from: accepted.with("ORGANIZER;", "ORGANIZER;SCHEDULE-AGENT=CLIENT;", all: true),
            to: accepted, .reply(["series ACCEPTED"])),
        Row(
            "by an unknown agent", to: accepted.with("ORGANIZER;", "ORGANIZER;SCHEDULE-AGENT=X-PIGEON;", all: true),
            .silent),
        Row(
            "by force", to: series.with("ORGANIZER;", "ORGANIZER;SCHEDULE-FORCE-SEND=REPLY;"),
            .reply(["20260112T100000 NEEDS-ACTION", "series NEEDS-ACTION"])),
    ]

    @Test(arguments: answers) func theOrganizerLearnsWhatIsAnswered(_ row: Row) throws {
        #expect(try Self.outcome(row).0 == row.outcome)
    }

    static let allowed = [
        Row(
            "alarms",
            to: series.with("END:VEVENT", "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT"), .silent),
        Row("TRANSP", to: series.with("SUMMARY:Plan", "TRANSP:TRANSPARENT\nSUMMARY:Plan"), .silent),
        Row(
            "own words", to: series.with("SUMMARY:Plan", "COMMENT:Late\nX-MOZ-LASTACK:20260101T000000Z\nSUMMARY:Plan"),
            .silent),
        Row("how to schedule", to: series.with("ORGANIZER;", "ORGANIZER;SCHEDULE-AGENT=NONE;", all: true), .silent),
        Row(
            "noise",
            to: series.with("SEQUENCE:2", "SEQUENCE:2\nCREATED:20260202T000000Z\nLAST-MODIFIED:20260202T000000Z").with(
                "DTSTAMP:20260101", "DTSTAMP:20260303"), .silent),
        Row(
            "names and roles",
            to: series.with("CN=\"Carl, C.\":", "ROLE=OPT-PARTICIPANT;RSVP=TRUE:").with(
                "ORGANIZER;CN=Bern", "ORGANIZER"), .silent),
        Row("an escape too many", to: series.with("SUMMARY:Plan, late", "SUMMARY;LANGUAGE=en:Plan\\, late "), .silent),
        Row(
            "defaults",
            to: series.with("SUMMARY:Plan", "CLASS:PUBLIC\nPRIORITY:0\nSTATUS:CONFIRMED\nURL:\nSUMMARY:Plan"), .silent),
        Row(
            "an end as a duration", to: series.with("DTEND;TZID=Europe/Berlin:20260105T110000", "DURATION:PT1H"),
            .silent),
        Row(
            "the rule in another order",
            to: series.with("FREQ=WEEKLY;COUNT=10", "COUNT=10;interval=1;FREQ=WEEKLY;WKST=MO"), .silent),
        Row(
            "a zone with the same clock",
            to: series.with("TZID=Europe/Berlin:20260105", "TZID=Europe/Vienna:20260105", all: true), .silent),
        Row(
            "an override with an alarm",
            to: series + "\n"
                + People.override("NEEDS-ACTION", "SUMMARY:Plan\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM"),
            .silent),
        Row(
            "progress of a task", from: task,
            to: task.with("SUMMARY:Do", "STATUS:IN-PROCESS\nPERCENT-COMPLETE:50\nSUMMARY:Do"), .silent),
        Row(
            "a task done", from: task,
            to: task.with(.alices, "PARTSTAT=COMPLETED:mailto:alice").with(
                "SUMMARY:Do", "STATUS:COMPLETED\nCOMPLETED:20260101T000000Z\nSUMMARY:Do"), .reply(["series COMPLETED"])),
    ]

    static let task = """
        BEGIN:VTODO
        UID:1
        DTSTAMP:20260101T000000Z
        DUE:20260105T100000Z
        SUMMARY:Do
        ORGANIZER:mailto:bern@example.org
        ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org
        END:VTODO
        """

    @Test(arguments: allowed) func whatIsTheirsMayBeChanged(_ row: Row) throws {
        #expect(try Self.outcome(row).0 == row.outcome)
    }

    static let refused = [
        Row(
            "the start",
            to: series.with("DTSTART;TZID=Europe/Berlin:20260105T100000", "DTSTART;TZID=Europe/Berlin:20260105T103000"),
            .refused),
        Row("the end", to: series.with("20260105T110000", "20260105T120000"), .refused),
        Row("the rule", to: series.with("COUNT=10", "COUNT=11"), .refused),
        Row("another date", to: series.with("SUMMARY:Plan", "RDATE:20270101T000000Z\nSUMMARY:Plan"), .refused),
        Row(
            "the clock",
            to: series.with("TZID=Europe/Berlin:20260105T100000", "TZID=Africa/Lagos:20260105T100000").with(
                "TZID=Europe/Berlin:20260105T110000", "TZID=Africa/Lagos:20260105T110000"), .refused),
        Row("the summary", to: series.with("SUMMARY:Plan", "SUMMARY:Party"), .refused),
        Row("the place", to: series.with("LOCATION:Room 1", "LOCATION:Bar"), .refused),
        Row("an attachment", to: series.with("SUMMARY:Plan", "ATTACH:https://example.org/\nSUMMARY:Plan"), .refused),
        Row("the status", to: series.with("SUMMARY:Plan", "STATUS:CANCELLED\nSUMMARY:Plan"), .refused),
        Row("another's answer", to: series.with("PARTSTAT=TENTATIVE", "PARTSTAT=DECLINED"), .refused),
        Row("another attendee", to: series.with("END:VEVENT", "ATTENDEE:mailto:eve@example.org\nEND:VEVENT"), .refused),
        Row(
            "one attendee less",
            to: series.with("ATTENDEE;PARTSTAT=TENTATIVE;CN=\"Carl, C.\":mailto:carl@example.org\n", ""), .refused),
        Row("oneself gone", to: series.with("ATTENDEE;\(String.alices)@example.org\n", ""), .refused),
        Row(
            "another organizer", to: series.with("ORGANIZER;CN=Bern:mailto:bern", "ORGANIZER:mailto:carl", all: true),
            .refused),
        Row("no organizer", to: series.with("ORGANIZER;CN=Bern:mailto:bern@example.org\n", "", all: true), .refused),
        Row("an override's time", to: series.with("20260112T140000", "20260112T143000"), .refused),
        Row("an override taken back", to: People.master, .refused),
        Row("an instance renamed", to: series + "\n" + People.override("ACCEPTED", "SUMMARY:Party"), .refused),
        Row(
            "an instance moved",
            to: series + "\n"
                + People.override("ACCEPTED").with(
                    "DTSTART;TZID=Europe/Berlin:20260119T100000", "DTSTART;TZID=Europe/Berlin:20260119T090000"),
            .refused),
        Row("an instance that is none", to: series + "\n" + People.override("ACCEPTED", day: "20260120"), .refused),
        Row("an instance after the last", to: series + "\n" + People.override("ACCEPTED", day: "20260316"), .refused),
        Row(
            "all that comes after",
            to: series + "\n"
                + People.override("ACCEPTED").with("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;"), .refused),
        Row(
            "an instance brought back", from: series.with("SUMMARY:Plan", "EXDATE:20260119T090000Z\nSUMMARY:Plan"),
            to: series, .refused),
        Row("a series of an instance", from: People.override("ACCEPTED"), to: series, .refused),
        Row("another kind", to: series.with("VEVENT", "VTODO", all: true).with("DTEND", "DUE", all: true), .refused),
    ]

    @Test(arguments: refused) func whatIsTheOrganizersStays(_ row: Row) throws {
        #expect(try Self.outcome(row).0 == .refused)
    }

    @Test func aReplyHoldsWhatRFC5546Allows() throws {
        let new = Self.accepted.with("SUMMARY:Plan", "COMMENT:Glad to\nSUMMARY:Plan").with("RSVP=TRUE", "RSVP=TRUE")
            .with("ORGANIZER;CN=Bern", "ORGANIZER;CN=Bern;SCHEDULE-STATUS=1.2")
        let (_, change) = try Self.outcome(Row("", to: new, .silent))
        let reply = try #require(change?.reply)
        #expect(reply.method == .reply)
        #expect(reply.sender == People.address("alice") && reply.recipient == People.address("bern"))
        #expect(reply.calendar["METHOD"]?.value == "REPLY")
        #expect(
            ContentWriter.octets(of: reply.calendar.components).text.split(separator: "\r\n").sorted() == [
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org", "BEGIN:VEVENT", "COMMENT:Glad to",
                "DTSTAMP:20260225T061320Z", "DTSTART;TZID=Europe/Berlin:20260105T100000", "END:VEVENT",
                "ORGANIZER;CN=Bern:mailto:bern@example.org", "REQUEST-STATUS:2.0;Success", "SEQUENCE:2", "SUMMARY:Plan",
                "UID:1",
            ])
    }

    @Test func nothingIsSentIfTheClientWantsNone() throws {
        #expect(try Self.outcome(Row("", to: nil, .silent), sendsReply: false).0 == .silent)
    }

    @Test func whatBecameOfTheReplyIsNoted() throws {
        let new = Self.accepted.with("ORGANIZER;CN=Bern", "ORGANIZER;SCHEDULE-FORCE-SEND=REPLY;CN=Bern")
            .with("SEQUENCE:2", "SEQUENCE:3")
        let (_, change) = try Self.outcome(Row("", to: new, .silent))
        let expected = Self.accepted.with("ORGANIZER;CN=Bern", "ORGANIZER;CN=Bern;SCHEDULE-STATUS=1.2", all: true)
        #expect(change?.body(.delivered)?.text == calendar(expected).text)
        // Nothing to send: the octets as they came.
        let (_, silent) = try Self.outcome(Row("", to: Self.series, .silent))
        #expect(silent?.body(nil) == calendar(Self.series))
        let (_, removed) = try Self.outcome(Row("", to: nil, .silent))
        #expect(removed?.body(.delivered) == nil)
    }

    @Test func thousandsOfExceptionsAreRefusedQuickly() throws {
        let endless = Self.series.with("RRULE:FREQ=WEEKLY;COUNT=10", "RRULE:FREQ=DAILY")
        var day = CivilDate(unchecked: 2026, 2, 1)
        var dates: [String] = []
        for _ in 0..<20_000 {
            dates.append(CivilDateTime(day, CivilTime(second: 36_000)).text)
            day = day + 1
        }
        let many = endless.with(
            "SUMMARY:Plan", "EXDATE;TZID=Europe/Berlin:\(dates.joined(separator: ","))\nSUMMARY:Plan")
        try expectQuick {
            let (outcome, _) = try Self.outcome(Row("", from: endless, to: many, .refused))
            #expect(outcome == .refused)
        }
    }
}
