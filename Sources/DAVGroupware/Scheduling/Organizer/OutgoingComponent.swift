/// What of an organizer's component others get to see (RFC 6638 §3.2.6, §7; RFC 5546 §3.2.2).
extension Component {
    /// The component as it goes out: without alarms, without what clients note for themselves, without the SCHEDULE-
    /// parameters and without DTSTAMP.
    var outgoing: Component {
        var result = self
        result.properties = properties.compactMap { Self.isKeptBack($0) ? nil : $0.withoutScheduleParameters }
        result.components.removeAll { $0.name == "VALARM" }
        return result
    }

    /// ATTENDEE or ORGANIZER.
    static func isParticipant(_ line: ContentLine) -> Bool { line.isNamed("ATTENDEE") || line.isNamed("ORGANIZER") }

    /// What is the organizer's alone: DTSTAMP is the message's, REQUEST-STATUS no part of a request, and the rest is what
    /// Thunderbird, Evolution and libical note about alarms and mistakes.
    private static func isKeptBack(_ line: ContentLine) -> Bool {
        if line.isNamed("DTSTAMP") || line.isNamed("REQUEST-STATUS") { return true }
        let name = line.name.utf8
        guard name.first.map({ $0 | 0x20 == UInt8(ascii: "x") }) ?? false else { return false }
        let upper = line.name.uppercased()
        return ["X-MOZ-", "X-LIC-ERROR", "X-EVOLUTION-", "X-APPLE-DEFAULT-ALARM"].contains { upper.hasPrefix($0) }
    }

    /// What an attendee sees of it besides the times, so that two versions can be compared: equal if nobody needs to be told.
    ///
    /// - Parameter outgoing: as ``outgoing`` gives it.
    static func seen(_ outgoing: Component) -> SharedPart {
        var seen = outgoing
        seen.properties = outgoing.properties.compactMap { line in
            if isParticipant(line) { return line.asMeant }
            return isTime(line) ? nil : line
        }
        return SharedPart(of: Component("VCALENDAR", [], [seen]))
    }

    private static func isTime(_ line: ContentLine) -> Bool {
        [
            "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        ].contains { line.isNamed($0) }
    }
}

extension ContentLine {
    private static let defaults = [
        "PARTSTAT": "NEEDS-ACTION", "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL", "RSVP": "FALSE",
    ]

    /// A participant without what is meant anyway, and with the address as addresses are compared.
    fileprivate var asMeant: ContentLine {
        var line = self
        line.value = address.text
        line.parameters = parameters.compactMap { parameter in
            guard let meant = Self.defaults[parameter.name.uppercased()], parameter.values.count == 1 else {
                return parameter
            }
            let word = parameter.values[0].uppercased()
            return word == meant ? nil : Parameter(parameter.name, [word])
        }
        return line
    }
}
