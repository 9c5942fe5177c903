import Testing

@testable import DAVGroupware

@Suite struct TextValueTests {
    @Test(arguments: [
        (#"a\nb\Nc\,\;\\"#, "a\nb\nc,;\\"), (#"http\://x"#, "http://x"), (#"C:\temp"#, #"C:\temp"#), ("\\", "\\"),
        (#"\\n"#, #"\n"#), ("", ""),
    ])
    func escapesAreUndone(value: String, text: String) { #expect(TextValue.unescape(value) == text) }

    @Test(arguments: ["a,b;c\\d\ne", "", "\\n", "é\n\n", "\\"])
    func whatIsEscapedMeansTheSame(text: String) { #expect(TextValue.unescape(TextValue.escape(text)) == text) }

    @Test func lineEndsOfAnyKindAreEscaped() { #expect(TextValue.escape("a\r\nb\rc\nd") == #"a\nb\nc\nd"#) }

    @Test func listsAreSplitAtSeparatorsThatAreNotEscaped() {
        #expect(TextValue.split(#"a;b\;c;;\\;"#, on: ";") == ["a", #"b\;c"#, "", #"\\"#, ""])
        #expect(TextValue.list(#"a\,b,c"#) == ["a,b", "c"])
        #expect(TextValue.list("") == [""])
    }
}
