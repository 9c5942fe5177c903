import DAV
import HTTPTypes

/// A whole calendar as one iCalendar text (C-15), as webcal subscribers and backups want it: made and sent an object at a
/// time, whatever it holds.
struct CalendarExport {
    /// Objects are sent together until they are this long.
    private static let chunkBytes = 64 << 10
    /// More zones than that are not remembered.
    private static let maxZones = 2000

    private let zones: Zones
    /// What each TZID was defined as so far.
    private var definitions: [String: Component] = [:]
    private var chunk: [UInt8] = []

    private init(zones: Zones) { self.zones = zones }

    /// - Parameter entry: the calendar's own description, with its dead properties.
    static func write(
        _ collection: any DAVCollection, _ entry: Entry?, _ zones: Zones, to writer: BodyWriter
    ) async throws {
        var export = CalendarExport(zones: zones)
        export.begin(entry?.deadProperties ?? [])
        try await collection.forEachMember { member in
            if let octets = member.content { export.add(octets) }
            if export.chunk.count >= chunkBytes { try await writer.write(export.take()) }
        }
        export.chunk += "END:VCALENDAR\r\n".utf8
        try await writer.write(export.take())
    }

    private mutating func take() -> [UInt8] {
        defer { chunk = [] }
        return chunk
    }

    /// What the calendar is called and how it looks (RFC 7986 §5, and what came before it; K-06).
    private mutating func begin(_ properties: [DeadProperty]) {
        func text(_ name: XMLName) -> String? {
            let text = properties.first { $0.name == name }.flatMap { try? XMLElement.parse($0.xml) }?.text
            return text.flatMap { $0.isEmpty ? nil : $0 }
        }
        let file = CalendarFileProperties(
            name: text(.dav("displayname")), description: text(.calDAV("calendar-description")),
            color: text(XMLName("http://apple.com/ns/ical/", "calendar-color")),
            zone: text(.calDAV("calendar-timezone-id")))
        let lines = [ContentLine("CALSCALE", value: "GREGORIAN")] + file.lines
        var writer = ContentWriter()
        writer.begin("VCALENDAR")
        for line in Component.calendar([], lines).properties { writer.property(line) }
        chunk += writer.take()
    }

    /// The components of one object. One that cannot be read is left aside.
    private mutating func add(_ octets: [UInt8]) {
        guard let text = try? ContentText(parsing: octets),
            let calendar = text.components.first(where: { $0.name == "VCALENDAR" })
        else { return }
        var renamed: [String: String] = [:]
        for zone in calendar.missingZones(zones) + calendar.components where zone.name == "VTIMEZONE" {
            if let (old, new) = define(zone) { renamed[old] = new }
        }
        for component in calendar.components where component.name != "VTIMEZONE" {
            if renamed.isEmpty, text.deviations.isEmpty {
                chunk += octets[component.source]
            } else {
                chunk += ContentWriter.octets(of: [component.renamingZones(renamed)])
            }
        }
    }

    /// Writes a zone's definition, once. A name everybody knows means the same in every object; another may not, and then
    /// the second zone of that name gets a name of its own.
    ///
    /// - Returns: the name the object uses, and the one it is to use.
    private mutating func define(_ zone: Component) -> (String, String)? {
        guard let tzid = zone["TZID"]?.value else { return nil }
        var name = tzid
        var number = 1
        while let known = definitions[name] {
            if zones.isStandard(tzid) || known.saysTheSame(as: zone) { return name == tzid ? nil : (tzid, name) }
            number += 1
            name = "\(tzid) (\(number))"
        }
        if definitions.count < CalendarExport.maxZones { definitions[name] = zone }
        var written = zone
        for index in written.properties.indices where written.properties[index].isNamed("TZID") {
            written.properties[index].value = name
        }
        chunk += ContentWriter.octets(of: [written])
        return name == tzid ? nil : (tzid, name)
    }
}

extension Component {
    /// Equality of what is said, wherever it was read.
    fileprivate func saysTheSame(as other: Component) -> Bool {
        name == other.name && properties.count == other.properties.count && components.count == other.components.count
            && zip(properties, other.properties).allSatisfy {
                $0.name == $1.name && $0.value == $1.value && $0.parameters == $1.parameters
            }
            && zip(components, other.components).allSatisfy { $0.saysTheSame(as: $1) }
    }

    /// Recursion is bounded by the depth of what was read.
    fileprivate func renamingZones(_ names: [String: String]) -> Component {
        guard !names.isEmpty else { return self }
        var result = self
        for index in result.properties.indices {
            for parameter in result.properties[index].parameters.indices
            where result.properties[index].parameters[parameter].name.isASCIIEqual(to: "TZID") {
                result.properties[index].parameters[parameter].values =
                    result.properties[index].parameters[parameter].values.map { names[$0] ?? $0 }
            }
        }
        result.components = components.map { $0.renamingZones(names) }
        return result
    }
}
