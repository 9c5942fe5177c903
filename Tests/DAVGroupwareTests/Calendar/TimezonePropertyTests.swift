import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct TimezonePropertyTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    static let berlin = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Test//EN
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        BEGIN:STANDARD
        DTSTART:19961027T030000
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:19810329T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        END:DAYLIGHT
        END:VTIMEZONE
        END:VCALENDAR
        """

    @Test func theNameFollowsTheValue() async throws {  // K-08, C-05
        let set = try await wire.proppatch(work, set: "<C:calendar-timezone>\(Self.berlin)</C:calendar-timezone>")
        #expect(set.status(of: "calendar-timezone") == "HTTP/1.1 200 OK")
        let found = try await wire.properties(work, "<C:calendar-timezone/><C:calendar-timezone-id/>")
        #expect(found.value("calendar-timezone") == Self.berlin)
        #expect(found.value("calendar-timezone-id") == "Europe/Berlin")
        // A zone of one's own has no name, and takes an earlier one away.
        let own = Self.berlin.replacing("Europe/Berlin", with: "Mine")
        _ = try await wire.proppatch(work, set: "<C:calendar-timezone>\(own)</C:calendar-timezone>")
        let later = try await wire.properties(work, "<C:calendar-timezone/><C:calendar-timezone-id/>")
        #expect(later.value("calendar-timezone") == own)
        #expect(later.status(of: "calendar-timezone-id") == "HTTP/1.1 404 Not Found")
    }

    @Test func theValueFollowsTheName() async throws {  // K-08
        let set = try await wire.proppatch(
            work, set: "<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>")
        #expect(set.status(of: "calendar-timezone-id") == "HTTP/1.1 200 OK")
        let found = try await wire.properties(work, "<C:calendar-timezone/><C:calendar-timezone-id/>")
        #expect(found.value("calendar-timezone-id") == "America/New_York")
        let text = try #require(found.value("calendar-timezone"))
        #expect(text.hasPrefix("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"))
        #expect(try TimezoneText(text, Zones()).name == "America/New_York")
    }

    @Test func bothMayComeTogether() async throws {  // DAVx5 sends both with MKCALENDAR
        let body = """
            <C:mkcalendar \(CalendarWire.namespaces)><D:set><D:prop><C:calendar-timezone-id>Europe/Berlin</C:calendar-timezone-id>\
            <C:calendar-timezone>\(Self.berlin)</C:calendar-timezone></D:prop></D:set></C:mkcalendar>
            """
        #expect(try await wire.send("MKCALENDAR", "/calendars/alice/new/", [:], body).status == 201)
        let found = try await wire.properties(
            "/calendars/alice/new/", "<C:calendar-timezone/><C:calendar-timezone-id/>")
        #expect(found.value("calendar-timezone") == Self.berlin)
        #expect(found.value("calendar-timezone-id") == "Europe/Berlin")
    }

    @Test(arguments: [
        "", "nonsense", "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR",
        berlin.replacing("END:VCALENDAR", with: "BEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR"),
        berlin + "\n" + berlin,
    ])
    func whatIsNoZoneIsRefused(_ text: String) async throws {  // C-06
        let set = try await wire.proppatch(work, set: "<C:calendar-timezone>\(text)</C:calendar-timezone>")
        #expect(set.status(of: "calendar-timezone") == "HTTP/1.1 403 Forbidden")
        #expect(set.error(of: "calendar-timezone") == .calDAV("valid-calendar-data"))
    }

    @Test func namesThatAreNotKnownAreRefused() async throws {  // K-08
        for name in ["Mars/Olympus", "", "../../etc/passwd", "Europe"] {
            let set = try await wire.proppatch(work, set: "<C:calendar-timezone-id>\(name)</C:calendar-timezone-id>")
            #expect(set.error(of: "calendar-timezone-id") == .calDAV("valid-timezone"))
        }
    }
}
