import DAV
import HTTPTypes

extension Report {
    /// free-busy-query (RFC 4791 §7.10): when the calendars below the request-URI are busy. Of a calendar object nobody can
    /// ask that (403 `supported-report`).
    static func freeBusyQuery(_ settings: CalendarSettings) -> Report {
        Report(
            .calDAV("free-busy-query"), privilege: .readFreeBusy, isOffered: { _, isCollection in isCollection }
        ) { report in
            guard let element = report.body.first(.calDAV("time-range")) else {
                throw DAVError.badRequest("A free-busy-query needs a C:time-range.")
            }
            let range = try TimeRange.read(
                element, .both, settings.limits,
                refusal: .badRequest("C:time-range needs a start and an end in UTC, the end later than the start."))
            var busy = FreeBusy(range)
            var budget = QueryBudget()
            let scope = try await CalendarScope(
                report, depth: report.calendarDepth, needing: .readFreeBusy, onlyOpaque: true)
            for source in scope.sources { try await busy.add(source.collection, settings.zones, &budget) }
            let calendar = Component.calendar([busy.component(stamp: report.exchange.now.seconds)])
            return DAVResponse(
                .ok, headers: .document("text/calendar; charset=utf-8; component=VFREEBUSY"),
                body: .bytes(ContentWriter.octets(of: [calendar])))
        }
    }
}

extension FreeBusy {
    private static let pageSize = 50

    /// Cost: two queries, and one a page of objects that the index cannot exclude.
    ///
    /// - Throws: 507 `number-of-matches-within-limits` when the work is more than a request may do.
    /// - Parameter isMasked: of which objects nothing is told.
    mutating func add(
        _ collection: any DAVCollection, _ zones: Zones, _ budget: inout QueryBudget,
        without isMasked: (Component) -> Bool = { _ in false }
    ) async throws {
        let zone = try await FloatingZone(of: collection, zones)
        var names = try await collection.names(matching: ContentQuery(range: range))[...]
        while !names.isEmpty {
            let page = Array(names.prefix(FreeBusy.pageSize))
            names = names.dropFirst(FreeBusy.pageSize)
            for entry in try await collection.entries(.named(page), fields: .content) where !entry.isCollection {
                guard let octets = try await collection.filled(entry, named: entry.name)?.content,
                    let object = StoredCalendar(octets), !isMasked(object.calendar)
                else { continue }
                let instances = CalendarInstances(object.calendar.components, zones: zones)
                budget.spend {
                    add(instances, floating: zone.rules, within: &$0)
                    addAvailability(object.calendar, zones: zones, floating: zone.rules, within: &$0)
                }
                guard !budget.isExhausted else { throw DAVError.numberOfMatchesWithinLimits }
            }
            await Task.yield()
        }
    }
}
