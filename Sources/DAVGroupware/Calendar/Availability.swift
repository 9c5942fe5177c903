import DAV

/// When a person can be asked for at all (RFC 7953 §7.2.4, K-09): a property of the scheduling inbox, which Apple's clients know by
/// a name of their own. Both names have one value.
extension LiveProperty {
    static func availability(_ settings: CalendarSettings) -> [LiveProperty] {
        let name = XMLName.calDAV("calendar-availability")
        let setting = Setting.always { element throws(DAVError) in
            guard let element else { return [.remove(name)] }
            try demandAvailability(element.text, settings)
            let own = XMLElement(name: name, attributes: element.attributes, children: element.children)
            return [.set(DeadProperty(name: name, xml: own.serialized()))]
        }
        let twin = LiveProperty(
            XMLName(XMLName.calendarServerNamespace, "calendar-availability"), fields: .deadProperties, setting: setting
        ) { subject in
            guard subject.isCollection, let value = subject.kept(name) else { return nil }
            return (try? XMLElement.parse(value.xml)).map { .text($0.text) }
        }
        return [kept(name, setting), twin]
    }

    /// - Throws: 403 `valid-calendar-data` for anything but an iCalendar text with one VAVAILABILITY, and zones.
    private static func demandAvailability(_ text: String, _ settings: CalendarSettings) throws(DAVError) {
        let rules = CalendarRules(
            limits: ContentLimits(maxBytes: 1 << 18, maxLines: 5000, maxComponents: 1000),
            components: ["VAVAILABILITY"], isStrict: settings.limits.isStrict, years: settings.limits.years,
            knowsZone: { [zones = settings.zones] in zones.name(of: $0) != nil })
        let object: CalendarObject
        do {
            object = try CalendarObject(parsing: Array(text.trimmingWhitespace.utf8), rules: rules)
        } catch {
            throw .validCalendarData(error.description)
        }
        let others = object.calendar.components.count - object.timeZones.count
        // One that lacks what has to be made for it was not sent whole.
        guard others == 1, object.components.count == 1, object.replacement == nil else {
            throw .validCalendarData("The value must be an iCalendar text with one VAVAILABILITY, which has a UID.")
        }
    }
}
