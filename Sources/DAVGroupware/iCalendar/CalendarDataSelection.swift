/// What of a calendar object a report wants (RFC 4791 §9.6.1, C-23): a component, and some or all of what is in it.
package struct CalendarDataSelection: Sendable, Hashable {
    /// In upper case.
    package var name: String
    /// `nil`: all.
    package var properties: [Property]?
    /// `nil`: all, whole.
    package var components: [CalendarDataSelection]?

    /// `CALDAV:prop` (§9.6.4)
    package struct Property: Sendable, Hashable {
        /// In upper case.
        package var name: String
        /// `novalue="yes"`: name and parameters alone.
        package var withoutValue: Bool

        package init(_ name: String, withoutValue: Bool = false) {
            self.name = name.uppercased()
            self.withoutValue = withoutValue
        }
    }

    /// - Parameters:
    ///   - properties: `nil` for `allprop`; none for a `comp` that names neither.
    ///   - components: `nil` for `allcomp`; none for a `comp` that names neither. A `comp` without any child stands for all
    ///     of it, as `VTIMEZONE` does in the example of §7.8.1: give it neither.
    package init(_ name: String, properties: [Property]? = nil, components: [CalendarDataSelection]? = nil) {
        self.name = name.uppercased()
        self.properties = properties
        self.components = components
    }

    /// What is left of a component; `nil` if it is another one than is wanted.
    ///
    /// Lines that are kept keep their `source`, so that ``ContentWriter/octets(of:in:)`` copies them octet for octet. Of
    /// selections of the same name the first counts. Nesting is bounded by both sides' limits.
    package func applied(to component: Component) -> Component? {
        guard component.name == name else { return nil }
        var result = component
        if let properties { result.properties = component.properties.compactMap { kept($0, properties) } }
        if let components {
            result.components = component.components.compactMap { child in
                components.first { $0.name == child.name }?.applied(to: child)
            }
        }
        return result
    }

    private func kept(_ line: ContentLine, _ wanted: [Property]) -> ContentLine? {
        guard let property = wanted.first(where: { line.isNamed($0.name) }) else { return nil }
        guard property.withoutValue else { return line }
        return ContentLine(group: line.group, line.name, line.parameters, value: "")
    }
}
