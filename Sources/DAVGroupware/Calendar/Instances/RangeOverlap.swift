/// When a component overlaps a range of time (RFC 4791 §9.9): the tables of the RFC, `s` and `e` being start and end of the
/// range.
struct RangeOverlap {
    let instances: ObjectInstances
    private let s: Int64
    private let e: Int64

    init(_ instances: ObjectInstances, _ range: Range<Int64>) {
        self.instances = instances
        s = max(range.lowerBound, ObjectInstances.bounds.lowerBound)
        e = min(range.upperBound, ObjectInstances.bounds.upperBound)
    }

    /// Instances that start elsewhere cannot overlap.
    func starts(of component: Component) -> ClosedRange<Int64> {
        let times = ObjectTimes(component, instances.zones, instances.floating)
        let lower = max(s - times.longest, ObjectInstances.bounds.lowerBound)
        return lower...max(lower, e - times.shortest)
    }

    func holds(_ instance: ObjectInstance, of component: Component) -> Bool {
        switch component.name {
        case "VTODO": todo(instance, component)
        case "VJOURNAL": journal(instance, component)
        case "VFREEBUSY": freeBusy(instance, component)
        case "VAVAILABILITY": s < instance.end ?? .max && e > instance.start ?? .min
        default: event(instance, component)
        }
    }

    /// C-21a
    private func event(_ instance: ObjectInstance, _ component: Component) -> Bool {
        guard let start = instance.start else { return false }
        if let end = instance.end, end > start { return s < end && e > start }
        if instance.end == nil, isDate(component["DTSTART"]) { return s < start + 86_400 && e > start }
        return s <= start && e > start
    }

    /// C-21b: the first row that fits.
    private func todo(_ instance: ObjectInstance, _ component: Component) -> Bool {
        switch (instance.start, instance.end) {
        case (let start?, let end?) where component["DUE"] == nil: return s <= end && (e > start || e >= end)
        case (let start?, let due?): return (s < due || s <= start) && (e > start || e >= due)
        case (let start?, nil): return s <= start && e > start
        case (nil, let due?): return s < due && e >= due
        case (nil, nil): break
        }
        switch (instances.instant(of: component["CREATED"]), instances.instant(of: component["COMPLETED"])) {
        case (let created?, let completed?): return (s <= created || s <= completed) && (e >= created || e >= completed)
        case (nil, let completed?): return s <= completed && e >= completed
        case (let created?, nil): return e > created
        case (nil, nil): return true
        }
    }

    /// C-21c
    private func journal(_ instance: ObjectInstance, _ component: Component) -> Bool {
        guard let start = instance.start else { return false }
        return isDate(component["DTSTART"]) ? s < start + 86_400 && e > start : s <= start && e > start
    }

    private func freeBusy(_ instance: ObjectInstance, _ component: Component) -> Bool {
        if let start = instance.start, let end = instance.end { return s <= end && e > start }
        return component.all("FREEBUSY").contains { lies($0) }
    }

    private func isDate(_ line: ContentLine?) -> Bool { line.flatMap { DateValue($0) }?.isDate ?? false }

    /// Whether one of a property's dates lies in the range, or one of its periods overlaps it.
    func lies(_ line: ContentLine) -> Bool {
        if line.value.utf8.contains(UInt8(ascii: "/")) {
            return Period.list(line).contains { period in
                let (start, end) = instances.bounds(of: period)
                return s < end && e > start
            }
        }
        return DateValue.list(line).contains { value in
            let instant = instances.instant(of: value)
            return s <= instant && e > instant
        }
    }

    /// Whether an alarm rings in the range for this instance, the first time or again (RFC 5545 §3.8.6).
    func rings(_ alarm: AlarmTimes, for instance: ObjectInstance) -> Bool {
        guard let first = alarm.first(for: instance) else { return false }
        if s <= first && e > first { return true }
        guard alarm.interval > 0, alarm.repetitions > 0, s > first else { return false }
        let count = (s - first + alarm.interval - 1) / alarm.interval
        return count <= alarm.repetitions && e > first + count * alarm.interval
    }

    /// Instances that start elsewhere cannot make the alarm ring in the range.
    func starts(of component: Component, ringing alarm: AlarmTimes) -> ClosedRange<Int64> {
        let longest = ObjectTimes(component, instances.zones, instances.floating).longest
        let before = longest + max(alarm.offset, 0) + alarm.interval * alarm.repetitions
        let lower = max(s - before - 86_400, ObjectInstances.bounds.lowerBound)
        return lower...max(lower, e + max(-alarm.offset, 0) + 86_400)
    }
}

extension ObjectInstances {
    func bounds(of period: Period) -> (Int64, Int64) {
        let start = instant(of: period.start)
        switch period.length {
        case .until(let end): return (start, instant(of: end))
        case .lasting(let duration): return (start, start + duration.nominalSeconds)
        }
    }
}

/// When an alarm rings.
struct AlarmTimes: Sendable {
    /// Of an alarm with a date of its own.
    private(set) var absolute: Int64?
    /// After the start, or after the end.
    private(set) var offset: Int64 = 0
    private(set) var isAfterEnd = false
    private(set) var repetitions: Int64 = 0
    private(set) var interval: Int64 = 0

    /// - Returns: `nil` if the component has no TRIGGER that can be read.
    init?(_ alarm: Component, _ instances: ObjectInstances) {
        guard let trigger = alarm["TRIGGER"] else { return nil }
        if let duration = CalendarDuration(trigger.value) {
            offset = duration.nominalSeconds
            isAfterEnd = trigger["RELATED"]?.isASCIIEqual(to: "END") ?? false
        } else if let instant = instances.instant(of: trigger) {
            absolute = instant
        } else {
            return nil
        }
        if let count = alarm["REPEAT"].flatMap({ Int64($0.value) }),
            let pause = alarm["DURATION"].flatMap({ CalendarDuration($0.value) })
        {
            repetitions = min(max(count, 0), 1000)
            interval = max(pause.nominalSeconds, 0)
        }
    }

    func first(for instance: ObjectInstance) -> Int64? {
        if let absolute { return absolute }
        let anchor = isAfterEnd ? instance.end ?? instance.start : instance.start ?? instance.end
        return anchor.map { $0 + offset }
    }
}
