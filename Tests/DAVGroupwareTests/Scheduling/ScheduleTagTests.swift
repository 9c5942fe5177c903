import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// D-10: the schedule tag as it is told (RFC 6638 §3.2.10).
@Suite struct ScheduleTagTests {
    private static let scheduled = Sample.event(
        "s", "DTEND:20060102T110000Z\nORGANIZER:mailto:alice@example.org\nATTENDEE:mailto:bob@example.org")

    private func told(_ wire: CalendarWire, _ target: String) async throws -> (
        head: String?, get: String?, prop: String?
    ) {
        let head = try await wire.send("HEAD", target).headers[.scheduleTag]
        let get = try await wire.send("GET", target).headers[.scheduleTag]
        let property = try await wire.properties(target, "<C:schedule-tag/>")
        return (head, get, property.value("schedule-tag"))
    }

    @Test func anObjectOfSomebodysTellsItsEntryTagUntilAnotherIsKept() async throws {
        let wire = CalendarWire()
        let target = "/calendars/alice/work/s.ics"
        try await wire.put(target, Self.scheduled)
        let etag = try await wire.send("HEAD", target).headers[.eTag]
        let before = try await told(wire, target)
        #expect(before.head == etag && before.get == etag && before.prop == etag && etag != nil)
        let path = try DAVPath(parsing: target)
        _ = try await wire.memory.write([
            WriteStep(
                path, .patch([.set(ScheduleTag.kept("old & older"))]),
                if: Condition(caller: .principal(CalendarWire.alice), now: Timestamp(seconds: 0)))
        ])
        let after = try await told(wire, target)
        #expect(after.head == "\"old & older\"" && after.get == after.head && after.prop == after.head)
        let jCal = try await wire.send("GET", target, ["Accept": "application/calendar+json"])
        #expect(jCal.headers[.scheduleTag] == after.head)
        #expect(try await wire.send("GET", target).headers[.eTag] == etag)
    }

    @Test func nothingIsToldOfWhatIsNotScheduled() async throws {
        let wire = CalendarWire()
        let target = "/calendars/alice/work/p.ics"
        try await wire.put(target, Sample.event("p"))
        let told = try await told(wire, target)
        #expect(told.head == nil && told.get == nil && told.prop == nil)
        #expect(
            try await wire.properties(target, "<C:schedule-tag/>").status(of: "schedule-tag")?.contains("404") == true)
        let work = try await wire.properties("/calendars/alice/work/", "<C:schedule-tag/>")
        #expect(work.status(of: "schedule-tag")?.contains("404") == true)
    }

    @Test func theServerAloneSetsIt() async throws {
        let wire = CalendarWire()
        let target = "/calendars/alice/work/s.ics"
        try await wire.put(target, Self.scheduled)
        let answer = try await wire.proppatch(target, set: "<C:schedule-tag>\"mine\"</C:schedule-tag>")
        #expect(answer.status(of: "schedule-tag")?.contains("403") == true)
        #expect(answer.error(of: "schedule-tag") == .dav("cannot-modify-protected-property"))
        let all = try Multistatus(
            await wire.send(
                "PROPFIND", target, ["Depth": "0"], "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>"))
        #expect(all.responses.first?.property("schedule-tag") == nil)
    }

    @Test(arguments: [
        ("ORGANIZER:x", true), ("a\r\nORGANIZER;CN=x:y\r\n", true), ("a\norganizer:y", true), ("XORGANIZER:x", false),
        (" ORGANIZER:x", false), ("ORGANIZERS:x", false), ("ORGANIZER", false), ("", false), ("\n\n\n", false),
        ("a\r\n ORGANIZER:x\r\nDESCRIPTION:ORGANIZER:x", false),
    ])
    func anOrganizerIsALineOfThatName(text: String, isScheduled: Bool) {
        #expect(ScheduleTag.isScheduled(Array(text.utf8)) == isScheduled)
    }

    /// T60: what arrives in an inbox wakes devices that sleep.
    @Test func anInboxIsToldUrgently() {
        let calendars = CalDAV()
        func urgency(_ kind: CollectionKind) -> PushNotice.Urgency {
            PushDispatcher.Options().urgency(
                CollectionInfo(path: .root, kind: kind, owner: nil, capabilities: []))
        }
        #expect(urgency(calendars.inbox) == .high)
        #expect(urgency(calendars.calendar) == .normal)
    }
}
