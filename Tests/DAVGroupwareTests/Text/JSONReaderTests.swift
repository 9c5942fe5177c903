import Testing

@testable import DAVGroupware

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .boolean(true)), ("-12.50e+3", .number("-12.50e+3")),
        ("\"\"", .string("")),
        (#""a\n\"\\\/\u00e9\ud834\udd1e""#, .string("a\n\"\\/é𝄞")), ("[]", .array([])), ("{}", .object([])),
        ("[1,[2]]", .array([.number("1"), .array([.number("2")])])),
        (#"{"b":1, "a":"é"}"#, .object([.init("b", .number("1")), .init("a", .string("é"))])),
    ])
    func valuesAreRead(text: String, value: JSONValue) throws {
        #expect(try JSONReader.value(of: Array(text.utf8)) == value)
        #expect(try JSONReader.value(of: JSONWriter.octets(of: value)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "tru e", "[", "[1", "[1,", "[1,]", "]", "{", "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "\"",
        "\"\\",
        "\"\\x\"", "\"\\u12\"", "\"\\ud834\"", "\"\\ud834\\u0041\"", "\"\\udd1e\"", "\"\n\"", "1 2", "-", "-inf", "nan",
        "0x1", "+1", ".5",
        "\"\\u+123\"",
    ])
    func whatIsNoJSONIsRefused(text: String) {
        let error = #expect(throws: ContentTextError.self) { try JSONReader.value(of: Array(text.utf8)) }
        #expect(error?.kind == .malformed)
    }

    @Test func illFormedUTF8IsRefused() {
        #expect(throws: ContentTextError.self) { try JSONReader.value(of: [0x22, 0xFF, 0x22]) }
    }

    /// Hostile: depth is stack, and values are memory.
    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000),
        "[" + String(repeating: "1,", count: 500_001) + "1]",
    ])
    func limitsAreKept(text: String) {
        let error = #expect(throws: ContentTextError.self) { try JSONReader.value(of: Array(text.utf8)) }
        #expect(error?.kind == .limit)
    }

    @Test func controlCharactersAreEscaped() {
        #expect(JSONWriter.octets(of: .string("\u{1}\t\u{1F}")).text == #""\u0001\t\u001f""#)
    }
}
