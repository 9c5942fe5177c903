import Testing

@testable import DAVGroupware

@Suite struct DateValueTests {
    @Test(arguments: [
        (ContentLine("DTSTART", [.init("VALUE", ["DATE"])], value: "20260131"), "date 20260131"),
        (ContentLine("DTSTART", value: "20260131T101500"), "floating 20260131T101500"),
        (ContentLine("DTSTART", value: "20260131T101500Z"), "utc 20260131T101500"),
        (
            ContentLine("DTSTART", [.init("TZID", ["Europe/Berlin"])], value: "20260131T101500"),
            "Europe/Berlin 20260131T101500"
        ),
        // Client-quirks 18: what is written wins over what VALUE and TZID claim.
        (ContentLine("DTSTART", value: "20260131"), "date 20260131"),
        (ContentLine("DTSTART", [.init("VALUE", ["DATE"])], value: "20260131T101500"), "floating 20260131T101500"),
        (ContentLine("DTSTART", [.init("TZID", ["Europe/Berlin"])], value: "20260131T101500Z"), "utc 20260131T101500"),
        (ContentLine("DTSTART", [.init("TZID", ["Europe/Berlin"])], value: "20260131"), "date 20260131"),
        (
            ContentLine("DTSTART", [.init("TZID", ["\"Europe/Berlin\" "])], value: " 20260131t101500 "),
            "Europe/Berlin 20260131T101500"
        ),
        (ContentLine("DTSTART", [.init("TZID", ["UTC"])], value: "20260131T101500"), "utc 20260131T101500"),
        (ContentLine("DTSTART", [.init("TZID", [" "])], value: "20260131T101500"), "floating 20260131T101500"),
        (ContentLine("DTSTART", value: "20161231T235960Z"), "utc 20161231T235959"),
        (ContentLine("DTSTART", value: "00010101T000000Z"), "utc 00010101T000000"),
        (ContentLine("DTSTART", value: "99991231T235959"), "floating 99991231T235959"),
    ])
    func datesAreReadAsTheyAreWritten(line: ContentLine, expected: String) {
        let described =
            switch DateValue(line) {
            case .date(let date): "date " + date.text
            case .floating(let civil): "floating " + civil.text
            case .utc(let civil): "utc " + civil.text
            case .zoned(let civil, let tzid): tzid + " " + civil.text
            case nil: "nothing"
            }
        #expect(described == expected)
    }

    @Test(arguments: [
        "", "2026", "20260230", "20261301", "20260131T", "20260131T1015", "20260131T250000", "20260131T106000",
        "20260131T101500X", "20260131T101500ZZ", "-0260131", "+20260131", "２０２６０１３１", "\u{0}20260131\u{0}x",
        "20260131T101500.5", "2026-01-31", String(repeating: "9", count: 5000),
    ])
    func whatIsNoDateIsNone(text: String) {
        #expect(DateValue(text) == nil)
    }

    @Test func listsLeaveOutWhatIsNoDate() {
        let line = ContentLine(
            "EXDATE", [.init("TZID", ["Asia/Tokyo"])], value: "20260101T100000,,bad,20260102T100000Z,20260103")
        #expect(DateValue.list(line).map(\.text) == ["20260101T100000", "20260102T100000Z", "20260103"])
        #expect(DateValue.list(line).first?.line("X").value == "20260101T100000")
        #expect(DateValue.list(line).first?.line("X")["TZID"] == "Asia/Tokyo")
    }

    @Test(arguments: [
        ("P1W", 7, 0, "P1W"), ("-P1W", -7, 0, "-P1W"), ("P15DT5H0M20S", 15, 18_020, "P15DT5H0M20S"),
        ("PT0S", 0, 0, "PT0S"),
        ("-PT15M", 0, -900, "-PT15M"), ("+PT1H", 0, 3600, "PT1H"), ("P1W2D", 9, 0, "P9D"), ("PT", 0, 0, "PT0S"),
        ("pt1h30m", 0, 5400, "PT1H30M"), (" PT1M ", 0, 60, "PT1M"), ("PT3600S", 0, 3600, "PT1H"), ("P2D", 2, 0, "P2D"),
    ])
    func durationsAreRead(text: String, days: Int, seconds: Int, written: String) {
        let duration = CalendarDuration(text)
        #expect(duration == CalendarDuration(days: days, seconds: Int64(seconds)))
        #expect(duration?.text == written)
    }

    @Test(arguments: [
        "", "P", "-P", "1W", "P1", "P1H", "PT1D", "PT1W", "P1Y", "P1M", "PTT1H", "P-1D", "PT1.5H", "P1D ago",
        "P99999999999999999999W", "P999999999999W", "PT999999999999H", "PT1S1S1S1S1S1S",
    ])
    func whatIsNoDurationIsNone(text: String) {
        #expect(CalendarDuration(text) == nil)
    }

    @Test(arguments: [
        ("+0100", 3600), ("-0330", -12_600), ("+013045", 5445), ("0000", 0), ("-0000", 0), ("+2359", 86_340),
    ])
    func offsetsAreRead(text: String, seconds: Int) {
        #expect(UTCOffset(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "+", "+01", "+2400", "+0160", "+01000", "+010060", "+0100x", "CET"])
    func whatIsNoOffsetIsNone(text: String) {
        #expect(UTCOffset(text) == nil)
    }

    @Test func offsetsAreWritten() {
        #expect(
            [3600, -12_600, 5445, 0, -3].map { UTCOffset(seconds: $0).text } == [
                "+0100", "-0330", "+013045", "+0000", "-000003",
            ])
    }

    @Test func periodsHaveAnEndOrALength() {
        let line = ContentLine(
            "FREEBUSY",
            value:
                "20260101T100000Z/20260101T110000Z,20260102T100000Z/PT1H,20260103T100000Z,x/PT1H,20260104T100000Z/P1D/P1D"
        )
        let periods = Period.list(line)
        #expect(periods.map(\.start.text) == ["20260101T100000Z", "20260102T100000Z"])
        #expect(periods.last?.length == .lasting(CalendarDuration(days: 0, seconds: 3600)))
    }
}
