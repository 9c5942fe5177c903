import DAV
import Glibc
import Testing

@testable import DAVGroupware

/// Who takes part in these tests, and the series they take part in.
enum People {
    static let bern = user("bern")
    static let alice = user("alice")
    static let carl = user("carl")
    static let dora = user("dora")
    static let zones = Zones()
    static let now = Timestamp(seconds: 1_772_000_000)

    static func user(_ name: String) -> CalendarUser {
        CalendarUser(
            PrincipalID(Name(unchecked: name)), addresses: [address(name), CalendarUserAddress("/principals/\(name)/")])
    }

    static func address(_ name: String) -> CalendarUserAddress { CalendarUserAddress("mailto:\(name)@example.org") }

    /// Ten Mondays at ten; the second one is at two. Bern invites Alice and Carl; the text is the copy of any of them.
    static let series = master + "\n" + late

    static let master = """
        BEGIN:VEVENT
        UID:1
        DTSTAMP:20260101T000000Z
        SEQUENCE:2
        DTSTART;TZID=Europe/Berlin:20260105T100000
        DTEND;TZID=Europe/Berlin:20260105T110000
        RRULE:FREQ=WEEKLY;COUNT=10
        SUMMARY:Plan
        DESCRIPTION:Pens\\, please
        LOCATION:Room 1
        ORGANIZER;CN=Bern:mailto:bern@example.org
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:bern@example.org
        ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org
        ATTENDEE;PARTSTAT=TENTATIVE;CN="Carl, C.":mailto:carl@example.org
        END:VEVENT
        """

    static let late = """
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID;TZID=Europe/Berlin:20260112T100000
        DTSTAMP:20260101T000000Z
        SEQUENCE:2
        DTSTART;TZID=Europe/Berlin:20260112T140000
        DTEND;TZID=Europe/Berlin:20260112T150000
        SUMMARY:Plan, late
        ORGANIZER;CN=Bern:mailto:bern@example.org
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:bern@example.org
        ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org
        ATTENDEE;PARTSTAT=TENTATIVE:mailto:carl@example.org
        END:VEVENT
        """

    /// An override of the third Monday that says what the series says of it.
    static func override(_ answer: String, _ more: String = "SUMMARY:Plan", day: String = "20260119") -> String {
        """
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID;TZID=Europe/Berlin:\(day)T100000
        DTSTAMP:20260101T000000Z
        SEQUENCE:2
        DTSTART;TZID=Europe/Berlin:\(day)T100000
        DTEND;TZID=Europe/Berlin:\(day)T110000
        DESCRIPTION:Pens\\, please
        LOCATION:Room 1
        ORGANIZER;CN=Bern:mailto:bern@example.org
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:bern@example.org
        ATTENDEE;PARTSTAT=\(answer);RSVP=TRUE:mailto:alice@example.org
        ATTENDEE;PARTSTAT=TENTATIVE:mailto:carl@example.org
        \(more)
        END:VEVENT
        """
    }

    static func stored(_ components: String) throws -> StoredCalendar {
        guard let stored = StoredCalendar(calendar(components)) else { throw Unreadable() }
        return stored
    }

    struct Unreadable: Error {}
}

extension String {
    /// The text with the first place where something stands changed; every place, with `all`.
    func with(_ old: String, _ new: String, all: Bool = false) -> String {
        precondition(contains(old), "\(old) does not stand there.")
        return all ? replacing(old, with: new) : replacing(old, with: new, maxReplacements: 1)
    }

    static let alices = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice"
}

extension SchedulingMessage {
    /// What it says of each instance: `series ACCEPTED`, `20260112T100000 DECLINED`.
    var answers: [String] {
        calendar.components.filter { $0.name != "VTIMEZONE" }.map { component in
            "\(component["RECURRENCE-ID"]?.value ?? "series") \(component["ATTENDEE"]?["PARTSTAT"] ?? "-")"
        }.sorted()
    }
}

/// Holds that work takes seconds of this thread's own time, even unoptimized: a square of some thousands would take minutes,
/// however busy the machine is.
func expectQuick(_ work: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws {
    func spent() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let before = spent()
    try work()
    #expect(spent() - before < 20, sourceLocation: sourceLocation)
}
