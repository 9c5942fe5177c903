/// Who tells a calendar user of changes (RFC 6638 §7.1).
enum ScheduleAgent: Sendable, Hashable {
    case server, client, none

    /// What a line says. What is not known counts as NONE (§7.1).
    init(_ line: ContentLine) {
        guard let word = line["SCHEDULE-AGENT"] else {
            self = .server
            return
        }
        self = word.isASCIIEqual(to: "SERVER") ? .server : word.isASCIIEqual(to: "CLIENT") ? .client : .none
    }
}

extension ContentLine {
    /// The address that an ORGANIZER or ATTENDEE line names.
    var address: CalendarUserAddress { CalendarUserAddress(value) }

    /// PARTSTAT in upper case; NEEDS-ACTION is what is meant by nothing (RFC 5545 §3.2.12).
    var participation: String { self["PARTSTAT"].map { $0.uppercased() } ?? "NEEDS-ACTION" }

    /// The same line without what is between a client and its server alone: no message holds it (RFC 6638 §7).
    var withoutScheduleParameters: ContentLine {
        guard parameters.contains(where: Self.isScheduleParameter) else { return self }
        var line = self
        line.parameters.removeAll(where: Self.isScheduleParameter)
        return line
    }

    /// The same line with these values of a parameter, and no others; with none, it lacks the parameter.
    func setting(_ parameter: String, to values: [String]) -> ContentLine {
        var line = self
        let place = line.parameters.firstIndex { $0.name.isASCIIEqual(to: parameter) }
        guard let place else {
            if !values.isEmpty { line.parameters.append(Parameter(parameter, values)) }
            return line
        }
        line.parameters[place].values = values
        var index = -1
        line.parameters.removeAll {
            index += 1
            return $0.name.isASCIIEqual(to: parameter) && (index != place || values.isEmpty)
        }
        return line
    }

    private static func isScheduleParameter(_ parameter: Parameter) -> Bool {
        ["SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND"].contains { parameter.name.isASCIIEqual(to: $0) }
    }
}
