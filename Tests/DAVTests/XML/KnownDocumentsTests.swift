import Testing

@testable import DAV

@Suite struct KnownDocumentsTests {
    @Test func aDocumentThatIsKnownIsWhatReadingItGives() throws {
        let known = KnownDocuments()
        for text in [
            "<a/>", "<a xmlns='DAV:'><b c='1'>x</b></a>", "<a/>", "<a xmlns='DAV:'><b c='2'>x</b></a>", "<a/>",
        ] {
            let bytes = Array(text.utf8)
            let element = try known.element(of: bytes, limits: XMLLimits())
            #expect(try element == XMLElement.parse(bytes))
        }
    }

    @Test func whatCannotBeReadIsRefusedEachTime() {
        let known = KnownDocuments()
        for _ in 0..<2 {
            #expect(throws: DAVError.self) { try known.element(of: Array("<a><b></a>".utf8), limits: XMLLimits()) }
        }
    }

    @Test func anyNumberOfDocumentsIsTaken() throws {
        let known = KnownDocuments()
        for number in 0..<2000 {
            let element = try known.element(of: Array("<a>\(number % 1500)</a>".utf8), limits: XMLLimits())
            #expect(element.text == "\(number % 1500)")
        }
        let long = "<a>" + String(repeating: "x", count: 5000) + "</a>"
        #expect(try known.element(of: Array(long.utf8), limits: XMLLimits()).text.utf8.count == 5000)
    }
}
