import DAV
import Testing

@testable import DAVGroupware

/// What becomes of answers and of SEQUENCE when an organizer changes when things happen (D-03, D-08; RFC 6638 §3.2.5, §3.2.8,
/// RFC 5546 §2.1.4).
@Suite struct OrganizerRescheduleTests {
    /// What a change comes to: whether answers are asked for anew, SEQUENCE, whether anybody is told.
    private func outcome(_ before: String, _ now: String) throws -> String {
        func event(_ times: String) -> String {
            Organizing.event("alice+ACCEPTED bob+ACCEPTED cara/CLIENT+ACCEPTED", times: times)
        }
        let change = try Organizing.change(event(before), event(now))
        let body = try #require(change.body([:]))
        let component = try #require(StoredCalendar(body)?.calendar.components.last)
        let people = try Organizing.people(body)
        let (kept, reset) = (
            "alice+ACCEPTED bob+ACCEPTED cara/CLIENT+ACCEPTED", "alice+ACCEPTED bob+NEEDS-ACTION cara/CLIENT+ACCEPTED"
        )
        #expect(people == kept || people == reset)
        let message = change.messages.first?.calendar.components.last
        #expect(message.map { $0["SEQUENCE"]?.value } ?? component["SEQUENCE"]?.value == component["SEQUENCE"]?.value)
        #expect(
            message.map { $0.attendee(CalendarUserAddress("mailto:bob@example.com"))?.participation } ?? "-"
                == (message == nil ? "-" : people == reset ? "NEEDS-ACTION" : "ACCEPTED"))
        return (people == reset ? "reset " : "kept ") + (component["SEQUENCE"]?.value ?? "-")
            + (change.messages.isEmpty ? "" : " told")
    }

    private static let ten = "DTSTART:20260105T100000Z\nDTEND:20260105T110000Z"

    @Test(arguments: [
        // DTSTART, DTEND, DURATION
        (ten, ten, "kept -"), (ten, "DTSTART:20260105T100000Z\nDURATION:PT1H", "kept -"),
        (ten, "DTSTART;TZID=Europe/Berlin:20260105T110000\nDTEND;TZID=Europe/Berlin:20260105T120000", "kept -"),
        (ten, "DTSTART:20260105T100000Z\nDTEND;TZID=Europe/Berlin:20260105T120000", "kept -"),
        (ten, "dtstart:2026010\n 5T100000Z\nDTEND:20260105T110000Z", "kept -"),
        (ten, "DTSTART:20260105T103000Z\nDTEND:20260105T110000Z", "reset 1 told"),
        (ten, "DTSTART:20260105T100000Z\nDTEND:20260105T113000Z", "reset 1 told"),
        (ten, "DTSTART:20260105T100000Z\nDURATION:PT2H", "reset 1 told"),
        (ten, "DTSTART:20260105T100000Z", "reset 1 told"),
        (ten, "DTSTART:20260105T100000\nDTEND:20260105T110000", "reset 1 told"),
        ("DTSTART;VALUE=DATE:20260105", "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260106", "kept -"),
        ("DTSTART;VALUE=DATE:20260105", "DTSTART;VALUE=DATE:20260105\nDURATION:P1D", "kept -"),
        ("DTSTART;VALUE=DATE:20260105", "DTSTART:20260105T000000Z\nDURATION:P1D", "reset 1 told"),
        // A day over which the clocks change.
        (
            "DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D",
            "DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260329T120000", "kept -"
        ),
        // RRULE
        (ten, ten + "\nRRULE:FREQ=DAILY;COUNT=3", "reset 1 told"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten, "kept 1 told"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten + "\nRRULE:COUNT=3;INTERVAL=1;FREQ=DAILY", "kept -"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten + "\nRRULE:FREQ=DAILY;UNTIL=20260107T100000Z", "kept -"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten + "\nRRULE:FREQ=DAILY;UNTIL=20260106T100000Z", "kept 1 told"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten + "\nRRULE:FREQ=DAILY;UNTIL=20260108T100000Z", "reset 1 told"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=3", ten + "\nRRULE:FREQ=DAILY;COUNT=4", "reset 1 told"),
        (ten + "\nRRULE:FREQ=DAILY", ten + "\nRRULE:FREQ=DAILY;COUNT=4", "kept 1 told"),
        (ten + "\nRRULE:FREQ=DAILY;COUNT=4", ten + "\nRRULE:FREQ=DAILY", "reset 1 told"),
        (ten + "\nRRULE:FREQ=DAILY", ten + "\nRRULE:FREQ=WEEKLY", "reset 1 told"),
        // By another clock it is another series, though it begins at the same time.
        (
            ten + "\nRRULE:FREQ=DAILY",
            "DTSTART;TZID=Europe/Berlin:20260105T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY", "reset 1 told"
        ),
        // Nobody can count these: then answers are asked for anew.
        (
            ten + "\nRRULE:FREQ=DAILY;UNTIL=99991231T000000Z", ten + "\nRRULE:FREQ=DAILY;UNTIL=99981231T000000Z",
            "reset 1 told"
        ),
        (ten + "\nRRULE:FREQ=SOMETIMES", ten + "\nRRULE:FREQ=NEVER", "reset 1 told"),
        // RDATE
        (ten, ten + "\nRDATE:20260120T100000Z", "reset 1 told"), (ten + "\nRDATE:20260120T100000Z", ten, "kept 1 told"),
        (
            ten + "\nRDATE:20260120T100000Z,20260121T100000Z", ten + "\nRDATE:20260121T100000Z\nRDATE:20260120T100000Z",
            "kept -"
        ),
        (
            ten + "\nRDATE;VALUE=PERIOD:20260120T100000Z/PT1H",
            ten + "\nRDATE;VALUE=PERIOD:20260120T100000Z/20260120T110000Z",
            "kept -"
        ),
        // EXDATE
        (ten + "\nRRULE:FREQ=DAILY", ten + "\nRRULE:FREQ=DAILY\nEXDATE:20260107T100000Z", "kept 1 told"),
        (ten + "\nRRULE:FREQ=DAILY\nEXDATE:20260107T100000Z", ten + "\nRRULE:FREQ=DAILY", "reset 1 told"),
        (
            ten + "\nRRULE:FREQ=DAILY\nEXDATE:20260107T100000Z",
            ten + "\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Berlin:20260107T110000", "kept -"
        ),
        // What is no longer excluded is no instance any more, or never was one.
        (ten + "\nRRULE:FREQ=DAILY\nEXDATE:20260107T100000Z", ten + "\nRRULE:FREQ=DAILY;COUNT=2", "kept 1 told"),
        (ten + "\nRRULE:FREQ=DAILY\nEXDATE:20260107T093000Z", ten + "\nRRULE:FREQ=DAILY", "kept 1 told"),
    ])
    func answersHoldUntilTheTimesChange(_ before: String, _ now: String, _ outcome: String) throws {
        #expect(try self.outcome(before, now) == outcome)
    }

    /// Lines before and now, and SEQUENCE as it is stored.
    @Test(arguments: [
        ("SEQUENCE:3\nSUMMARY:a", "SEQUENCE:3\nSUMMARY:b", "3"), ("SEQUENCE:3", "SUMMARY:b", "3"),
        ("SEQUENCE:3", "SEQUENCE:1", "3"),
        ("SEQUENCE:3", "SEQUENCE:7", "7"), ("SEQUENCE:3", "SEQUENCE:3\nRDATE:20260201T100000Z", "4"),
        ("SEQUENCE:3", "SEQUENCE:4\nRDATE:20260201T100000Z", "4"),
        ("SEQUENCE:3", "SEQUENCE:9\nRDATE:20260201T100000Z", "9"),
        ("SEQUENCE:3", "SEQUENCE:3\nSTATUS:CONFIRMED", "4"), ("SEQUENCE:3", "SEQUENCE:3\nSTATUS:CANCELLED", "4"),
        ("SEQUENCE:2147483647", "SEQUENCE:2147483647\nSTATUS:TENTATIVE", "2147483647"),
        ("SEQUENCE:99999999999999999999", "SEQUENCE:5\nSTATUS:TENTATIVE", "5"),
        ("SEQUENCE:-4", "STATUS:TENTATIVE", "1"),
        ("SEQUENCE:9223372036854775807", "STATUS:TENTATIVE", "2147483647"),
    ])
    func sequenceRisesWhereITIPWantsIt(_ before: String, _ now: String, _ sequence: String) throws {
        let change = try Organizing.change(Organizing.event("bob", before), Organizing.event("bob", now))
        let body = try #require(change.body([:]))
        let event = try #require(StoredCalendar(body)?.calendar.components.first)
        #expect(event["SEQUENCE"]?.value == sequence)
        #expect(event.all("SEQUENCE").count == 1)
        for message in change.messages { #expect(message.calendar.components.last?["SEQUENCE"]?.value == sequence) }
    }

    /// The number is the client's where the server tells nobody, but for a number that falls: who is invited later would take the
    /// invitation for an old one.
    @Test(arguments: [
        ("bob/CLIENT", "SEQUENCE:3", "3"), ("bob/CLIENT", "SEQUENCE:4", "4"), ("alice", "SUMMARY:s", "3"),
    ])
    func whereTheServerTellsNobodyItDoesNotCount(_ people: String, _ line: String, _ sequence: String) throws {
        let change = try Organizing.change(
            Organizing.event(people, "SEQUENCE:3"), Organizing.event(people, line + "\nRDATE:20260201T100000Z"))
        let body = try #require(change.body([:]))
        #expect(StoredCalendar(body)?.calendar.components.first?["SEQUENCE"]?.value == sequence)
        #expect(change.messages.isEmpty)
    }

    /// The parts before and now, and the people now.
    @Test(arguments: [
        // An override moves: only who is asked to come there is asked anew.
        (
            [Organizing.series("bob+ACCEPTED"), Organizing.event("bob+ACCEPTED", day: 7)],
            [Organizing.series("bob+ACCEPTED"), Organizing.event("bob+ACCEPTED", day: 7, times: late)],
            "bob+ACCEPTED | bob+NEEDS-ACTION"
        ),
        // A new override, at the time of the series or not.
        (
            [Organizing.series("bob+ACCEPTED")],
            [Organizing.series("bob+ACCEPTED"), Organizing.event("bob+ACCEPTED", day: 7)],
            "bob+ACCEPTED | bob+ACCEPTED"
        ),
        (
            [Organizing.series("bob+ACCEPTED")],
            [Organizing.series("bob+ACCEPTED"), Organizing.event("bob+ACCEPTED", day: 7, times: late)],
            "bob+ACCEPTED | bob+NEEDS-ACTION"
        ),
        // The series moves; an override that stays where it is keeps its answers.
        (
            [Organizing.series("bob+ACCEPTED", times: weekday), Organizing.event("bob+DECLINED", day: 7, times: late)],
            [
                Organizing.series("bob+ACCEPTED", times: weekday + "\nRDATE:20260201T100000Z"),
                Organizing.event("bob+DECLINED", day: 7, times: late),
            ], "bob+NEEDS-ACTION | bob+DECLINED"
        ),
        // The order of the components does not matter.
        (
            [Organizing.event("bob+ACCEPTED", day: 7), Organizing.series("bob+ACCEPTED")],
            [Organizing.series("bob+ACCEPTED"), Organizing.event("bob+TENTATIVE", day: 7, times: late)],
            "bob+ACCEPTED | bob+NEEDS-ACTION"
        ),
    ])
    func answersAreResetWhereInstancesMove(_ before: [String], _ now: [String], _ people: String) throws {
        let change = try Organizing.change(before.joined(separator: "\n"), now.joined(separator: "\n"))
        #expect(try Organizing.people(change.body([:])) == people)
    }

    private static let late = "DTSTART:20260107T160000Z\nDTEND:20260107T170000Z"
    private static let weekday = "DTSTART:20260105T100000Z\nDTEND:20260105T110000Z"

    /// An override is the same one though its RECURRENCE-ID is written in another way.
    @Test(arguments: [
        "RECURRENCE-ID:20260107T100000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20260107T110000",
        "RECURRENCE-ID;VALUE=DATE:20260107", "recurrence-id;tzid=\"Europe/Berlin\":20260\n 107T110000",
    ])
    func instancesAreKnownHoweverTheyAreWritten(_ line: String) throws {
        let series = Organizing.series("bob")
        let before = series + "\n" + Organizing.event("bob+ACCEPTED", day: 7, times: Self.late)
        let now = before.replacing("RECURRENCE-ID:20260107T100000Z", with: line)
        let change = try Organizing.change(before, now)
        #expect(change.messages.isEmpty && change.body([:]) == calendar(now))
    }

    @Test func answersThatAreSentAreStoredWhereNothingMoved() throws {
        // What a client knows of answers may be old; that is for If-Schedule-Tag-Match to mend (D-11).
        let change = try Organizing.change(
            Organizing.event("bob+ACCEPTED"), Organizing.event("bob+TENTATIVE dan+ACCEPTED"))
        #expect(try Organizing.people(change.body([:])) == "bob+TENTATIVE dan+ACCEPTED")
    }
}
