/// What in a component only the organizer says (RFC 6638 §3.2.2.1), so that two copies can be compared: equal parts say the same,
/// however clients write it.
///
/// Left aside is what attendees may change, and what says nothing: who wrote the text and when, the names and roles of people,
/// defaults, parameters of texts.
struct OrganizersPart: Sendable, Hashable {
    /// All but the time.
    private var kind: String
    private var lines: Set<Line> = []
    private var organizer: CalendarUserAddress?
    private var others: Set<CalendarUserAddress> = []
    /// Whether the owner of the copy is invited.
    private var isInvited = false
    private var reachesOn: Bool
    /// What the others have answered.
    private(set) var answers: [CalendarUserAddress: String] = [:]
    private(set) var span: Span

    private struct Line: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// From when to when.
    struct Span: Sendable, Hashable {
        var start: Moment?
        var end: Moment?
    }

    enum Moment: Sendable, Hashable {
        case day(Int)
        case floating(Int64)
        case instant(Int64)
    }

    private static let leftAside: Set<String> = [
        "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "REQUEST-STATUS", "TRANSP", "COMMENT", "PERCENT-COMPLETE",
        "COMPLETED", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID",
    ]
    /// What is meant if nothing is said.
    private static let defaults: Set<Line> = [
        Line(name: "CLASS", value: "PUBLIC"), Line(name: "PRIORITY", value: "0"),
        Line(name: "STATUS", value: "CONFIRMED"),
    ]

    /// - Parameter place: of the component in the calendar.
    init?(_ place: Int, of index: InstanceIndex, for owner: CalendarUser) {
        guard let times = index.instances.times[place] else { return nil }
        let component = index.components[place]
        kind = component.name
        reachesOn = times.reachesOn
        span = Span(times, index.instances)
        for property in component.properties {
            let name = property.name.uppercased()
            switch name {
            case "ORGANIZER": organizer = organizer ?? property.address
            case "ATTENDEE" where owner.isNamed(by: property): isInvited = true
            case "ATTENDEE":
                let address = property.address
                others.insert(address)
                // Who has not answered and who is not said to have are the same.
                if property.participation != ContentLine.needsAction { answers[address] = property.participation }
            case "CATEGORIES": for one in TextValue.list(property.value) { add(name, one) }
            // Part of doing the task, with PERCENT-COMPLETE and COMPLETED.
            case "STATUS" where kind == "VTODO" && !component.isCancelled: break
            case "CLASS", "STATUS": add(name, property.value.uppercased())
            default:
                if !Self.leftAside.contains(name) && !name.hasPrefix("X-") {
                    add(name, TextValue.unescape(property.value))
                }
            }
        }
    }

    private mutating func add(_ name: String, _ text: String) {
        let bytes = text.utf8
        let trimmed = bytes.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        let line = Line(name: name, value: String(decoding: Array(trimmed), as: UTF8.self))
        if !line.value.isEmpty && !Self.defaults.contains(line) { lines.insert(line) }
    }

    /// The part of an instance that the component describes among others.
    func moved(to times: ComponentTimes, _ instances: CalendarInstances) -> OrganizersPart {
        var part = self
        part.span = Span(times, instances)
        part.reachesOn = false
        return part
    }

    /// The same, as if nobody else had answered.
    var withoutAnswers: OrganizersPart {
        var part = self
        part.answers = [:]
        return part
    }
}

extension OrganizersPart.Span {
    init(_ times: ComponentTimes, _ instances: CalendarInstances) {
        start = times.start.map { .init($0, instances) }
        if let end = times.end {
            self.end = .init(end, instances)
        } else if let start = times.start {
            let length = times.duration ?? .zero
            let local = CivilDateTime(seconds: start.civil.seconds + Int64(length.days) * 86_400)
            if start.isDate {
                let days = length.nominalSeconds / 86_400
                end = .day(start.civil.date.number + Int(days))
            } else if start.isFloating {
                end = .floating(local.seconds + length.seconds)
            } else {
                end = .instant(instances.zones.instant(of: start.moved(to: local), floating: .utc) + length.seconds)
            }
        }
        // A day without an end is one day long, a task may end when it starts (RFC 5545 §3.6.1).
        if times.kind != .toDo, case .day(let first) = start, case .day(let last) = end, last <= first {
            end = .day(first + 1)
        }
    }
}

extension OrganizersPart.Moment {
    fileprivate init(_ value: DateValue, _ instances: CalendarInstances) {
        switch value {
        case .date(let date): self = .day(date.number)
        case .floating(let civil): self = .floating(civil.seconds)
        case .utc, .zoned: self = .instant(instances.zones.instant(of: value, floating: .utc))
        }
    }
}

/// When a series happens, but for its exceptions.
struct SeriesPart: Sendable, Hashable {
    private var rules: Set<[String]> = []
    private var dates: Set<String> = []
    /// Seconds from UTC in the seasons after the start: of one series all instances are on one clock.
    private var clock: [Int] = []

    /// Of a calendar without a master: nothing.
    init(_ index: InstanceIndex) {
        guard let master = index.master, let times = index.instances.times[master], let anchor = times.anchor else {
            return
        }
        for line in index.components[master].properties {
            if line.isNamed("RRULE") || line.isNamed("EXRULE") {
                let parts = line.value.uppercased().utf8.split(separator: UInt8(ascii: ";")).map {
                    String(Substring($0))
                }
                let meant = parts.filter { $0 != "INTERVAL=1" && $0 != "WKST=MO" }
                rules.insert([line.name.uppercased()] + meant.sorted())
            } else if line.isNamed("RDATE") {
                if line.value.utf8.contains(UInt8(ascii: "/")) {
                    dates.insert(line.value)
                } else {
                    for value in DateValue.list(line) {
                        dates.insert(String(index.instances.zones.instant(of: value, floating: .utc)))
                    }
                }
            }
        }
        guard !rules.isEmpty, !anchor.isFloating else { return }
        let zone = index.instances.rules(anchor, floating: .utc)
        let start = zone.instant(of: anchor.civil)
        clock = [0, 91, 182, 273].map { zone.offset(at: start + $0 * 86_400) }
    }
}
