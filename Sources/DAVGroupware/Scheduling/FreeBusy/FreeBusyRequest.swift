import DAV

/// The body of a POST to an outbox (RFC 6638 §5, RFC 5546 §3.3.2): somebody asks when others are busy.
struct FreeBusyRequest: Sendable {
    /// What is told again in each answer: UID and ORGANIZER.
    let lines: [ContentLine]
    let organizer: ContentLine
    /// Each address once.
    let attendees: [ContentLine]
    let range: Range<Int64>
    /// The events that are to be moved: whoever moves one does not want to hear that people are busy with it.
    let masked: Set<String>

    /// Longer ones are not asked about: who plans looks ahead for months, and an answer is made at once.
    private static let mostSeconds: Int64 = 400 * 86_400
    static let mostBytes = 1 << 20

    /// - Throws: 403 `valid-calendar-data` for what cannot be read, and `valid-scheduling-message` for what can but is no request
    ///   for busy times; 403 for what is beyond the limits of the server.
    init(parsing text: [UInt8], _ settings: CalendarSettings) throws(DAVError) {
        let object = try FreeBusyRequest.object(text, settings)
        guard object.calendar["METHOD"].map({ TextCursor.trimmed($0.value).isASCIIEqual(to: "REQUEST") }) ?? false,
            object.components.count == 1, let component = object.components.first, component.name == "VFREEBUSY",
            let uid = component["UID"]
        else { throw .validSchedulingMessage("An outbox takes one VFREEBUSY with METHOD:REQUEST.") }
        let organizers = component.all("ORGANIZER")
        guard let organizer = organizers.first, organizers.count == 1 else {
            throw .validSchedulingMessage("VFREEBUSY needs one ORGANIZER.")
        }
        var known: Set<CalendarUserAddress> = []
        attendees = component.all("ATTENDEE").filter { known.insert(CalendarUserAddress($0.value)).inserted }
        guard !attendees.isEmpty else { throw .validSchedulingMessage("VFREEBUSY needs an ATTENDEE.") }
        self.organizer = organizer
        range = try FreeBusyRequest.range(component, ObjectZones(object.calendar.components, zones: settings.zones))
        masked = Set(([uid] + component.all("X-CALENDARSERVER-MASK-UID")).map { TextValue.unescape($0.value) })
        lines = [uid, organizer]
    }

    private static func object(_ text: [UInt8], _ settings: CalendarSettings) throws(DAVError) -> CalendarObject {
        let limits = settings.limits
        let rules = CalendarRules(
            limits: ContentLimits(maxBytes: min(limits.maxResourceBytes, mostBytes)), method: .keep,
            maxAttendees: limits.maxAttendees, years: limits.years,
            knowsZone: { [zones = settings.zones] in zones.name(of: $0) != nil })
        do {
            return try CalendarObject(parsing: text, rules: rules)
        } catch {
            switch error.precondition {
            case .validCalendarObjectResource, .supportedCalendarComponent:
                throw .validSchedulingMessage(error.description)
            default: throw error.davError
            }
        }
    }

    private static func range(_ component: Component, _ zones: ObjectZones) throws(DAVError) -> Range<Int64> {
        func instant(_ name: String) -> Int64? {
            guard let line = component[name], let value = DateValue(line) else { return nil }
            switch value {
            case .date, .floating: return nil
            case .zoned(_, let tzid) where zones.rules(tzid) == nil: return nil
            default: return zones.instant(of: value, floating: .utc)
            }
        }
        guard let start = instant("DTSTART"), let end = instant("DTEND"), start < end else {
            throw .validSchedulingMessage("VFREEBUSY needs DTSTART and DTEND in UTC, the end later than the start.")
        }
        guard end - start <= mostSeconds else {
            throw .validSchedulingMessage("A request may ask about \(mostSeconds / 86_400) days.")
        }
        return start..<end
    }

    /// Whether `user` need not be told of an object: it is one that is to be moved, and theirs or the organizer's who asks.
    func masks(_ calendar: Component, of user: CalendarUser, for organizer: CalendarUser) -> Bool {
        guard let uid = calendar.subject, masked.contains(uid) else {
            return false
        }
        // What somebody else invited to is no business of who asks, whether or not they know its UID.
        return user == organizer
            || calendar.components.contains { $0["ORGANIZER"].map(organizer.isNamed) ?? false }
    }
}

extension DAVError {
    /// RFC 6638 §10.1
    static func validSchedulingMessage(_ message: String) -> DAVError { calDAV("valid-scheduling-message", message) }
}
