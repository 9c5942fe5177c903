import DAV

@testable import DAVGroupware

extension GroupwareProperty {
    private static let zones = Zones()

    /// The input is a filter as XML, a NUL, and a calendar object.
    func checkCalendarFilter(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let settings = CalendarSettings(limits: CalendarLimits(), zones: Self.zones)
        guard parts.count == 2, let element = try? XMLElement.parse(Array(parts[0])),
            let filter = try? CalendarFilterReader.read(element, limits: settings.limits)
        else { return }
        let policy = CalendarContentPolicy(settings: settings, isInbox: false)
        guard let admitted = try? policy.admit(Array(parts[1]), contentType: nil, settings: []),
            let object = StoredCalendar(admitted.replacement ?? Array(parts[1]))
        else { return }
        var clock = ObjectClock(object, .utc, settings.zones, QueryBudget())
        let finds = filter.matches(object.calendar, &clock)
        try demand(!finds || filter.query.mayMatch(admitted.index), "the index hides nothing the filter finds")
    }
}
