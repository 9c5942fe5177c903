/// A text with many calendar objects, split into one object for each UID (RFC 4791 §4.1).
///
/// What belongs to one UID may stand anywhere in the text, so it is read twice: first the whole, added in chunks of any size,
/// of which only the places are remembered; then each object, put together from its places.
package struct CalendarImport {
    package struct Object: Sendable, Hashable {
        /// `VEVENT`, `VTODO`, …
        package var type: String
        /// `nil`: the component has none; what is stored will get one.
        package var uid: String?
        /// Where its components stand.
        package var ranges: [Range<Int>]
        /// The TZIDs it uses.
        package var zones: [String]
        /// The number of its first line, from 1.
        package var line: Int
    }

    /// In the order of their first components; one for each type and UID.
    package private(set) var objects: [Object] = []
    /// What could not be read and is left out; a thousand at most are remembered.
    package private(set) var problems: [ContentTextError] = []
    package private(set) var problemCount = 0

    private struct Key: Hashable {
        var type: String
        var uid: [UInt8]
    }

    private var splitter: ComponentSplitter
    private let limits: ContentLimits
    private var places: [Key: Int] = [:]
    private var zones: [String: [UInt8]] = [:]
    private var zoneBytes = 0

    private static let maxProblems = 1000
    private static let maxZoneBytes = 8 << 20
    /// Of one object.
    private static let maxZones = 100

    /// - Parameter limits: of one component.
    package init(limits: ContentLimits = ContentLimits()) {
        self.limits = limits
        splitter = ComponentSplitter(container: "VCALENDAR", limits: limits)
    }

    /// - Throws: ``ContentTextError`` if the text as a whole cannot be read.
    package mutating func add(_ chunk: some Sequence<UInt8>) throws(ContentTextError) {
        for piece in try splitter.add(chunk) { take(piece) }
    }

    package mutating func finish() throws(ContentTextError) {
        for piece in try splitter.finish() { take(piece) }
        if let version = splitter.header.first(where: { $0.isNamed("VERSION") }),
            !version.value.utf8.filter({ $0 > 0x20 }).elementsEqual("2.0".utf8)
        {
            throw ContentTextError(.malformed, line: 1, "Only version 2.0 of iCalendar is known.")
        }
    }

    /// What the calendar calls itself (RFC 7986 §5, and the names clients used before it).
    package var properties: CalendarFileProperties { CalendarFileProperties(splitter.header) }

    /// One object as a text of its own, with the time zones it uses and without METHOD.
    ///
    /// - Parameter read: gives the octets of the text at a place.
    package func octets<Failure: Error>(
        of object: Object, read: (Range<Int>) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        var writer = ContentWriter()
        writer.begin("VCALENDAR")
        writer.property(ContentLine("VERSION", value: "2.0"))
        for line in splitter.header where line.isNamed("PRODID") || line.isNamed("CALSCALE") { writer.property(line) }
        for zone in object.zones { writer.raw(zones[zone] ?? []) }
        for range in object.ranges { writer.raw(try read(range)) }
        writer.end("VCALENDAR")
        return writer.take()
    }

    private mutating func take(_ piece: ComponentSplitter.Piece) {
        if let problem = piece.problem { return note(problem) }
        let component: Component
        do {
            guard let found = try ContentText.components(of: piece.octets, limits: limits).first else { return }
            component = found
        } catch {
            return note(ContentTextError(error.kind, line: piece.line + error.line - 1, error.message))
        }
        if component.name == "VTIMEZONE" { return takeZone(component, piece.octets) }
        let zones = usedZones(component)
        let uid = component["UID"].map { TextValue.unescape($0.value) }
        let key = uid.map { Key(type: component.name, uid: Array($0.utf8)) }
        if let key, let place = places[key] {
            objects[place].ranges.append(piece.range)
            let known = objects[place].zones
            objects[place].zones += zones.filter { !known.contains($0) }.prefix(Self.maxZones - known.count)
            return
        }
        if let key { places[key] = objects.count }
        objects.append(Object(type: component.name, uid: uid, ranges: [piece.range], zones: zones, line: piece.line))
    }

    private mutating func takeZone(_ zone: Component, _ octets: [UInt8]) {
        guard let name = zone["TZID"]?.value, zones[name] == nil, zoneBytes + octets.count <= Self.maxZoneBytes else {
            return
        }
        zones[name] = octets
        zoneBytes += octets.count
    }

    private func usedZones(_ component: Component) -> [String] {
        var found: [String] = []
        var open = [component]
        while let component = open.popLast() {
            open += component.components
            for line in component.properties {
                guard let zone = line["TZID"], found.count < Self.maxZones, !found.contains(zone) else { continue }
                found.append(zone)
            }
        }
        return found
    }

    private mutating func note(_ problem: ContentTextError) {
        problemCount += 1
        if problems.count < Self.maxProblems { problems.append(problem) }
    }
}
