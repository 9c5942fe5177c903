/// The rules for calendar objects that nobody is excused from (RFC 4791 §4.1, §5.3.2.1): what cannot be read, found or
/// compared otherwise.
struct CalendarValidator {
    let octets: [UInt8]
    let rules: CalendarRules

    /// The one VCALENDAR.
    func calendar(_ components: [Component]) throws(CalendarViolation) -> Component {
        guard let calendar = components.first else {
            throw CalendarViolation(.validCalendarData, "There is no VCALENDAR.")
        }
        if let other = components.first(where: { $0.name != "VCALENDAR" }) {
            throw violation(
                .validCalendarData, other.source, "\(other.name.prefix(40)) stands where only VCALENDAR may.")
        }
        if components.count > 1 {
            throw violation(
                .validCalendarObjectResource, components[1].source, "An object is one VCALENDAR; this is another.")
        }
        guard let version = calendar["VERSION"] else {
            throw violation(.validCalendarData, calendar.source, "VCALENDAR has no VERSION.")
        }
        guard version.value.utf8.filter({ $0 > 0x20 }).elementsEqual("2.0".utf8) else {
            throw violation(.supportedCalendarData, version.source, "Only version 2.0 of iCalendar is known.")
        }
        if let scale = calendar["CALSCALE"], !scale.value.isASCIIEqual(to: "GREGORIAN") {
            throw violation(.supportedCalendarData, scale.source, "Only the Gregorian CALSCALE is known.")
        }
        if let method = calendar["METHOD"], rules.method != .keep {
            throw violation(
                .validCalendarObjectResource, method.source, "A stored object has no METHOD (RFC 4791 section 4.1).")
        }
        return calendar
    }

    /// The components of the one type an object is of.
    func parts(of calendar: Component) throws(CalendarViolation) -> (type: String, [Component]) {
        let parts = calendar.components.filter { $0.name != "VTIMEZONE" && !$0.name.hasPrefix("X-") }
        guard let type = parts.first?.name else {
            throw violation(
                .validCalendarObjectResource, calendar.source, "There is nothing but time zones in the VCALENDAR.")
        }
        if let other = parts.first(where: { $0.name != type }) {
            throw violation(
                .validCalendarObjectResource, other.source,
                "An object holds one type of component; this has \(type.prefix(40)) and \(other.name.prefix(40)).")
        }
        guard CalendarRules.knownComponents.contains(type), rules.components.contains(type) else {
            throw violation(
                .supportedCalendarComponent, parts[0].source,
                "This calendar takes \(rules.components.joined(separator: ", ")).")
        }
        return (type, parts)
    }

    /// The one UID of all components.
    func uid(of components: [Component]) throws(CalendarViolation) -> String {
        var found: String?
        for component in components {
            let lines = component.all("UID")
            guard let line = lines.first else {
                throw violation(.validCalendarObjectResource, component.source, "\(component.name) has no UID.")
            }
            let uid = TextValue.unescape(line.value)
            guard !uid.isEmpty, uid.utf8.count <= CalendarRules.maxUIDOctets else {
                throw violation(
                    .validCalendarObjectResource, line.source,
                    "A UID has 1 to \(CalendarRules.maxUIDOctets) octets.")
            }
            let others = lines.dropFirst().map { TextValue.unescape($0.value) } + [found].compactMap { $0 }
            guard others.allSatisfy({ $0.utf8.elementsEqual(uid.utf8) }) else {
                throw violation(
                    .validCalendarObjectResource, line.source, "All components of an object have the same UID.")
            }
            found = uid
        }
        return found ?? ""
    }

    /// What makes a component useless: no start, two starts, dates that are none.
    func check(_ component: Component) throws(CalendarViolation) {
        for name in ["DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID"] {
            let lines = component.all(name)
            if lines.count > 1 {
                throw violation(.validCalendarData, lines[1].source, "\(component.name) has more than one \(name).")
            }
            guard let line = lines.first else { continue }
            if name == "DURATION" {
                guard CalendarDuration(line.value) != nil else { throw unreadable(line) }
            } else {
                guard let date = DateValue(line) else { throw unreadable(line) }
                try check(date, line)
            }
        }
        // RFC 5545 §3.6.1: a message needs none; it may say that all of something is over.
        if component.name == "VEVENT", component["DTSTART"] == nil, rules.method != .keep {
            throw violation(.validCalendarData, component.source, "VEVENT has no DTSTART.")
        }
        for line in component.all("RDATE") {
            for date in DateValue.list(line) { try check(date, line) }
        }
        for line in component.all("RRULE") + component.all("EXRULE") { try check(rule: line) }
    }

    func check(attendeeCount: Int, in components: [Component]) throws(CalendarViolation) {
        guard let most = rules.maxAttendees, attendeeCount > most else { return }
        throw CalendarViolation(.maxAttendeesPerInstance, "An instance has \(most) attendees at most.")
    }

    private func check(_ date: DateValue, _ line: ContentLine) throws(CalendarViolation) {
        let year = date.civil.date.year
        if year < rules.years.lowerBound {
            throw violation(.minDateTime, line.source, "\(line.name) lies before the year \(rules.years.lowerBound).")
        }
        if year > rules.years.upperBound {
            throw violation(.maxDateTime, line.source, "\(line.name) lies after the year \(rules.years.upperBound).")
        }
    }

    private func check(rule line: ContentLine) throws(CalendarViolation) {
        do {
            _ = try RecurrenceRule(line.value, isLenient: !rules.isStrict)
        } catch .unsupportedScale(let scale) {
            // RFC 7529 §5.3
            throw violation(.supportedRscale, line.source, RecurrenceRuleError.unsupportedScale(scale).description)
        } catch {
            throw violation(.validCalendarData, line.source, error.description)
        }
    }

    private func unreadable(_ line: ContentLine) -> CalendarViolation {
        violation(
            .validCalendarData, line.source, "\(line.name.uppercased()) cannot be read: “\(line.value.prefix(40))”.")
    }

    func violation(
        _ precondition: CalendarPrecondition, _ source: Range<Int>, _ message: String
    ) -> CalendarViolation {
        CalendarViolation(precondition, line: ContentText.line(at: source.lowerBound, in: octets), message)
    }
}
