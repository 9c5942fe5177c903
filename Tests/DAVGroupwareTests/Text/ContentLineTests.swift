import Testing

@testable import DAVGroupware

@Suite struct ContentLineTests {
    @Test func namesAreComparedWithoutTheCaseOfLetters() {
        let line = ContentLine("dtStart", [.init("tzid", ["Europe/Berlin"])], value: "20260101T000000")
        #expect(line.isNamed("DTSTART"))
        #expect(!line.isNamed("DTSTAMP"))
        #expect(line["TZID"] == "Europe/Berlin")
        // "@" and "`" differ by the same bit as letters do.
        #expect(!"a@".isASCIIEqual(to: "a`"))
    }
}
