import Testing

@testable import DAVGroupware

/// K-02: what RFC 5545 §3.8.5.3 gives as examples, what it leaves open, and what must never hang.
@Suite struct OccurrencesTests {
    /// The days, and the times where there are several, that a rule makes; `…` if there are more than asked for.
    static func expand(_ rule: String, from start: String, limit: Int = 12, steps: Int = 100_000) throws -> String {
        let value = try #require(DateValue(start))
        var occurrences = try RecurrenceRule(rule).occurrences(from: value.civil, isDate: value.isDate)
        var budget = WorkBudget(steps: steps)
        var found: [String] = []
        while let next = occurrences.next(within: &budget) {
            guard found.count < limit else { return (found + ["…"]).joined(separator: " ") }
            let hasTime = !value.isDate && next.time != value.civil.time
            found.append(hasTime ? next.text : next.date.text)
        }
        return (found + (budget.isExhausted ? ["?"] : [])).joined(separator: " ")
    }

    @Test(arguments: [
        ("FREQ=DAILY;COUNT=3", "19970902T090000", "19970902 19970903 19970904"),
        ("FREQ=DAILY;INTERVAL=2", "19970902T090000", "19970902 19970904 19970906 …"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902T090000", "19970902 19970912 19970922 19971002 19971012"),
        ("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO", "19980104T090000", "19980104 19980105 19980111 …"),
        (
            "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "19970902T090000",
            "19970902 19970904 19970909 19970911 19970916 19970918 19970923 19970925 19970930 19971002"
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "19970902T090000",
            "19970902 19970904 19970916 19970918 19970930 19971002 19971014 19971016"
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000",
            "19970805 19970810 19970819 19970824"
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000",
            "19970805 19970817 19970819 19970831"
        ),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "19970905T090000", "19970905 19971003 19971107 19971205"),
        (
            "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "19970907T090000",
            "19970907 19970928 19971102 19971130 19980104 19980125 19980301 19980329 19980503 19980531"
        ),
        ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "19970922T090000", "19970922 19971020 19971117 19971222 19980119 19980216"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "19970928T090000", "19970928 19971029 19971128 …"),
        (
            "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "19970930T090000",
            "19970930 19971001 19971031 19971101 19971130 19971201 19971231 19980101 19980131 19980201"
        ),
        (
            "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "19970910T090000",
            "19970910 19970911 19970912 19970913 19970914 19970915 19990310 19990311 19990312 19990313"
        ),
        ("FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "19970610T090000", "19970610 19970710 19980610 19980710"),
        (
            "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "19970101T090000",
            "19970101 19970410 19970719 20000101 20000409 20000718 20030101 20030410 20030719 20060101"
        ),
        ("FREQ=YEARLY;BYDAY=20MO", "19970519T090000", "19970519 19980518 19990517 …"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "19970512T090000", "19970512 19980511 19990517 …"),
        ("FREQ=YEARLY;BYWEEKNO=20", "19970512T090000", "19970512 19980511 19990517 …"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "19970313T090000", "19970313 19970320 19970327 …"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19970902T090000", "19970902 19980213 19980313 …"),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "19970913T090000", "19970913 19971011 19971108 …"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "19961105T090000",
            "19961105 20001107 20041102 …"
        ),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000", "19970904 19971007 19971106"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "19970929T090000", "19970929 19971030 19971127 …"),
        (
            "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "19970902T090000",
            "19970902 19970902T120000 19970902T150000"
        ),
        (
            "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "19970902T090000",
            "19970902 19970902T103000 19970902T120000 19970902T133000"
        ),
        (
            "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,40;COUNT=5", "19970902T090000",
            "19970902 19970902T094000 19970902T100000 19970902T104000 19970903"
        ),
        (
            "FREQ=MINUTELY;INTERVAL=40;BYHOUR=9,10;COUNT=4", "19970902T090000",
            "19970902 19970902T094000 19970902T102000 19970903"
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115T090000", "20070115 20070130 20070215 20070315 20070330"),
        // What the examples leave out.
        ("FREQ=MONTHLY", "20260131", "20260131 20260331 20260531 …"),
        ("FREQ=YEARLY", "20240229", "20240229 20280229 20320229 …"),
        ("FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2,3", "20260331", "20260331 20270331 20280331 …"),
        ("FREQ=MONTHLY;BYDAY=TU,2MO;COUNT=6", "20260106", "20260106 20260112 20260113 20260120 20260127 20260203"),
        ("FREQ=WEEKLY;BYDAY=2MO;COUNT=3", "20260105", "20260105 20260112 20260119"),
        ("FREQ=SECONDLY;INTERVAL=45;COUNT=3", "20260105T235900", "20260105 20260105T235945 20260106T000030"),
        ("FREQ=HOURLY;BYHOUR=9;COUNT=3", "20260105", "20260105 20260106 20260107"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=2", "20260105", "20260105 20260106"),
        ("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;BYHOUR=3;COUNT=2", "20261025T020000", "20261025 20261025T030000"),
        // The start counts, whether the rule would make it or not.
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "20260107", "20260107 20260112 20260119"),
        ("FREQ=DAILY;UNTIL=20200101", "20260105", "20260105"),
        // UNTIL of another type (client-quirks 18).
        ("FREQ=DAILY;UNTIL=20260107", "20260105T090000", "20260105 20260106 20260107"),
        ("FREQ=DAILY;UNTIL=20260107T000000Z", "20260105", "20260105 20260106 20260107"),
        // RFC 7529 §4.1.
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", "20260131", "20260131 20260228 20260331 20260430"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4", "20260131", "20260131 20260301 20260331 20260501"),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=1,31;COUNT=5", "20260131",
            "20260131 20260201 20260301 20260331 20260401"
        ),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=3", "20240229", "20240229 20250301 20260301"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;COUNT=3", "20240229", "20240229 20250228 20260228"),
    ])
    func rulesMakeTheirOccurrences(rule: String, start: String, expected: String) throws {
        let limit = expected.hasSuffix("…") ? 3 : 12
        #expect(try Self.expand(rule, from: start, limit: limit) == expected)
    }

    /// Weeks at the turn of the year, which dateutil counts wrongly: against the definition of RFC 5545 §3.3.10, day by day. The
    /// first week of a year is the one with at least four of its days, hence with January 4.
    @Test(arguments: ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], [1, 2, 51, 52, 53, -1, -2, -51, -52, -53])
    func weeksAreThoseOfTheirYear(weekStart: String, week: Int) throws {
        let first = try #require(["MO", "TU", "WE", "TH", "FR", "SA", "SU"].firstIndex(of: weekStart))
        func firstWeek(of year: Int) -> Int {
            let day = CivilDate(unchecked: year, 1, 4).number
            // Day 0, 1970-01-01, was a Thursday.
            return day - ((day + 3 - first) % 7 + 7) % 7
        }
        let start = CivilDate(unchecked: 2015, 1, 1), end = CivilDate(unchecked: 2037, 1, 1)
        let expected = (start.number..<end.number).filter { day in
            let year = CivilDate(number: day).year
            return (year - 1...year + 1).contains { year in
                let count = (firstWeek(of: year + 1) - firstWeek(of: year)) / 7
                let number = (day - firstWeek(of: year)) / 7 + 1
                return day >= firstWeek(of: year) && number <= count && (number == week || number - count - 1 == week)
            }
        }
        let rule = try RecurrenceRule(
            "FREQ=YEARLY;BYWEEKNO=\(week);BYDAY=MO,TU,WE,TH,FR,SA,SU;WKST=\(weekStart);UNTIL=20361231")
        var occurrences = rule.occurrences(from: try #require(CivilDateTime(2015, 1, 1)))
        var budget = WorkBudget(steps: 1_000_000)
        var found: [Int] = []
        while let next = occurrences.next(within: &budget) { found.append(next.date.number) }
        // The start counts, whether the rule would make it or not.
        #expect(found == Set(expected + [start.number]).sorted())
    }

    /// Each of these keeps some other implementation busy for ever, or makes it crash.
    @Test(arguments: [
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "20260101T000000", "20260101"),
        ("FREQ=MINUTELY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=4", "20260101T000000", "20260101"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "20260101", "20260101"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "20260101", "20260101"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31;INTERVAL=12", "20260201", "20260201"),
        ("FREQ=HOURLY;INTERVAL=24;BYHOUR=5", "20260101T090000", "20260101"),
        ("FREQ=SECONDLY;INTERVAL=86400;BYSECOND=1", "20260101T090000", "20260101"),
        ("FREQ=YEARLY;BYSETPOS=5;BYMONTHDAY=1;BYMONTH=1", "20260101", "20260101"),
        ("FREQ=DAILY;BYSETPOS=366;BYHOUR=1", "20260101T090000", "20260101 ?"),
        ("FREQ=SECONDLY;INTERVAL=999999999999", "20260101T000000", "20260101"),
        ("FREQ=YEARLY;INTERVAL=999999999999", "20260101", "20260101"), ("FREQ=YEARLY", "99991231", "99991231"),
        ("FREQ=SECONDLY", "99991231T235958", "99991231 99991231T235959"), ("FREQ=WEEKLY", "99991228", "99991228"),
        ("FREQ=MONTHLY;COUNT=2", "00000101", "00000101 00000201"),
        ("FREQ=WEEKLY;COUNT=2;BYDAY=SU", "00010101", "00010101 00010107"),
        ("FREQ=YEARLY;BYWEEKNO=1,53,-53;BYDAY=MO;COUNT=2", "00000103", "00000103 00010101"),
        ("RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=MONTHLY;BYMONTHDAY=31", "99991130", "99991130 99991201 99991231"),
        ("FREQ=HOURLY;INTERVAL=167;BYDAY=TU;BYMONTH=2;BYMONTHDAY=30", "20260101T090000", "20260101"),
    ])
    func nothingHangs(rule: String, start: String, expected: String) throws {
        #expect(try Self.expand(rule, from: start) == expected)
    }

    @Test func anExhaustedBudgetSaysSo() throws {
        #expect(
            try Self.expand("FREQ=DAILY;BYMONTH=1", from: "20260101", limit: 500, steps: 31).hasSuffix("20260131 ?"))
        #expect(try Self.expand("FREQ=DAILY;COUNT=31", from: "20260101", limit: 500, steps: 31).hasSuffix("20260131"))
        #expect(
            try Self.expand("FREQ=DAILY;BYMONTH=1", from: "20260101", limit: 500, steps: 30).hasSuffix("20260130 ?"))
    }

    /// A set of every second of a year is never written down.
    @Test func theEndOfAHugePeriodIsReachedAtOnce() throws {
        let all = { (count: Int) in (0..<count).map(String.init).joined(separator: ",") }
        let rule = try RecurrenceRule(
            "FREQ=YEARLY;BYMONTH=\(all(13).dropFirst(2));BYMONTHDAY=\(all(32).dropFirst(2));BYHOUR=\(all(24));BYMINUTE=\(all(60));BYSECOND=\(all(60))"
        )
        var occurrences = rule.occurrences(from: try #require(CivilDateTime(2020, 1, 1)))
        occurrences.seek(try #require(CivilDateTime(2025, 12, 31, 23, 59, 58)))
        var budget = WorkBudget(steps: 2_000)
        let found = (0..<3).compactMap { _ in occurrences.next(within: &budget)?.text }
        #expect(found == ["20251231T235958", "20251231T235959", "20260101T000000"])
        var last = try RecurrenceRule(rule.text + ";BYSETPOS=-1").occurrences(
            from: try #require(CivilDateTime(2020, 1, 1)))
        _ = last.next(within: &budget)
        #expect(last.next(within: &budget)?.text == "20201231T235959")
    }
}
