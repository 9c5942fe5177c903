/// The first and the last instant an object may touch, for the index: seconds since 1970 UTC, `.min` and `.max` without bound.
///
/// Dates without a zone mean another instant for whoever looks, so a day and more is added on both sides. Alarms do not count.
struct ObjectExtent {
    private(set) var first = Int64.max
    private(set) var last = Int64.min
    private let instances: ObjectInstances
    private static let margin: Int64 = 100_000
    /// Occurrences of a rule with COUNT that are counted to find its last.
    private static let maxCounted = 2000

    init(_ calendar: Component, _ zones: Zones) {
        instances = ObjectInstances(calendar, zones: zones, floating: .utc)
        for component in calendar.components where component.name != "VTIMEZONE" { add(component) }
        if first > last { (first, last) = (.min, .max) }
    }

    private mutating func add(_ component: Component) {
        let times = ObjectTimes(component, instances.zones, instances.floating)
        guard let start = times.start.map(instances.instant) else { return addWithoutStart(component, times) }
        if component.name == "VAVAILABILITY", times.end == nil, component["DURATION"] == nil {
            return include(start, .max)
        }
        include(start + times.shortest, start + times.longest)
        for line in component.all("FREEBUSY") { include(line) }
        guard component["RECURRENCE-ID"] == nil else { return }
        for line in component.all("RDATE") {
            let values = DateValue.list(line) + Period.list(line).map(\.start)
            for instant in values.map(instances.instant) { include(instant + times.shortest, instant + times.longest) }
        }
        for line in component.all("RRULE") {
            guard let rule = try? RecurrenceRule(line.value) else { continue }
            include(start + times.shortest, end(of: rule, times).map { $0 + times.longest } ?? .max)
        }
    }

    /// C-21b, C-21c: what a task or a free-busy object goes by if it has no DTSTART.
    private mutating func addWithoutStart(_ component: Component, _ times: ObjectTimes) {
        if let end = times.end.map(instances.instant) {
            include(component.name == "VTODO" ? end : .min, end)
        } else if component.name == "VTODO", let completed = instances.instant(of: component["COMPLETED"]) {
            let created = instances.instant(of: component["CREATED"]) ?? completed
            include(min(created, completed), max(created, completed))
        } else if component.name == "VTODO", let created = instances.instant(of: component["CREATED"]) {
            include(created, .max)
        } else if component.name == "VFREEBUSY", component["FREEBUSY"] != nil {
            for line in component.all("FREEBUSY") { include(line) }
        } else {
            include(.min, .max)
        }
    }

    private mutating func include(_ line: ContentLine) {
        for period in Period.list(line) {
            let (start, end) = instances.bounds(of: period)
            include(start, end)
        }
    }

    private mutating func include(_ lower: Int64, _ upper: Int64) {
        first = min(first, lower == .min ? .min : lower - ObjectExtent.margin)
        last = max(last, upper == .max ? .max : upper + ObjectExtent.margin)
    }

    /// The last start; `nil`: there is none, or it is not worth counting.
    private func end(of rule: RecurrenceRule, _ times: ObjectTimes) -> Int64? {
        if let until = rule.until { return until.civil.seconds + ObjectExtent.margin }
        guard let count = rule.count, count <= ObjectExtent.maxCounted, let start = times.start else { return nil }
        var occurrences = rule.occurrences(from: start.civil, isDate: start.isDate)
        var budget = WorkBudget()
        var last = start.civil
        while let next = occurrences.next(within: &budget) { last = max(last, next) }
        return budget.isExhausted ? nil : last.seconds + ObjectExtent.margin
    }
}
