/// A calendar object resource (RFC 4791 §4.1): one VCALENDAR about one UID.
package struct CalendarObject: Sendable {
    /// The VCALENDAR.
    package let calendar: Component
    /// Case matters (C-12).
    package let uid: String
    /// `VEVENT`, `VTODO`, …: the one type of component besides VTIMEZONE.
    package let componentType: String
    /// All of that type, in their order.
    package let components: [Component]
    /// What recurs, or happens once. `nil` if the object holds overrides alone, as that of an attendee who was invited to
    /// single instances does (C-16). The first one, if a client wrote several.
    package let master: Component?
    /// Those with RECURRENCE-ID.
    package let overrides: [Component]
    package let timeZones: [Component]
    /// The most that one component has.
    package let attendeeCount: Int
    /// How the text differs from the grammar.
    package let deviations: ContentText.Deviations
    /// What to store instead of what was sent, which lacked a UID or had a METHOD; `nil`: the octets as they came. The
    /// `source` of everything here refers to what is stored.
    package let replacement: [UInt8]?

    /// Reads and judges a body. Cost: linear in its octets; recurrences are not expanded.
    ///
    /// - Throws: ``CalendarViolation``, which names the precondition.
    package init(parsing octets: [UInt8], rules: CalendarRules = CalendarRules()) throws(CalendarViolation) {
        let text = try CalendarObject.read(octets, rules.limits)
        if let mended = try CalendarMending(text.components, in: octets, rules: rules).mended() {
            try self.init(try CalendarObject.read(mended, rules.limits), mended, rules, replacement: mended)
        } else {
            try self.init(text, octets, rules, replacement: nil)
        }
    }

    private static func read(_ octets: [UInt8], _ limits: ContentLimits) throws(CalendarViolation) -> ContentText {
        let text: ContentText
        do {
            text = try ContentText(parsing: octets, limits: limits)
        } catch {
            throw CalendarViolation(error, isTooLong: octets.count > limits.maxBytes)
        }
        // RFC 5545 §3.1.4. Reports, which are XML, could not tell it as it is.
        guard !text.deviations.contains(.invalidUTF8) else {
            throw CalendarViolation(.validCalendarData, "The text is not UTF-8.")
        }
        return text
    }

    private init(
        _ text: ContentText, _ octets: [UInt8], _ rules: CalendarRules, replacement: [UInt8]?
    ) throws(CalendarViolation) {
        let validator = CalendarValidator(octets: octets, rules: rules)
        calendar = try validator.calendar(text.components)
        (componentType, components) = try validator.parts(of: calendar)
        uid = try validator.uid(of: components)
        timeZones = calendar.components.filter { $0.name == "VTIMEZONE" }
        master = components.first { $0["RECURRENCE-ID"] == nil }
        overrides = components.filter { $0["RECURRENCE-ID"] != nil }
        attendeeCount = components.map { $0.all("ATTENDEE").count }.max() ?? 0
        deviations = text.deviations
        self.replacement = replacement
        for component in components {
            try validator.check(component)
            for available in component.components where available.name == "AVAILABLE" { try validator.check(available) }
            if componentType == "VAVAILABILITY" { try AvailabilityRules(validator).check(component) }
        }
        try validator.check(attendeeCount: attendeeCount, in: components)
        if rules.isStrict { try StrictCalendarRules(validator).check(self) }
    }
}
