import DAV
import HTTPTypes

/// What a report wants of each object (RFC 4791 §9.6).
struct CalendarDataRequest: Sendable {
    var format = CalendarFormat.iCalendar
    /// `nil`: all of it.
    var selection: ComponentSelection?
    var recurrence = Recurrence.asStored
    /// `C:limit-freebusy-set` (§9.6.7).
    var freeBusyRange: Range<Int64>?

    enum Recurrence: Sendable, Hashable {
        case asStored
        /// Each instance that overlaps the range, by itself and in UTC (§9.6.5).
        case expanded(Range<Int64>)
        /// The overrides that matter in the range, besides what recurs (§9.6.6).
        case limited(Range<Int64>)
    }

    /// Whether the octets can be given as they are stored.
    var isWhole: Bool {
        format == .iCalendar && selection == nil && recurrence == .asStored && freeBusyRange == nil
    }

    /// Reads the element. Attributes and elements not known are left aside (client-quirks 0.16).
    ///
    /// - Throws: 403 `supported-calendar-data` for a format not offered; 400 for what contradicts itself; 403
    ///   `min-date-time` and `max-date-time`.
    init(_ element: XMLElement, _ limits: CalendarLimits) throws(DAVError) {
        let type = element[attribute: "content-type"]?.lowercased() ?? CalendarFormat.iCalendar.rawValue
        guard let format = CalendarFormat(rawValue: type), element[attribute: "version"] ?? "2.0" == "2.0" else {
            throw .calDAV("supported-calendar-data", "Calendar objects are not told in that format.")
        }
        self.format = format
        var room = CalendarDataRequest.maxNames
        for child in element.elements where child.name.namespace == XMLName.calDAVNamespace {
            switch child.name.local {
            case "comp":
                guard selection == nil else { throw CalendarDataRequest.contradiction }
                selection = try ComponentSelection(child, &room)
            case "expand":
                guard recurrence == .asStored else { throw CalendarDataRequest.contradiction }
                recurrence = .expanded(try CalendarDataRequest.range(child, limits))
            case "limit-recurrence-set":
                guard recurrence == .asStored else { throw CalendarDataRequest.contradiction }
                recurrence = .limited(try CalendarDataRequest.range(child, limits))
            case "limit-freebusy-set":
                guard freeBusyRange == nil else { throw CalendarDataRequest.contradiction }
                freeBusyRange = try CalendarDataRequest.range(child, limits)
            default: break
            }
        }
    }

    /// Names one request may select.
    private static let maxNames = 1000
    private static let contradiction = DAVError.badRequest("C:calendar-data says one thing twice.")

    private static func range(_ element: XMLElement, _ limits: CalendarLimits) throws(DAVError) -> Range<Int64> {
        try TimeRange.read(
            element, .both, limits,
            refusal: .badRequest("\(element.name.local) needs a start and an end in UTC, the end later than the start.")
        )
    }
}

/// `C:comp` (RFC 4791 §9.6.1): which parts of a component are wanted.
struct ComponentSelection: Sendable, Hashable {
    /// In upper case.
    var name: String
    /// `nil`: all.
    var properties: [Property]?
    /// `nil`: all, and all of them whole.
    var components: [ComponentSelection]?

    struct Property: Sendable, Hashable {
        /// In upper case.
        var name: String
        var hasValue: Bool
    }

    /// A component named and nothing said of it is wanted whole, as the RFC's own example has it (§7.8.1).
    ///
    /// Recursion is bounded by the depth of the document.
    fileprivate init(_ element: XMLElement, _ room: inout Int) throws(DAVError) {
        let children = element.elements.filter { $0.name.namespace == XMLName.calDAVNamespace }
        name = try ComponentSelection.name(element, &room)
        let names = Set(children.map(\.name.local))
        if children.isEmpty { return }
        if !names.contains("allprop") {
            var wanted: [Property] = []
            for child in children where child.name.local == "prop" {
                let name = try ComponentSelection.name(child, &room)
                wanted.append(Property(name: name, hasValue: child[attribute: "novalue"] != "yes"))
            }
            properties = wanted
        }
        if !names.contains("allcomp") {
            var wanted: [ComponentSelection] = []
            for child in children where child.name.local == "comp" {
                wanted.append(try ComponentSelection(child, &room))
            }
            components = wanted
        }
    }

    private static func name(_ element: XMLElement, _ room: inout Int) throws(DAVError) -> String {
        guard room > 0, let name = element[attribute: "name"], !name.isEmpty else {
            throw .badRequest("C:calendar-data selects too much, or a part without a name.")
        }
        room -= 1
        return name.uppercased()
    }

    /// What of a component is selected; `nil` if it is another.
    func applied(to component: Component) -> Component? {
        guard component.name == name else { return nil }
        var selected = component
        if let properties {
            selected.properties = component.properties.compactMap { line in
                guard let wanted = properties.first(where: { line.isNamed($0.name) }) else { return nil }
                var line = line
                if !wanted.hasValue { line.value = "" }
                return line
            }
        }
        if let components {
            selected.components = component.components.compactMap { inner in
                components.lazy.compactMap { $0.applied(to: inner) }.first
            }
        }
        return selected
    }
}
