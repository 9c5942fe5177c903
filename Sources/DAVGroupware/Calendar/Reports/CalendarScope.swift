import DAV
import HTTPTypes

/// The collections of calendar objects a report looks into (RFC 4791 §7.8, §7.10): that of the request-URI, and with
/// `Depth: infinity` those below it.
struct CalendarScope: Sendable {
    /// Most collections one report looks into.
    private static let maxCollections = 1000
    private static let pageSize = 200

    /// One of them, and what the caller may do there.
    struct Source: Sendable {
        var collection: any DAVCollection
        var privileges: Privileges
    }

    var sources: [Source] = []

    /// - Parameters:
    ///   - depth: zero is the collection itself, which is no calendar object.
    ///   - privilege: what the caller needs; calendars without it are left aside.
    ///   - onlyOpaque: also those below the request-URI that do not count when somebody asks when its owner is busy (RFC 6638
    ///     §9.1), as what others share does not unless the sharee says so.
    /// - Throws: 507 `number-of-matches-within-limits` if there are too many.
    init(_ report: ReportRequest, depth: Depth, needing privilege: Privilege = .read, onlyOpaque: Bool = false)
        async throws
    {
        guard depth != .zero else { return }
        let (exchange, located) = (report.exchange, report.located)
        if located.collection.info.kind.holdsCalendarObjects {
            sources.append(Source(collection: located.collection, privileges: located.privileges))
        }
        guard depth == .infinity, located.collection.info.kind.placement.children?.isEmpty != true else { return }
        var last: Name?
        repeat {
            let page = try await located.collection.entries(
                .all(after: last, limit: Self.pageSize), fields: onlyOpaque ? .deadProperties : [])
            for entry in page {
                guard let info = entry.collection, info.kind.holdsCalendarObjects,
                    !(onlyOpaque && entry.isTransparent(unlessSaid: false))
                else { continue }
                let privileges = exchange.privileges(on: info)
                guard privileges.contains(privilege),
                    let collection = try await exchange.handler.backend.collection(at: info.path, for: exchange.caller)
                else { continue }
                guard sources.count < Self.maxCollections else { throw DAVError.numberOfMatchesWithinLimits }
                sources.append(Source(collection: collection, privileges: privileges))
            }
            last = page.count == Self.pageSize ? page.last?.name : nil
        } while last != nil
    }
}

extension Entry {
    /// Whether a calendar does not count when somebody asks when its owner is busy (RFC 6638 §9.1).
    func isTransparent(unlessSaid otherwise: Bool) -> Bool {
        let kept = deadProperties.first { $0.name == .calDAV("schedule-calendar-transp") }
        guard let kept, let element = try? XMLElement.parse(kept.xml) else { return otherwise }
        return element.first(.calDAV("transparent")) != nil
    }
}

extension CollectionKind {
    /// Whether its members are calendar objects.
    var holdsCalendarObjects: Bool { content is CalendarContentPolicy }
}

extension ReportRequest {
    /// How deep a report on calendars goes. Without the header RFC 3253 §3.6 means zero, which is nothing; clients that leave
    /// it out mean the objects (C-28).
    var calendarDepth: Depth { depth ?? (located.collection.info.kind.holdsCalendarObjects ? .one : .zero) }
}
