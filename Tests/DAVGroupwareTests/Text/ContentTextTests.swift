import Testing

@testable import DAVGroupware

@Suite struct ContentTextTests {
    private func parse(_ text: String) throws -> ContentText { try ContentText(parsing: Array(text.utf8)) }

    private func line(_ text: String, in component: String = "VEVENT") throws -> ContentLine {
        let content = try parse("BEGIN:\(component)\r\n\(text)\r\nEND:\(component)\r\n")
        return try #require(content.components.first?.properties.first)
    }

    @Test func componentsNestAndKnowTheirOctets() throws {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nX-A:b\r\nend:vcalendar\r\n"
        let octets = Array(text.utf8)
        let content = try ContentText(parsing: octets)
        #expect(content.deviations == [])
        let calendar = try #require(content.components.first)
        #expect(content.components.count == 1)
        #expect(calendar.properties.map(\.name) == ["VERSION", "X-A"])
        #expect(calendar.source == 0..<octets.count)
        let event = try #require(calendar.components.first)
        #expect(event["UID"]?.value == "1")
        #expect(String(decoding: octets[event.source], as: UTF8.self) == "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n")
        #expect(ContentText.line(at: event.source.lowerBound, in: octets) == 3)
        #expect(ContentText.line(at: event.properties[0].source.lowerBound, in: octets) == 4)
    }

    /// C-14, K-01: accepted, and the difference is reported.
    @Test(arguments: [
        ("\u{FEFF}BEGIN:A\r\nX:1\r\nEND:A\r\n", ContentText.Deviations.byteOrderMark),
        ("BEGIN:A\nX:1\nEND:A\n", .lineEnds),
        ("BEGIN:A\rX:1\rEND:A\r", .lineEnds),
        ("BEGIN:A\r\r\nX:1\r\r\nEND:A\r\r\n", .lineEnds),
        ("BEGIN:A\r\nX:1\r\nEND:A", .missingLineEnd),
        ("\r\nBEGIN:A\r\n\r\nX:1\r\n \r\nEND:A\r\n\r\n\0\0\r\n", .blankLines),
        ("BEGIN:A\r\nX\r\n :\r\n\t1\r\nEND:A\r\n", ContentText.Deviations()),
        ("BEGIN:A\r\nX:\u{0}\u{1}1\u{7F}\r\nEND:A\r\n", .controlCharacters),
        ("BEGIN:A \r\nX:1\r\nEND:A\t\r\n", ContentText.Deviations()),
        ("BEGIN:A\r\nX;:1\r\nEND:A\r\n", .irregularParameters),
    ])
    func whatDiffersFromTheGrammarIsReadAndReported(text: String, deviation: ContentText.Deviations) throws {
        let content = try parse(text)
        #expect(content.deviations == deviation)
        #expect(content.components.first?["X"]?.value == "1")
    }

    @Test func foldsAreUndoneBeforeOctetsBecomeCharacters() throws {
        let octets =
            Array("BEGIN:A\r\nX:caf".utf8) + [0xC3, 0x0D, 0x0A, 0x20, 0xA9, 0x0A, 0x09] + Array("!\r\nEND:A\r\n".utf8)
        let content = try ContentText(parsing: octets)
        #expect(content.components.first?["X"]?.value == "café!")
        #expect(!content.deviations.contains(.invalidUTF8))
    }

    @Test func illFormedUTF8IsDecodedHarmlesslyAndReported() throws {
        let content = try ContentText(
            parsing: Array("BEGIN:A\nX;Y=".utf8) + [0xFF] + Array(":".utf8) + [0xE9, 0x0A] + Array("END:A\n".utf8))
        #expect(content.deviations.contains(.invalidUTF8))
        #expect(content.components.first?["X"]?.value == "\u{FFFD}")
        #expect(content.components.first?["X"]?["Y"] == "\u{FFFD}")
    }

    @Test func lineNumbersCountFoldsAndEveryLineEnd() {
        let error = #expect(throws: ContentTextError.self) {
            try parse("BEGIN:A\r\nX:1\r\n 2\r\n 3\nY:1\rno property\r\nEND:A\r\n")
        }
        #expect(error?.line == 6)
        #expect(error?.kind == .malformed)
    }

    @Test(arguments: [
        (#"A;B=c:d"#, "A", [ContentLine.Parameter("B", ["c"])], "d"),
        (#"a;b="c:;,d",e;F=:"#, "a", [.init("b", ["c:;,d", "e"]), .init("F", [""])], ""),
        (#"A;B=c;D="e":f:g;h"#, "A", [.init("B", ["c"]), .init("D", ["e"])], "f:g;h"),
        // RFC 6868 §3.2: other carets are themselves.
        (
            #"A;CN=George Herman ^'Babe^' Ruth;X=a^nb^^n^c^:v"#, "A",
            [.init("CN", ["George Herman \"Babe\" Ruth"]), .init("X", ["a\nb^n^c^"])], "v"
        ),
        // Quotes where none may stand.
        (#"A;B=c"d";E="f"g:h"#, "A", [.init("B", ["c\"d\""]), .init("E", ["fg"])], "h"),
        ("A;B:c", "A", [.init("B", [])], "c"),
        ("X-A.B_C:d", "X-A.B_C", [], "d"),
    ])
    func parametersAreTakenApart(text: String, name: String, parameters: [ContentLine.Parameter], value: String) throws
    {
        let line = try line(text)
        #expect(line.group == nil)
        #expect(line.name == name)
        #expect(line.parameters == parameters)
        #expect(line.value == value)
    }

    @Test func cardsHaveGroupsAndParametersWithoutNames() throws {
        let grouped = try line("item1.X-ABLabel:_$!<HomePage>!$_", in: "VCARD")
        #expect(grouped.group == "item1")
        #expect(grouped.name == "X-ABLabel")
        let old = try line("TEL;HOME;Quoted-Printable;type=pref:1", in: "VCARD")
        #expect(old.values(of: "TYPE") == ["HOME", "pref"])
        #expect(old["ENCODING"] == "Quoted-Printable")
        // In a calendar it would otherwise be taken for a UID.
        #expect(try line("X-A.UID:1").isNamed("UID") == false)
    }

    @Test(arguments: [
        "hello", "UID:1\r\n", "BEGIN:A\r\n", "END:A\r\n", "BEGIN:A\r\nEND:B\r\n", "BEGIN:\r\nEND:\r\n",
        "BEGIN:A\r\nno colon\r\nEND:A\r\n", "BEGIN:A\r\n:x\r\nEND:A\r\n", "BEGIN:A\r\nX;Y=\"z:1\r\nEND:A\r\n",
        "BEGIN:A\r\nX;Y=z\r\nEND:A\r\n", "BEGIN:A\r\nX;Y\r\nEND:A\r\n", "BEGIN:A\r\nX;Y=\r\nEND:A\r\n",
        "BEGIN:A\r\nX;=z:1\r\nEND:A\r\n",
        "BEGIN:A\r\nÄ:1\r\nEND:A\r\n", "BEGIN:A\r\na b:1\r\nEND:A\r\n", "BEGIN:A\r\nBEGIN:B\r\nEND:A\r\nEND:B\r\n",
        "B\u{0}E\u{0}G\u{0}I\u{0}N\u{0}:\u{0}A\u{0}",
    ])
    func whatIsNoSequenceOfComponentsIsRefused(text: String) {
        let error = #expect(throws: ContentTextError.self) { try parse(text) }
        #expect(error?.kind == .malformed)
    }

    @Test func anEmptyTextHasNoComponents() throws {
        #expect(try parse("").components.isEmpty)
        #expect(try parse("\u{FEFF}\r\n\r\n").components.isEmpty)
    }
}
