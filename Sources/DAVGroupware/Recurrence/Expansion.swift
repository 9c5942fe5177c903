/// What calendar-data asks to be made of recurring objects (RFC 4791 §9.6.5 to §9.6.7, C-23).
package enum Expansion {
    /// Every instance that overlaps the range as a component of its own: times in UTC, RECURRENCE-ID, no recurrence properties
    /// and no VTIMEZONE. Floating times and DATE stay what they are.
    ///
    /// - Parameter calendar: the VCALENDAR.
    /// - Returns: a VCALENDAR; without components if nothing overlaps. If the budget is exhausted, what was made by then.
    package static func expand(
        _ calendar: Component, to range: Range<Int64>, zones: Zones, floating: ZoneRules,
        within budget: inout WorkBudget
    ) -> Component {
        let object = CalendarInstances(calendar.components, zones: zones)
        var result = Component(calendar.name, calendar.properties)
        let found = object.instances(in: range, floating: floating, within: &budget)
        let isSeries = object.isRecurring || object.others.contains { object.times[$0]?.recurrenceID != nil }
        for instance in found where instance.overlaps(range) {
            result.components.append(component(of: instance, object, isSeries: isSeries, floating: floating))
        }
        // What has no instances stands for itself.
        for (index, component) in calendar.components.enumerated()
        where object.times[index] == nil && component.name != "VTIMEZONE" {
            if object.matches(index, range, floating: floating, within: &budget) != .no {
                result.components.append(component)
            }
        }
        return result
    }

    private static let dropped = ["RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"]

    private static func component(
        of instance: CalendarInstance, _ object: CalendarInstances, isSeries: Bool, floating: ZoneRules
    ) -> Component {
        let source = object.components[instance.component]
        let times = object.times[instance.component]
        var result = Component(source.name, [], source.components)
        for line in source.properties where !dropped.contains(where: line.isNamed) {
            if line.isNamed("DTSTART"), let start = instance.start, let own = times?.start {
                result.properties.append(moved(line, own, to: start, on: instance.local))
            } else if line.isNamed("DTEND") || line.isNamed("DUE"), let end = instance.end, let own = times?.end {
                let day = own.isDate ? object.day(of: end, floating: floating) : floating.local(end)
                result.properties.append(moved(line, own, to: end, on: day))
            } else if line.isNamed("DURATION"), times?.start?.isFloating == false, let start = instance.start,
                let end = instance.end
            {
                // In UTC a day is 24 hours, whatever it was on the clock.
                result.properties.append(
                    ContentLine("DURATION", value: CalendarDuration(days: 0, seconds: end - start).text))
            } else {
                result.properties.append(inUTC(line, object, floating: floating))
            }
        }
        if isSeries, let id = object.recurrenceID(of: instance) {
            let utc =
                id.tzid == nil ? id : .utc(CivilDateTime(seconds: object.zones.instant(of: id, floating: floating)))
            result.properties.append(utc.line("RECURRENCE-ID"))
        }
        return result
    }

    /// The line with another date of the same type; one that refers to a zone is written in UTC.
    private static func moved(
        _ line: ContentLine, _ own: DateValue, to instant: Int64, on local: CivilDateTime
    ) -> ContentLine {
        var line = line
        switch own {
        case .date: line.value = local.date.text
        case .floating: line.value = local.text
        case .utc, .zoned: return inUTC(line, instant)
        }
        line.source = 0..<0
        return line
    }

    /// Nothing may refer to a VTIMEZONE that is not there any more.
    private static func inUTC(_ line: ContentLine, _ object: CalendarInstances, floating: ZoneRules) -> ContentLine {
        guard line["TZID"] != nil, let value = DateValue(line), value.tzid != nil else { return line }
        return inUTC(line, object.zones.instant(of: value, floating: floating))
    }

    private static func inUTC(_ line: ContentLine, _ instant: Int64) -> ContentLine {
        var line = line
        line.value = DateValue.utc(CivilDateTime(seconds: instant)).text
        line.parameters.removeAll { $0.name.isASCIIEqual(to: "TZID") }
        line.source = 0..<0
        return line
    }

    /// Leaves out the overrides that have nothing to do with the range: neither the instance they make nor the one they replace
    /// overlaps it. The master stays, and so does what changes all later instances (RFC 4791 §9.6.6).
    package static func limitRecurrenceSet(
        _ calendar: Component, to range: Range<Int64>, zones: Zones, floating: ZoneRules
    ) -> Component {
        let object = CalendarInstances(calendar.components, zones: zones)
        var result = calendar
        let kept = calendar.components.indices.filter { index in
            guard let times = object.times[index], let id = times.recurrenceID, index != object.master else {
                return true
            }
            let start = object.zones.instant(of: id, floating: floating)
            if times.reachesOn { return start < range.upperBound }
            let length =
                object.master.flatMap { object.times[$0] }.map { object.length(of: $0, floating: floating).most } ?? 0
            let replaced = Overlap.event(range, start: start, end: length == 0 ? nil : start + length)
            var budget = WorkBudget(steps: 100, instances: calendar.components.count + 1)
            let alone = CalendarInstances(
                calendar.components.filter { $0.name == "VTIMEZONE" } + [calendar.components[index]], zones: zones)
            return replaced
                || alone.matches(alone.components.count - 1, range, floating: floating, within: &budget) != .no
        }
        result.components = kept.map { calendar.components[$0] }
        return result
    }

    /// Leaves out the FREEBUSY periods that do not overlap the range (RFC 4791 §9.6.7).
    package static func limitFreeBusySet(
        _ calendar: Component, to range: Range<Int64>, zones: Zones, floating: ZoneRules
    ) -> Component {
        let object = CalendarInstances(calendar.components, zones: zones)
        var result = calendar
        for index in result.components.indices where result.components[index].name == "VFREEBUSY" {
            result.components[index].properties = result.components[index].properties.compactMap { line in
                guard line.isNamed("FREEBUSY") else { return line }
                let texts = line.value.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
                let kept = texts.filter { text in
                    var one = line
                    one.value = text
                    return object.spans(of: one, floating: floating).contains {
                        Overlap.event(range, start: $0.start, end: $0.end)
                    }
                }
                if kept.count == texts.count { return line }
                guard !kept.isEmpty else { return nil }
                return ContentLine("FREEBUSY", line.parameters, value: kept.joined(separator: ","))
            }
        }
        return result
    }
}

extension CalendarInstances {
    /// The day whose midnight that is.
    fileprivate func day(of instant: Int64, floating: ZoneRules) -> CivilDateTime {
        // An hour more: where midnight does not exist, the day begins later.
        CivilDateTime(CivilDateTime(seconds: floating.local(instant).seconds + 3600).date)
    }
}
