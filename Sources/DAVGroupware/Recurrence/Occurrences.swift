/// The occurrences of a rule in order, on the clock of its start, made one by one.
///
/// The start is the first of them, whether the rule would make it or not, and counts for COUNT (RFC 5545 §3.8.5.3). Times are
/// those on the clock: what a zone makes of a time that a change of the clock leaves out is for the zone to say.
package struct Occurrences: Sendable {
    private let plan: OccurrencePlan
    private let limit: Int
    /// The period of the limit: nothing is looked for beyond.
    private let lastOrdinal: Int
    /// How many COUNT leaves.
    private var remaining: Int?
    /// The period to look at next, and the last one in which something was found.
    private var ordinal: Int
    private var lastFruitful: Int
    private var isFinished = false
    private var hasGivenStart = false
    /// Nothing before this is given.
    private var lowerBound = Int.min
    private var last: Int

    /// What the period holds: days times times of day, of which BYSETPOS may choose some. Sorted.
    private var days: [Int] = []
    private var base = 0
    private var chosen: [Int] = []
    private var cursor = 0
    private var end = 0
    /// The day that was looked at last at a frequency below daily, and whether it passed.
    private var seen: (day: Int, isAdmitted: Bool)?

    init(_ rule: RecurrenceRule, from start: CivilDateTime, isDate: Bool, until: CivilDateTime?) {
        plan = OccurrencePlan(rule, start: start, isDate: isDate)
        limit = until.map { Int($0.seconds) } ?? .max
        lastOrdinal = min(plan.lastOrdinal, until.map(plan.ordinal(of:)) ?? .max)
        remaining = rule.count
        ordinal = plan.firstOrdinal
        lastFruitful = ordinal
        last = plan.start
    }

    /// The next occurrence.
    ///
    /// - Returns: `nil` after the last one, or if the budget is exhausted; the budget tells which.
    package mutating func next(within budget: inout WorkBudget) -> CivilDateTime? {
        if !hasGivenStart {
            hasGivenStart = true
            remaining = remaining.map { $0 - 1 }
            if plan.neverMeetsItsTimes { isFinished = true }
            if plan.start >= lowerBound { return CivilDateTime(seconds: Int64(plan.start)) }
        }
        while !isFinished {
            if cursor < end {
                let value = element(cursor)
                cursor += 1
                guard value <= limit, remaining != 0 else {
                    isFinished = true
                    return nil
                }
                last = value
                remaining = remaining.map { $0 - 1 }
                return CivilDateTime(seconds: Int64(value))
            }
            guard remaining != 0, ordinal <= lastOrdinal, !isBarren else {
                isFinished = true
                return nil
            }
            guard budget.take(plan.cost) else { return nil }
            fill()
            passOver()
        }
        return nil
    }

    /// Passes over what comes before `time`: at once, unless COUNT makes each one count.
    package mutating func seek(_ time: CivilDateTime) {
        guard Int(time.seconds) > lowerBound else { return }
        lowerBound = Int(time.seconds)
        passOver()
        guard remaining == nil, cursor == end else { return }
        // With SKIP=FORWARD the end of a period falls into the next.
        let target = plan.ordinal(of: time) - (plan.skip == .forward ? 1 : 0)
        let next = plan.ordinal(from: ordinal, notBefore: target)
        lastFruitful += next - ordinal
        ordinal = next
    }

    /// Whether the rule has found nothing for so long that it never will again.
    private var isBarren: Bool { plan.cycle.map { ordinal - lastFruitful > $0 } ?? false }

    /// The seconds of the `index`th in the set of the period.
    private func element(_ index: Int) -> Int {
        let index = plan.positions.isEmpty ? index : chosen[index]
        if let onlyTime = plan.onlyTime { return days[index] * 86_400 + base + onlyTime }
        let (minutes, seconds) = (plan.minutes.count, plan.seconds.count)
        let (day, time) = index.quotientAndRemainder(dividingBy: plan.hours.count * minutes * seconds)
        return days[day] * 86_400 + base + plan.hours[time / (minutes * seconds)] * 3600
            + plan.minutes[time / seconds % minutes] * 60 + plan.seconds[time % seconds]
    }

    /// Moves on to the first in the set that is new and not before the lower bound. The set can hold every second of a year.
    private mutating func passOver() {
        guard cursor < end else { return }
        cursor = index(after: last)
        let wanted = lowerBound == .min ? cursor : max(cursor, index(after: lowerBound - 1))
        remaining = remaining.map { max(0, $0 - (wanted - cursor)) }
        cursor = wanted
    }

    private func index(after value: Int) -> Int {
        var (low, high) = (cursor, end)
        if low < high, element(low) > value { return low }
        while low < high {
            let middle = (low + high) / 2
            if element(middle) > value { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

// MARK: - One period

extension Occurrences {
    /// Fills the set with what the period of `ordinal` holds, and moves `ordinal` on to the next worth looking at.
    private mutating func fill() {
        days.removeAll(keepingCapacity: true)
        (base, cursor, end) = (0, 0, 0)
        let current = ordinal
        ordinal += plan.interval
        switch plan.frequency {
        case .yearly: for month in plan.months { addDays(of: month, current) }
        case .monthly:
            let month = current % 12 + 1
            if plan.filter.months >> month & 1 == 1 { addDays(of: month, current / 12) }
        case .weekly: addDays(ofWeek: current * 7 + plan.weekPhase)
        case .daily: if admits(current, at: current) { days.append(current) }
        default: addTime(current)
        }
        guard !days.isEmpty else { return }
        lastFruitful = current
        let count = days.count * plan.hours.count * plan.minutes.count * plan.seconds.count
        end = count
        guard !plan.positions.isEmpty else { return }
        chosen = Set(plan.positions.map { $0 > 0 ? $0 - 1 : count + $0 }).filter { 0..<count ~= $0 }.sorted()
        end = chosen.count
    }

    private mutating func addDays(of month: Int, _ year: Int) {
        let length = CivilDate.length(ofMonth: month, in: year)
        let first = CivilDate(unchecked: year, month, 1).number
        var isSorted = true
        func add(_ day: Int) {
            let date = CivilDate(number: first + day - 1)
            let fields = day > length ? date.fields : CivilDate.Fields(year: year, month: month, day: day)
            guard plan.filter.admitsBeyondMonths(date, fields, monthLength: length), date <= .last else { return }
            if let last = days.last, last >= date.number { isSorted = false }
            days.append(date.number)
        }
        if plan.monthDays.isEmpty {
            for day in 1...length { add(day) }
        } else {
            for day in plan.monthDays {
                let counted = day > 0 ? day : length + 1 + day
                if 1...length ~= counted {
                    add(counted)
                } else if counted > length && plan.skip != .omit {
                    add(plan.skip == .backward ? length : length + 1)
                }
            }
        }
        if !isSorted { days = Set(days).sorted() }
    }

    private mutating func addDays(ofWeek start: Int) {
        for offset in plan.weekOffsets {
            let date = CivilDate(number: start + offset)
            guard date <= .last else { return }
            if !plan.filter.looksAtMoreThanWeekdays || plan.filter.admits(date) { days.append(date.number) }
        }
    }

    /// - Parameter unit: the period, in the units of the frequency; it is passed over to the next day if this one is not
    ///   admitted.
    private mutating func admits(_ day: Int, at unit: Int) -> Bool {
        if let seen, seen.day == day { return seen.isAdmitted || moveOn(day, unit) }
        let isAdmitted = plan.filter.admits(CivilDate(number: day))
        seen = (day, isAdmitted)
        return isAdmitted || moveOn(day, unit)
    }

    /// - Returns: `false`
    private mutating func moveOn(_ day: Int, _ unit: Int) -> Bool {
        let next = plan.filter.candidate(after: CivilDate(number: day))
        let unitsADay = 86_400 / OccurrencePlan.secondsOfUnit[plan.frequency.rawValue]
        ordinal = plan.ordinal(from: unit, notBefore: next.number * unitsADay)
        return false
    }

    private mutating func addTime(_ unit: Int) {
        let size = OccurrencePlan.secondsOfUnit[plan.frequency.rawValue]
        let (day, second) = (unit * size).flooring(by: 86_400)
        guard admits(day, at: unit) else { return }
        let (hour, minute) = (second / 3600, second / 60 % 60)
        if plan.hourMask >> hour & 1 == 0 {
            ordinal = plan.ordinal(from: unit, notBefore: (day * 86_400 + (hour + 1) * 3600) / size)
        } else if plan.frequency <= .minutely && plan.minuteMask >> minute & 1 == 0 {
            ordinal = plan.ordinal(from: unit, notBefore: (day * 86_400 + hour * 3600 + (minute + 1) * 60) / size)
        } else if plan.frequency == .hourly || plan.frequency == .minutely || plan.secondMask >> (second % 60) & 1 == 1
        {
            days.append(day)
            base = second
        }
    }
}

extension RecurrenceRule {
    /// - Parameters:
    ///   - isDate: whether the start is a DATE; then the times of day in the rule do not count.
    ///   - until: the last time that counts, on the clock of the start; by default what UNTIL says, read on that clock.
    package func occurrences(
        from start: CivilDateTime, isDate: Bool = false, until: CivilDateTime? = nil
    ) -> Occurrences {
        Occurrences(self, from: start, isDate: isDate, until: until ?? civilUntil(isDate: isDate))
    }

    /// UNTIL as it is written. Client-quirks 18: a DATE for a start with a time means that whole day, a time for a DATE its day.
    package func civilUntil(isDate: Bool) -> CivilDateTime? {
        guard let until else { return nil }
        let lastSecond = CivilTime(second: 86_399)
        return until.isDate || isDate ? CivilDateTime(until.civil.date, lastSecond) : until.civil
    }
}
