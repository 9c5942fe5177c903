/// Many calendar objects as one VCALENDAR, made piece by piece (C-15): what is sent for a whole calendar.
///
/// Components are copied octet for octet, a time zone once: of several definitions of one TZID the first. Memory is bounded by
/// one object and the names of zones.
package struct CalendarExport {
    private let properties: CalendarFileProperties
    private var zones: Set<String> = []

    package init(_ properties: CalendarFileProperties = CalendarFileProperties()) { self.properties = properties }

    /// What comes first.
    package var head: [UInt8] {
        var writer = ContentWriter()
        writer.begin("VCALENDAR")
        writer.property(ContentLine("VERSION", value: "2.0"))
        writer.property(ContentLine("PRODID", value: "-//Martlet//EN"))
        for line in properties.lines { writer.property(line) }
        return writer.take()
    }

    /// What an object adds; nothing if it cannot be read, since it would break the whole.
    package mutating func octets(of object: [UInt8]) -> [UInt8] {
        guard let text = try? ContentText(parsing: object) else { return [] }
        var result: [UInt8] = []
        for calendar in text.components where calendar.name == "VCALENDAR" {
            for component in calendar.components {
                if component.name == "VTIMEZONE", let name = component["TZID"]?.value, !zones.insert(name).inserted {
                    continue
                }
                result += object[component.source]
            }
        }
        return result
    }

    /// What comes last.
    package var tail: [UInt8] {
        var writer = ContentWriter()
        writer.end("VCALENDAR")
        return writer.take()
    }
}
