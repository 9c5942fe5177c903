import DAV

/// The components a calendar takes (RFC 4791 §5.2.3).
struct ComponentSet: Sendable, Hashable {
    /// What any calendar may be made for.
    static let offered = usual + ["VAVAILABILITY"]
    /// What a calendar is made for if nothing is said. VAVAILABILITY (RFC 7953 §7.2) must be asked for: clients that do not
    /// know it take a calendar with it for one of another sort.
    static let usual = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"]
    private static let name = XMLName.calDAV("supported-calendar-component-set")

    /// In upper case, each once.
    let names: [String]

    /// - Throws: 403 `supported-calendar-component` for a component that is not offered, or for none at all.
    init(_ element: XMLElement) throws(DAVError) {
        var names: [String] = []
        for component in element.elements where component.name == .calDAV("comp") {
            let name = (component[attribute: "name"] ?? "").uppercased()
            guard ComponentSet.offered.contains(name) else { throw ComponentSet.refusal }
            if !names.contains(name) { names.append(name) }
        }
        guard !names.isEmpty else { throw ComponentSet.refusal }
        self.names = names
    }

    /// The set a calendar was made with; the usual one, if nothing was said.
    init(settings: [DeadProperty]) {
        let stored = settings.first { $0.name == ComponentSet.name }
        let parsed = stored.flatMap { try? XMLElement.parse($0.xml) }.flatMap { try? ComponentSet($0) }
        self = parsed ?? ComponentSet(names: ComponentSet.usual)
    }

    private init(names: [String]) { self.names = names }

    /// What the store keeps.
    var stored: DeadProperty {
        let children = names.map { name in
            XMLElement.Node.element(
                XMLElement(
                    name: .calDAV("comp"), attributes: [.init(name: XMLName("", "name"), value: name)]))
        }
        return DeadProperty(
            name: ComponentSet.name, xml: XMLElement(name: ComponentSet.name, children: children).serialized())
    }

    static let refusal = DAVError.calDAV(
        "supported-calendar-component", "A calendar here takes \(offered.joined(separator: ", ")).")
}
