/// The changes of every year after the last one that a zone's file lists (RFC 8536 §3.3, POSIX `TZ`).
package struct YearlyChanges: Sendable, Hashable {
    /// A day of the year.
    package enum Day: Sendable, Hashable {
        /// `Jn`, 1...365: 29 February is not counted.
        case withoutLeapDay(Int)
        /// `n`, 0...365.
        case fromZero(Int)
        /// `Mm.w.d`: the `week`th such day of the month; 5 is the last.
        case weekday(month: Int, week: Int, Weekday)

        /// The number of that day.
        func number(in year: Int) -> Int {
            let newYear = CivilDate(unchecked: year, 1, 1).number
            switch self {
            case .withoutLeapDay(let day): return newYear + day - (CivilDate.isLeap(year) && day > 59 ? 0 : 1)
            case .fromZero(let day): return newYear + day
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(unchecked: year, month, 1)
                let day = weekday.days(after: first.weekday) + (week - 1) * 7
                return first.number + (day < CivilDate.length(ofMonth: month, in: year) ? day : day - 7)
            }
        }
    }

    package struct Onset: Sendable, Hashable {
        package var day: Day
        /// Seconds after midnight by the clock before the change; may lie outside the day.
        package var time: Int
        package var observance: ZoneRules.Observance
    }

    package var standard: ZoneRules.Observance
    /// The start of daylight saving time and that of standard time; `nil` if clocks stay.
    package var onsets: (daylight: Onset, standard: Onset)?

    package static func == (a: YearlyChanges, b: YearlyChanges) -> Bool {
        a.standard == b.standard && a.onsets?.daylight == b.onsets?.daylight && a.onsets?.standard == b.onsets?.standard
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(standard) }

    /// The changes of one year, in order.
    func changes(in year: Int) -> [ZoneRules.Change] {
        guard let onsets else { return [] }
        let pair = [
            change(onsets.daylight, in: year, from: standard.offset),
            change(onsets.standard, in: year, from: onsets.daylight.observance.offset),
        ]
        return pair[0].start <= pair[1].start ? pair : pair.reversed()
    }

    private func change(_ onset: Onset, in year: Int, from offset: Int) -> ZoneRules.Change {
        ZoneRules.Change(
            start: Int64(onset.day.number(in: year) * 86_400 + onset.time - offset), observance: onset.observance)
    }

    func span(at instant: Int64, notBefore start: Int64) -> ZoneRules.Span {
        guard onsets != nil else { return ZoneRules.Span(start: start, end: ZoneRules.end, observance: standard) }
        let year = CivilDateTime(seconds: instant).date.year
        var found = ZoneRules.Span(start: start, end: ZoneRules.end, observance: standard)
        for change in (year - 1...year + 1).flatMap(changes(in:)) {
            if change.start > instant {
                found.end = change.start
                break
            }
            found.observance = change.observance
            found.start = max(start, change.start)
        }
        return found
    }
}

extension YearlyChanges {
    /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`, with RFC 8536's hours beyond a day and below zero.
    package init?(posix text: String) {
        var cursor = TextCursor(text)
        guard let name = Self.name(&cursor), let west = Self.time(&cursor) else { return nil }
        standard = ZoneRules.Observance(offset: -west, name: name)
        guard !cursor.isAtEnd else { return }
        guard let daylightName = Self.name(&cursor) else { return nil }
        var offset = standard.offset + 3600
        if let next = cursor.peek, next != UInt8(ascii: ",") {
            guard let west = Self.time(&cursor) else { return nil }
            offset = -west
        }
        guard let start = Self.day(&cursor), let end = Self.day(&cursor), cursor.isAtEnd else { return nil }
        let daylight = ZoneRules.Observance(offset: offset, isDaylight: true, name: daylightName)
        onsets = (
            Onset(day: start.0, time: start.1, observance: daylight),
            Onset(day: end.0, time: end.1, observance: standard)
        )
    }

    private static func name(_ cursor: inout TextCursor) -> String? {
        var bytes: [UInt8] = []
        let isQuoted = cursor.take("<")
        while let byte = cursor.peek {
            let isLetter = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            guard isLetter || isQuoted && byte != UInt8(ascii: ">") else { break }
            bytes.append(byte)
            _ = cursor.next()
        }
        guard !isQuoted || cursor.take(">"), !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `[+-]hh[:mm[:ss]]`, at most a week.
    private static func time(_ cursor: inout TextCursor) -> Int? {
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        guard let hours = cursor.number(digits: 1...3), hours <= 167 else { return nil }
        var seconds = hours * 3600
        if cursor.take(":") {
            guard let minutes = cursor.number(digits: 1...2), minutes < 60 else { return nil }
            seconds += minutes * 60
            if cursor.take(":") {
                guard let rest = cursor.number(digits: 1...2), rest < 60 else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }

    private static func day(_ cursor: inout TextCursor) -> (Day, Int)? {
        guard cursor.take(",") else { return nil }
        let day: Day
        if cursor.take("M") {
            guard let month = cursor.number(digits: 1...2), 1...12 ~= month, cursor.take("."),
                let week = cursor.number(digits: 1...1), 1...5 ~= week, cursor.take("."),
                let number = cursor.number(digits: 1...1), let weekday = Weekday(rawValue: (number + 6) % 7), number < 7
            else { return nil }
            day = .weekday(month: month, week: week, weekday)
        } else if cursor.take("J") {
            guard let number = cursor.number(digits: 1...3), 1...365 ~= number else { return nil }
            day = .withoutLeapDay(number)
        } else {
            guard let number = cursor.number(digits: 1...3), 0...365 ~= number else { return nil }
            day = .fromZero(number)
        }
        guard cursor.take("/") else { return (day, 7200) }
        return time(&cursor).map { (day, $0) }
    }
}
