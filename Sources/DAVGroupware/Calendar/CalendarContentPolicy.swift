import DAV
import HTTPTypes

/// What may be stored in a calendar (RFC 4791 §4.1, §5.3.2.1), and what is kept beside it for queries.
struct CalendarContentPolicy: ContentPolicy {
    let settings: CalendarSettings
    /// A scheduling inbox takes messages: with METHOD, and as many as there are about one UID (RFC 6638 §2.2).
    let isInbox: Bool

    private var limits: CalendarLimits { settings.limits }
    var maxBytes: Int { limits.maxResourceBytes }
    var tooLarge: DAVError {
        .calDAV("max-resource-size", "A calendar object may have \(limits.maxResourceBytes) bytes at most.")
    }
    var uidConflict: XMLName { .calDAV("no-uid-conflict") }
    var personal: (any PersonalContent)? { isInbox ? nil : CalendarPersonalContent() }

    func admit(
        _ body: [UInt8], contentType: String?, settings: [DeadProperty], storedUID: String?
    ) throws(DAVError) -> AdmittedContent {
        let format = try CalendarContentPolicy.format(contentType)
        let text = format == .jCal ? try CalendarContentPolicy.octets(ofJCal: body) : body
        let object: CalendarObject
        do {
            var rules = rules(settings)
            // Who never sends a UID replaces the same object all the same.
            if let storedUID { rules.makeUID = { storedUID } }
            object = try CalendarObject(parsing: text, rules: rules)
        } catch {
            throw error.davError
        }
        try demandFewInstances(object)
        return AdmittedContent(
            replacement: object.replacement ?? (format == .jCal ? text : nil),
            contentType: CalendarFormat.iCalendar.contentType(component: object.componentType),
            index: index(object))
    }

    /// jCal is stored as the iCalendar it means.
    static func octets(ofJCal body: [UInt8]) throws(DAVError) -> [UInt8] {
        do {
            return ContentWriter.octets(of: [try JCal.component(of: body)])
        } catch {
            throw .validCalendarData(error.description)
        }
    }

    private func rules(_ properties: [DeadProperty]) -> CalendarRules {
        CalendarRules(
            limits: ContentLimits(maxBytes: limits.maxResourceBytes),
            components: ComponentSet(settings: properties).names,
            isStrict: limits.isStrict, method: isInbox ? .keep : limits.stripsMethod ? .strip : .refuse,
            maxAttendees: limits.maxAttendees, years: limits.years,
            knowsZone: { [zones = settings.zones] in zones.name(of: $0) != nil })
    }

    /// C-10: a body of another type is refused. None at all, or one that says nothing, is judged by what is in it.
    static func format(_ contentType: String?) throws(DAVError) -> CalendarFormat {
        guard let contentType else { return .iCalendar }
        let type = MediaRange(contentType)
        let charset = type?.parameters["charset"]?.lowercased() ?? "utf-8"
        guard let type, ["utf-8", "utf8", "us-ascii"].contains(charset) else {
            throw .calDAV("supported-calendar-data", "Calendar objects are in UTF-8.")
        }
        if type.essence == "application/octet-stream" { return .iCalendar }
        guard let format = CalendarFormat(rawValue: type.essence) else {
            throw .calDAV("supported-calendar-data", "Calendar objects are text/calendar, version 2.0.")
        }
        return format
    }

    /// C-11: a rule that ends makes no more instances than published. One without end is taken as it is, and so is one whose
    /// instances cannot be counted with reasonable work: reports do no more of it than they have time for.
    private func demandFewInstances(_ object: CalendarObject) throws(DAVError) {
        guard let most = limits.maxInstances else { return }
        for component in object.components {
            guard let start = component["DTSTART"].flatMap({ DateValue($0) }) else { continue }
            for line in component.all("RRULE") {
                guard let rule = try? RecurrenceRule(line.value), rule.isBounded,
                    (rule.count ?? 0) > most || makesMore(than: most, rule, from: start)
                else { continue }
                throw .calDAV("max-instances", "A recurrence may have \(most) instances.")
            }
        }
    }

    private func makesMore(than most: Int, _ rule: RecurrenceRule, from start: DateValue) -> Bool {
        guard rule.count == nil else { return false }
        var occurrences = rule.occurrences(from: start.civil, isDate: start.isDate)
        var budget = WorkBudget()
        var count = 0
        while count <= most, occurrences.next(within: &budget) != nil { count += 1 }
        return count > most
    }

    private func index(_ object: CalendarObject) -> ContentIndex {
        let isTimeless = isInbox && object.components.contains(where: \.isEventWithoutStart)
        let extent =
            isTimeless
            ? .everything : Extent(of: CalendarInstances(object.calendar.components, zones: settings.zones))
        return ContentIndex(uid: isInbox ? nil : object.uid, component: object.componentType, extent)
    }
}
