/// Which days the BY parts of a rule let through, as bit masks: the innermost loop of every expansion.
struct DayFilter: Sendable {
    /// What the ordinal of `2MO` counts in.
    enum Scope: Sendable { case month, year }

    /// Bit `m` is month `m`.
    var months: UInt16 = .max
    /// Bit `d` is the day `d` of the month, and the day `d` from its end.
    var monthDays: UInt32 = 0
    var monthDaysFromTheEnd: UInt32 = 0
    var yearDays: [Int] = []
    var weekNumbers: [Int] = []
    /// Bit 0 is Monday.
    var weekdays: UInt8 = 0
    var ordinals: [RecurrenceRule.ByDay] = []
    var scope = Scope.month
    var weekStart = Weekday.monday

    var restrictsMonths: Bool { months != .max }
    var restrictsMonthDays: Bool { monthDays | monthDaysFromTheEnd != 0 }
    var restrictsWeekdays: Bool { weekdays != 0 || !ordinals.isEmpty }
    /// Whether the week day alone does not decide.
    var looksAtMoreThanWeekdays: Bool {
        restrictsMonths || restrictsMonthDays || !yearDays.isEmpty || !weekNumbers.isEmpty || !ordinals.isEmpty
    }

    init(months: [Int], monthDays: [Int], yearDays: [Int], weekNumbers: [Int], weekStart: Weekday) {
        if !months.isEmpty { self.months = months.reduce(0) { $0 | 1 << $1 } }
        for day in monthDays {
            if day > 0 { self.monthDays |= 1 << day } else { monthDaysFromTheEnd |= 1 << -day }
        }
        self.yearDays = yearDays
        self.weekNumbers = weekNumbers
        self.weekStart = weekStart
    }

    /// - Parameter scope: `nil` if an ordinal has no meaning at that frequency; then it does not count (RFC 5545 §3.3.10
    ///   forbids it, clients write it all the same).
    mutating func restrict(to days: [RecurrenceRule.ByDay], in scope: Scope?) {
        for day in days {
            if day.ordinal == 0 || scope == nil {
                weekdays |= 1 << day.weekday.rawValue
            } else {
                ordinals.append(day)
            }
        }
        self.scope = scope ?? .month
    }

    func admits(_ date: CivilDate) -> Bool {
        guard looksAtMoreThanWeekdays else {
            return weekdays == 0 || weekdays >> date.weekday.rawValue & 1 == 1
        }
        let fields = date.fields
        let length = CivilDate.length(ofMonth: fields.month, in: fields.year)
        return months >> fields.month & 1 == 1 && admitsMonthDay(fields.day, of: length)
            && admitsBeyondMonths(date, fields, monthLength: length)
    }

    private func admitsMonthDay(_ day: Int, of length: Int) -> Bool {
        !restrictsMonthDays || monthDays >> day & 1 == 1 || monthDaysFromTheEnd >> (length - day + 1) & 1 == 1
    }

    /// Everything but BYMONTH and BYMONTHDAY.
    func admitsBeyondMonths(_ date: CivilDate, _ fields: CivilDate.Fields, monthLength: Int) -> Bool {
        if restrictsWeekdays {
            let weekday = date.weekday
            let isAdmitted =
                weekdays >> weekday.rawValue & 1 == 1
                || ordinals.contains { $0.weekday == weekday && holds($0.ordinal, date, fields, monthLength) }
            guard isAdmitted else { return false }
        }
        guard yearDays.isEmpty || admitsYearDay(date, fields.year) else { return false }
        return weekNumbers.isEmpty || admitsWeek(of: date, fields.year)
    }

    /// Whether that day is the one of its week days in the month or year that the ordinal names.
    private func holds(_ ordinal: Int, _ date: CivilDate, _ fields: CivilDate.Fields, _ monthLength: Int) -> Bool {
        let day = scope == .month ? fields.day : date.number - CivilDate(unchecked: fields.year, 1, 1).number + 1
        let length = scope == .month ? monthLength : CivilDate.length(of: fields.year)
        return ordinal > 0 ? (day - 1) / 7 + 1 == ordinal : (length - day) / 7 + 1 == -ordinal
    }

    private func admitsYearDay(_ date: CivilDate, _ year: Int) -> Bool {
        let day = date.number - CivilDate(unchecked: year, 1, 1).number + 1
        return yearDays.contains(day) || yearDays.contains(day - CivilDate.length(of: year) - 1)
    }

    /// RFC 5545 §3.3.10: week 1 is the first with four days in the year. A day at either end of a year may lie in a week of
    /// the neighbouring one; it is counted by its week, and belongs to the calendar year it lies in.
    private func admitsWeek(of date: CivilDate, _ year: Int) -> Bool {
        var weekYear = year
        var first = firstWeek(of: weekYear)
        if date.number < first {
            weekYear -= 1
            first = firstWeek(of: weekYear)
        } else {
            let following = firstWeek(of: year + 1)
            if date.number >= following { (weekYear, first) = (year + 1, following) }
        }
        let number = (date.number - first) / 7 + 1
        return weekNumbers.contains(number)
            || weekNumbers.contains(number - (firstWeek(of: weekYear + 1) - first) / 7 - 1)
    }

    /// The day on which week 1 of a year starts.
    private func firstWeek(of year: Int) -> Int {
        let fourth = CivilDate(unchecked: year, 1, 4)
        return fourth.number - fourth.weekday.days(after: weekStart)
    }

    /// The next day that may be admitted after one that was not: whole months are passed over.
    func candidate(after date: CivilDate) -> CivilDate {
        guard restrictsMonths else { return date + 1 }
        let fields = date.fields
        guard months >> fields.month & 1 == 0 else { return date + 1 }
        var (year, month) = (fields.year, fields.month)
        repeat {
            month += 1
            if month == 13 { (year, month) = (year + 1, 1) }
        } while months >> month & 1 == 0
        return CivilDate(unchecked: year, month, 1)
    }
}
