/// What becomes of what recurs in an answer (RFC 4791 §9.6.5 to §9.6.7).
struct ObjectExpansion {
    private let instances: ObjectInstances

    init(_ instances: ObjectInstances) { self.instances = instances }

    /// `C:expand`: a component for every instance that overlaps the range, in UTC, without rules and without zones.
    func expanded(_ range: Range<Int64>, within budget: inout WorkBudget) -> Component {
        let overlap = RangeOverlap(instances, range)
        var found: [(start: Int64, component: Component)] = []
        for component in instances.calendar.components where component.name != "VTIMEZONE" {
            let siblings = instances.calendar.components
            instances.forEach(component, among: siblings, starts: overlap.starts(of: component), within: &budget) {
                if overlap.holds($0, of: component) {
                    found.append(($0.start ?? .min, instance($0, of: component)))
                }
                return true
            }
        }
        var result = instances.calendar
        result.components = found.sorted { $0.start < $1.start }.map(\.component)
        return result
    }

    private static let recurrence: Set<String> = ["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"]

    private func instance(_ instance: ObjectInstance, of component: Component) -> Component {
        var result = component
        result.properties = component.properties.compactMap { line in
            let name = line.name.uppercased()
            if ObjectExpansion.recurrence.contains(name) { return nil }
            switch name {
            case "DTSTART": return utc(line, instance.start)
            case "DTEND", "DUE": return utc(line, instance.end)
            default: return line
            }
        }
        if let id = instance.recurrenceID {
            let line = component["RECURRENCE-ID"] ?? component["DTSTART"]
            if var line = line.flatMap({ utc($0, id) }) {
                line.name = "RECURRENCE-ID"
                result.properties.append(line)
            }
        }
        return result
    }

    /// The property with another time: a DATE stays one (§9.6.5), all else is told in UTC.
    private func utc(_ line: ContentLine, _ instant: Int64?) -> ContentLine? {
        guard let instant, let value = DateValue(line) else { return line }
        var result = line
        result.parameters.removeAll { $0.name.isASCIIEqual(to: "TZID") }
        result.value =
            value.isDate
            ? instances.floating.local(instant).date.text : CivilDateTime(seconds: instant).text + "Z"
        return result
    }

    /// `C:limit-recurrence-set`: what recurs, and the overrides that happen in the range or took something out of it.
    func limited(_ range: Range<Int64>) -> Component {
        let overlap = RangeOverlap(instances, range)
        var result = instances.calendar
        result.components.removeAll { component in
            guard let original = instances.instant(of: component["RECURRENCE-ID"]) else { return false }
            let times = ObjectTimes(component, instances.zones, instances.floating)
            // RFC 5545 §3.8.4.4: what holds for all later ones matters for all of them.
            if component["RECURRENCE-ID"]?["RANGE"] != nil, original < range.upperBound { return false }
            let was = ObjectInstance(start: original, end: original + times.longest, recurrenceID: original)
            if overlap.holds(was, of: component) { return false }
            var budget = WorkBudget()
            var isFound = false
            instances.forEach(
                component, among: [], starts: overlap.starts(of: component), within: &budget
            ) {
                isFound = overlap.holds($0, of: component)
                return !isFound
            }
            return !isFound
        }
        return result
    }

    /// `C:limit-freebusy-set`: the periods of VFREEBUSY that overlap the range.
    func withFreeBusy(_ range: Range<Int64>, in calendar: Component) -> Component {
        var result = calendar
        for index in result.components.indices where result.components[index].name == "VFREEBUSY" {
            result.components[index].properties = result.components[index].properties.compactMap { line in
                guard line.isNamed("FREEBUSY") else { return line }
                let parts = line.value.split(separator: ",").filter { part in
                    guard let period = Period(String(part)) else { return true }
                    let (start, end) = instances.bounds(of: period)
                    return range.lowerBound < end && range.upperBound > start
                }
                guard !parts.isEmpty else { return nil }
                var line = line
                line.value = parts.joined(separator: ",")
                return line
            }
        }
        return result
    }
}
