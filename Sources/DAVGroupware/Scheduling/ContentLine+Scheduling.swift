/// What ORGANIZER and ATTENDEE lines say (RFC 5545 §3.8.4, RFC 6638 §7).
extension ContentLine {
    /// Whom the line names.
    var address: CalendarUserAddress { CalendarUserAddress(value) }

    /// PARTSTAT in upper case; NEEDS-ACTION if there is none (RFC 5545 §3.2.12).
    var answer: String {
        guard let value = self["PARTSTAT"]?.uppercased(), !value.isEmpty else { return Self.needsAction }
        return value
    }

    static let needsAction = "NEEDS-ACTION"
    static let declined = "DECLINED"

    /// Whether the server sends the messages (RFC 6638 §7.1). What it does not know counts as NONE.
    var isScheduledByServer: Bool { self["SCHEDULE-AGENT"]?.isASCIIEqual(to: "SERVER") ?? true }

    /// The line with one parameter of that name, or none. It does not point into a text any more.
    func setting(_ parameter: String, to value: String?) -> ContentLine {
        var line = self
        line.source = 0..<0
        var value = value
        line.parameters = parameters.compactMap { one in
            guard one.name.isASCIIEqual(to: parameter) else { return one }
            defer { value = nil }
            return value.map { Parameter(one.name, [$0]) }
        }
        if let value { line.parameters.append(Parameter(parameter, [value])) }
        return line
    }

    /// The line as it is sent: RFC 6638 §7 keeps its parameters between a client and its server.
    var withoutScheduling: ContentLine {
        var line = self
        line.source = 0..<0
        line.parameters.removeAll { $0.name.uppercased().hasPrefix("SCHEDULE-") }
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

    /// SEQUENCE; 0 if there is none.
    var sequence: Int { self["SEQUENCE"].flatMap { Int($0.value) } ?? 0 }

    /// DTSTAMP as an instant.
    var stamp: Int64? { self["DTSTAMP"].flatMap { DateValue($0) }?.civil.seconds }

    var isCancelled: Bool { self["STATUS"]?.value.isASCIIEqual(to: "CANCELLED") ?? false }
}
