import Testing

@testable import DAVGroupware

@Suite struct ComponentSplitterTests {
    private func cards(_ text: [UInt8], chunk: Int) throws -> [ComponentSplitter.Piece] {
        var splitter = ComponentSplitter(container: nil)
        var pieces: [ComponentSplitter.Piece] = []
        for start in stride(from: 0, to: text.count, by: chunk) {
            pieces += try splitter.add(text[start..<min(start + chunk, text.count)])
        }
        return try pieces + splitter.finish()
    }

    /// Where chunks end, and how lines end, does not matter.
    @Test(arguments: ["\r\n", "\n", "\r", "\r\r\n"], [1, 2, 7, 1000]) func cardsAreTakenApart(
        lineEnd: String, chunk: Int
    ) throws {
        let card = "BEGIN:VCARD\nVERSION:3.0\nNOTE:BEGIN:VCARD\n END:VCARD\n\nEND:VCARD\n".replacing(
            "\n", with: lineEnd)
        let text = Array("\u{FEFF}\(card)\(lineEnd)\(card)begin:vcard\(lineEnd)end:vcard".utf8)
        let pieces = try cards(text, chunk: chunk)
        #expect(pieces.count == 3)
        #expect(
            pieces.prefix(2).allSatisfy {
                ContentText.same(trimmed($0.octets), String(decoding: trimmed(Array(card.utf8)), as: UTF8.self))
            })
        #expect(pieces.allSatisfy { ContentText.same(Array(text[$0.range]), $0.octets.text) })
        #expect(pieces.last?.octets.text == "begin:vcard\(lineEnd)end:vcard")
    }

    /// Without the line ends at the end: of several CRs the first ends the line.
    private func trimmed(_ octets: [UInt8]) -> [UInt8] { Array(octets.reversed().drop { $0 < 0x20 }.reversed()) }

    @Test(arguments: ["x", "END:VCARD\n", "BEGIN:VCARD\n", String(repeating: "BEGIN:A\n", count: 100)])
    func whatIsNoTextIsRefused(text: String) {
        #expect(throws: ContentTextError.self) { try cards(Array(text.utf8), chunk: 3) }
    }

    /// One component that is too long costs no more memory than the limit, and nothing but itself.
    @Test func whatIsTooLongIsLeftOut() throws {
        var splitter = ComponentSplitter(container: nil, limits: ContentLimits(maxBytes: 100))
        let long = "BEGIN:VCARD\nNOTE:" + String(repeating: "x", count: 500) + "\nEND:VCARD\n"
        let pieces =
            try splitter.add("BEGIN:VCARD\nEND:VCARD\n\(long)BEGIN:VCARD\nEND:VCARD\n".utf8) + splitter.finish()
        #expect(pieces.map { $0.problem?.kind } == [nil, .limit, nil])
        #expect(pieces.map(\.line) == [1, 3, 6])
        #expect(pieces[1].octets.isEmpty)
    }
}

extension ContentText {
    /// Whether octets are those of a string; comparing strings would call CR LF one character.
    static func same(_ octets: [UInt8], _ text: String) -> Bool { octets.elementsEqual(text.utf8) }
}
