import Testing

@testable import DAVGroupware

@Suite struct ContentLimitTests {
    /// Each would take memory or time far beyond its octets.
    @Test(arguments: [
        String(repeating: "BEGIN:A\r\n", count: 100_000),
        "BEGIN:A\r\n" + String(repeating: "BEGIN:B\r\nEND:B\r\n", count: 20_001) + "END:A\r\n",
        "BEGIN:A\r\n" + String(repeating: "X:\r\n", count: 100_001) + "END:A\r\n",
        "BEGIN:A\r\nX" + String(repeating: ";Y=z", count: 100_000) + ":\r\nEND:A\r\n",
        "BEGIN:A\r\nX;Y=" + String(repeating: ",", count: 100_000) + ":\r\nEND:A\r\n",
        "BEGIN:A\r\n" + String(repeating: "X;A=,,,,,,,;B=,,,,,,,;C=,,,,,,,:\r\n", count: 9_000) + "END:A\r\n",
        "BEGIN:A\r\nX:" + String(repeating: "x", count: 17 << 20) + "\r\nEND:A\r\n",
    ])
    func whatIsBeyondALimitIsRefused(text: String) {
        let error = #expect(throws: ContentTextError.self) { try ContentText(parsing: Array(text.utf8)) }
        #expect(error?.kind == .limit)
    }

    /// Of the same length, none takes more than a small multiple of the time of another: reading is linear.
    @Test(arguments: [
        "X:" + String(repeating: "x", count: 1 << 20),
        "X:" + String(repeating: "\r\n ", count: 1 << 18),
        "X:" + String(repeating: "\r", count: 1 << 20),
        "X:" + String(repeating: "\n", count: 1 << 20),
        "X:" + String(repeating: "\\,", count: 1 << 19),
        "X;Y=\"" + String(repeating: "^", count: 1 << 20) + "\":",
        "X:" + String(repeating: "\u{1}", count: 1 << 20),
    ])
    func longTextsAreReadInLinearTime(line: String) throws {
        let octets = Array("BEGIN:A\r\n\(line)\r\nEND:A\r\n".utf8)
        let clock = ContinuousClock()
        let taken = try clock.measure { _ = try ContentText(parsing: octets) }
        // Quadratic would be hours; unoptimised builds on a busy machine take well under a second.
        #expect(taken < .seconds(30))
    }
}
