import DAV

/// The zone of a calendar, by value (RFC 4791 §5.2.2) and by name (RFC 7809 §5.2): each follows the other.
extension LiveProperty {
    static func timezones(_ zones: Zones) -> [LiveProperty] {
        let (value, id) = (XMLName.calDAV("calendar-timezone"), XMLName.calDAV("calendar-timezone-id"))
        let both: [PropertyChange] = [.remove(value), .remove(id)]
        return [
            kept(
                value,
                .always { element throws(DAVError) in
                    guard let element else { return both }
                    let zone = try TimezoneText(element.text, zones)
                    let name = zone.name.map { PropertyChange.set(text($0, of: id)) } ?? .remove(id)
                    return [.set(DeadProperty(name: value, xml: element.serialized())), name]
                }),
            kept(
                id,
                .always { element throws(DAVError) in
                    guard let element else { return both }
                    guard let name = zones.exactName(element.text.trimmingWhitespace), let rules = zones.rules(name)
                    else { throw .validTimezone }
                    let octets = ContentWriter.octets(of: [
                        Component.calendar([rules.component(tzid: name, in: 0..<ZoneRules.end)])
                    ])
                    return [
                        .set(text(name, of: id)), .set(text(String(decoding: octets, as: UTF8.self), of: value)),
                    ]
                }),
        ]
    }

    private static func text(_ text: String, of name: XMLName) -> DeadProperty {
        DeadProperty(name: name, xml: XMLElement(name: name, children: [.text(text)]).serialized())
    }
}

extension Component {
    /// A VCALENDAR by this server.
    static func calendar(_ components: [Component], _ properties: [ContentLine] = []) -> Component {
        let head = [ContentLine("VERSION", value: "2.0"), ContentLine("PRODID", value: "-//Martlet//Martlet//EN")]
        return Component("VCALENDAR", head + properties, components)
    }
}
