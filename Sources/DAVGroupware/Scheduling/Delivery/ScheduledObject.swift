import DAV

/// A calendar object as it stands in somebody's calendar, with what has to hold still while a write is computed from it.
struct ScheduledObject: Sendable {
    var path: DAVPath
    var etag: ETag?
    /// See ``ScheduleTag``.
    var tag: String?
    var stored: StoredCalendar

    var standing: Standing { Standing(path: path, etag: etag) }

    /// - Returns: `nil` if there is no such member. One that cannot be read is taken for a calendar of nothing.
    init?(_ name: Name, in collection: any DAVCollection) async throws {
        guard let member = try await collection.open(name, fields: []) else { return nil }
        let octets = try await member.octets()
        stored = StoredCalendar(octets) ?? StoredCalendar(unreadable: octets)
        path = collection.info.path.appending(name)
        etag = member.entry.etag
        guard stored.hasOrganizer else { return }
        let described = try await collection.entries(.named([name]), fields: .deadProperties).first
        tag = described.flatMap { ScheduleTag.of($0, body: octets) }
    }

    /// Leaves the schedule tag as it is, whatever is written.
    var keepingTag: PropertyChange { tag.map { .set(ScheduleTag.kept($0)) } ?? .remove(ScheduleTag.name) }
}

extension StoredCalendar {
    fileprivate init(unreadable octets: [UInt8]) {
        self.octets = octets
        calendar = Component("VCALENDAR")
    }

    /// Whether it could be a scheduling object (RFC 6638 §3.1).
    var hasOrganizer: Bool { calendar.components.contains { $0["ORGANIZER"] != nil } }

    /// Of the components that happen: all have the same.
    var uid: String? { calendar.subject }

    /// `VEVENT` or `VTODO`; what has time zones only is nothing.
    var componentType: String? { calendar.components.first { $0.name != "VTIMEZONE" }?.name }
}
