import DAV
import Testing

@testable import DAVGroupware

/// Meetings that Alice organizes, written short, and what follows from her changes, told short.
enum Organizing {
    static let zones = Zones()
    static let now = Timestamp(seconds: 1_767_225_600)
    static let alice = CalendarUser(
        PrincipalID(Name("alice")!),
        addresses: [
            CalendarUserAddress("mailto:alice@example.com"), CalendarUserAddress("urn:uuid:a"),
            CalendarUserAddress("/principals/alice/"),
        ])

    /// An ATTENDEE line: `bob`, `bob/CLIENT` with SCHEDULE-AGENT, `bob+ACCEPTED` with PARTSTAT, `bob!REQUEST` forced,
    /// `bob=1.2` with SCHEDULE-STATUS.
    static func attendee(_ token: Substring) -> String {
        var parameters = ""
        let names: [Character: String] = [
            "/": "SCHEDULE-AGENT", "+": "PARTSTAT", "!": "SCHEDULE-FORCE-SEND", "=": "SCHEDULE-STATUS",
        ]
        let name = token.prefix { names[$0] == nil }
        var rest = token[name.endIndex...]
        while let mark = rest.first, let parameter = names[mark] {
            let value = rest.dropFirst().prefix { names[$0] == nil }
            parameters += ";\(parameter)=\(value)"
            rest = rest[value.endIndex...]
        }
        return "ATTENDEE\(parameters):mailto:\(name)@example.com\n"
    }

    /// An event at ten o'clock on a day of January 2026.
    ///
    /// - Parameters:
    ///   - day: of the RECURRENCE-ID; `nil`: the event itself, on the 5th.
    ///   - times: in place of DTSTART and DTEND as the series would have them.
    static func event(_ attendees: String, day: Int? = nil, times: String? = nil, _ lines: String = "SUMMARY:Rota")
        -> String
    {
        let date = "202601" + (day ?? 5 < 10 ? "0" : "") + "\(day ?? 5)"
        let id = day == nil ? "" : "RECURRENCE-ID:\(date)T100000Z\n"
        let people = attendees.split(separator: " ").map(attendee).joined()
        return """
            BEGIN:VEVENT
            UID:u
            DTSTAMP:20250101T000000Z
            \(id)\(times ?? "DTSTART:\(date)T100000Z\nDTEND:\(date)T110000Z")
            ORGANIZER:mailto:alice@example.com
            \(people)\(lines)
            END:VEVENT
            """
    }

    /// The same every day, ten times.
    static func series(_ attendees: String, times: String? = nil, _ lines: String = "SUMMARY:Rota") -> String {
        event(attendees, times: times, "RRULE:FREQ=DAILY;COUNT=10\n" + lines)
    }

    static func stored(_ parts: String?) throws -> StoredCalendar? {
        try parts.map { try #require(StoredCalendar(calendar($0))) }
    }

    static func change(_ old: String?, _ new: String?) throws -> OrganizerChange {
        try OrganizerChange(from: stored(old), to: stored(new), by: alice, now: now, zones: zones)
    }

    /// What a message holds: its method, to whom, each component by its day or `*`, and what the series lacks. `#` is its
    /// SEQUENCE, if there is one.
    static func told(_ message: SchedulingMessage) -> String {
        var words = [message.method.rawValue, name(message.recipient.text)]
        for component in message.calendar.components where component.name != "VTIMEZONE" {
            var word = component["RECURRENCE-ID"].map { String($0.value.dropFirst(6).prefix(2)) } ?? "*"
            for line in component.all("EXDATE") {
                word += line.value.split(separator: ",").map { "-" + $0.dropFirst(6).prefix(2) }.joined()
            }
            words.append(word + (component["SEQUENCE"].map { "#" + $0.value } ?? ""))
        }
        return words.joined(separator: " ")
    }

    static func told(_ old: String?, _ new: String?) throws -> [String] {
        try change(old, new).messages.map(told)
    }

    private static func name(_ address: String) -> String {
        String(address.replacing("mailto:", with: "").replacing("@example.com", with: ""))
    }

    /// The ATTENDEE lines of a body, as ``attendee(_:)`` reads them; components are separated by bars.
    static func people(_ body: [UInt8]?) throws -> String {
        let calendar = try #require(body.flatMap { StoredCalendar($0) }).calendar
        let parts = calendar.components.filter { $0.name != "VTIMEZONE" }.map { component in
            component.all("ATTENDEE").map { line in
                let parameters = [
                    ("/", "SCHEDULE-AGENT"), ("+", "PARTSTAT"), ("!", "SCHEDULE-FORCE-SEND"), ("=", "SCHEDULE-STATUS"),
                ]
                return parameters.reduce(name(line.address.text)) { text, parameter in
                    text + (line[parameter.1].map { parameter.0 + $0 } ?? "")
                }
            }.joined(separator: " ")
        }
        return parts.joined(separator: " | ")
    }
}
