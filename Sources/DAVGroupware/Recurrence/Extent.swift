package import DAV

/// When an object may happen: what its ``DAV/ContentIndex`` says of it, so that a query need not open objects that have nothing
/// in its range.
///
/// Says yes too often rather than once too rarely: floating times and DATE lie wherever the asker's zone puts them, so they
/// are given the width of the whole world. Alarms are not in it; queries for alarms have to look at every object.
package struct Extent: Sendable, Hashable {
    /// As in the index. Nothing ever matches if `first` is greater than `last`.
    package var first: Int64
    package var last: Int64
    package var days: [UInt8]?

    package static let everything = Extent(first: .min, last: .max)
    package static let nothing = Extent(first: .max, last: .min)

    /// Eleven years of days, in half a kilobyte.
    static let horizon = 4096

    /// Clocks differ from UTC by at most 14 hours.
    private static let slack: Int64 = 14 * 3600

    package init(first: Int64, last: Int64, days: [UInt8]? = nil) {
        self.first = first
        self.last = last
        self.days = days
    }

    /// Cost: one expansion over the horizon, and less than the budget; what it does not reach counts as touched.
    package init(of object: CalendarInstances, budget: WorkBudget = WorkBudget(steps: 20_000, instances: 20_000)) {
        guard object.times.contains(where: { $0 != nil }) else {
            self = Extent(withoutInstances: object)
            return
        }
        var days = DayBits()
        var budget = budget
        let isWide = object.times.map { object.isFloating($0) }
        self = .nothing
        // Bits are counted from before everything that may come; the first day is known at the end.
        var range = Int64.min..<Int64.max
        let isRecurring = object.isRecurring
        if isRecurring {
            let start = object.earliest(slack: Self.slack)
            days = DayBits(origin: start.flooring(by: 86_400))
            range = Int64.min..<(days.origin + Int64(Self.horizon)) * 86_400
        }
        let unbrokenStep = object.unbrokenStep
        var iterator = object.iterator(in: range, floating: .utc)
        while let next = iterator.next(within: &budget) {
            guard next.start != nil || next.end != nil else {
                self = union(with: Extent(dateless: next))
                days.fill(from: 0)
                continue
            }
            let (start, end) = (next.start ?? next.end ?? 0, next.end ?? next.start ?? 0)
            let wide = isWide[next.component] ? Self.slack : 0
            first = min(first, min(start, end) - wide)
            last = max(last, max(start, end) + wide)
            guard isRecurring else { continue }
            days.set(min(start, end) - wide, through: max(start, end) + wide)
            if let unbrokenStep {
                // Where clocks are put forward, what follows the start may come before it.
                if unbrokenStep < 86_400 { first -= 86_400 }
                days.fill(from: Int(first.flooring(by: 86_400) - days.origin))
                last = .max
                break
            }
        }
        guard isRecurring else {
            if budget.isExhausted { self = .everything }
            return
        }
        finish(object, days, isExhausted: budget.isExhausted)
    }

    private mutating func finish(_ object: CalendarInstances, _ days: DayBits, isExhausted: Bool) {
        var days = days
        if isExhausted {
            // Roughly in order: what came last is far behind everything that is missing, but for what was moved.
            days.fill(from: 0)
            first = min(first, days.origin * 86_400)
            last = .max
        } else if object.goesOnAfter((days.origin + Int64(Self.horizon)) * 86_400) {
            last = .max
        }
        guard first <= last, first > .min else { return }
        self.days = days.bytes(
            from: first.flooring(by: 86_400), isOpen: last == .max,
            goesBeyond: last.flooring(by: 86_400) >= days.origin + Int64(Self.horizon))
    }

    private func union(with other: Extent) -> Extent {
        Extent(first: min(first, other.first), last: max(last, other.last))
    }

    /// The rows of RFC 4791 §9.9 for tasks without a start and without an end.
    private init(dateless instance: CalendarInstance) {
        guard instance.kind == .toDo else {
            self = .nothing
            return
        }
        switch (instance.completed, instance.created) {
        case (let completed?, let created?): self.init(first: min(completed, created), last: max(completed, created))
        case (let completed?, nil): self.init(first: completed, last: completed)
        case (nil, let created?): self.init(first: created, last: .max)
        case (nil, nil): self = .everything
        }
    }

    private init(withoutInstances object: CalendarInstances) {
        self = .nothing
        for component in object.components {
            let bounds = object.bounds(of: component, floating: .utc)
            switch component.name {
            case "VFREEBUSY":
                let spans = component.all("FREEBUSY").flatMap { object.spans(of: $0, floating: .utc) }
                let ends = spans.flatMap { [$0.start, $0.end] } + [bounds.start, bounds.end].compactMap { $0 }
                guard let least = ends.min(), let most = ends.max() else { continue }
                self = union(with: Extent(first: least - Self.slack, last: most + Self.slack))
            case "VAVAILABILITY":
                let (start, end) = (bounds.start.map { $0 - Self.slack }, bounds.end.map { $0 + Self.slack })
                self = union(with: Extent(first: start ?? .min, last: end ?? .max))
            default: continue
            }
        }
    }
}

extension ContentIndex {
    package init(uid: String?, component: String, _ extent: Extent) {
        self.init(uid: uid, component: component, first: extent.first, last: extent.last, days: extent.days)
    }
}

/// Days, as bits from an origin on.
private struct DayBits {
    var origin: Int64 = 0
    private var words = [UInt64](repeating: 0, count: Extent.horizon / 64)

    init(origin: Int64 = 0) { self.origin = origin }

    @inline(__always)
    mutating func set(_ start: Int64, through end: Int64) {
        let (from, through) = (start.flooring(by: 86_400) - origin, end.flooring(by: 86_400) - origin)
        guard through >= 0, from < Int64(Extent.horizon) else { return }
        for day in max(0, Int(from))...min(Int(through), Extent.horizon - 1) {
            words[day >> 6] |= 1 << UInt64(day & 63)
        }
    }

    mutating func fill(from day: Int) {
        let day = max(0, day)
        guard day < Extent.horizon else { return }
        words[day >> 6] |= ~0 << UInt64(day & 63)
        for index in (day >> 6) + 1..<words.count { words[index] = ~0 }
    }

    /// Bytes from another origin on, which is not before this one by more than the extent's overrides; days before ours are
    /// set. Without an end every day of the horizon is told, otherwise no more than the last that is set.
    func bytes(from other: Int64, isOpen: Bool, goesBeyond: Bool) -> [UInt8]? {
        let shift = other - origin
        guard shift > -Int64(Extent.horizon), shift < Int64(Extent.horizon) else { return nil }
        let count = isOpen ? Extent.horizon - Int(max(0, shift)) : Extent.horizon
        var bytes = [UInt8](repeating: 0, count: count / 8)
        for index in bytes.indices { bytes[index] = byte(at: index * 8 + Int(shift), goesBeyond) }
        if !isOpen { while bytes.count > 1, bytes.last == 0 { bytes.removeLast() } }
        return bytes
    }

    /// Eight days from one on. Those before ours are set, those behind them if `goesBeyond`.
    private func byte(at day: Int, _ goesBeyond: Bool) -> UInt8 {
        func word(_ index: Int) -> UInt64 {
            words.indices.contains(index) ? words[index] : index < 0 || goesBeyond ? ~0 : 0
        }
        let (index, bit) = day.flooring(by: 64)
        let low = word(index) >> UInt64(bit)
        return UInt8(truncatingIfNeeded: bit <= 56 ? low : low | word(index + 1) << UInt64(64 - bit))
    }
}

extension Int64 {
    @inline(__always)
    fileprivate func flooring(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension CalendarInstances {
    /// Whether the asker's zone moves the component.
    fileprivate func isFloating(_ times: ComponentTimes?) -> Bool {
        [times?.start, times?.end].contains { value in
            guard let value else { return false }
            return value.isFloating || value.tzid.map { zones.rules($0) == nil } ?? false
        }
    }

    /// The seconds between two instances, if all there is to it is one rule without an end that leaves out no day; walking
    /// through that would tell nothing.
    fileprivate var unbrokenStep: Int? {
        guard let master, others.isEmpty, times[master]?.anchor != nil else { return nil }
        let lines = components[master].properties.filter { line in Self.makesInstances.contains(where: line.isNamed) }
        guard lines.count == 1, let rule = try? RecurrenceRule(lines[0].value) else { return nil }
        var plain = RecurrenceRule(rule.frequency)
        (plain.interval, plain.weekStart) = (rule.interval, rule.weekStart)
        guard rule == plain, rule.frequency <= .daily else { return nil }
        let step = OccurrencePlan.secondsOfUnit[rule.frequency.rawValue].multipliedReportingOverflow(by: rule.interval)
        return step.overflow || step.partialValue > 86_400 ? nil : step.partialValue
    }

    private static let makesInstances = ["RRULE", "RDATE", "EXDATE", "EXRULE"]

    /// No instance of the series and no override starts before this.
    fileprivate func earliest(slack: Int64) -> Int64 {
        var found = times.compactMap { $0?.anchor }.map { zones.instant(of: $0, floating: .utc) }
        for line in master.map({ components[$0].all("RDATE") }) ?? [] {
            let dates = DateValue.list(line) + Period.list(line).map(\.start)
            found += dates.map { zones.instant(of: $0, floating: .utc) }
        }
        let shift = times.compactMap { times -> Int64? in
            guard let times, times.reachesOn, let start = times.start, let id = times.recurrenceID else { return nil }
            return zones.instant(of: start, floating: .utc) - zones.instant(of: id, floating: .utc)
        }.min()
        return (found.min() ?? 0) + min(0, shift ?? 0) - slack
    }

    /// Whether there may be instances after an instant.
    fileprivate func goesOnAfter(_ instant: Int64) -> Bool {
        var budget = WorkBudget(steps: 2_000, instances: 10)
        // An instance that lasts from before the horizon is known already.
        var iterator = iterator(in: instant..<Int64.max, floating: .utc)
        return iterator.next(within: &budget) != nil || budget.isExhausted
    }
}
