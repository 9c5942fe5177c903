import DAV
import Testing

@testable import DAVGroupware

/// Who is told what when an organizer writes (D-02, D-03, D-05; RFC 6638 §3.2.1, §3.2.6).
@Suite struct OrganizerTellingTests {
    private static func event(_ people: String) -> String { Organizing.event(people) }

    // MARK: - SCHEDULE-AGENT

    /// RFC 6638 §3.2.1.1 to §3.2.1.3, cell by cell: the attendee before, and now; `-`: not there. Cara is there all along, so that
    /// the object stays one that is scheduled; she is told if the list of people changed, or if SEQUENCE had to rise.
    @Test(arguments: [
        ("-", "-", []), ("-", "bob", ["REQUEST cara *", "REQUEST bob *"]),
        ("-", "bob/SERVER", ["REQUEST cara *", "REQUEST bob *"]), ("-", "bob/CLIENT", ["REQUEST cara *"]),
        ("-", "bob/NONE", ["REQUEST cara *"]),
        ("bob", "-", ["REQUEST cara *#1", "CANCEL bob *#1"]), ("bob", "bob", []), ("bob", "bob/SERVER", []),
        ("bob", "bob/CLIENT", ["REQUEST cara *#1", "CANCEL bob *#1"]),
        ("bob", "bob/NONE", ["REQUEST cara *#1", "CANCEL bob *#1"]),
        ("bob/CLIENT", "-", ["REQUEST cara *"]), ("bob/CLIENT", "bob", ["REQUEST bob *"]),
        ("bob/CLIENT", "bob/CLIENT", []), ("bob/CLIENT", "bob/NONE", []),
        ("bob/NONE", "-", ["REQUEST cara *"]), ("bob/NONE", "bob", ["REQUEST bob *"]),
        ("bob/NONE", "bob/CLIENT", []), ("bob/NONE", "bob/NONE", []),
        // §7.1: what is not known counts as NONE; case does not matter.
        ("bob", "bob/X-CARRIER-PIGEON", ["REQUEST cara *#1", "CANCEL bob *#1"]), ("bob", "bob/server", []),
    ])
    func whoIsToldFollowsFromTheAgent(_ before: String, _ now: String, _ told: [String]) throws {
        func people(_ token: String) -> String { token == "-" ? "cara" : "cara \(token)" }
        #expect(try Organizing.told(Self.event(people(before)), Self.event(people(now))) == told)
    }

    @Test(arguments: [
        ("bob", ["REQUEST bob *"]), ("bob/CLIENT", []), ("bob/NONE", []),
        ("bob cara", ["REQUEST bob *", "REQUEST cara *"]),
        ("alice bob", ["REQUEST bob *"]), ("alice", []), ("bob bob", ["REQUEST bob *"]),
        // §7.1 wants them to be the same; the first counts.
        ("bob/NONE bob", []),
    ])
    func aNewObjectIsToldToThoseTheServerTells(_ people: String, _ told: [String]) throws {
        #expect(try Organizing.told(nil, Self.event(people)) == told)
    }

    @Test func aPlainObjectThatGetsAttendeesIsNew() throws {
        #expect(try Organizing.told(Self.event(""), Self.event("bob")) == ["REQUEST bob *"])
    }

    @Test(arguments: [nil, "", "alice/NONE"])
    func whatIsRemovedOrNoLongerScheduledIsCancelled(_ rest: String?) throws {
        let told = try Organizing.told(Self.event("bob cara/CLIENT dan alice"), rest.map(Self.event))
        #expect(told == ["CANCEL bob *#1", "CANCEL dan *#1"])
    }

    @Test func anObjectThatLosesItsOrganizerIsCancelled() throws {
        let plain = Self.event("bob").replacing("ORGANIZER:mailto:alice@example.com\n", with: "")
        let change = try Organizing.change(Self.event("bob"), plain)
        #expect(change.messages.map(Organizing.told) == ["CANCEL bob *#1"])
        #expect(change.body([CalendarUserAddress("mailto:bob@example.com"): .delivered]) == calendar(plain))
    }

    @Test func oneOrganizerSpeaksForAllComponents() throws {
        let series = Organizing.series("bob").replacing("ORGANIZER:mailto:alice@example.com\n", with: "")
        #expect(try Organizing.told(nil, series + "\n" + Organizing.event("bob", day: 7)) == ["REQUEST bob * 07"])
        // Two claim to be the series; the first is it.
        #expect(try Organizing.told(nil, series + "\n" + Organizing.event("dan")) == ["REQUEST bob *"])
    }

    @Test func theObjectsOfOthersAreNoMatterHere() throws {
        let other = Self.event("alice bob").replacing("ORGANIZER:mailto:alice", with: "ORGANIZER:mailto:zoe")
        #expect(try Organizing.told(nil, other).isEmpty)
        #expect(try Organizing.told(other, nil).isEmpty)
    }

    // MARK: - What matters

    /// Lines before and now, and whether Bob hears of it.
    @Test(arguments: [
        ("SUMMARY:a", "SUMMARY:b", true), ("SUMMARY:a", "summary;X-A=1:a", true), ("SUMMARY:a", "Summary:\n a", false),
        ("SUMMARY:a", "SUMMARY:a\nLOCATION:there", true), ("SUMMARY:a", "SUMMARY:a\nTRANSP:TRANSPARENT", false),
        ("SUMMARY:a", "SUMMARY:a\nX-MOZ-LASTACK:20260101T000000Z", false),
        ("SUMMARY:a", "SUMMARY:a\nX-MOZ-GENERATION:4", false),
        ("SUMMARY:a", "SUMMARY:a\nX-EVOLUTION-CALDAV-HREF:/x", false), ("SUMMARY:a", "SUMMARY:a\nX-OTHER:1", true),
        ("SUMMARY:a", "SUMMARY:a\nLAST-MODIFIED:20260101T000000Z\nCREATED:20260101T000000Z", false),
        ("SUMMARY:a", "SUMMARY:a\nSEQUENCE:0", false), ("SUMMARY:a", "SUMMARY:a\nSEQUENCE:1", true),
        ("SUMMARY:a\nSEQUENCE:4", "SUMMARY:a", false), ("SUMMARY:a", "SUMMARY:a\nCLASS:PUBLIC", false),
        ("SUMMARY:a", "SUMMARY:a\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM", false),
        ("SUMMARY:a", "SUMMARY:a\nATTENDEE:mailto:dan@example.com", true),
        ("SUMMARY:a", "SUMMARY:a\nSTATUS:TENTATIVE", true),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:cara@example.com", "ATTENDEE:mailto:cara@example.com", true),
        ("ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:cara@example.com", "ATTENDEE:MAILTO:Cara@Example.com", false),
        ("ATTENDEE;PARTSTAT=needs-action:mailto:cara@example.com", "ATTENDEE:mailto:cara@example.com", false),
        (
            "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:cara@example.com",
            "ATTENDEE;SCHEDULE-STATUS=5.1:mailto:cara@example.com", false
        ),
    ])
    func onlyWhatAnAttendeeSeesIsTold(_ before: String, _ now: String, _ isTold: Bool) throws {
        let told = try Organizing.told(Organizing.event("bob", before), Organizing.event("bob", now))
        #expect(told.contains { $0.hasPrefix("REQUEST bob") } == isTold)
        #expect(told.isEmpty != isTold)
    }

    @Test(arguments: [
        ("bob!REQUEST cara", ["REQUEST bob *"]), ("bob!request cara", ["REQUEST bob *"]), ("bob!REPLY cara", []),
        ("bob/NONE!REQUEST cara", ["REQUEST cara *#1", "CANCEL bob *#1"]), ("bob!X-RING cara", []),
    ])
    func aMessageIsForcedOnce(_ people: String, _ told: [String]) throws {
        let change = try Organizing.change(Self.event("bob cara"), Self.event(people))
        #expect(change.messages.map(Organizing.told) == told)
        let body = try #require(change.body([:]))
        #expect(!body.text.contains("FORCE-SEND"))
        #expect(try Organizing.told(Self.event("bob cara"), Self.event("bob cara")).isEmpty)
    }

    // MARK: - Instances

    /// A series and its overrides before and now, and who is told what.
    @Test(arguments: [
        // Somebody is invited to one instance.
        ([series("bob")], [series("bob"), on(7, "bob dan")], ["REQUEST bob * 07", "REQUEST dan 07"]),
        (
            [series("bob"), on(7, "bob dan")], [series("bob"), on(7, "bob dan"), on(8, "dan")],
            ["CANCEL bob 08#1", "REQUEST dan 07 08#1"]
        ),
        // Somebody is uninvited from one, and invited again.
        ([series("bob cara")], [series("bob cara"), on(7, "cara")], ["CANCEL bob 07#1", "REQUEST cara * 07#1"]),
        (
            [series("bob cara"), on(7, "cara")], [series("bob cara"), on(7, "bob cara")],
            ["REQUEST bob * 07", "REQUEST cara * 07"]
        ),
        ([series("bob cara"), on(7, "cara")], [series("bob cara")], ["REQUEST bob *", "REQUEST cara *"]),
        (
            [series("bob cara"), on(7, "cara")], [series("bob cara", "SUMMARY:New"), on(7, "cara")],
            ["REQUEST bob *-07", "REQUEST cara * 07"]
        ),
        // An instance is taken away.
        ([series("bob")], [series("bob", "EXDATE:20260107T100000Z")], ["REQUEST bob *-07#1"]),
        (
            [series("bob"), on(7, "bob dan")], [series("bob", "EXDATE:20260107T100000Z")],
            ["REQUEST bob *-07#1", "CANCEL dan 07#1"]
        ),
        (
            [series("bob"), on(7, "bob dan"), on(8, "dan")], [series("bob"), on(8, "dan")],
            ["REQUEST bob *-08", "CANCEL dan 07#1"]
        ),
        (
            [series("bob"), on(7, "bob dan")], [series("bob"), on(7, "bob dan", cancelled)],
            ["REQUEST bob *-07", "CANCEL dan 07#1"]
        ),
        ([series("bob")], [series("bob"), on(7, "bob", cancelled)], ["REQUEST bob *-07"]),
        // Only overrides are left to somebody; and they are invited to the whole.
        (
            [series("bob cara")], [series("cara"), on(7, "bob cara")],
            ["REQUEST cara *#1 07", "CANCEL bob *#1", "REQUEST bob 07"]
        ),
        (
            [series("cara"), on(7, "bob cara")], [series("cara bob"), on(7, "bob cara")],
            ["REQUEST cara * 07", "REQUEST bob * 07"]
        ),
        // Whoever does not see a change is not told of it.
        ([series("bob"), on(7, "dan")], [series("bob"), on(7, "dan", "SUMMARY:New")], ["REQUEST dan 07"]),
        ([series("bob"), on(7, "dan")], [series("bob", "SUMMARY:New"), on(7, "dan")], ["REQUEST bob *-07"]),
        // An override that says what the series says anyway.
        ([series("bob")], [series("bob"), on(7, "bob", alarm)], []),
        ([series("bob"), on(7, "bob", alarm)], [series("bob")], []),
        ([series("bob"), on(7, "bob", "SUMMARY:New")], [series("bob")], ["REQUEST bob *"]),
        // The whole is removed.
        ([series("bob"), on(7, "bob dan"), on(8, "dan")], nil, ["CANCEL bob *#1", "CANCEL dan 07#1 08#1"]),
        (
            [series("bob"), on(7, "bob dan")], [series("bob", cancelled), on(7, "bob dan", cancelled)],
            ["CANCEL bob *#1", "CANCEL dan 07#1"]
        ),
        ([series("bob", cancelled)], nil, []), ([series("bob", cancelled)], [series("bob")], ["REQUEST bob *#1"]),
        // An object of overrides alone (C-16).
        ([on(7, "bob"), on(8, "bob")], [on(7, "bob"), on(8, "bob cara")], ["REQUEST bob 07 08", "REQUEST cara 08"]),
        ([on(7, "bob"), on(8, "bob")], [on(7, "bob")], ["CANCEL bob 08#1"]),
    ])
    func eachIsToldOfTheirInstances(_ before: [String], _ now: [String]?, _ told: [String]) throws {
        #expect(try Organizing.told(before.joined(separator: "\n"), now?.joined(separator: "\n")) == told)
    }

    private static let cancelled = "SUMMARY:Rota\nSTATUS:CANCELLED"
    private static let alarm = "SUMMARY:Rota\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM"
    private static func series(_ people: String, _ lines: String = "SUMMARY:Rota") -> String {
        Organizing.series(people, lines.hasPrefix("EXDATE") ? lines + "\nSUMMARY:Rota" : lines)
    }
    private static func on(_ day: Int, _ people: String, _ lines: String = "SUMMARY:Rota") -> String {
        Organizing.event(people, day: day, lines)
    }

    @Test(arguments: ["VTODO", "VEVENT"])
    func tasksAreScheduledAsEventsAre(_ type: String) throws {
        func object(_ people: String, _ due: String) -> String {
            Organizing.event(people, times: "DUE:\(due)\nDTSTART:20260105T100000Z").replacing("VEVENT", with: type)
        }
        let told = try Organizing.told(object("bob", "20260106T100000Z"), object("bob cara", "20260107T100000Z"))
        // DUE of an event means nothing.
        let mark = type == "VTODO" ? "#1" : ""
        #expect(told == ["REQUEST bob *\(mark)", "REQUEST cara *\(mark)"])
    }

    @Test(arguments: ["VJOURNAL", "VFREEBUSY", "VAVAILABILITY"])
    func nothingElseIsScheduled(_ type: String) throws {
        let object = Organizing.event("bob").replacing("VEVENT", with: type)
        let change = try Organizing.change(nil, object)
        #expect(change.messages.isEmpty && change.body([:]) == calendar(object))
        #expect(try Organizing.told(object, nil).isEmpty)
    }

    // MARK: - Names

    /// How an attendee may be written, and as whom they are told.
    @Test(arguments: [
        ("ATTENDEE:MAILTO:Bob@Example.COM", "mailto:bob@example.com"),
        ("attendee;cn=\"B, ob\":mailto:bob@example.com", "mailto:bob@example.com"),
        ("ATTENDEE;CN=Bob;\n CUTYPE=INDIVIDUAL:mailto:b\n ob@example.com", "mailto:bob@example.com"),
        ("ATTENDEE:/principals/bob/", "/principals/bob"), ("ATTENDEE:urn:uuid:B0B", "urn:uuid:b0b"),
        ("ATTENDEE;CUTYPE=GROUP:mailto:staff@example.com", "mailto:staff@example.com"),
        ("ATTENDEE;CUTYPE=ROOM:/principals/room1/", "/principals/room1"),
    ])
    func everyAddressIsTold(_ line: String, _ address: String) throws {
        let object = Organizing.event("", line + "\nSUMMARY:s")
        let change = try Organizing.change(nil, object)
        #expect(change.messages.map(\.recipient.text) == [address])
        #expect(change.messages.map(\.sender.text) == ["mailto:alice@example.com"])
        let body = try #require(change.body([:]))
        #expect(body == calendar(object), "Where nothing is known of a message, nothing is written.")
    }

    @Test(arguments: ["mailto:alice@example.com", "MAILTO:ALICE@example.com", "urn:uuid:A", "/principals/alice"])
    func theOrganizerIsNeverTold(_ address: String) throws {
        let object = Organizing.event("bob", "ATTENDEE;PARTSTAT=ACCEPTED:\(address)")
        #expect(try Organizing.told(nil, object) == ["REQUEST bob *"])
        #expect(try Organizing.told(object, nil) == ["CANCEL bob *#1"])
    }
}
