import DAV
import Testing

@testable import DAVGroupware

/// D-09, D-10, D-16: what messages do to the calendar of whom they reach.
@Suite struct ReceivedMessageTests {
    /// A message about components.
    static func message(
        _ method: SchedulingMessage.Method, _ components: String, from sender: String = "bern",
        to recipient: String = "alice"
    ) throws -> SchedulingMessage {
        var calendar = try People.stored(components).calendar
        calendar.properties.append(ContentLine("METHOD", value: method.rawValue))
        return SchedulingMessage(method, from: People.address(sender), to: People.address(recipient), calendar)
    }

    static func received(_ message: SchedulingMessage, over existing: String?) throws -> ReceivedMessage {
        let recipient = [People.bern, People.alice, People.carl].first { $0.addresses.contains(message.recipient) }
        return ReceivedMessage(
            message, over: try existing.map(People.stored), by: try #require(recipient), now: People.now,
            zones: People.zones)
    }

    /// The lines of a body, unfolded.
    static func lines(_ body: [UInt8]?) throws -> [String] {
        let stored = try #require(body.flatMap(StoredCalendar.init))
        return ContentWriter.octets(of: [stored.calendar]).text.replacing("\r\n ", with: "").split(separator: "\r\n")
            .map(
                String.init)
    }

    /// The lines that came, with a plus, and those that went, with a minus.
    static func difference(_ body: [UInt8]?, from existing: String) throws -> [String] {
        var before = try lines(calendar(existing))
        var after = try lines(body)
        for line in after {
            guard let index = before.firstIndex(of: line) else { continue }
            before.remove(at: index)
            after.remove(at: after.firstIndex(of: line) ?? 0)
        }
        return (after.map { "+" + $0 } + before.map { "-" + $0 }).sorted()
    }

    // MARK: - Requests

    @Test func anInvitationIsStoredWithoutItsMethod() throws {
        let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT"
        let sent = try Self.message(.request, People.master.with("END:VEVENT", alarm))
        let received = try Self.received(sent, over: nil)
        #expect(try Self.lines(received.body) == Self.lines(calendar(People.master)))
        #expect(received.isForInbox && !received.keepsScheduleTag && received.status == .delivered)
    }

    struct Update: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var existing = People.series
        var sent: String
        /// Lines that come and go; `nil`: the object stays as it is.
        var changes: [String]?
        var isQuiet = false

        init(
            _ name: String, over existing: String = People.series, _ sent: String, _ changes: [String]?,
            isQuiet: Bool = false
        ) {
            (testDescription, self.existing, self.sent) = (name, existing, sent)
            (self.changes, self.isQuiet) = (changes, isQuiet)
        }
    }

    static let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT7M\nEND:VALARM"
    static let accepted = People.series.with(.alices, "PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:alice")
    static let gained = "+ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:alice@example.org"
    static let later = People.series.with("20260105T100000", "20260105T120000").with(
        "20260105T110000", "20260105T130000"
    )
    .with("SEQUENCE:2", "SEQUENCE:3", all: true).with("DTSTAMP:20260101", "DTSTAMP:20260102", all: true)
    static let moved = [
        "+DTEND;TZID=Europe/Berlin:20260105T130000", "+DTSTART;TZID=Europe/Berlin:20260105T120000",
        "-DTEND;TZID=Europe/Berlin:20260105T110000", "-DTSTART;TZID=Europe/Berlin:20260105T100000",
    ]
    static let carls = "PARTSTAT=TENTATIVE;CN=\"Carl, C.\""
    static let carlDeclines = People.series.with(carls, "PARTSTAT=DECLINED;CN=\"Carl, C.\"")
    static let carlsLines = [
        "+ATTENDEE;PARTSTAT=DECLINED;CN=\"Carl, C.\":mailto:carl@example.org",
        "-ATTENDEE;PARTSTAT=TENTATIVE;CN=\"Carl, C.\":mailto:carl@example.org",
    ]

    static let updates = [
        Update("the same", People.series, nil),
        Update("the same, stamped later", People.series.with("DTSTAMP:20260101", "DTSTAMP:20260111", all: true), nil),
        Update("another time", later, moved),
        Update(
            "another time asks anew", over: accepted, later,
            moved + ["+ATTENDEE;\(String.alices)@example.org", "-" + gained.dropFirst()]),
        Update(
            "an answer the organizer has not heard of",
            over: accepted.with("ORGANIZER;CN=Bern", "ORGANIZER;CN=Bern;SCHEDULE-STATUS=5.1"),
            People.series.with("LOCATION:Room 1", "LOCATION:Room 2"), ["+LOCATION:Room 2", "-LOCATION:Room 1"]),
        Update(
            "an answer the client tells",
            over: accepted.with("ORGANIZER;CN=Bern", "ORGANIZER;CN=Bern;SCHEDULE-AGENT=CLIENT"),
            People.series.with("LOCATION:Room 1", "LOCATION:Room 2"), ["+LOCATION:Room 2", "-LOCATION:Room 1"]),
        Update(
            "an answer the organizer takes back", over: accepted, People.series,
            ["+ATTENDEE;\(String.alices)@example.org", "-" + gained.dropFirst()]),
        Update(
            "own alarms, words and TRANSP stay",
            over: People.series.with("LOCATION:Room 1", "TRANSP:TRANSPARENT\nCOMMENT:Mine\nX-MINE:1\nLOCATION:Room 1")
                .with("END:VEVENT", alarm + "\nEND:VEVENT"),
            People.series.with("LOCATION:Room 1", "TRANSP:OPAQUE\nCOMMENT:Theirs\nLOCATION:Room 2"),
            ["+LOCATION:Room 2", "-LOCATION:Room 1"]),
        Update(
            "how it is scheduled stays",
            over: People.series.with("ORGANIZER;CN=Bern", "ORGANIZER;CN=Bern;SCHEDULE-STATUS=1.2", all: true),
            People.series.with("LOCATION:Room 1", "LOCATION:Room 2"), ["+LOCATION:Room 2", "-LOCATION:Room 1"]),
        Update("another's answer", carlDeclines, carlsLines, isQuiet: true),
        Update(
            "another's answer to one",
            People.series + "\n" + People.override("NEEDS-ACTION").with("TENTATIVE", "DECLINED"),
            People.override("NEEDS-ACTION").with("TENTATIVE", "DECLINED").split(separator: "\n").map { "+" + $0 }
                .sorted(), isQuiet: true),
        Update("an older SEQUENCE", later.with("SEQUENCE:3", "SEQUENCE:1", all: true), nil),
        Update(
            "an older stamp",
            later.with("SEQUENCE:3", "SEQUENCE:2", all: true).with("DTSTAMP:20260102", "DTSTAMP:20251231", all: true),
            nil),
        Update(
            "a stamp of a fast clock is none",
            over: People.series.with("DTSTAMP:20260101", "DTSTAMP:20990101", all: true),
            later.with("SEQUENCE:3", "SEQUENCE:2", all: true), moved),
        Update(
            "one instance less", People.series.with("SUMMARY:Plan", "EXDATE:20260119T090000Z\nSUMMARY:Plan"),
            ["+EXDATE:20260119T090000Z"]),
        Update(
            "one instance alone", People.override("NEEDS-ACTION", "SUMMARY:Other"),
            People.override("NEEDS-ACTION", "SUMMARY:Other").split(separator: "\n").map { "+" + $0 }.sorted()),
        Update(
            "one instance alone, in UTC", over: People.series,
            People.late.with("SUMMARY:Plan, late", "SUMMARY:Plan, later").with(
                "RECURRENCE-ID;TZID=Europe/Berlin:20260112T100000", "RECURRENCE-ID:20260112T090000Z"),
            [
                "+RECURRENCE-ID:20260112T090000Z", "+SUMMARY:Plan, later",
                "-RECURRENCE-ID;TZID=Europe/Berlin:20260112T100000", "-SUMMARY:Plan, late",
            ]),
        Update(
            "one instance comes back",
            over: People.master.with(
                "SUMMARY:Plan", "EXDATE;TZID=Europe/Berlin:20260112T100000,20260119T100000\nSUMMARY:Plan"),
            People.late,
            [
                "+EXDATE;TZID=Europe/Berlin:20260119T100000",
                "-EXDATE;TZID=Europe/Berlin:20260112T100000,20260119T100000",
            ] + People.late.split(separator: "\n").map { "+" + $0 }),
        Update(
            "one instance of what is cancelled",
            over: People.series.with("SUMMARY:Plan", "STATUS:CANCELLED\nSUMMARY:Plan", all: true),
            People.late.with("SEQUENCE:2", "SEQUENCE:3"),
            ["-STATUS:CANCELLED"]
                + People.master.with("SUMMARY", "STATUS:CANCELLED\nSUMMARY").split(separator: "\n").map { "-" + $0 }),
        Update(
            "what was left out stays so",
            over: People.series.with("SUMMARY:Plan", "EXDATE:20260119T090000Z\nSUMMARY:Plan"),
            People.series.with("LOCATION:Room 1", "LOCATION:Room 2") + "\n" + People.override("DECLINED"),
            [
                "+EXDATE;TZID=Europe/Berlin:20260119T100000", "+LOCATION:Room 2", "-EXDATE:20260119T090000Z",
                "-LOCATION:Room 1",
            ]),
        Update(
            "an alarm of one instance stays",
            over: People.series + "\n" + People.override("NEEDS-ACTION", "SUMMARY:Plan\n" + alarm),
            carlDeclines,
            carlsLines
                + [
                    "+ATTENDEE;PARTSTAT=DECLINED;CN=\"Carl, C.\":mailto:carl@example.org",
                    "-ATTENDEE;PARTSTAT=TENTATIVE:mailto:carl@example.org",
                ].sorted(),
            isQuiet: true),
        Update(
            "all of what was one", over: People.override("NEEDS-ACTION"),
            People.master + "\n" + People.override("NEEDS-ACTION"),
            People.master.split(separator: "\n").map { "+" + $0 }.sorted()),
    ]

    @Test(arguments: updates) func anUpdateReplacesWhatTheOrganizerSays(_ row: Update) throws {
        let received = try Self.received(Self.message(.request, row.sent), over: row.existing)
        #expect(received.status == .delivered && received.updates.isEmpty)
        guard let changes = row.changes else {
            #expect(received.body == nil && !received.isForInbox)
            return
        }
        #expect(received.isForInbox == !row.isQuiet && received.keepsScheduleTag == row.isQuiet)
        let isNoise = { (line: String) in
            line.dropFirst().hasPrefix("DTSTAMP") || line.dropFirst().hasPrefix("SEQUENCE")
        }
        let found = try Self.difference(received.body, from: row.existing)
        #expect(found.filter { !isNoise($0) } == changes.filter { !isNoise($0) }.sorted())
    }

    // MARK: - Cancellations

    static let whole =
        "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260102T000000Z\nSEQUENCE:3\nSTATUS:CANCELLED\nORGANIZER:mailto:bern@example.org\nATTENDEE:mailto:alice@example.org\nEND:VEVENT"
    static func cancelled(_ id: String) -> String { whole.with("STATUS", "RECURRENCE-ID\(id)\nSTATUS") }

    static let cancellations = [
        Update("the whole", whole, ["+STATUS:CANCELLED", "+STATUS:CANCELLED"]),
        Update(
            "the whole with a status", over: People.master.with("SUMMARY", "STATUS:TENTATIVE\nSUMMARY"), whole,
            ["+STATUS:CANCELLED", "-STATUS:TENTATIVE"]),
        Update("the whole again", over: People.master.with("SUMMARY", "STATUS:CANCELLED\nSUMMARY"), whole, nil),
        Update("an older one", whole.with("SEQUENCE:3", "SEQUENCE:1"), nil),
        Update(
            "an instance", over: People.master, cancelled(":20260119T090000Z"),
            ["+EXDATE;TZID=Europe/Berlin:20260119T100000"]),
        Update(
            "an override", cancelled(";TZID=Europe/Berlin:20260112T100000"),
            ["+EXDATE;TZID=Europe/Berlin:20260112T100000"] + People.late.split(separator: "\n").map { "-" + $0 }),
        Update(
            "an instance left out already", over: People.master.with("SUMMARY", "EXDATE:20260119T090000Z\nSUMMARY"),
            cancelled(";TZID=Europe/Berlin:20260119T100000"), nil),
        Update("the only instance", over: People.late, cancelled(":20260112T090000Z"), ["+STATUS:CANCELLED"]),
        Update("an instance one does not have", over: People.late, cancelled(":20260119T090000Z"), nil),
        Update(
            "an instance of dates",
            over: People.master.with("DTSTART;TZID=Europe/Berlin:20260105T100000", "DTSTART;VALUE=DATE:20260105").with(
                "DTEND;TZID=Europe/Berlin:20260105T110000\n", ""), cancelled(";VALUE=DATE:20260112"),
            ["+EXDATE;VALUE=DATE:20260112"]),
        Update(
            "an instance of dates by a time",
            over: People.master.with("DTSTART;TZID=Europe/Berlin:20260105T100000", "DTSTART;VALUE=DATE:20260105").with(
                "DTEND;TZID=Europe/Berlin:20260105T110000\n", ""), cancelled(":20260112T000000Z"),
            ["+EXDATE;VALUE=DATE:20260112"]),
        Update(
            "what happens once has no instances", over: People.master.with("RRULE:FREQ=WEEKLY;COUNT=10\n", ""),
            cancelled(":20260112T090000Z"), nil),
    ]

    @Test(arguments: cancellations) func whatIsCancelledStaysInTheCalendar(_ row: Update) throws {
        let received = try Self.received(Self.message(.cancel, row.sent), over: row.existing)
        #expect(received.status == .delivered)
        guard let changes = row.changes else {
            #expect(received.body == nil && !received.isForInbox)
            return
        }
        #expect(received.isForInbox && !received.keepsScheduleTag)
        #expect(try Self.difference(received.body, from: row.existing) == changes.sorted())
    }

    @Test func whatOneDoesNotHaveIsNotCancelled() throws {
        let received = try Self.received(Self.message(.cancel, Self.whole), over: nil)
        #expect(received.body == nil && !received.isForInbox && received.status == .delivered)
    }

    // MARK: - Who may

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method: SchedulingMessage.Method
        var components: String
        var sender: String
        var recipient: String
        var existing: String?
        var status: DeliveryStatus

        init(
            _ name: String, _ method: SchedulingMessage.Method, _ components: String, from sender: String = "bern",
            to recipient: String = "alice", over existing: String? = People.series, _ status: DeliveryStatus
        ) {
            (testDescription, self.method, self.components) = (name, method, components)
            (self.sender, self.recipient, self.existing, self.status) = (sender, recipient, existing, status)
        }
    }

    static let answer =
        "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260102T000000Z\nSEQUENCE:2\nDTSTART:20260105T090000Z\nORGANIZER:mailto:bern@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org\nREQUEST-STATUS:2.0;Success\nEND:VEVENT"

    static let refusals = [
        Refusal(
            "another's invitation", .request, later.with("mailto:bern", "mailto:carl", all: true), from: "carl",
            .noAuthority),
        Refusal("in the organizer's name", .request, later, from: "carl", .noAuthority),
        Refusal(
            "another's cancellation", .cancel, whole.with("mailto:bern", "mailto:carl"), from: "carl", .noAuthority),
        Refusal("another UID", .request, later.with("UID:1", "UID:2", all: true), .refused),
        Refusal("two UIDs", .request, later.with("UID:1", "UID:2"), .refused),
        Refusal("another kind", .request, later.with("VEVENT", "VTODO", all: true), .refused),
        Refusal(
            "nobody invited", .request, later.with("ATTENDEE;\(String.alices)@example.org\n", "", all: true), over: nil,
            .refused),
        Refusal(
            "something of one's own", .request, later,
            over: "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260102T000000Z\nDTSTART:20260105T090000Z\nEND:VEVENT", .refused),
        Refusal("no components", .request, "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE", .refused),
        Refusal("all that comes after", .cancel, cancelled(";RANGE=THISANDFUTURE:20260119T090000Z"), .refused),
        Refusal("an answer for another", .reply, answer, from: "carl", to: "bern", .noAuthority),
        Refusal("an answer to who does not organize", .reply, answer, from: "alice", to: "carl", .refused),
        Refusal(
            "two answers", .reply, answer.with("REQUEST", "ATTENDEE:mailto:carl@example.org\nREQUEST"), from: "alice",
            to: "bern", .noAuthority),
        Refusal("an answer to nothing", .reply, answer, from: "alice", to: "bern", over: nil, .refused),
    ]

    @Test(arguments: refusals) func nobodySpeaksForAnother(_ row: Refusal) throws {
        let message = try Self.message(row.method, row.components, from: row.sender, to: row.recipient)
        let received = try Self.received(message, over: row.existing)
        #expect(received.body == nil && !received.isForInbox && received.updates.isEmpty)
        #expect(received.status == row.status)
    }
}
