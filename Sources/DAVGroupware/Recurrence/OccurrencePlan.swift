/// A rule and a start, with everything worked out that does not change from one period to the next.
///
/// A rule walks in *periods* of its frequency (years, months, …, seconds), counted from 1970 by an `ordinal`. What RFC 5545
/// §3.3.10 does not find in the rule it takes from the start.
struct OccurrencePlan: Sendable {
    let frequency: RecurrenceRule.Frequency
    let interval: Int
    let start: Int
    /// The period of the start, and the last one of the calendar.
    let firstOrdinal: Int
    let lastOrdinal: Int
    /// After that many periods the calendar, which repeats every 400 years, looks the same to this rule; `nil` if it does not.
    let cycle: Int?
    /// What a period costs of a budget.
    let cost: Int
    let filter: DayFilter
    /// In which months a period looks for days, and at which days; without days, at every one that `filter` admits.
    let months: [Int]
    let monthDays: [Int]
    let skip: RecurrenceRule.Skip
    /// In a weekly rule: the days of the week as distances from its first, and the distance of weeks' starts from 1970-01-01.
    let weekOffsets: [Int]
    let weekPhase: Int
    /// The times that a day, hour or minute is expanded to.
    let hours: [Int]
    let minutes: [Int]
    let seconds: [Int]
    /// The second of the day, or of what is expanded, if there is but one.
    let onlyTime: Int?
    /// What BYHOUR, BYMINUTE and BYSECOND let through where they limit.
    let hourMask: UInt32
    let minuteMask: UInt64
    let secondMask: UInt64
    let positions: [Int]

    static let secondsOfUnit = [1, 60, 3600, 86_400]

    init(_ rule: RecurrenceRule, start: CivilDateTime, isDate: Bool) {
        let (date, time) = (start.date, start.time)
        let fields = date.fields
        self.start = Int(start.seconds)
        let (frequency, interval) = Self.frequency(of: rule, isDate: isDate)
        (self.frequency, self.interval) = (frequency, interval)
        positions = rule.bySetPosition
        skip = rule.skip

        // RFC 5545 §3.3.10: BYSECOND, BYMINUTE and BYHOUR are ignored for a DATE. They expand down to the unit below.
        func expanded(_ list: [Int], above unit: RecurrenceRule.Frequency, _ own: Int) -> [Int] {
            if frequency <= unit { return [0] }
            return list.isEmpty || isDate ? [own] : list
        }
        hours = expanded(rule.byHour, above: .hourly, time.hour)
        minutes = expanded(rule.byMinute, above: .minutely, time.minute)
        seconds = expanded(rule.bySecond, above: .secondly, time.second % 60)
        let isOne = hours.count == 1 && minutes.count == 1 && seconds.count == 1
        onlyTime = isOne ? hours[0] * 3600 + minutes[0] * 60 + seconds[0] : nil
        func mask<Bits: FixedWidthInteger>(_ list: [Int], at unit: RecurrenceRule.Frequency) -> Bits {
            frequency > unit || list.isEmpty ? ~0 : list.reduce(0) { $0 | 1 << $1 }
        }
        hourMask = mask(rule.byHour, at: .hourly)
        minuteMask = mask(rule.byMinute, at: .minutely)
        secondMask = mask(rule.bySecond, at: .secondly)

        let namesDays =
            !(rule.byDay.isEmpty && rule.byMonthDay.isEmpty && rule.byYearDay.isEmpty && rule.byWeekNumber.isEmpty)
        var filter = DayFilter(
            months: rule.byMonth, monthDays: rule.byMonthDay, yearDays: rule.byYearDay, weekNumbers: rule.byWeekNumber,
            weekStart: rule.weekStart)
        let scope: DayFilter.Scope? =
            switch frequency {
            case .monthly: .month
            case .yearly: rule.byMonth.isEmpty ? .year : .month
            default: nil
            }
        filter.restrict(to: rule.byDay, in: scope)
        let needsWeekday =
            frequency == .weekly && !namesDays
            || frequency == .yearly && !rule.byWeekNumber.isEmpty && rule.byDay.isEmpty && rule.byMonthDay.isEmpty
                && rule.byYearDay.isEmpty
        if needsWeekday { filter.weekdays = 1 << date.weekday.rawValue }
        self.filter = filter
        let ownMonth = frequency == .yearly && !namesDays && rule.byMonth.isEmpty
        months = ownMonth ? [fields.month] : rule.byMonth.isEmpty ? Array(1...12) : rule.byMonth
        monthDays = namesDays ? rule.byMonthDay : [fields.day]

        let weekdays = filter.weekdays == 0 ? 0x7f : filter.weekdays
        weekOffsets = (0..<7).filter { weekdays >> ((rule.weekStart.rawValue + $0) % 7) & 1 == 1 }
        let week = (date.number - date.weekday.days(after: rule.weekStart)).flooring(by: 7)
        weekPhase = week.remainder

        let daysAMonth = monthDays.isEmpty ? 31 : monthDays.count
        switch frequency {
        case .yearly:
            (firstOrdinal, lastOrdinal) = (fields.year, 9999)
            cost = 1 + months.count * daysAMonth
        case .monthly:
            (firstOrdinal, lastOrdinal) = (fields.year * 12 + fields.month - 1, 9999 * 12 + 11)
            cost = 1 + daysAMonth
        case .weekly:
            (firstOrdinal, lastOrdinal) = (week.quotient, CivilDate.last.number.flooring(by: 7).quotient)
            cost = 2
        default:
            let unit = Self.secondsOfUnit[frequency.rawValue]
            firstOrdinal = Int(start.seconds).flooring(by: unit).quotient
            lastOrdinal = Int(CivilDateTime.last.seconds).flooring(by: unit).quotient
            cost = 1
        }
        let units = [146_097 * 86_400, 146_097 * 1440, 146_097 * 24, 146_097, 20_871, 4800, 400][frequency.rawValue]
        cycle = units % interval == 0 ? units : nil
    }

    /// A DATE has no hours to repeat in: such a rule, which says nothing, is read as one of days.
    private static func frequency(of rule: RecurrenceRule, isDate: Bool) -> (RecurrenceRule.Frequency, Int) {
        guard isDate && rule.frequency < .daily else { return (rule.frequency, rule.interval) }
        return (.daily, max(1, rule.interval * secondsOfUnit[rule.frequency.rawValue] / 86_400))
    }

    /// Whether no time that the steps of an hourly rule or below ever reach is let through, as in
    /// `FREQ=HOURLY;INTERVAL=24;BYHOUR=5` from nine o'clock on.
    var neverMeetsItsTimes: Bool {
        guard frequency < .daily, hourMask != ~0 || minuteMask != ~0 || secondMask != ~0 else { return false }
        let unit = Self.secondsOfUnit[frequency.rawValue]
        let unitsADay = 86_400 / unit
        var (divisor, rest) = (interval, unitsADay)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        let first = firstOrdinal.flooring(by: divisor).remainder
        return !stride(from: first, to: unitsADay, by: divisor).contains { admitsTime($0 * unit) }
    }

    private func admitsTime(_ second: Int) -> Bool {
        hourMask >> (second / 3600) & 1 == 1 && (frequency > .minutely || minuteMask >> (second / 60 % 60) & 1 == 1)
            && (frequency > .secondly || secondMask >> (second % 60) & 1 == 1)
    }

    /// The period that a time lies in.
    func ordinal(of time: CivilDateTime) -> Int {
        switch frequency {
        case .yearly: return time.date.fields.year
        case .monthly:
            let fields = time.date.fields
            return fields.year * 12 + fields.month - 1
        case .weekly: return (time.date.number - weekPhase).flooring(by: 7).quotient
        default: return Int(time.seconds).flooring(by: Self.secondsOfUnit[frequency.rawValue]).quotient
        }
    }

    /// The first period of the rule, counted on from `ordinal`, that is not before `target`.
    func ordinal(from ordinal: Int, notBefore target: Int) -> Int {
        guard target > ordinal else { return ordinal }
        return ordinal + (target - ordinal + interval - 1) / interval * interval
    }
}
