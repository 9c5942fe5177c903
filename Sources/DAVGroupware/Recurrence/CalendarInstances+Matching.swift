extension CalendarInstances {
    /// Whether the component overlaps the range in one of its instances (RFC 4791 §9.9, C-21).
    ///
    /// - Parameters:
    ///   - component: by its place in ``components``.
    ///   - floating: the zone for floating times and DATE.
    package func matches(
        _ component: Int, _ range: Range<Int64>, floating: ZoneRules, within budget: inout WorkBudget
    ) -> Verdict {
        guard components.indices.contains(component) else { return .no }
        guard times[component] != nil else { return matchesWithoutInstances(component, range, floating: floating) }
        return first(in: range, floating: floating, within: &budget) {
            $0.component == component && $0.overlaps(range)
        }
    }

    /// Whether the alarm of a component rings in the range, for any of its instances.
    package func alarmMatches(
        _ alarm: Component, of component: Int, _ range: Range<Int64>, floating: ZoneRules,
        within budget: inout WorkBudget
    ) -> Verdict {
        guard let alarm = AlarmTimes(alarm), components.indices.contains(component) else { return .no }
        if case .at(let instant) = alarm.trigger {
            return Overlap.alarm(range, trigger: instant, count: alarm.count, interval: alarm.interval) ? .yes : .no
        }
        let lower = max(range.lowerBound, ZoneRules.beginning) - alarm.reach
        let upper = min(range.upperBound, ZoneRules.end) + alarm.reach
        guard lower <= upper else { return .no }
        return first(in: lower..<upper, floating: floating, within: &budget) {
            $0.component == component && alarm.overlaps(range, $0)
        }
    }

    /// Whether a date of the property lies in the range.
    package func propertyMatches(_ property: ContentLine, _ range: Range<Int64>, floating: ZoneRules) -> Bool {
        (DateValue.list(property) + Period.list(property).map(\.start)).contains {
            Overlap.property(range, zones.instant(of: $0, floating: floating))
        }
    }

    private func first(
        in range: Range<Int64>, floating: ZoneRules, within budget: inout WorkBudget,
        where isWanted: (CalendarInstance) -> Bool
    ) -> Verdict {
        var iterator = iterator(in: range, floating: floating)
        while let next = iterator.next(within: &budget) {
            if isWanted(next) { return .yes }
        }
        return budget.isExhausted ? .maybe : .no
    }

    private func matchesWithoutInstances(_ index: Int, _ range: Range<Int64>, floating: ZoneRules) -> Verdict {
        let component = components[index]
        let bounds = bounds(of: component, floating: floating)
        switch component.name {
        case "VFREEBUSY":
            let periods = component.all("FREEBUSY").flatMap { spans(of: $0, floating: floating) }
            return Overlap.freeBusy(range, start: bounds.start, end: bounds.end, periods: periods) ? .yes : .no
        case "VAVAILABILITY":
            return Overlap.availability(range, start: bounds.start, end: bounds.end) ? .yes : .no
        default: return .no
        }
    }

    /// DTSTART, and DTEND or what DURATION makes of it.
    func bounds(of component: Component, floating: ZoneRules) -> (start: Int64?, end: Int64?) {
        let start = component["DTSTART"].flatMap(DateValue.init)
        let instant = start.map { zones.instant(of: $0, floating: floating) }
        if let end = component["DTEND"].flatMap(DateValue.init) {
            return (instant, zones.instant(of: end, floating: floating))
        }
        guard let start, let duration = component["DURATION"].flatMap({ CalendarDuration($0.value) }) else {
            return (instant, nil)
        }
        return (instant, end(of: start, duration, floating: floating))
    }

    /// The periods of a FREEBUSY line, as instants.
    func spans(of line: ContentLine, floating: ZoneRules) -> [(start: Int64, end: Int64)] {
        Period.list(line).map { period in
            let start = zones.instant(of: period.start, floating: floating)
            return switch period.length {
            case .until(let end): (start, zones.instant(of: end, floating: floating))
            case .lasting(let duration): (start, end(of: period.start, duration, floating: floating))
            }
        }
    }

    private func end(of start: DateValue, _ duration: CalendarDuration, floating: ZoneRules) -> Int64 {
        let day = CivilDateTime(seconds: start.civil.seconds + Int64(duration.days) * 86_400)
        return rules(start, floating: floating).instant(of: day) + duration.seconds
    }
}
