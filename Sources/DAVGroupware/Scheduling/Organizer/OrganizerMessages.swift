import DAV

/// Writes the messages of an organizer (RFC 5546 §3.2.2, §3.2.5; RFC 6638 §3.2.5, §3.2.6).
///
/// What several recipients get is made once: their messages share it. No `source` in a message means anything.
struct OrganizerMessages {
    typealias Part = ScheduledParts.Part

    private let revision: OrganizerRevision
    private let zones: Zones
    private let stamp: ContentLine
    private let organizer: ContentLine
    /// VTIMEZONEs by TZID: those of the object, and those of ours for zones it refers to without a definition.
    private var definitions: [String: Component]
    private var requested: [Part: Piece] = [:]
    private var cancelled: [Part: Piece] = [:]

    /// A component as it goes out, and the zones its times refer to.
    private struct Piece {
        var component: Component
        var zones: Set<String>

        init(_ component: Component) {
            (self.component, zones) = (component, component.zoneReferences)
        }
    }

    init(_ revision: OrganizerRevision, organizer: ContentLine, now: Timestamp, zones: Zones) {
        (self.revision, self.zones) = (revision, zones)
        self.organizer = organizer.withoutScheduleParameters
        stamp = ContentLine("DTSTAMP", value: CivilDateTime(seconds: now.seconds).text + "Z")
        definitions = [:]
        for calendar in [revision.old.parts.calendar, revision.calendar] {
            for zone in calendar.components where zone.name == "VTIMEZONE" {
                if let tzid = zone["TZID"]?.value { definitions[DateValue.bare(tzid: tzid)] = zone }
            }
        }
    }

    // MARK: - REQUEST

    /// A REQUEST that holds these parts, which may be all that somebody is invited to.
    ///
    /// - Parameter excluded: instances of the series that they are not invited to (RFC 6638 §3.2.6).
    mutating func request(_ parts: [Part], without excluded: [Int64]) -> Component {
        var pieces: [Piece] = []
        for part in parts {
            guard var piece = requested[part] ?? outgoing(part) else { continue }
            requested[part] = piece
            if part == .series, let line = exclusion(excluded) { piece.component.properties.append(line) }
            pieces.append(piece)
        }
        return calendar(.request, pieces)
    }

    private func outgoing(_ part: Part) -> Piece? {
        revision.outgoing[part].map { Piece(complete($0)) }
    }

    private func exclusion(_ excluded: [Int64]) -> ContentLine? {
        let known = revision.new.times[.series]?.excluded ?? []
        let values = excluded.filter { !known.contains($0) }.sorted().compactMap(revision.new.parts.clock.value)
        guard var line = values.first?.line("EXDATE") else { return nil }
        line.value = values.map(\.text).joined(separator: ",")
        return line
    }

    // MARK: - CANCEL

    /// A CANCEL of the parts that somebody is no longer invited to.
    mutating func cancel(_ parts: [Part], of address: CalendarUserAddress) -> Component {
        var pieces: [Piece] = []
        for part in parts {
            guard var piece = cancelled[part] ?? cancellation(part) else { continue }
            cancelled[part] = piece
            let before = revision.counterpart(of: part) ?? part
            let lines = revision.old.attendees[before]?[address] ?? []
            piece.component.properties += lines.map(\.withoutScheduleParameters)
            pieces.append(piece)
        }
        return calendar(.cancel, pieces)
    }

    /// What it takes to find what is cancelled, and to tell it to a person; nothing that was added since.
    private func cancellation(_ part: Part) -> Piece? {
        let (old, now) = (revision.old.parts, revision.new.parts[part])
        let before = revision.counterpart(of: part) ?? part
        guard var component = old[before]?.outgoing else { return nil }
        component.components = []
        let kept = ["UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE", "DURATION", "SUMMARY", "LOCATION", "ORGANIZER"]
        component.properties.removeAll { line in !kept.contains { line.isNamed($0) } }
        if before != part, let id = now?["RECURRENCE-ID"], let value = DateValue(id) {
            // The series itself said so far when the instance is.
            component.properties.removeAll { line in
                ["DTSTART", "DTEND", "DUE", "DURATION"].contains { line.isNamed($0) }
            }
            component.properties += [value.line("RECURRENCE-ID"), value.line("DTSTART")]
        }
        let sequence = revision.sequence(part) ?? min((old[before]?.sequence ?? 0) + 1, Component.highestSequence)
        component.properties.append(ContentLine("SEQUENCE", value: String(sequence)))
        if !takesPlace(part) { component.properties.append(ContentLine("STATUS", value: "CANCELLED")) }
        return Piece(complete(component))
    }

    /// RFC 5546 §3.2.5: STATUS is not for somebody who is uninvited from what takes place.
    private func takesPlace(_ part: Part) -> Bool {
        if let now = revision.new.parts[part] { return !now.isCancelled }
        return part != .series && !revision.new.isExcluded(part) && revision.new.parts[.series] != nil
    }

    // MARK: - Both

    private func complete(_ component: Component) -> Component {
        var result = component
        result.properties.insert(stamp, at: 0)
        if component["ORGANIZER"] == nil { result.properties.append(organizer) }
        return result
    }

    private mutating func calendar(_ method: SchedulingMessage.Method, _ pieces: [Piece]) -> Component {
        let head = [
            ContentLine("VERSION", value: "2.0"), ContentLine("PRODID", value: "-//Martlet//Martlet//EN"),
            ContentLine("METHOD", value: method.rawValue),
        ]
        let referred = pieces.reduce(into: Set<String>()) { $0.formUnion($1.zones) }
        let defined = referred.sorted().compactMap { definition(of: $0) }
        return Component("VCALENDAR", head, defined + pieces.map(\.component))
    }

    private mutating func definition(of tzid: String) -> Component? {
        let bare = DateValue.bare(tzid: tzid)
        if let known = definitions[bare] { return known }
        guard let made = zones.rules(tzid)?.component(tzid: tzid, in: 0..<ZoneRules.end) else { return nil }
        definitions[bare] = made
        return made
    }
}
