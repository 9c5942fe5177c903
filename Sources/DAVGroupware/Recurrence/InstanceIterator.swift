/// Makes the instances of a ``CalendarInstances`` that may touch a range.
package struct InstanceIterator: Sendable {
    /// From an override with RANGE=THISANDFUTURE on, instances are like it, and moved as far.
    private struct Turn: Sendable {
        var key: CivilDateTime
        var shift: Int64
        var component: Int
    }

    private let object: CalendarInstances
    private let range: Range<Int64>
    private let floating: ZoneRules
    private let lengths: [InstanceLength]
    /// What every instance of a component says, beside the components.
    private let blanks: [CalendarInstance]
    private var ready: [CalendarInstance] = []

    private var clock: ZoneClock
    /// One for each rule, and beside them what each gives next.
    private var sources: [Occurrences] = []
    private var heads: [CivilDateTime?] = []
    private var hasStarted = false
    /// RDATE and, without rules, the start. In order.
    private var dates: [(key: CivilDateTime, length: InstanceLength?)] = []
    private var dateCursor = 0
    private var last: CivilDateTime?
    private var excluded: Set<Int64> = []
    private var excludedDays: Set<Int> = []
    private var overridden: Set<Int64> = []
    private var turns: [Turn] = []
    /// On the master's clock: nothing after it can touch the range.
    private var horizon: Int64 = .max
    private let recurs: Bool

    init(_ object: CalendarInstances, _ range: Range<Int64>, _ floating: ZoneRules) {
        self.object = object
        self.floating = floating
        // Far beyond every date, and sums of it do not overflow.
        let bounds = (max(range.lowerBound, ZoneRules.beginning), min(range.upperBound, ZoneRules.end))
        self.range = bounds.0..<max(bounds.0, bounds.1)
        lengths = object.times.map { $0.map { object.length(of: $0, floating: floating) } ?? .none }
        blanks = object.times.indices.map { object.blank($0) }
        recurs = object.isRecurring
        clock = ZoneClock(.utc)
        let anchor = object.master.flatMap { object.times[$0]?.anchor }
        if let anchor { clock = ZoneClock(object.rules(anchor, floating: floating)) }
        addOthers(anchor)
        guard let master = object.master, let anchor else {
            if let master = object.master { ready.append(blanks[master]) }
            return
        }
        addSeries(master, anchor)
    }

    /// The next instance; `nil` after the last one, or if the budget is exhausted.
    package mutating func next(within budget: inout WorkBudget) -> CalendarInstance? {
        if let one = ready.popLast() { return budget.makeInstance() ? one : nil }
        guard let master = object.master else { return nil }
        if !hasStarted {
            hasStarted = true
            for index in sources.indices { heads.append(sources[index].next(within: &budget)) }
        }
        while let (key, length) = nextKey(within: &budget) {
            if key.seconds > horizon { return nil }
            guard budget.take(), !budget.isExhausted else { return nil }
            guard !isExcluded(key) else { continue }
            let found = instance(key, length, master)
            guard mayTouch(found) else { continue }
            return budget.makeInstance() ? found : nil
        }
        return nil
    }

    private func mayTouch(_ instance: CalendarInstance) -> Bool {
        guard let one = instance.start ?? instance.end, let other = instance.end ?? instance.start else { return true }
        return min(one, other) <= range.upperBound && max(one, other) >= range.lowerBound
    }

    private func isExcluded(_ key: CivilDateTime) -> Bool {
        !overridden.isEmpty && overridden.contains(key.seconds) || !excluded.isEmpty && excluded.contains(key.seconds)
            || !excludedDays.isEmpty && excludedDays.contains(key.date.number)
    }

    /// The next of all sources; the same time of several counts once.
    private mutating func nextKey(
        within budget: inout WorkBudget
    ) -> (CivilDateTime, InstanceLength?)? {
        while true {
            var least: (source: Int, key: CivilDateTime)?
            for index in heads.indices {
                guard let head = heads[index] else { continue }
                if let least, least.key <= head { continue }
                least = (index, head)
            }
            var found: (CivilDateTime, InstanceLength?)
            if dateCursor < dates.count, least.map({ dates[dateCursor].key <= $0.key }) ?? true {
                found = dates[dateCursor]
                dateCursor += 1
            } else if let least {
                found = (least.key, nil)
                heads[least.source] = sources[least.source].next(within: &budget)
            } else {
                return nil
            }
            if let last, found.0 <= last { continue }
            last = found.0
            return found
        }
    }

    private mutating func instance(_ key: CivilDateTime, _ length: InstanceLength?, _ master: Int) -> CalendarInstance {
        if !turns.isEmpty, let turn = turns.last(where: { $0.key <= key }) {
            let local = CivilDateTime(seconds: key.seconds + turn.shift)
            return blanks[turn.component].placed(
                at: local, key: key, lasting: lengths[turn.component], on: &clock)
        }
        return blanks[master].placed(
            at: key, key: recurs ? key : nil, lasting: length ?? lengths[master], on: &clock)
    }
}

extension CalendarInstance {
    /// Puts a blank one into its place.
    ///
    /// - Parameters:
    ///   - local: the start, or what a task without a start is due.
    ///   - clock: where that is read.
    fileprivate func placed(
        at local: CivilDateTime, key: CivilDateTime?, lasting length: InstanceLength, on clock: inout ZoneClock
    ) -> CalendarInstance {
        let at = clock.instant(of: local)
        var found = self
        (found.key, found.local, found.start) = (key, local, at)
        switch length {
        case .none: break
        case .endOnly: (found.start, found.end) = (nil, at)
        case .exact(let seconds): found.end = at + seconds
        case .days(let days):
            found.end = clock.instant(of: CivilDateTime(seconds: local.seconds + Int64(days) * 86_400))
        case .nominal(let duration):
            found.lasts = true
            let day = CivilDateTime(seconds: local.seconds + Int64(duration.days) * 86_400)
            found.end = (duration.days == 0 ? at : clock.instant(of: day)) + duration.seconds
        }
        return found
    }
}

// MARK: - What an object says

extension InstanceIterator {
    /// Overrides are few, so they are all made at once.
    private mutating func addOthers(_ anchor: DateValue?) {
        for index in object.others {
            guard let times = object.times[index] else { continue }
            var key: CivilDateTime?
            if let anchor, let id = times.recurrenceID {
                let known = object.key(id, anchor: anchor, clock.rules, floating: floating)
                overridden.insert(known.seconds)
                key = known
                if times.reachesOn, let own = times.anchor {
                    let moved = object.key(own, anchor: anchor, clock.rules, floating: floating)
                    turns.append(Turn(key: known, shift: moved.seconds - known.seconds, component: index))
                }
            }
            guard let own = times.anchor else {
                ready.append(blanks[index])
                continue
            }
            var clock = ZoneClock(object.rules(own, floating: floating))
            let found = blanks[index].placed(at: own.civil, key: key, lasting: lengths[index], on: &clock)
            if mayTouch(found) { ready.append(found) }
        }
        turns.sort { $0.key < $1.key }
    }

    private mutating func addSeries(_ master: Int, _ anchor: DateValue) {
        let start = anchor.civil
        var longest = lengths.map(\.most).max() ?? 0
        for line in object.components[master].properties {
            if line.isNamed("RDATE") {
                addDates(line, anchor)
            } else if line.isNamed("EXDATE") {
                for value in DateValue.list(line) {
                    // A DATE for a start with a time takes out that day.
                    if value.isDate && !anchor.isDate {
                        excludedDays.insert(value.civil.date.number)
                    } else {
                        excluded.insert(object.key(value, anchor: anchor, clock.rules, floating: floating).seconds)
                    }
                }
            } else if line.isNamed("RRULE"), sources.count < 16, let rule = try? RecurrenceRule(line.value) {
                let until = until(rule, anchor)
                sources.append(rule.occurrences(from: start, isDate: anchor.isDate, until: until))
            }
        }
        if sources.isEmpty { dates.append((start, nil)) }
        dates.sort { $0.key < $1.key }
        longest = max(longest, dates.compactMap { $0.length?.most }.max() ?? 0)

        // The clock may be off by a day, and a day can be longer than 24 hours.
        let slack: Int64 = 2 * 86_400
        let shifts = turns.map(\.shift)
        if range.upperBound < ZoneRules.end { horizon = range.upperBound + slack + longest - min(0, shifts.min() ?? 0) }
        if range.lowerBound > ZoneRules.beginning {
            let from = CivilDateTime(seconds: range.lowerBound - slack - longest - max(0, shifts.max() ?? 0))
            for index in sources.indices { sources[index].seek(from) }
        }
    }

    private mutating func addDates(_ line: ContentLine, _ anchor: DateValue) {
        for value in DateValue.list(line) {
            dates.append((object.key(value, anchor: anchor, clock.rules, floating: floating), nil))
        }
        guard line.value.utf8.contains(UInt8(ascii: "/")) else { return }
        for period in Period.list(line) {
            let key = object.key(period.start, anchor: anchor, clock.rules, floating: floating)
            let length: InstanceLength
            switch period.length {
            case .lasting(let duration): length = .nominal(duration.nominalSeconds < 0 ? .zero : duration)
            case .until(let end):
                let start = object.zones.instant(of: period.start, floating: floating)
                length = .exact(max(0, object.zones.instant(of: end, floating: floating) - start))
            }
            dates.append((key, length))
        }
    }

    /// UNTIL on the clock of the start: RFC 5545 §3.3.10 has it in UTC, clients write anything.
    private func until(_ rule: RecurrenceRule, _ anchor: DateValue) -> CivilDateTime? {
        guard case .utc(let civil)? = rule.until, case .zoned = anchor else { return nil }
        return clock.rules.local(civil.seconds)
    }
}
