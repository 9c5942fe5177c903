/// What ORGANIZER and ATTENDEE lines say (RFC 5545 §3.8.4, RFC 6638 §7).
extension ContentLine {
    static let needsAction = "NEEDS-ACTION"
    static let declined = "DECLINED"

    /// Whether the server sends the messages.
    var isScheduledByServer: Bool { ScheduleAgent(self) == .server }

    /// The line with one value of a parameter, or without it. It does not point into a text any more.
    func setting(_ parameter: String, to value: String?) -> ContentLine {
        var line = setting(parameter, to: value.map { [$0] } ?? [])
        line.source = 0..<0
        return line
    }

    /// The line as text.
    var text: [UInt8] {
        var writer = ContentWriter()
        writer.property(self)
        return writer.take()
    }
}

extension Component {
    /// Whether it is about something that people are invited to.
    var isSchedulable: Bool { name == "VEVENT" || name == "VTODO" || name == "VJOURNAL" }

    /// The ATTENDEE line that names somebody.
    func attendee(_ user: CalendarUser) -> ContentLine? {
        properties.first { $0.isNamed("ATTENDEE") && user.isNamed(by: $0) }
    }

    func attendee(_ address: CalendarUserAddress) -> ContentLine? {
        properties.first { $0.isNamed("ATTENDEE") && $0.address == address }
    }

    /// SEQUENCE; 0 if there is none. An INTEGER has 32 bits (RFC 5545 §3.3.8).
    var sequence: Int {
        guard let text = self["SEQUENCE"]?.value, let number = Int(text.filter { $0 != " " }) else { return 0 }
        return min(max(number, 0), Self.highestSequence)
    }

    static let highestSequence = Int(Int32.max)

    /// DTSTAMP as an instant.
    var stamp: Int64? { self["DTSTAMP"].flatMap { DateValue($0) }?.civil.seconds }

    var isCancelled: Bool { self["STATUS"]?.value.isASCIIEqual(to: "CANCELLED") ?? false }
}
