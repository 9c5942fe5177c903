/// When a component happens, by what it means: two texts that mean the same times are equal (RFC 6638 §3.2.8).
struct ScheduledTimes: Sendable, Hashable {
    /// DTSTART, or DUE of a task that has nothing else.
    private(set) var start: Int64?
    private(set) var isDate = false
    private(set) var isFloating = false
    /// From the start to the end, in seconds; `nil`: a task without a length.
    private(set) var length: Int64?
    private(set) var rules: [Rule] = []
    private(set) var excludingRules: [Rule] = []
    /// RDATE, with where each ends if that is said.
    private(set) var added: Set<[Int64]> = []
    private(set) var excluded: Set<Int64> = []
    /// By whose clock it recurs.
    private var zone = ""

    /// A rule, and where it ends.
    struct Rule: Sendable, Hashable {
        /// Without COUNT and UNTIL; `nil`: it cannot be read.
        var shape: RecurrenceRule?
        /// As it is written, for what cannot be read.
        var text: String
        /// The start of the last instance, on the clock of the series; `.max`: there is none. `nil`: nobody can tell with
        /// reasonable work.
        var last: Int64?
    }

    var isRecurring: Bool { !rules.isEmpty || !added.isEmpty }
}

// MARK: - Reading

extension ScheduledTimes {
    /// - Parameter place: of the component in the object.
    init(
        _ place: Int, of object: CalendarInstances, zones: Zones, clock: inout InstanceClock, _ budget: inout WorkBudget
    ) {
        guard let times = object.times[place] else { return }
        if let anchor = times.anchor {
            start = clock.instant(of: anchor)
            (isDate, isFloating) = (anchor.isDate, anchor.isFloating)
            if case .zoned(_, let tzid) = anchor { zone = zones.name(of: tzid) ?? tzid }
            if case .utc = anchor { zone = "UTC" }
        }
        length = Self.length(object.length(of: times, floating: .utc), times, &clock)
        for line in object.components[place].properties {
            if line.isNamed("RRULE") {
                rules.append(Rule(line, times.anchor, &clock, &budget))
            } else if line.isNamed("EXRULE") {
                excludingRules.append(Rule(line, times.anchor, &clock, &budget))
            } else if line.isNamed("RDATE") {
                for value in DateValue.list(line) { added.insert([clock.instance(value)]) }
                for period in Period.list(line) {
                    added.insert([clock.instance(period.start), Self.end(of: period, &clock)])
                }
            } else if line.isNamed("EXDATE") {
                for value in DateValue.list(line) { excluded.insert(clock.instance(value)) }
            }
        }
        // What happens once does so at an instant, whatever clock tells it.
        if !isRecurring { zone = "" }
    }

    private static func end(of period: Period, _ clock: inout InstanceClock) -> Int64 {
        switch period.length {
        case .until(let end): clock.instant(of: end)
        case .lasting(let duration): clock.instant(of: period.start) + duration.nominalSeconds
        }
    }

    /// DTEND and DURATION are two ways to say one thing.
    private static func length(_ length: InstanceLength, _ times: ComponentTimes, _ clock: inout InstanceClock)
        -> Int64?
    {
        switch length {
        case .none: return times.kind == .toDo ? nil : 0
        case .endOnly: return nil
        case .days(let days): return Int64(days) * 86_400
        case .exact(let seconds): return seconds
        case .nominal(let duration):
            guard duration.days != 0, case .zoned(let civil, let tzid)? = times.start else {
                return duration.nominalSeconds
            }
            let rules = clock.rules(tzid)
            let end = rules.instant(of: CivilDateTime(seconds: civil.seconds + Int64(duration.days) * 86_400))
            return end + duration.seconds - rules.instant(of: civil)
        }
    }
}

extension ScheduledTimes.Rule {
    fileprivate init(
        _ line: ContentLine, _ anchor: DateValue?, _ clock: inout InstanceClock, _ budget: inout WorkBudget
    ) {
        guard var rule = try? RecurrenceRule(line.value), let anchor else {
            text = line.value
            return
        }
        text = ""
        var until: CivilDateTime?
        if case .utc(let civil)? = rule.until, case .zoned(_, let tzid) = anchor {
            until = clock.rules(tzid).local(civil.seconds)
        }
        last = rule.isBounded ? nil : .max
        if rule.isBounded {
            var occurrences = rule.occurrences(from: anchor.civil, isDate: anchor.isDate, until: until)
            while let next = occurrences.next(within: &budget) { last = next.seconds }
            if budget.isExhausted {
                (last, text) = (nil, line.value)
            }
        }
        (rule.count, rule.until) = (nil, nil)
        shape = rule
    }

    /// Whether it makes no instance that the other does not make.
    fileprivate func makesNoMore(than other: Self) -> Bool {
        if self == other { return true }
        guard let last, let end = other.last else { return false }
        return shape != nil && shape == other.shape && last <= end
    }
}

// MARK: - Comparing

extension ScheduledTimes {
    /// Whether somebody who could come before may be unable to now: instances have moved, or there are more of them (RFC 6638
    /// §3.2.8). That some were taken away is no such change.
    ///
    /// - Parameter reinstates: whether one of these, which are no longer excluded, is an instance now.
    func isRescheduled(from old: ScheduledTimes, reinstates: (Set<Int64>) -> Bool) -> Bool {
        guard start == old.start, isDate == old.isDate, isFloating == old.isFloating, length == old.length else {
            return true
        }
        if isRecurring && old.isRecurring && zone != old.zone { return true }
        guard rules.allSatisfy({ rule in old.rules.contains { rule.makesNoMore(than: $0) } }),
            old.excludingRules.allSatisfy({ rule in excludingRules.contains { rule.makesNoMore(than: $0) } }),
            added.isSubset(of: old.added)
        else { return true }
        let free = old.excluded.subtracting(excluded)
        return !free.isEmpty && reinstates(free)
    }

    /// Whether these are the times that the series itself would have for one of its instances.
    func areThose(of instance: Int64, in series: ScheduledTimes) -> Bool {
        !isRecurring && start == instance && length == series.length && isDate == series.isDate
            && isFloating == series.isFloating
    }
}
