import DAV
import Testing

@testable import DAVGroupware

/// D-09: what an answer makes of the organizer's object.
@Suite struct ReceivedReplyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var existing: String
        var reply: String
        /// Lines that come and go; `nil`: the object stays as it is.
        var changes: [String]?

        init(_ name: String, over existing: String = People.series, _ reply: String, _ changes: [String]?) {
            (testDescription, self.existing, self.reply, self.changes) = (name, existing, reply, changes)
        }
    }

    /// - Parameter id: RECURRENCE-ID with its parameters, or nothing.
    static func answer(_ answer: String, _ id: String = "", start: String = "20260105T090000Z", _ more: String = "")
        -> String
    {
        """
        BEGIN:VEVENT
        UID:1
        DTSTAMP:20260102T000000Z
        SEQUENCE:2
        DTSTART:\(start)
        ORGANIZER:mailto:bern@example.org\(id.isEmpty ? "" : "\nRECURRENCE-ID" + id)\(more)
        ATTENDEE;PARTSTAT=\(answer):mailto:alice@example.org
        END:VEVENT
        """
    }

    static let open = "-ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org"
    static func given(_ answer: String, _ status: String = "2.0") -> String {
        "+ATTENDEE;PARTSTAT=\(answer);RSVP=TRUE;SCHEDULE-STATUS=\(status):mailto:alice@example.org"
    }

    /// The override for the third Monday that an answer makes.
    static func made(_ answer: String) -> [String] {
        let lines = People.override(answer).split(separator: "\n").map { "+" + $0 }
        return lines.map { line in
            if line.contains("alice") { return given(answer) }
            if line.contains("carl") { return "+ATTENDEE;PARTSTAT=TENTATIVE;CN=\"Carl, C.\":mailto:carl@example.org" }
            return line
        }
    }

    static let third = ":20260119T090000Z"
    static let master = People.master
    static let many = master.with("RRULE:FREQ=WEEKLY;COUNT=10", "RRULE:FREQ=DAILY")
        .with("DESCRIPTION:Pens", "DESCRIPTION:" + String(repeating: "x", count: 5_000))

    static let rows = [
        Row("to the series", over: master, answer("ACCEPTED"), [given("ACCEPTED"), open]),
        Row("the series alone", answer("ACCEPTED"), [given("ACCEPTED"), open]),
        Row(
            "its status", over: master, answer("ACCEPTED", "", "\nREQUEST-STATUS:3.1;Odd;x"),
            [given("ACCEPTED", "3.1"), open]),
        Row(
            "a status that is none", over: master, answer("ACCEPTED", "", "\nREQUEST-STATUS:a\"b;Odd"),
            [given("ACCEPTED"), open]),
        Row(
            "the same again", over: master.with(.alices, "PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:mailto:alice"),
            answer("ACCEPTED"), nil),
        Row(
            "to an override", answer("DECLINED", ":20260112T090000Z", start: "20260112T130000Z"),
            [given("DECLINED"), open]),
        Row(
            "to both",
            answer("TENTATIVE") + "\n"
                + answer("DECLINED", ";TZID=Europe/Berlin:20260112T100000", start: "20260112T130000Z"),
            [given("TENTATIVE"), given("DECLINED"), open, open]),
        Row("to an instance", over: master, answer("DECLINED", third, start: "20260119T090000Z"), made("DECLINED")),
        Row(
            "to an instance as to the series", over: master, answer("NEEDS-ACTION", third, start: "20260119T090000Z"),
            nil),
        Row(
            "to the series and an instance alike", over: master, answer("ACCEPTED") + "\n" + answer("ACCEPTED", third),
            [given("ACCEPTED"), open]),
        Row(
            "to the series but for an instance", over: master,
            answer("ACCEPTED") + "\n" + answer("NEEDS-ACTION", third), made("NEEDS-ACTION") + [given("ACCEPTED"), open]),
        Row(
            "to the series, of which one has an alarm",
            over: master + "\n"
                + People.override("NEEDS-ACTION", "SUMMARY:Plan\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM"),
            answer("ACCEPTED"), [given("ACCEPTED"), given("ACCEPTED"), open, open]),
        Row(
            "to the series, but not as one was answered", over: master + "\n" + People.override("DECLINED"),
            answer("ACCEPTED"), [given("ACCEPTED"), open]),
        Row("to no instance", over: master, answer("DECLINED", ":20260120T090000Z"), nil),
        Row(
            "to one that is left out", over: master.with("SUMMARY", "EXDATE:20260119T090000Z\nSUMMARY"),
            answer("DECLINED", third), nil),
        Row("to one after the last", over: master, answer("DECLINED", ":20260316T090000Z"), nil),
        Row(
            "to an instance of what happens once", over: master.with("RRULE:FREQ=WEEKLY;COUNT=10\n", ""),
            answer("DECLINED", ":20260105T090000Z"), nil),
        Row("to all that comes after", over: master, answer("DECLINED", ";RANGE=THISANDFUTURE" + third), nil),
        Row(
            "by a DATE", over: master, answer("DECLINED", ";VALUE=DATE:20260119", start: "20260119T090000Z"),
            made("DECLINED")),
        Row(
            "of somebody who is not invited", over: master.with("ATTENDEE;\(String.alices)@example.org\n", ""),
            answer("ACCEPTED"), nil),
        Row(
            "to what has moved since",
            over: master.with("SEQUENCE:2", "SEQUENCE:3").with("20260105T100000", "20260105T080000"),
            answer("ACCEPTED"), nil),
        Row(
            "to what has changed since, but not moved", over: master.with("SEQUENCE:2", "SEQUENCE:3"),
            answer("ACCEPTED"), [given("ACCEPTED"), open]),
        Row(
            "in another case", over: master.with("mailto:alice", "MAILTO:Alice"), answer("ACCEPTED"),
            [given("ACCEPTED").with("mailto:alice", "MAILTO:Alice"), open.with("mailto:alice", "MAILTO:Alice")]),
        Row(
            "that would take too much room", over: many,
            (0..<300).map {
                answer("DECLINED", ";TZID=Europe/Berlin:\(CivilDate(unchecked: 2026, 1, 6).advanced($0))T100000")
            }.joined(separator: "\n"), nil),
    ]

    @Test(arguments: rows) func anAnswerIsPutIntoTheOrganizersObject(_ row: Row) throws {
        let message = try ReceivedMessageTests.message(.reply, row.reply, from: "alice", to: "bern")
        let received = try ReceivedMessageTests.received(message, over: row.existing)
        #expect(received.keepsScheduleTag)
        guard let changes = row.changes else {
            #expect(received.body == nil && !received.isForInbox && received.updates.isEmpty)
            return
        }
        #expect(received.isForInbox && received.status == .delivered)
        #expect(try ReceivedMessageTests.difference(received.body, from: row.existing) == changes.sorted())
    }

    @Test func allOtherOctetsStayAsTheyAre() throws {
        let odd = calendar(People.series.with("SUMMARY:Plan", "SUMMARY:Pl\n an").with("LOCATION", "location"))
        let text = odd.text.replacing("LOCATION:Room 1\r\n", with: "LOCATION:Room 1\n")
        let message = try ReceivedMessageTests.message(.reply, Self.answer("ACCEPTED"), from: "alice", to: "bern")
        let received = ReceivedMessage(
            message, over: StoredCalendar(Array(text.utf8)), by: People.bern, now: People.now, zones: People.zones)
        let line = "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE;SCHEDULE-STATUS=2.0:mailto:alice@examp\r\n le.org"
        #expect(received.body?.text == text.with("ATTENDEE;\(String.alices)@example.org", line))
    }

    @Test func anInstanceAfterATurnIsMadeOfIt() throws {
        let turn = People.late.with("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;")
        let reply = Self.answer("DECLINED", Self.third, start: "20260119T130000Z")
        let message = try ReceivedMessageTests.message(.reply, reply, from: "alice", to: "bern")
        let received = try ReceivedMessageTests.received(message, over: People.master + "\n" + turn)
        let lines = try ReceivedMessageTests.lines(received.body).suffix(14)
        #expect(lines.contains("RECURRENCE-ID;TZID=Europe/Berlin:20260119T100000"))
        #expect(lines.contains("DTSTART;TZID=Europe/Berlin:20260119T140000"))
        #expect(lines.contains("DTEND;TZID=Europe/Berlin:20260119T150000"))
        #expect(lines.contains("SUMMARY:Plan, late"))
    }

    @Test func theOthersAreToldOfIt() throws {
        let message = try ReceivedMessageTests.message(.reply, Self.answer("ACCEPTED"), from: "alice", to: "bern")
        let received = try ReceivedMessageTests.received(message, over: People.series)
        #expect(received.updates.map(\.recipient) == [People.address("carl")])
        let update = try #require(received.updates.first)
        #expect(update.method == .request && update.sender == People.address("bern"))
        let carls = try ReceivedMessageTests.received(update, over: People.series)
        #expect(carls.keepsScheduleTag && !carls.isForInbox)
        #expect(
            try ReceivedMessageTests.difference(carls.body, from: People.series).filter { $0.contains("ATTENDEE") } == [
                "+ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:alice@example.org", Self.open,
            ])
    }

    @Test func aCrowdIsNotToldOfEachAnswer() throws {
        let crowd = (0..<99).map { "ATTENDEE:mailto:guest\($0)@example.org" }.joined(separator: "\n")
        let message = try ReceivedMessageTests.message(.reply, Self.answer("ACCEPTED"), from: "alice", to: "bern")
        let received = try ReceivedMessageTests.received(
            message, over: People.master.with("SUMMARY", crowd + "\nSUMMARY"))
        #expect(received.body != nil && received.updates.isEmpty)
    }
}

extension CivilDate {
    fileprivate func advanced(_ days: Int) -> String { (self + days).text }
}
