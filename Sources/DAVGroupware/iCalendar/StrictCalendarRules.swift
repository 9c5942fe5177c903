/// What clients get wrong and is stored all the same, unless the rules are strict (C-14; RFC 5545 §3.6).
struct StrictCalendarRules {
    private let validator: CalendarValidator

    init(_ validator: CalendarValidator) { self.validator = validator }

    func check(_ object: CalendarObject) throws(CalendarViolation) {
        if !object.deviations.isEmpty {
            throw CalendarViolation(
                .validCalendarData, "The text differs from the grammar of RFC 5545: \(object.deviations.names).")
        }
        try demand(object.calendar, once: ["PRODID", "VERSION"], atMostOnce: ["CALSCALE"])
        try checkZones(object)
        if object.components.filter({ $0["RECURRENCE-ID"] == nil }).count > 1 {
            throw refusal(object.components[1].source, "Two components without RECURRENCE-ID have the same UID.")
        }
        for component in object.components {
            try check(component)
            for alarm in component.components where alarm.name == "VALARM" {
                try demand(alarm, once: ["ACTION", "TRIGGER"], atMostOnce: ["DURATION", "REPEAT"])
            }
            // RFC 7953 §3.1
            for available in component.components where available.name == "AVAILABLE" {
                try demand(available, once: ["UID", "DTSTAMP", "DTSTART"], atMostOnce: ["RRULE", "SUMMARY"])
            }
        }
    }

    private func check(_ component: Component) throws(CalendarViolation) {
        try demand(
            component, once: ["UID", "DTSTAMP"],
            atMostOnce: [
                "CLASS", "CREATED", "DESCRIPTION", "GEO", "LAST-MODIFIED", "LOCATION", "ORGANIZER", "PRIORITY",
                "SEQUENCE",
                "STATUS", "SUMMARY", "TRANSP", "URL", "COMPLETED", "PERCENT-COMPLETE", "BUSYTYPE", "RRULE",
            ].filter { component.name != "VJOURNAL" || $0 != "DESCRIPTION" })
        if let sequence = component["SEQUENCE"], Int(sequence.value).map({ $0 < 0 }) ?? true {
            throw refusal(sequence.source, "SEQUENCE is a whole number from 0.")
        }
        if let end = component["DTEND"] ?? component["DUE"], component["DURATION"] != nil {
            throw refusal(end.source, "\(end.name) and DURATION exclude each other.")
        }
        guard let start = component["DTSTART"], let from = DateValue(start) else {
            if let line = component["DURATION"] ?? component["RRULE"] {
                throw refusal(line.source, "\(line.name) needs a DTSTART.")
            }
            return
        }
        try checkType(of: start, from)
        for line in component.properties
        where ["DTEND", "DUE", "EXDATE", "RECURRENCE-ID"].contains(where: line.isNamed) {
            for date in DateValue.list(line) { try checkType(of: line, date, as: from) }
        }
        if let line = component["DTEND"] ?? component["DUE"], let to = DateValue(line), to.tzid == from.tzid,
            to.civil < from.civil
        {
            throw refusal(line.source, "\(line.name) lies before DTSTART.")
        }
        for rule in component.all("RRULE") { try checkUntil(rule, from) }
    }

    /// RFC 5545 §3.8.2.1: VALUE says what the value is, and dates that belong together are of one type.
    private func checkType(
        of line: ContentLine, _ date: DateValue, as other: DateValue? = nil
    ) throws(CalendarViolation) {
        let saysDate = line["VALUE"].map { $0.isASCIIEqual(to: "DATE") } ?? false
        guard saysDate == date.isDate, other.map({ $0.isDate == date.isDate }) ?? true else {
            throw refusal(line.source, "\(line.name) is a date where a date with time should be, or the reverse.")
        }
    }

    /// RFC 5545 §3.3.10: of the type of DTSTART, and in UTC unless DTSTART is local.
    private func checkUntil(_ rule: ContentLine, _ start: DateValue) throws(CalendarViolation) {
        let parts = rule.value.uppercased().split(separator: ";")
        guard let until = parts.first(where: { $0.hasPrefix("UNTIL=") }) else { return }
        guard let end = DateValue(String(until.dropFirst(6))), end.isDate == start.isDate,
            end.isFloating == start.isFloating
        else { throw refusal(rule.source, "UNTIL is not of the type of DTSTART.") }
    }

    /// RFC 5545 §3.2.19, RFC 7809 §3
    private func checkZones(_ object: CalendarObject) throws(CalendarViolation) {
        var defined: Set<String> = []
        for zone in object.timeZones {
            guard let line = zone["TZID"] else { throw refusal(zone.source, "VTIMEZONE has no TZID.") }
            guard defined.insert(line.value).inserted else {
                throw refusal(line.source, "This time zone is defined twice.")
            }
        }
        for line in object.components.flatMap(\.properties) {
            guard let zone = line["TZID"], !defined.contains(zone), !validator.rules.knowsZone(zone) else { continue }
            throw refusal(line.source, "There is no VTIMEZONE for “\(zone.prefix(40))”.")
        }
    }

    private func demand(
        _ component: Component, once: [String], atMostOnce: [String]
    ) throws(CalendarViolation) {
        for name in once + atMostOnce {
            let lines = component.all(name)
            if lines.count > 1 { throw refusal(lines[1].source, "\(component.name) has more than one \(name).") }
            if lines.isEmpty, once.contains(name) {
                throw refusal(component.source, "\(component.name) has no \(name).")
            }
        }
    }

    private func refusal(_ source: Range<Int>, _ message: String) -> CalendarViolation {
        validator.violation(.validCalendarData, source, message)
    }
}

extension ContentText.Deviations {
    /// For messages.
    var names: String {
        let all: [(ContentText.Deviations, String)] = [
            (.byteOrderMark, "a byte order mark"), (.lineEnds, "line ends other than CR LF"),
            (.missingLineEnd, "no line end at the end"), (.blankLines, "blank lines"),
            (.longLines, "lines of more than 75 octets"), (.controlCharacters, "control characters"),
            (.invalidUTF8, "octets that are not UTF-8"), (.irregularNames, "irregular names"),
            (.irregularParameters, "irregular parameters"),
        ]
        return all.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
