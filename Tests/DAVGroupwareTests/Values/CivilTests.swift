import Testing

@testable import DAVGroupware

/// K-01: days and times as RFC 5545 §3.3.4 and §3.3.5 count them.
@Suite struct CivilTests {
    @Test func everyDayOfTenThousandYearsFollowsTheOneBefore() {
        var expected = CivilDate.Fields(year: 0, month: 1, day: 1)
        for number in CivilDate.first.number...CivilDate.last.number {
            let date = CivilDate(number: number)
            // One look a day: an expectation for each of 3.6 million would take its time.
            guard date.fields == expected,
                CivilDate(year: expected.year, month: expected.month, day: expected.day) == date
            else {
                Issue.record("\(expected) is \(date.fields)")
                return
            }
            expected.day += 1
            if expected.day > CivilDate.length(ofMonth: expected.month, in: expected.year) {
                expected.day = 1
                expected.month += 1
            }
            if expected.month == 13 {
                expected.month = 1
                expected.year += 1
            }
        }
        #expect(expected.year == 10_000)
    }

    @Test(arguments: [
        ("00010101", Weekday.monday), ("19700101", .thursday), ("20000229", .tuesday), ("20260401", .wednesday),
        ("99991231", .friday), ("00000101", .saturday),
    ])
    func weekdaysAreThoseOfTheCalendar(text: String, weekday: Weekday) {
        #expect(DateValue(text)?.civil.date.weekday == weekday)
    }

    @Test(arguments: [
        (1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31),
    ])
    func monthsHaveTheirLength(month: Int, length: Int) {
        #expect(CivilDate.length(ofMonth: month, in: 1900) == length)
        #expect(CivilDate(year: 2023, month: month, day: length + 1) == nil)
    }

    @Test func timesOutsideTheCalendarAreWrittenAsTheNearestThatFits() {
        #expect(CivilDateTime(seconds: .max / 4).text == "99991231T235959")
        #expect(CivilDateTime(seconds: .min / 4).text == "00000101T000000")
        #expect(CivilDateTime(seconds: -1).text == "19691231T235959")
    }
}
