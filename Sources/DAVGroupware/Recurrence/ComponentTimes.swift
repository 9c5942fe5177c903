/// The dates of one VEVENT, VTODO, VJOURNAL or AVAILABLE, as they are written.
struct ComponentTimes: Sendable {
    enum Kind: Sendable { case event, toDo, journal }

    var kind: Kind
    var start: DateValue?
    /// DTEND or DUE.
    var end: DateValue?
    var duration: CalendarDuration?
    var completed: Int64?
    var created: Int64?
    var recurrenceID: DateValue?
    /// RANGE=THISANDFUTURE.
    var reachesOn = false

    /// `nil` for a component that does not happen by itself, such as VTIMEZONE.
    init?(_ component: Component) {
        switch component.name {
        case "VEVENT", "AVAILABLE": kind = .event
        case "VTODO": kind = .toDo
        case "VJOURNAL": kind = .journal
        default: return nil
        }
        for line in component.properties {
            switch line.name.utf8.count {
            case 3 where line.isNamed("DUE"): if kind == .toDo { end = DateValue(line) }
            case 5 where line.isNamed("DTEND"): if kind == .event { end = DateValue(line) }
            case 7 where line.isNamed("DTSTART"): start = DateValue(line)
            case 7 where line.isNamed("CREATED"): created = DateValue(line)?.civil.seconds
            case 8 where line.isNamed("DURATION"): duration = CalendarDuration(line.value)
            case 9 where line.isNamed("COMPLETED"): completed = DateValue(line)?.civil.seconds
            case 13 where line.isNamed("RECURRENCE-ID"):
                recurrenceID = DateValue(line)
                reachesOn = line["RANGE"]?.isASCIIEqual(to: "THISANDFUTURE") ?? false
            default: break
            }
        }
        // An override may leave out that it did not move.
        if start == nil, let recurrenceID, end == nil { start = recurrenceID }
        // Lightning writes DURATION:PT0S beside DTEND (client-quirks 18): the end counts.
        if end != nil { duration = nil }
        // A length never runs backwards.
        if let length = duration, length.nominalSeconds < 0 { duration = .zero }
    }

    /// What recurs: a task may have no start, and then recurs by when it is due (Apple Reminders writes such).
    var anchor: DateValue? { start ?? (kind == .toDo ? end : nil) }
}

/// How long the instances of a component last (RFC 5545 §3.8.5.3): an end makes all equally long, a duration counts in days.
enum InstanceLength: Sendable {
    /// Neither an end nor a duration, or a duration of nothing.
    case none
    case days(Int)
    case exact(Int64)
    case nominal(CalendarDuration)
    /// A task that has only DUE: that is what recurs.
    case endOnly

    /// How far the end is from the start, in seconds, on either side.
    var most: Int64 {
        switch self {
        case .none, .endOnly: 0
        case .days(let days): Int64(abs(days)) * 86_400
        case .exact(let seconds): abs(seconds)
        case .nominal(let duration): duration.nominalSeconds
        }
    }
}
