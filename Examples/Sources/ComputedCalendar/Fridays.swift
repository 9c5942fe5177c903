import DAV
import DAVGroupware

/// Finds two collections: a home, and the one calendar in it. Being of a calendar's kind is all that makes it one: queries,
/// free-busy, multiget and export work on whatever has bodies.
struct Fridays: Backend {
    let kinds: CalDAV
    let owner: PrincipalID

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        let isHome = path.names.count == 2
        guard isHome || path.names.count == 3 && path.last == FridayCollection.name, path.names[1] == owner.name else {
            return nil
        }
        let kind = isHome ? kinds.home : kinds.calendar
        return FridayCollection(
            info: CollectionInfo(path: path, kind: kind, owner: owner, capabilities: []), calendar: kinds.calendar)
    }
}

/// The home or the calendar, read-only.
struct FridayCollection: DAVCollection {
    static let name = Name("fridays")!

    let info: CollectionInfo
    let calendar: CollectionKind

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself: return [entry(of: info)]
        case .named(let names): return names.compactMap(entry)
        case .all(let after, let limit):
            let names = info.kind === calendar ? FridayThe13th.all.map(\.name) : [Self.name]
            return Array(names.lazy.filter { name in after.map { $0 < name } ?? true }.compactMap(entry).prefix(limit))
        }
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let event = FridayThe13th(name), let entry = entry(name) else { return nil }
        return OpenedMember(entry: entry, body: MemoryBody(event.body))
    }

    private func entry(_ name: Name) -> Entry? {
        guard info.kind === calendar else {
            let path = info.path.appending(name)
            return name == Self.name
                ? entry(of: CollectionInfo(path: path, kind: calendar, owner: info.owner, capabilities: [])) : nil
        }
        guard let event = FridayThe13th(name) else { return nil }
        // It never changes, so its name tells versions apart well enough.
        return Entry(
            name: name, etag: ETag(opaque: name.string), contentType: "text/calendar; charset=utf-8",
            contentLength: Int64(event.body.count), created: FridayThe13th.discovery, modified: FridayThe13th.discovery)
    }

    private func entry(of collection: CollectionInfo) -> Entry {
        Entry(
            name: collection.path.last ?? Self.name, collection: collection, created: FridayThe13th.discovery,
            modified: FridayThe13th.discovery)
    }
}

/// A day to stay in bed.
struct FridayThe13th {
    static let discovery = Timestamp(seconds: 0)
    static let all = (2020...2040).flatMap { year in (1...12).compactMap { FridayThe13th(year: year, month: $0) } }

    let year: Int
    let month: Int

    init?(year: Int, month: Int) {
        guard (2020...2040).contains(year), (1...12).contains(month) else { return nil }
        // Sakamoto's formula; 5 is Friday.
        let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let y = month < 3 ? year - 1 : year
        guard (y + y / 4 - y / 100 + y / 400 + offsets[month - 1] + 13) % 7 == 5 else { return nil }
        (self.year, self.month) = (year, month)
    }

    /// `2026-02.ics`
    init?(_ name: Name) {
        let parts = name.string.split(whereSeparator: { $0 == "-" || $0 == "." })
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]) else { return nil }
        self.init(year: year, month: month)
        guard self.name == name else { return nil }
    }

    private var monthText: String { month < 10 ? "0\(month)" : "\(month)" }
    var name: Name { Name("\(year)-\(monthText).ics")! }

    var body: [UInt8] {
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Fridays//EN", "BEGIN:VEVENT",
            "UID:friday-\(year)-\(monthText)@example.com", "DTSTAMP:20200101T000000Z",
            "DTSTART;VALUE=DATE:\(year)\(monthText)13", "SUMMARY:Friday the 13th", "TRANSP:TRANSPARENT", "END:VEVENT",
            "END:VCALENDAR", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
