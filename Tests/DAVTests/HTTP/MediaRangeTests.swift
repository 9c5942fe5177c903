import DAV
import Testing

@Suite struct MediaRangeTests {
    @Test(arguments: [
        ("text/vcard", "text/vcard", [:], 1000),
        (" Text/VCard ; Charset=\"utf-8\"; VERSION=4.0", "text/vcard", ["charset": "utf-8", "version": "4.0"], 1000),
        ("text/directory;profile=\"v;c,ard\";q=0.5", "text/directory", ["profile": "v;c,ard"], 500),
        ("*/*;q=0", "*/*", [:], 0), ("text/*;q=0.001", "text/*", [:], 1),
        ("text/plain;q=1.000", "text/plain", [:], 1000),
        ("text/plain;q=7", "text/plain", [:], 1000), ("text/plain;q=0.9999", "text/plain", [:], 999),
        ("text/plain;;a = b; c;d=e", "text/plain", ["a": "b", "d": "e"], 1000),
    ])
    func typesAreReadWithTheirParameters(
        _ text: String, _ essence: String, _ parameters: [String: String], _ weight: Int
    )
        throws
    {
        let range = try #require(MediaRange(text))
        #expect(range.essence == essence)
        #expect(range.parameters == parameters)
        #expect(range.weight == weight)
    }

    @Test(arguments: ["", "text", "text/", "/vcard", ";", "\u{E9}/x"]) func whatIsNoTypeIsNone(_ text: String) {
        #expect(MediaRange(text) == nil)
    }

    @Test func listsLeaveOutWhatTheyCannotRead() {
        let list = MediaRange.list("text/vcard; version=4.0, ,;q=1, junk, text/x;p=\",\";q=0.1,*/*")
        #expect(list.map(\.essence) == ["text/vcard", "text/x", "*/*"])
        #expect(MediaRange.list(String(repeating: "\"", count: 50)).isEmpty)
    }
}
