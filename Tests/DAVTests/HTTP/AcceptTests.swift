import DAV
import Testing

@Suite struct AcceptTests {
    @Test(arguments: [
        ("", "text/calendar", 1000), ("*/*", "text/calendar", 1000), ("text/*;q=0.5", "text/calendar", 500),
        ("text/calendar; charset=utf-8 ;q=0.25, */*", "text/calendar", 250),
        ("TEXT/Calendar;Q=0.05", "text/calendar", 50),
        ("application/json", "text/calendar", 0), ("text/calendar;q=0, text/*", "text/calendar", 0),
        ("text/html, text/calendar;q=1.000", "text/calendar", 1000), (";;,,/,q=1", "text/calendar", 1000),
    ])
    func theMostSpecificRangeCounts(_ field: String, _ type: String, _ quality: Int) {  // RFC 9110 §12.5.1
        #expect(Accept(field).quality(of: type) == quality)
    }

    @Test func wildcardsNameNoType() {
        #expect(!Accept("*/*").names("text/calendar"))
        #expect(!Accept("text/*").names("text/calendar"))
        #expect(!Accept("text/calendar;q=0").names("text/calendar"))
        #expect(Accept("text/html, Text/Calendar").names("text/calendar"))
    }
}
