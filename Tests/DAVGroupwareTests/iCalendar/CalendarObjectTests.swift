import DAV
import Testing

@testable import DAVGroupware

@Suite struct CalendarObjectTests {
    @Test func anObjectTellsItsParts() throws {
        let object = try CalendarObject(
            parsing: calendar(
                """
                BEGIN:VTIMEZONE
                TZID:A
                END:VTIMEZONE
                BEGIN:VEVENT
                UID:é-1\\,2
                RECURRENCE-ID:20260108T100000Z
                DTSTART:20260108T110000Z
                ATTENDEE:mailto:a@example.com
                ATTENDEE:mailto:b@example.com
                END:VEVENT
                BEGIN:VEVENT
                UID:é-1\\,2
                DTSTART:20260101T100000Z
                RRULE:FREQ=WEEKLY
                END:VEVENT
                BEGIN:X-COMPONENT
                UID:another
                END:X-COMPONENT
                """))
        #expect(object.uid == "é-1,2")
        #expect(object.componentType == "VEVENT")
        #expect(object.components.count == 2)
        #expect(object.master?["RRULE"] != nil)
        #expect(object.overrides.map { $0["RECURRENCE-ID"]?.value } == ["20260108T100000Z"])
        #expect(object.timeZones.map { $0["TZID"]?.value } == ["A"])
        #expect(object.attendeeCount == 2)
        #expect(object.replacement == nil)
    }

    /// C-16: an attendee who was invited to one instance has no more than that.
    @Test func overridesNeedNoMaster() throws {
        let object = try CalendarObject(parsing: event("RECURRENCE-ID:20260101T100000Z"))
        #expect(object.master == nil)
        #expect(object.overrides.count == 1)
    }

    @Test(arguments: ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"])
    func everyTypeOfComponentIsTaken(type: String) throws {
        let body = calendar("BEGIN:\(type)\nUID:1\nDTSTAMP:20260101T000000Z\nDTSTART:20260101T000000Z\nEND:\(type)")
        #expect(try CalendarObject(parsing: body).componentType == type)
        let other = CalendarRules(components: ["VEVENT", "VTODO"].filter { $0 != type })
        let violation = #expect(throws: CalendarViolation.self) { try CalendarObject(parsing: body, rules: other) }
        #expect(violation?.precondition == .supportedCalendarComponent)
    }

    /// C-04, C-10: refused with the element that says why, and the line.
    @Test(
        arguments: [
            (octets(""), "valid-calendar-data", nil),
            (octets("hello"), "valid-calendar-data", 1),
            (octets("BEGIN:VCALENDAR\nVERSION:2.0"), "valid-calendar-data", 1),
            (octets("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD"), "valid-calendar-data", 1),
            (
                octets("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR"),
                "valid-calendar-data", 1
            ),
            (octets("BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR"), "supported-calendar-data", 2),
            (calendar("CALSCALE:HEBREW"), "supported-calendar-data", 4),
            (calendar("X-A:b"), "valid-calendar-object-resource", 1),
            (calendar("BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE"), "valid-calendar-object-resource", 1),
            (
                calendar("METHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT"),
                "valid-calendar-object-resource", 4
            ),
            (event("") + event(""), "valid-calendar-object-resource", 11),
            (
                calendar(
                    "BEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nDTSTART:20260101\nEND:VEVENT"
                ), "valid-calendar-object-resource", 9
            ),
            (
                calendar(
                    "BEGIN:VEVENT\nUID:a\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VEVENT\nUID:A\nDTSTART:20260101\nEND:VEVENT"
                ), "valid-calendar-object-resource", 9
            ),
            (
                calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VTODO\nUID:1\nEND:VTODO"),
                "valid-calendar-object-resource", 8
            ),
            (
                calendar(
                    "BEGIN:VEVENT\nUID:1\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT"),
                "valid-calendar-object-resource", 8
            ),
            (calendar("BEGIN:VEVENT\nUID:\nDTSTART:20260101\nEND:VEVENT"), "valid-calendar-object-resource", 5),
            (calendar("BEGIN:VPOLL\nUID:1\nEND:VPOLL"), "supported-calendar-component", 4),
            (calendar("BEGIN:VALARM\nUID:1\nEND:VALARM"), "supported-calendar-component", 4),
            (event("UID:2"), "valid-calendar-object-resource", 5),
            (event("DTSTART:20260102T100000Z"), "valid-calendar-data", 8),
            (event("", start: "SUMMARY:x"), "valid-calendar-data", 4),
            (event("", start: "DTSTART:tomorrow"), "valid-calendar-data", 7),
            (event("", start: "DTSTART:20260230T100000Z"), "valid-calendar-data", 7),
            (event("DTEND:"), "valid-calendar-data", 8),
            (event("DURATION:1 hour"), "valid-calendar-data", 8),
            (event("RECURRENCE-ID:x"), "valid-calendar-data", 8),
            (event("RRULE:BYDAY=MO"), "valid-calendar-data", 8),
            (event("SUMMARY:x").map { $0 == UInt8(ascii: "x") ? 0xE9 : $0 }, "valid-calendar-data", nil),
            (event("RRULE:RSCALE=CHINESE;FREQ=YEARLY"), "supported-rscale", 8),
        ] as [([UInt8], String, Int?)])
    func whatIsNoObjectIsRefusedWithItsElement(body: [UInt8], element: String, line: Int?) throws {
        // The blank line that an empty set of added lines leaves is no matter.
        let violation = try #require(
            #expect(throws: CalendarViolation.self, "\(body.text)") { try CalendarObject(parsing: body) })
        #expect(violation.precondition.rawValue == element, "\(violation)\n\(body.text)")
        #expect(violation.line == line, "\(violation)\n\(body.text)")
        #expect(violation.davError.condition?.name == XMLName("urn:ietf:params:xml:ns:caldav", element))
        #expect(violation.davError.code == 403)
    }

    @Test func limitsAreEnforced() {
        let many = (1...3).map { "ATTENDEE:mailto:\($0)@example.com" }.joined(separator: "\n")
        let cases: [(CalendarRules, [UInt8], String)] = [
            (CalendarRules(maxAttendees: 2), event(many), "max-attendees-per-instance"),
            (CalendarRules(limits: ContentLimits(maxBytes: 20)), event(""), "max-resource-size"),
            (CalendarRules(years: 1900...2100), event("", start: "DTSTART:18991231"), "min-date-time"),
            (CalendarRules(years: 1900...2100), event("RDATE:20260101T000000Z,21010101T000000Z"), "max-date-time"),
            (CalendarRules(limits: ContentLimits(maxLines: 5)), event(""), "valid-calendar-data"),
            (CalendarRules(), event("UID:" + String(repeating: "u", count: 3000)), "valid-calendar-object-resource"),
        ]
        for (rules, body, element) in cases {
            let violation = #expect(throws: CalendarViolation.self) { try CalendarObject(parsing: body, rules: rules) }
            #expect(violation?.precondition.rawValue == element)
        }
        #expect(throws: Never.self) { try CalendarObject(parsing: event(many), rules: CalendarRules(maxAttendees: 3)) }
    }

    /// Client quirks 18: METHOD is refused or stripped, as the rules say.
    @Test func aMethodIsCutOutIfTheRulesSaySo() throws {
        let body = octets(
            "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:PUB\n LISH\nBEGIN:VTODO\nUID:1\nEND:VTODO\nEND:VCALENDAR")
        let object = try CalendarObject(parsing: body, rules: CalendarRules(method: .strip))
        #expect(
            object.replacement?.text
                == "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")
        #expect(object.calendar["METHOD"] == nil)
    }

    /// C-14: repaired, and so not what was sent. Every other octet is.
    @Test func aMissingUIDIsMade() throws {
        let body = Array("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR".utf8)
        let object = try CalendarObject(parsing: body, rules: CalendarRules(makeUID: { "new" }))
        #expect(object.uid == "new")
        #expect(
            object.replacement?.text
                == "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:new\r\nDTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR")
        let stored = try #require(object.replacement)
        #expect(
            stored[try #require(object.master).source].elementsEqual(
                "BEGIN:VEVENT\nUID:new\r\nDTSTART:20260101\nEND:VEVENT\n".utf8))
        let violation = #expect(throws: CalendarViolation.self) {
            try CalendarObject(parsing: body, rules: CalendarRules(isStrict: true))
        }
        #expect(violation?.precondition == .validCalendarObjectResource)
    }
}
