import Testing

@testable import DAVGroupware

/// K-02, K-07: reading RFC 5545 §3.3.10 and RFC 7529.
@Suite struct RecurrenceRuleTests {
    @Test(arguments: [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("freq=weekly;byday=mo,we ; wkst=su;", "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU"),
        ("INTERVAL=2;FREQ=MONTHLY;BYDAY=+1MO,-1FR,TU", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-1FR,TU"),
        ("FREQ=YEARLY;BYMONTH=3,1,3;BYMONTHDAY=-1,15", "FREQ=YEARLY;BYMONTHDAY=-1,15;BYMONTH=1,3"),
        (
            "FREQ=YEARLY;BYWEEKNO=20,-1;BYYEARDAY=-366,366;BYSETPOS=-1",
            "FREQ=YEARLY;BYYEARDAY=-366,366;BYWEEKNO=-1,20;BYSETPOS=-1"
        ),
        (
            "FREQ=SECONDLY;BYSECOND=0,60,59;BYMINUTE=59;BYHOUR=0,23",
            "FREQ=SECONDLY;BYSECOND=0,59;BYMINUTE=59;BYHOUR=0,23"
        ),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
        ("FREQ=DAILY;UNTIL=20261231T235959Z", "FREQ=DAILY;UNTIL=20261231T235959Z"),
        ("FREQ=DAILY;COUNT=10", "FREQ=DAILY;COUNT=10"),
        (
            "RSCALE=gregorian;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD",
            "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD"
        ),
        ("FREQ=YEARLY;BYMONTH=5L,6", "FREQ=YEARLY;BYMONTH=6"),
        ("FREQ=WEEKLY;X-NOTE=1;COUNT=2;UNTIL=20260101", "FREQ=WEEKLY;UNTIL=20260101;COUNT=2"),
    ])
    func rulesAreRead(text: String, written: String) throws {
        #expect(try RecurrenceRule(text).text == written)
        #expect(try RecurrenceRule(written) == RecurrenceRule(text))
    }

    @Test(arguments: [
        ("", RecurrenceRuleError.missingFrequency), (";;", .missingFrequency), ("COUNT=3", .missingFrequency),
        ("FREQ=FORTNIGHTLY", .badValue(part: "FREQ", value: "FORTNIGHTLY")),
        ("FREQ", .badValue(part: "FREQ", value: "")),
        ("FREQ=DAILY;FREQ=DAILY", .repeatedPart("FREQ")), ("FREQ=DAILY;BYDAY=MO;byday=TU", .repeatedPart("BYDAY")),
        ("FREQ=DAILY;INTERVAL=0", .badValue(part: "INTERVAL", value: "0")),
        ("FREQ=DAILY;INTERVAL=-1", .badValue(part: "INTERVAL", value: "-1")),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", .badValue(part: "INTERVAL", value: "99999999999999999999")),
        ("FREQ=DAILY;COUNT=0", .badValue(part: "COUNT", value: "0")),
        ("FREQ=DAILY;UNTIL=20260230", .badValue(part: "UNTIL", value: "20260230")),
        ("FREQ=DAILY;BYDAY=", .badValue(part: "BYDAY", value: "")),
        ("FREQ=DAILY;BYDAY=XX", .badValue(part: "BYDAY", value: "XX")),
        ("FREQ=DAILY;BYDAY=0MO", .badValue(part: "BYDAY", value: "0MO")),
        ("FREQ=DAILY;BYDAY=54MO", .badValue(part: "BYDAY", value: "54MO")),
        ("FREQ=DAILY;BYDAY=-MO", .badValue(part: "BYDAY", value: "-MO")),
        ("FREQ=DAILY;BYDAY=MO,,TU", .badValue(part: "BYDAY", value: "MO,,TU")),
        ("FREQ=DAILY;BYMONTH=13", .badValue(part: "BYMONTH", value: "13")),
        ("FREQ=DAILY;BYMONTH=5L", .badValue(part: "BYMONTH", value: "5L")),
        ("FREQ=DAILY;BYMONTHDAY=0", .badValue(part: "BYMONTHDAY", value: "0")),
        ("FREQ=DAILY;BYHOUR=24", .badValue(part: "BYHOUR", value: "24")),
        ("FREQ=DAILY;BYHOUR=-1", .badValue(part: "BYHOUR", value: "-1")),
        ("FREQ=DAILY;BYSETPOS=367", .badValue(part: "BYSETPOS", value: "367")),
        ("RSCALE=CHINESE;FREQ=YEARLY", .unsupportedScale("CHINESE")), ("FREQ=YEARLY;RSCALE=", .unsupportedScale("")),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=MAYBE", .badValue(part: "SKIP", value: "MAYBE")),
    ])
    func whatIsNoRuleIsRefusedWithItsReason(text: String, error: RecurrenceRuleError) {
        #expect(throws: error) { try RecurrenceRule(text) }
    }

    @Test(arguments: [
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", RecurrenceRuleError.countAndUntil),
        ("FREQ=DAILY;SKIP=OMIT", .skipWithoutScale),
        ("FREQ=DAILY;BYSETPOS=1", .positionsOfNothing), ("FREQ=DAILY;BYEASTER=1", .unknownPart("BYEASTER")),
    ])
    func strictReadingRefusesMore(text: String, error: RecurrenceRuleError) throws {
        _ = try RecurrenceRule(text)
        #expect(throws: error) { try RecurrenceRule(text, isLenient: false) }
        #expect(!error.description.isEmpty)
    }

    @Test func longRulesAreRefusedOrReadQuickly() throws {
        let many = "FREQ=YEARLY;BYDAY=" + Array(repeating: "MO,-1TU", count: 20_000).joined(separator: ",")
        #expect(try RecurrenceRule(many).byDay.count == 2)
        let parts = "FREQ=DAILY" + (0..<100).map { ";X-\($0)=1" }.joined()
        #expect(throws: RecurrenceRuleError.self) { try RecurrenceRule(parts) }
    }
}
