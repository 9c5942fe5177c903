import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct ContentWriterTests {
    private func written(_ line: ContentLine) -> String {
        var writer = ContentWriter()
        writer.property(line)
        return String(decoding: writer.take(), as: UTF8.self)
    }

    @Test func linesAreFoldedAt75OctetsBetweenCharacters() {
        for shift in 0..<4 {
            let value = String(repeating: "a", count: shift) + String(repeating: "𝄞é", count: 60)
            let text = written(ContentLine("X", value: value))
            let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .dropLast()
            #expect(lines.allSatisfy { $0.count <= 76 && $0.last == 0x0D })
            #expect(lines.dropFirst().allSatisfy { $0.first == 0x20 && $0.count > 70 || $0 == lines.last })
            #expect(lines.allSatisfy { String(validating: Array($0), as: UTF8.self) != nil })
            #expect(text.replacing("\r\n ", with: "") == "X:\(value)\r\n")
        }
        #expect(
            written(ContentLine("X", value: String(repeating: "a", count: 73)))
                == "X:\(String(repeating: "a", count: 73))\r\n")
    }

    @Test func parametersAreQuotedAndEncodedWhereTheyMust() {
        let line = ContentLine(
            "A", [.init("B", ["c", "d:e"]), .init("F", ["g\"h\n^"]), .init("I", []), .init("J", [""])], value: "k")
        #expect(written(line) == "A;B=c,\"d:e\";F=g^'h^n^^;I;J=:k\r\n")
    }

    /// What a client put into a value must not become a property.
    @Test func noValueBreaksOutOfItsLine() {
        let text = written(
            ContentLine(group: "g\r\n", "A\r\nB:", [.init("C;D", ["\r\nE:f\u{0}"])], value: "g\r\nEND:VEVENT\u{7}\rh"))
        #expect(text == "g.AB;CD=\"^nE:f\":g\\nEND:VEVENT\\nh\r\n")
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var random = SeededGenerator(seed: 20_261_121)
        for _ in 0..<500 {
            let component = randomComponent(&random, depth: 0)
            let octets = ContentWriter.octets(of: [component])
            let content = try ContentText(parsing: octets)
            #expect(content.deviations == [])
            #expect(content.components.map(withoutSources) == [component])
            #expect(ContentWriter.octets(of: content.components) == octets)
        }
    }

    private func randomComponent(_ random: inout SeededGenerator, depth: Int) -> Component {
        let properties = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            ContentLine(
                randomName(&random),
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    .init(
                        randomName(&random),
                        (0..<Int.random(in: 1...3, using: &random)).map { _ in randomText(&random, "\n\"^n',;:é") })
                }, value: randomText(&random, "\\,;:\"^\t 𝄞é"))
        }
        let children = depth > 3 ? 0 : Int.random(in: 0...2, using: &random)
        return Component(
            "V" + randomName(&random), properties,
            (0..<children).map { _ in randomComponent(&random, depth: depth + 1) })
    }

    private func randomName(_ random: inout SeededGenerator) -> String {
        "X-"
            + String(
                (0..<Int.random(in: 1...20, using: &random)).map { _ in "ABC-019".randomElement(using: &random) ?? "A" }
            )
    }

    private func randomText(_ random: inout SeededGenerator, _ special: String) -> String {
        String(
            (0..<Int.random(in: 0...120, using: &random)).map { _ in
                Bool.random(using: &random) ? "a" : special.randomElement(using: &random) ?? "b"
            })
    }
}
