/// Texts of calendar objects for tests.
enum Sample {
    /// A VCALENDAR with lines as given, joined by CR LF.
    static func calendar(_ lines: String...) -> String {
        let inside = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) }
        return (["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"] + inside + ["END:VCALENDAR", ""])
            .joined(separator: "\r\n")
    }

    static func event(_ uid: String, start: String = "20060102T100000Z", _ more: String = "DTEND:20060102T110000Z")
        -> String
    {
        calendar(
            "BEGIN:VEVENT", "UID:\(uid)", "DTSTAMP:20060101T000000Z", "DTSTART:\(start)", more, "SUMMARY:Event \(uid)",
            "END:VEVENT")
    }

    static func todo(_ uid: String, _ more: String = "DUE:20060102T100000Z") -> String {
        calendar("BEGIN:VTODO", "UID:\(uid)", "DTSTAMP:20060101T000000Z", more, "SUMMARY:Task \(uid)", "END:VTODO")
    }
}
