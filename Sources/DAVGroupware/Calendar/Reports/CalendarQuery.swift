import DAV
import HTTPTypes

extension Report {
    /// calendar-query (RFC 4791 §7.8): the calendar objects that pass a filter.
    static func calendarQuery(_ settings: CalendarSettings) -> Report {
        Report(.calDAV("calendar-query"), isOffered: { _, _ in true }) { report in
            guard let element = report.body.first(.calDAV("filter")) else {
                throw DAVError.badRequest("A calendar-query needs a C:filter.")
            }
            let filter = try CalendarFilterReader.read(element, limits: settings.limits)
            let zone = try FloatingZone(query: report.body, settings.zones)
            let answer = try MemberMultistatus(report, PropertyRequest(of: report.body))
            let walk: CalendarQueryWalk
            switch report.located.target {
            case .member(let name): walk = try await CalendarQueryWalk(report, settings, filter, zone, name)
            case .itself:
                let scope = try await CalendarScope(report, depth: report.calendarDepth)
                walk = CalendarQueryWalk(scope, settings, filter, zone)
            }
            return try await answer.response(walk)
        }
    }
}

/// Goes through the objects that the index cannot exclude, a page at a time.
///
/// Cost: two queries a collection, and one a page. What cannot be read, and what cannot be judged within the budget, does not
/// keep others from being found.
private struct CalendarQueryWalk: MemberReport {
    private static let pageSize = 50
    private let settings: CalendarSettings
    private let filter: CalendarFilter
    private let query: ContentQuery
    private let requestZone: FloatingZone?
    private var pending: ArraySlice<CalendarScope.Source>
    private var current: Current?
    /// For all objects together.
    private var budget = QueryBudget()

    private struct Current: Sendable {
        var source: CalendarScope.Source
        var names: ArraySlice<Name>
        /// Fetched and not yet looked at.
        var page: ArraySlice<Entry> = []
        var zone: FloatingZone
        var isInbox: Bool { (source.collection.info.kind.content as? CalendarContentPolicy)?.isInbox == true }
    }

    init(_ scope: CalendarScope, _ settings: CalendarSettings, _ filter: CalendarFilter, _ zone: FloatingZone?) {
        self.settings = settings
        self.filter = filter
        query = filter.query
        requestZone = zone
        pending = scope.sources[...]
    }

    /// A query of one object.
    init(
        _ report: ReportRequest, _ settings: CalendarSettings, _ filter: CalendarFilter, _ zone: FloatingZone?,
        _ name: Name
    ) async throws {
        self.settings = settings
        self.filter = filter
        query = filter.query
        requestZone = zone
        pending = []
        let located = report.located
        current = Current(
            source: .init(collection: located.collection, privileges: located.privileges), names: [name],
            zone: try await self.zone(in: located.collection))
    }

    mutating func step(_ out: inout MemberMultistatus) async throws -> Bool {
        if current == nil, let source = pending.popFirst() { current = try await begin(source) }
        guard var current else { return !pending.isEmpty }
        let collection = current.source.collection
        if current.page.isEmpty {
            let names = Array(current.names.prefix(CalendarQueryWalk.pageSize))
            current.names = current.names.dropFirst(CalendarQueryWalk.pageSize)
            current.page = try await collection.entries(.named(names), fields: out.fields.union(.content))[...]
        }
        // Bodies of megabytes are not gathered: the rest of the page waits until the client has taken this.
        while !out.isFull, let entry = current.page.popFirst() {
            guard !entry.isCollection,
                let entry = try await collection.filled(entry, named: entry.name, fields: out.fields)
            else { continue }
            if passes(entry, current) {
                try await out.add(
                    entry, in: collection, privileges: current.source.privileges, surroundings: current.zone)
            }
        }
        self.current = current.page.isEmpty && current.names.isEmpty ? nil : current
        guard !budget.isExhausted else {
            out.addTruncation()
            return false
        }
        await Task.yield()
        return self.current != nil || !pending.isEmpty
    }

    private func begin(_ source: CalendarScope.Source) async throws -> Current? {
        let names = try await source.collection.names(matching: query)
        guard !names.isEmpty else { return nil }
        return Current(source: source, names: names[...], zone: try await zone(in: source.collection))
    }

    /// RFC 4791 §7.3
    private func zone(in calendar: any DAVCollection) async throws -> FloatingZone {
        if let requestZone { return requestZone }
        return try await FloatingZone(of: calendar, settings.zones)
    }

    private mutating func passes(_ entry: Entry, _ current: Current) -> Bool {
        guard let octets = entry.content, let object = StoredCalendar(octets) else { return false }
        var clock = ObjectClock(object, current.zone, settings.zones, budget)
        clock.isOfInbox = current.isInbox
        defer { budget = clock.budget }
        return filter.matches(object.calendar, &clock)
    }
}
