/// What a VAVAILABILITY must be so that somebody's free time can be told by it (RFC 7953 §3.1, K-09). Dates, durations and rules
/// that cannot be read were refused before.
struct AvailabilityRules {
    private let validator: CalendarValidator

    init(_ validator: CalendarValidator) { self.validator = validator }

    func check(_ availability: Component) throws(CalendarViolation) {
        try checkTimes(of: availability)
        for available in availability.components where available.name == "AVAILABLE" {
            guard available["DTSTART"] != nil else {
                throw validator.violation(.validCalendarData, available.source, "AVAILABLE has no DTSTART.")
            }
            try checkTimes(of: available)
        }
    }

    private func checkTimes(of component: Component) throws(CalendarViolation) {
        for name in ["DTSTART", "DTEND"] {
            guard let line = component[name], DateValue(line)?.isDate == true else { continue }
            throw validator.violation(
                .validCalendarData, line.source, "\(name) of \(component.name) is a date with a time.")
        }
        guard let duration = component["DURATION"] else { return }
        guard component["DTEND"] == nil else {
            throw validator.violation(
                .validCalendarData, duration.source, "DTEND and DURATION exclude each other.")
        }
        guard component["DTSTART"] != nil else {
            throw validator.violation(.validCalendarData, duration.source, "DURATION needs a DTSTART.")
        }
    }
}
