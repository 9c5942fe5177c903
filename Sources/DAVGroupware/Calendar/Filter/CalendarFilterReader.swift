import DAV

/// Reads a `C:filter` (RFC 4791 §9.7).
///
/// What is no filter at all is refused with 403 `valid-filter`; what is one of a sort not known here with 403
/// `supported-filter`, which holds the element in question; a collation with 403 `supported-collation` (§7.8).
struct CalendarFilterReader {
    private let limits: CalendarLimits
    /// Tests that may still be read: the cost of a query grows with them.
    private var room = 100
    /// Deeper than any component of iCalendar, AVAILABLE's alarms included.
    private static let maxDepth = 5

    init(limits: CalendarLimits) { self.limits = limits }

    static func read(_ filter: XMLElement, limits: CalendarLimits) throws(DAVError) -> CalendarFilter {
        var reader = CalendarFilterReader(limits: limits)
        let children = try reader.known(filter, ["comp-filter"])
        guard children.count == 1 else { throw invalid("A filter holds one C:comp-filter.") }
        let calendar = try reader.component(children[0], inside: nil, depth: 1)
        return CalendarFilter(calendar: calendar)
    }

    private mutating func component(_ element: XMLElement, inside parent: String?, depth: Int) throws(DAVError)
        -> CalendarFilter.ComponentTest
    {
        guard depth <= CalendarFilterReader.maxDepth else { throw Self.invalid("The filter is nested too deep.") }
        let name = try name(of: element)
        try demand(name, inside: parent)
        var test = CalendarFilter.ComponentTest(name: name)
        let children = try known(element, ["is-not-defined", "time-range", "prop-filter", "comp-filter"])
        for child in children {
            switch child.name.local {
            case "is-not-defined": test.isAbsent = true
            case "time-range":
                guard Self.timed.contains(name) else { throw Self.invalid("\(name) has no time.") }
                guard test.range == nil else { throw Self.invalid("One C:time-range is enough.") }
                test.range = try range(child)
            case "prop-filter": test.properties.append(try property(child))
            default: test.components.append(try component(child, inside: name, depth: depth + 1))
            }
        }
        try demandAlone(test.isAbsent, children)
        return test
    }

    private mutating func property(_ element: XMLElement) throws(DAVError) -> CalendarFilter.PropertyTest {
        var test = CalendarFilter.PropertyTest(name: try name(of: element))
        let children = try known(element, ["is-not-defined", "time-range", "text-match", "param-filter"])
        for child in children {
            switch child.name.local {
            case "is-not-defined": test.isAbsent = true
            case "time-range", "text-match":
                guard test.range == nil, test.text == nil else {
                    throw Self.invalid("One C:time-range or C:text-match is enough.")
                }
                if child.name.local == "time-range" {
                    test.range = try range(child)
                } else {
                    test.text = try text(child)
                }
            default: test.parameters.append(try parameter(child))
            }
        }
        try demandAlone(test.isAbsent, children)
        return test
    }

    private mutating func parameter(_ element: XMLElement) throws(DAVError) -> CalendarFilter.ParameterTest {
        var test = CalendarFilter.ParameterTest(name: try name(of: element))
        let children = try known(element, ["is-not-defined", "text-match"])
        guard children.count <= 1 else { throw Self.invalid("A C:param-filter makes one test.") }
        for child in children {
            if child.name.local == "is-not-defined" { test.isAbsent = true } else { test.text = try text(child) }
        }
        return test
    }

    // MARK: Parts

    private func range(_ element: XMLElement) throws(DAVError) -> Range<Int64> {
        try TimeRange.read(
            element, .oneAtLeast, limits,
            refusal: Self.invalid("C:time-range needs a start or an end in UTC, the end later than the start."))
    }

    private func text(_ element: XMLElement) throws(DAVError) -> TextMatch {
        let collations = Collation.allCases.map(\.rawValue).joined(separator: ", ")
        return try TextMatch(
            element, default: .asciiCasemap,
            unsupported: .calDAV("supported-collation", "Collations here: \(collations)."))
    }

    /// The test's own name. Every test counts against ``room``.
    private mutating func name(of element: XMLElement) throws(DAVError) -> String {
        guard room > 0 else { throw Self.invalid("The filter makes too many tests.") }
        room -= 1
        guard let name = element[attribute: "name"], !name.isEmpty else {
            throw Self.invalid("A \(element.name.local) needs a name.")
        }
        return name.uppercased()
    }

    /// The children, if all of them are among `allowed`.
    private func known(_ element: XMLElement, _ allowed: [String]) throws(DAVError) -> [XMLElement] {
        for child in element.elements {
            guard child.name.namespace == XMLName.calDAVNamespace, Self.elements.contains(child.name.local) else {
                let detail = XMLElement(name: child.name, attributes: child.attributes)
                throw .calDAV("supported-filter", "The filter has a test not known here.", details: [detail])
            }
            guard allowed.contains(child.name.local) else {
                throw Self.invalid("\(child.name.local) has no place in \(element.name.local).")
            }
        }
        return element.elements
    }

    private static let elements: Set<String> = [
        "comp-filter", "prop-filter", "param-filter", "is-not-defined", "text-match", "time-range",
    ]

    /// Components that happen at some time (§9.9, RFC 7953 §7.1).
    private static let timed: Set<String> = [
        "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM", "VAVAILABILITY", "AVAILABLE",
    ]
    private static let outermost: Set<String> = [
        "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY", "VPOLL",
    ]
    private static let inner: Set<String> = ["VALARM", "STANDARD", "DAYLIGHT", "AVAILABLE"]

    /// Components stand where iCalendar puts them (RFC 5545 §3.6); unknown ones may stand anywhere but outermost.
    private func demand(_ name: String, inside parent: String?) throws(DAVError) {
        let fits =
            switch parent {
            case nil: name == "VCALENDAR"
            case "VCALENDAR": name != "VCALENDAR" && !Self.inner.contains(name)
            default: name != "VCALENDAR" && !Self.outermost.contains(name)
            }
        guard fits else { throw Self.invalid("\(name) does not stand \(parent.map { "in \($0)" } ?? "outermost").") }
    }

    private func demandAlone(_ isAbsent: Bool, _ children: [XMLElement]) throws(DAVError) {
        guard !isAbsent || children.count == 1 else { throw Self.invalid("C:is-not-defined stands alone.") }
    }

    private static func invalid(_ message: String) -> DAVError { .calDAV("valid-filter", message) }
}
