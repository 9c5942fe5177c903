import Testing

@testable import DAVGroupware

/// Calendar objects for tests, written as lines.
enum Calendars {
    static let zones = Zones()
    static let berlin = zones.rules("Europe/Berlin") ?? .utc

    /// The VCALENDAR around some lines.
    static func calendar(_ lines: String) throws -> Component {
        let text =
            "BEGIN:VCALENDAR\n" + lines.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
            + "\nEND:VCALENDAR\n"
        return try #require(ContentText.components(of: Array(text.utf8)).first)
    }

    static func object(_ lines: String) throws -> CalendarInstances {
        CalendarInstances(try calendar(lines).components, zones: zones)
    }

    /// One event with these lines.
    static func event(_ lines: String) throws -> CalendarInstances {
        try object("BEGIN:VEVENT\nUID:1\n\(lines)\nEND:VEVENT")
    }

    /// `20260101T000000Z/20260201T000000Z`; an empty side has no bound.
    static func range(_ text: String) throws -> Range<Int64> {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false).map {
            DateValue(String($0))?.civil.seconds
        }
        try #require(sides.count == 2)
        return (sides[0] ?? .min)..<(sides[1] ?? .max)
    }

    static func text(_ instant: Int64?) -> String { instant.map { CivilDateTime(seconds: $0).text } ?? "-" }
}
