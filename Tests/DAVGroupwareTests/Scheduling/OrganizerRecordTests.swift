import DAV
import HTTPTypes
import Testing

@testable import DAVGroupware

/// What is stored of what an organizer writes, and what is refused (D-03, D-04, D-07; RFC 6638 §3.2.4, §3.2.9, §7).
@Suite struct OrganizerRecordTests {
    private static func statuses(_ text: String) -> [CalendarUserAddress: DeliveryStatus] {
        var result: [CalendarUserAddress: DeliveryStatus] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=")
            result[CalendarUserAddress("mailto:\(parts[0])@example.com")] = DeliveryStatus(rawValue: String(parts[1]))
        }
        return result
    }

    /// People before and now, what became of messages, people as they are stored.
    @Test(arguments: [
        (nil, "bob cara", "bob=1.2 cara=5.2", "bob=1.2 cara=5.2"),
        (nil, "bob alice", "bob=3.7 alice=1.2", "bob=3.7 alice"),
        (nil, "bob=2.0", "bob=1.2", "bob=1.2"), (nil, "bob=2.0", "", "bob=2.0"),
        (nil, "bob bob", "bob=1.2", "bob=1.2 bob=1.2"),
        // Nothing was sent to Bob: what was known stays, whatever the client says of it.
        ("bob=1.2", "bob", "", "bob=1.2"), ("bob=2.0", "bob=1.2", "", "bob=2.0"),
        ("bob=1.2", "bob", "bob=5.1", "bob=1.2"),
        ("bob=1.2 cara", "bob cara!REQUEST", "cara=5.3", "bob=1.2 cara=5.3"),
        ("bob=1.2", "bob cara", "bob=1.2 cara=1.2", "bob=1.2 cara=1.2"),
        // What the client sends itself it also keeps count of.
        ("bob/CLIENT=1.1", "bob/CLIENT=2.0", "", "bob/CLIENT=2.0"), ("bob/CLIENT=1.1", "bob/CLIENT", "", "bob/CLIENT"),
        // A CANCEL was sent to somebody whose line is still there.
        ("bob=1.2 cara=1.2", "bob/NONE cara", "bob=1.2 cara=1.2", "bob/NONE=1.2 cara=1.2"),
        // §7.2: a word that is not known.
        ("bob=1.2", "bob!PUBLISH", "", "bob=1.2,2.3"), (nil, "bob!X-RING", "bob=1.2", "bob=1.2,2.3"),
        ("bob", "bob!REPLY", "", "bob"),
        ("bob", "bob!REQUEST", "bob=3.8", "bob=3.8"),
    ])
    func statusIsWrittenWhereAMessageWasTried(_ before: String?, _ now: String, _ became: String, _ people: String)
        throws
    {
        let change = try Organizing.change(before.map { Organizing.event($0) }, Organizing.event(now))
        #expect(try Organizing.people(change.body(Self.statuses(became))) == people)
    }

    @Test func statusStandsInEveryComponentThatNamesSomebody() throws {
        let old = Organizing.series("bob=2.0 cara=1.2")
        let new = Organizing.series("bob cara") + "\n" + Organizing.event("bob cara dan", day: 7)
        let change = try Organizing.change(old, new)
        let body = try #require(change.body(Self.statuses("bob=1.2 dan=5.2")))
        // Nobody knows what became of Cara's: as it was, in what was the series' as well.
        #expect(try Organizing.people(body) == "bob=1.2 cara=1.2 | bob=1.2 cara=1.2 dan=5.2")
    }

    @Test func allElseStaysOctetForOctet() throws {
        let text = """
            BEGIN:VEVENT
            X-FIRST;A="b;c":\\nodd
            DTSTART:20260105T100000Z
            attendee;cn="Bob, the \n builder";RSVP=TRUE:MAILTO:B\n ob@example.com
            UID:u
            ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=NONE:mailto:staff@example.com
            ORGANIZER;SCHEDULE-FORCE-SEND=REPLY;CN=Alice:mailto:alice@example.com
            BEGIN:VALARM
            ACTION:DISPLAY
            ATTENDEE:mailto:bob@example.com
            TRIGGER:-PT5M
            END:VALARM
            END:VEVENT
            """
        let change = try Organizing.change(nil, text)
        let body = try #require(change.body(Self.statuses("bob=1.2")))
        let wanted = text.replacing(
            "attendee;cn=\"Bob, the \n builder\";RSVP=TRUE:MAILTO:B\n ob@example.com",
            with: "attendee;cn=\"Bob, the builder\";RSVP=TRUE;SCHEDULE-STATUS=1.2:MAILTO:Bob@exa\n mple.com"
        ).replacing("SCHEDULE-FORCE-SEND=REPLY;", with: "")
        #expect(body.text == calendar(wanted).text)
    }

    @Test func whatNeedsNoChangeIsStoredAsSent() throws {
        let object = Organizing.event("bob+ACCEPTED=1.2 alice", "SEQUENCE:4")
        let change = try Organizing.change(object, object)
        #expect(change.messages.isEmpty && change.body([:]) == calendar(object))
        #expect(try Organizing.change(object, nil).body([:]) == nil)
    }

    @Test func aLineWithoutAnEndBeforeItIsNotTorn() throws {
        let sent = Array(
            "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u\nDTSTART:20260105T110000Z\nSEQUENCE:2\nORGANIZER:mailto:alice@example.com\nATTENDEE:mailto:bob@example.com\nEND:VEVENT\nEND:VCALENDAR"
                .utf8)
        let change = try OrganizerChange(
            from: Organizing.stored(Organizing.event("bob", "SEQUENCE:4")), to: StoredCalendar(sent),
            by: Organizing.alice,
            now: Organizing.now, zones: Organizing.zones)
        let body = try #require(change.body(Self.statuses("bob=1.2"))?.text)
        #expect(body.contains("DTSTART:20260105T110000Z\nSEQUENCE:5\r\nORGANIZER"))
        #expect(body.hasSuffix("ATTENDEE;SCHEDULE-STATUS=1.2:mailto:bob@example.com\r\nEND:VEVENT\nEND:VCALENDAR"))
    }

    // MARK: - Refusals

    private static let other = "ORGANIZER:mailto:zoe@example.com"

    /// What is stored, what is sent, and the precondition.
    @Test(arguments: [
        (
            nil, handed(Organizing.series("bob")) + "\n" + Organizing.event("bob", day: 7),
            "same-organizer-in-all-components"
        ),
        (
            nil, Organizing.series("bob") + "\n" + handed(Organizing.event("bob", day: 7), "urn:uuid:a"),
            "same-organizer-in-all-components"
        ),
        (Organizing.event("bob"), handed(Organizing.event("bob")), "allowed-organizer-scheduling-object-change"),
        (Organizing.event("bob"), handed(Organizing.event("alice bob")), "allowed-organizer-scheduling-object-change"),
        (
            Organizing.series("bob"), Organizing.series("bob") + "\n" + handed(Organizing.event("bob", day: 7)),
            "allowed-organizer-scheduling-object-change"
        ),
    ])
    func theOrganizerStaysOnePerson(_ old: String?, _ new: String, _ precondition: String) throws {
        let error = #expect(throws: DAVError.self) { try Organizing.change(old, new) }
        #expect(error?.status.code == 403)
        #expect(error?.condition?.name == .calDAV(precondition))
    }

    private static func handed(_ part: String, _ to: String = "mailto:zoe@example.com") -> String {
        part.replacing("ORGANIZER:mailto:alice@example.com", with: "ORGANIZER:\(to)")
    }

    @Test func anotherAddressOfTheSamePersonIsNoOtherOrganizer() throws {
        let new = Self.handed(Organizing.event("bob"), "MAILTO:Alice@example.com")
        #expect(try Organizing.told(Organizing.event("bob"), new).isEmpty)
        let change = try Organizing.change(Organizing.event("bob"), Self.handed(Organizing.event("bob"), "urn:uuid:a"))
        #expect(change.messages.map(\.sender.text) == ["urn:uuid:a"])
    }

    @Test func whatIsNobodysInvitationMayHaveAnyOrganizers() throws {
        let object = Self.handed(Organizing.series("")) + "\n" + Self.handed(Organizing.event("", day: 7), "mailto:y@z")
        #expect(try Organizing.change(nil, object).body([:]) == calendar(object))
    }
}
