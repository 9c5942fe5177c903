import Testing

@testable import DAVGroupware

@Suite struct CalendarImportTests {
    private func read(_ text: [UInt8], chunk: Int = 100) throws -> CalendarImport {
        var calendar = CalendarImport()
        for start in stride(from: 0, to: text.count, by: chunk) {
            try calendar.add(text[start..<min(start + chunk, text.count)])
        }
        try calendar.finish()
        return calendar
    }

    @Test(arguments: [1, 10, 100_000]) func aFileIsSplitByUID(chunk: Int) throws {
        let text = octets(
            """
            BEGIN:VCALENDAR
            METHOD:PUBLISH
            VERSION:2.0
            PRODID:-//Other//EN
            X-WR-CALNAME:Name\\, that is
             long
            BEGIN:VEVENT
            UID:1
            DTSTART;TZID=A:20260101T100000
            RRULE:FREQ=DAILY
            END:VEVENT
            BEGIN:VTODO
            UID:2
            END:VTODO
            BEGIN:VEVENT
            DTSTART:20260101T100000Z
            END:VEVENT
            BEGIN:VTIMEZONE
            TZID:A
            END:VTIMEZONE
            BEGIN:VTIMEZONE
            TZID:B
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:1
            RECURRENCE-ID;TZID=A:20260102T100000
            DTSTART;TZID=B:20260102T110000
            END:VEVENT
            BEGIN:VEVENT
            broken
            END:VEVENT
            END:VCALENDAR
            """)
        let calendar = try read(text, chunk: chunk)
        #expect(calendar.objects.map(\.uid) == ["1", "2", nil])
        #expect(calendar.objects.map(\.type) == ["VEVENT", "VTODO", "VEVENT"])
        #expect(calendar.objects.map(\.zones) == [["A", "B"], [], []])
        #expect(calendar.properties.name == "Name, that islong")
        #expect(calendar.problems.map(\.line) == [30])
        let texts = calendar.objects.map { object in calendar.octets(of: object) { Array(text[$0]) } }
        let objects = try texts.map { try CalendarObject(parsing: $0) }
        #expect(objects[0].components.count == 2)
        #expect(objects[0].timeZones.count == 2)
        #expect(objects[0].calendar["PRODID"]?.value == "-//Other//EN")
        #expect(objects[1].timeZones.isEmpty)
        #expect(objects.map { $0.replacement == nil } == [true, true, false])
    }

    @Test(arguments: [
        "BEGIN:VCARD\nEND:VCARD", "BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR", "BEGIN:VCALENDAR", "text",
    ])
    func whatIsNoCalendarIsRefused(text: String) {
        #expect(throws: ContentTextError.self) { try read(octets(text)) }
    }

    @Test func aFileKeepsWhatItIsCalled() throws {
        let properties = CalendarFileProperties(
            name: "Name; it is", description: "D\nE", color: "#FF2968FF", zone: "Europe/Berlin")
        var writer = ContentWriter()
        writer.component(Component("VCALENDAR", [ContentLine("VERSION", value: "2.0")] + properties.lines))
        #expect(try read(writer.take()).properties == properties)
    }

    /// K-06: COLOR has names, Apple's property has numbers.
    @Test(arguments: [("#ff0000", "red"), ("#1D91FEFF", "dodgerblue"), ("#000001", "black")])
    func coloursAreNamed(color: String, name: String) {
        let lines = CalendarFileProperties(color: color).lines
        #expect(lines.map(\.name) == ["COLOR", "X-APPLE-CALENDAR-COLOR"])
        #expect(lines.map(\.value) == [name, color])
        #expect(CalendarFileProperties(lines).color == color)
        #expect(CalendarFileProperties([ContentLine("COLOR", value: "Red")]).color == "#FF0000")
        #expect(CalendarFileProperties([ContentLine("COLOR", value: "no colour")]).color == nil)
        #expect(CalendarFileProperties(color: "red\n").lines.isEmpty)
    }

    /// An import remembers places alone, and takes each once.
    @Test func longFilesAreSplitInLinearTime() throws {
        var calendar = CalendarImport()
        try calendar.add("BEGIN:VCALENDAR\nVERSION:2.0\n".utf8)
        let clock = ContinuousClock()
        let taken = try clock.measure {
            for number in 0..<2_000 {
                try calendar.add("BEGIN:VEVENT\nUID:\(number)\nDTSTART:20260101\nEND:VEVENT\n".utf8)
            }
            try calendar.add("END:VCALENDAR".utf8)
            try calendar.finish()
        }
        #expect(calendar.objects.count == 2_000)
        #expect(taken < .seconds(30))
    }
}
