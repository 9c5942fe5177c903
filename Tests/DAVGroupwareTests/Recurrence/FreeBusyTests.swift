import Testing

@testable import DAVGroupware

@Suite struct FreeBusyTests {
    private static let range = "20260105T000000Z/20260106T000000Z"

    private static func list(_ objects: [String], availability: [String] = []) throws -> String {
        var busy = FreeBusy(try Calendars.range(range))
        var budget = WorkBudget()
        for lines in objects { busy.add(try Calendars.object(lines), floating: Calendars.berlin, within: &budget) }
        for lines in availability {
            busy.addAvailability(
                try Calendars.calendar(lines), zones: Calendars.zones, floating: Calendars.berlin, within: &budget)
        }
        return busy.result.map { span in
            let kind = ["BUSY": "", "BUSY-TENTATIVE": "?", "BUSY-UNAVAILABLE": "-"][span.kind.rawValue] ?? "!"
            return kind
                + [span.start, span.end].map { String(CivilDateTime(seconds: $0).text.suffix(6).prefix(4)) }.joined(
                    separator: "/")
        }.joined(separator: " ")
    }

    private static func event(_ lines: String) -> String { "BEGIN:VEVENT\n\(lines)\nEND:VEVENT" }

    @Test func eventsAreMergedByKind() throws {  // C-26
        let events = [
            "DTSTART:20260105T100000Z\nDTEND:20260105T110000Z", "DTSTART:20260105T110000Z\nDURATION:PT1H",
            "DTSTART:20260105T113000Z\nDTEND:20260105T130000Z\nSTATUS:TENTATIVE",
            "DTSTART:20260105T140000Z\nDTEND:20260105T150000Z\nSTATUS:CANCELLED",
            "DTSTART:20260105T140000Z\nDTEND:20260105T150000Z\nTRANSP:TRANSPARENT ", "DTSTART:20260105T160000Z",
            "DTSTART;TZID=Europe/Berlin:20260104T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY",
            "DTSTART:20260105T230000Z\nDTEND:20260107T000000Z",
        ].map(Self.event)
        #expect(try Self.list(events) == "1000/1200 ?1200/1300 1700/1800 2300/0000")
        let busy =
            "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=FREE:20260105T010000Z/PT1H\nFREEBUSY;FBTYPE=X-ODD:20260105T020000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260105T023000Z/PT1H\nEND:VFREEBUSY"
        #expect(try Self.list([busy]) == "0200/0300 -0300/0330")
        #expect(try Self.list([Self.event("DTSTART;VALUE=DATE:20260105")]) == "0000/2300")
    }

    /// Times apart from each other take room and, to be merged, time: of too many only the first are told.
    @Test func spansAreBounded() throws {
        let minutes = try Calendars.object(
            Self.event("DTSTART:20260105T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY;INTERVAL=2"))
        var busy = FreeBusy(try Calendars.range(Self.range))
        var budget = WorkBudget()
        busy.add(minutes, floating: .utc, within: &budget)
        #expect(busy.result.count == 720 && !busy.isIncomplete)
        busy = FreeBusy(try Calendars.range(Self.range))
        busy.most = 100
        busy.add(minutes, floating: .utc, within: &budget)
        #expect(busy.result.count == 100 && busy.isIncomplete)
    }

    @Test func overridesChangeWhenSomebodyIsBusy() throws {
        let lines = Self.event("DTSTART:20260104T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")
        #expect(
            try Self.list([
                lines + "\n" + Self.event("RECURRENCE-ID:20260105T100000Z\nDTSTART:20260105T120000Z\nDURATION:PT1H")
            ]) == "1200/1300")
        #expect(
            try Self.list([
                lines + "\n" + Self.event("RECURRENCE-ID:20260105T100000Z\nDTSTART:20260105T100000Z\nSTATUS:CANCELLED")
            ]) == "")
    }

    @Test func availabilityLiesBelowWhatIsBusy() throws {  // K-09, RFC 7953
        let office = """
            BEGIN:VAVAILABILITY
            BUSYTYPE:BUSY-UNAVAILABLE
            DTSTART:20260101T000000Z
            PRIORITY:5
            BEGIN:AVAILABLE
            UID:a
            DTSTART:20260101T090000Z
            DTEND:20260101T170000Z
            RRULE:FREQ=DAILY
            END:AVAILABLE
            END:VAVAILABILITY
            """
        let meeting = Self.event("DTSTART:20260105T083000Z\nDTEND:20260105T100000Z")
        #expect(try Self.list([meeting], availability: [office]) == "-0000/0830 0830/1000 -1700/0000")
        // A better priority counts, where it speaks; an equal one adds what is busier.
        let trip =
            "BEGIN:VAVAILABILITY\nPRIORITY:1\nBUSYTYPE:BUSY-TENTATIVE\nDTSTART:20260105T120000Z\nDTEND:20260105T200000Z\nBEGIN:AVAILABLE\nUID:b\nDTSTART:20260105T180000Z\nDTEND:20260105T190000Z\nEND:AVAILABLE\nEND:VAVAILABILITY"
        #expect(try Self.list([], availability: [office, trip]) == "-0000/0900 ?1200/1800 ?1900/2000 -2000/0000")
        let equal = trip.replacing("PRIORITY:1", with: "PRIORITY:5")
        #expect(try Self.list([], availability: [office, equal]) == "-0000/0900 ?1200/1700 -1700/0000")
        #expect(try Self.list([], availability: ["BEGIN:VAVAILABILITY\nUID:x\nEND:VAVAILABILITY"]) == "-0000/0000")
    }

    @Test func theAnswerIsInUTC() throws {
        var busy = FreeBusy(try Calendars.range(Self.range))
        var budget = WorkBudget()
        busy.add(
            try Calendars.object(Self.event("DTSTART:20260105T100000Z\nDURATION:PT1H\nSTATUS:TENTATIVE")),
            floating: .utc, within: &budget)
        let text = String(decoding: ContentWriter.octets(of: [busy.component(stamp: 0)]), as: UTF8.self)
        #expect(text.contains("DTSTART:20260105T000000Z\r\nDTEND:20260106T000000Z\r\n"))
        #expect(text.contains("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260105T100000Z/20260105T110000Z\r\n"))
        #expect(!busy.isIncomplete)
    }

    @Test func manyOverlappingTimesTakeNoTime() throws {
        let all = (0..<10).map { Self.event("DTSTART:20260101T00000\($0)Z\nDURATION:P2D\nRRULE:FREQ=MINUTELY") }
        let free =
            "BEGIN:VAVAILABILITY\nBEGIN:AVAILABLE\nUID:a\nDTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=2\nEND:AVAILABLE\nEND:VAVAILABILITY"
        var busy = FreeBusy(try Calendars.range(Self.range))
        for lines in all {
            var budget = WorkBudget()
            busy.add(try Calendars.object(lines), floating: .utc, within: &budget)
        }
        var budget = WorkBudget(steps: 1_000_000)
        busy.addAvailability(try Calendars.calendar(free), zones: Calendars.zones, floating: .utc, within: &budget)
        #expect(busy.result.count == 1)
    }
}
