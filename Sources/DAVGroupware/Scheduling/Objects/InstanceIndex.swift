/// The components of an object by the instances they describe, so that those of two copies can be told to be about the same,
/// however each spells it: in UTC, in another zone, as a DATE.
///
/// An instance is named by its key, as ``InstanceClock`` has it.
struct InstanceIndex: Sendable {
    typealias Key = Int64

    let instances: CalendarInstances
    /// By the places of the components in the calendar.
    let overrides: [Key: Int]
    /// What EXDATE takes out.
    let excluded: Set<Key>
    private let clock: InstanceClock
    let zones: Zones
    /// Overrides that reach on (RANGE=THISANDFUTURE), in order.
    private let turns: [Key]

    var components: [Component] { instances.components }
    var master: Int? { instances.master }
    var masterComponent: Component? { master.map { components[$0] } }

    /// - Parameter other: a copy that knows the series, for a calendar of overrides alone.
    init(_ calendar: Component, zones: Zones, like other: InstanceIndex? = nil) {
        let instances = CalendarInstances(calendar.components, zones: zones)
        var clock = InstanceClock(instances, like: other?.clock)
        var overrides: [Key: Int] = [:]
        var turns: [Key] = []
        for index in instances.others {
            guard let times = instances.times[index], let id = times.recurrenceID else { continue }
            let key = clock.instance(id)
            // Of two for one instance the first counts.
            guard overrides[key] == nil else { continue }
            overrides[key] = index
            if times.reachesOn { turns.append(key) }
        }
        var excluded: Set<Key> = []
        if let master = instances.master {
            for line in instances.components[master].properties where line.isNamed("EXDATE") {
                for value in DateValue.list(line) { excluded.insert(clock.instance(value)) }
            }
        }
        (self.instances, self.overrides, self.excluded) = (instances, overrides, excluded)
        (self.clock, self.zones, self.turns) = (clock, zones, turns.sorted())
    }

    /// Whether an override stands for all later instances as well.
    func reachesOn(_ key: Key) -> Bool { turn(at: key) == key }

    /// The last override that reaches on to an instance.
    private func turn(at key: Key) -> Key? {
        var (low, high) = (0, turns.count)
        while low < high {
            let middle = (low + high) / 2
            if turns[middle] <= key { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : turns[low - 1]
    }

    /// Those of the keys at which the series has an instance, by what its clock shows then. Exceptions and overrides do not count.
    ///
    /// If the budget is exhausted the others are taken for none. Cost: as an expansion from the first to the last of them; gaps
    /// of more than a year are left out.
    func instances(at keys: some Sequence<Key>, within budget: inout WorkBudget) -> [Key: CivilDateTime] {
        guard let master, instances.isRecurring else { return [:] }
        let wanted = Set(keys)
        let sorted = wanted.sorted()
        var series = components[master]
        series.properties.removeAll { $0.isNamed("EXDATE") }
        let alone = CalendarInstances(components.filter { $0.name == "VTIMEZONE" } + [series], zones: zones)
        var found: [Key: CivilDateTime] = [:]
        var next = 0
        while next < sorted.count {
            var last = next
            while last + 1 < sorted.count, sorted[last + 1] - sorted[last] < 400 * 86_400 { last += 1 }
            guard budget.take(series.properties.count) else { break }
            var iterator = alone.iterator(in: sorted[next]..<sorted[last] + 1, floating: .utc)
            while let instance = iterator.next(within: &budget) {
                guard let civil = instance.key else { continue }
                let key = clock.instance(at: civil)
                if wanted.contains(key) { found[key] = civil }
            }
            next = last + 1
        }
        return found
    }
}

// MARK: - Instances that no component describes

extension InstanceIndex {
    private static let ofSeries = ["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"]

    /// Which component says what an instance is: an override, one that reaches on, or the master.
    func describing(_ key: Key) -> Int? {
        overrides[key] ?? turn(at: key).flatMap { overrides[$0] } ?? master
    }

    /// When an instance happens that has no override.
    ///
    /// - Parameter civil: as ``instances(at:within:)`` has it.
    func times(at key: Key, _ civil: CivilDateTime) -> ComponentTimes? {
        (turn(at: key).flatMap { overrides[$0] } ?? master).flatMap { times(of: $0, at: civil) }
    }

    /// - Parameter place: of the component that says it.
    private func times(of place: Int, at civil: CivilDateTime) -> ComponentTimes? {
        var clock = clock
        guard let anchor = clock.anchor, var times = instances.times[place] else { return nil }
        // How far it is from what the component itself says.
        let from = times.recurrenceID.flatMap { clock.value(of: clock.instance($0)) } ?? anchor
        let shift = civil.seconds - from.civil.seconds
        let (start, end) = (times.start, times.end)
        times.start = start?.moved(to: CivilDateTime(seconds: (start?.civil.seconds ?? 0) + shift))
        if let end {
            if let start, let moved = times.start, !end.isDate, !end.isFloating, !start.isFloating {
                // An end makes all instances equally long, whatever the clocks do meanwhile (RFC 5545 §3.8.5.3).
                let length = instant(end) - instant(start)
                let rules = instances.rules(end, floating: .utc)
                times.end = end.moved(to: rules.local(instant(moved) + length))
            } else {
                times.end = end.moved(to: CivilDateTime(seconds: end.civil.seconds + shift))
            }
        }
        times.recurrenceID = anchor.moved(to: civil)
        times.reachesOn = false
        return times
    }

    private func instant(_ value: DateValue) -> Int64 { instances.zones.instant(of: value, floating: .utc) }

    /// When an instance happens if nothing but the series says so.
    func seriesTimes(at civil: CivilDateTime) -> ComponentTimes? { master.flatMap { times(of: $0, at: civil) } }

    /// The override that says of an instance what holds of it anyway.
    func derived(at key: Key, _ civil: CivilDateTime) -> Component? {
        guard let master, let index = turn(at: key).flatMap({ overrides[$0] }) ?? Optional(master),
            let times = times(at: key, civil), let id = times.recurrenceID,
            let first = components[master]["DTSTART"] ?? components[master]["DUE"]
        else { return nil }
        var result = components[index]
        result.source = 0..<0
        result.properties = components[index].properties.compactMap { line in
            if Self.ofSeries.contains(where: line.isNamed) { return nil }
            var moved: DateValue?
            if line.isNamed("DTSTART") { moved = times.start }
            if line.isNamed("DTEND") || line.isNamed("DUE") { moved = times.end }
            guard let moved else { return line }
            return ContentLine(line.name, line.parameters, value: moved.text)
        }
        let place = result.properties.firstIndex { $0.isNamed("DTSTART") || $0.isNamed("DUE") } ?? 0
        result.properties.insert(ContentLine("RECURRENCE-ID", first.parameters, value: id.text), at: place)
        return result
    }
}

extension InstanceIndex {
    /// The EXDATE that leaves an instance out, in the form of the start of the series.
    func exception(_ key: Key) -> ContentLine? {
        guard let value = clock.value(of: key), let first = masterComponent.flatMap({ $0["DTSTART"] ?? $0["DUE"] })
        else { return nil }
        return ContentLine("EXDATE", first.parameters, value: value.text)
    }

    /// The master without the exceptions for some instances.
    func master(bringingBack keys: Set<Key>) -> Component? {
        guard var master = masterComponent else { return nil }
        var clock = clock
        master.source = 0..<0
        master.properties = master.properties.compactMap { line in
            guard line.isNamed("EXDATE") else { return line }
            let values = DateValue.list(line)
            let kept = values.filter { !keys.contains(clock.instance($0)) }
            if kept.count == values.count { return line }
            return kept.isEmpty
                ? nil : ContentLine(line.name, line.parameters, value: kept.map(\.text).joined(separator: ","))
        }
        return master
    }
}

extension DateValue {
    /// Another time of the same type.
    func moved(to civil: CivilDateTime) -> DateValue {
        switch self {
        case .date: .date(civil.date)
        case .floating: .floating(civil)
        case .utc: .utc(civil)
        case .zoned(_, let tzid): .zoned(civil, tzid: tzid)
        }
    }
}
