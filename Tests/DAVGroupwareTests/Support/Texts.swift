@testable import DAVGroupware

/// Octets with CR LF at each line end, from a literal of several lines.
func octets(_ text: String) -> [UInt8] { Array((text + "\n").replacing("\n", with: "\r\n").utf8) }

/// A VCALENDAR around lines, which are whole components.
func calendar(_ lines: String) -> [UInt8] {
    octets("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n\(lines)\nEND:VCALENDAR")
}

/// A VCALENDAR with one event, which RFC 5545 has nothing against but for the lines added.
func event(_ lines: String, start: String = "DTSTART:20260101T100000Z") -> [UInt8] {
    calendar("BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n\(start)\n\(lines)\nEND:VEVENT")
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}
