import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct AddressBookExportTests {
    let wire = GroupwareWire.contacts()
    let book = "/contacts/alice/book/"

    @Test func aWholeBookIsOneDocument() async throws {  // B-11
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Bob"])
        try await wire.put(
            book + "z.vcf", "BEGIN:VCARD\nVERSION:4.0\nUID:z\nFN:Zoë\nEND:VCARD", type: "text/vcard")
        for (target, headers) in [
            (book + "?export", [:]), (book + "?x=1&export=1", [:]), (book, ["Accept": "text/vcard"]),
            (book, ["Accept": "text/html;q=0.5, text/vcard"]),
        ] {
            let answer = try await wire.send("GET", target, headers)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/vcard; charset=utf-8")
            #expect(answer.headers[.contentDisposition] == "attachment; filename*=UTF-8''book.vcf")
            #expect(answer.headers[.vary] == "Accept")
            #expect(
                answer.text == CardStoringTests.card("uid-0", "Ann") + CardStoringTests.card("uid-1", "Bob")
                    + "BEGIN:VCARD\nVERSION:4.0\nUID:z\nFN:Zoë\nEND:VCARD\r\n")
        }
        let head = try await wire.send("HEAD", book + "?export")
        #expect(head.status == 200 && head.bytes.isEmpty)
        #expect(head.headers[.contentType] == "text/vcard; charset=utf-8")
    }

    @Test func aWholeBookIsToldInOneVersion() async throws {  // B-05, B-11
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        try await wire.put(
            book + "z.vcf", "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:z\r\nFN:Zoë\r\nEND:VCARD\r\n", type: "text/vcard")
        let answer = try await wire.send("GET", book, ["Accept": "text/vcard;version=3.0"])
        #expect(answer.text.split(separator: "VERSION:3.0").count == 3)
        #expect(answer.headers[.contentType] == "text/vcard; charset=utf-8; version=3.0")
    }

    @Test func browsersGetAPage() async throws {
        try await wire.makeBook()
        for headers in [[:], ["Accept": "text/html,*/*;q=0.8"]] {
            let answer = try await wire.send("GET", book, headers)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        }
        #expect(try await wire.send("GET", book + "?exported").headers[.contentType] == "text/html; charset=utf-8")
    }

    @Test func anEmptyBookIsAnEmptyDocument() async throws {
        try await wire.makeBook()
        let answer = try await wire.send("GET", book + "?export")
        #expect(answer.status == 200 && answer.text.isEmpty)
    }

    @Test func anothersBookIsNotTold() async throws {  // X-01
        try await wire.makeBook()
        #expect(try await wire.send("GET", book + "?export", as: .principal(GroupwareWire.bob)).status == 404)
    }

    @Test func longBooksAreSentInPieces() async throws {
        try await wire.makeBook()
        try await wire.putCards((0..<120).map { "N\($0)" + String(repeating: "n", count: 1000) })
        let answer = try await wire.send("GET", book + "?export")
        #expect(3...5 ~= answer.chunks)
        #expect(answer.text.split(separator: "BEGIN:VCARD").count == 120)
    }

    @Test func aCardIsToldAsItIsStored() async throws {  // B-05, B-08
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        for accept in [nil, "*/*", "text/vcard", "text/vcard;version=3.0", "text/x-vcard", "text/html"] {
            let answer = try await wire.send("GET", book + "0.vcf", accept.map { ["Accept": $0] } ?? [:])
            #expect(answer.text == CardStoringTests.card("uid-0", "Ann"), "\(accept ?? "")")
            #expect(answer.headers[.contentType] == "text/vcard; charset=utf-8")
            #expect(answer.headers[.eTag] != nil)
            #expect(answer.headers[.vary] == "Accept")
        }
        let four = try await wire.send("GET", book + "0.vcf", ["Accept": "text/vcard;version=4.0"])
        #expect(four.text.hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\n"))
        #expect(four.headers[.contentType] == "text/vcard; charset=utf-8; version=4.0")
        // Other octets must not pass for those the ETag stands for.
        #expect(four.headers[.eTag] == nil)
        let json = try await wire.send("GET", book + "0.vcf", ["Accept": "application/vcard+json, text/vcard;q=0.5"])
        #expect(json.text.hasPrefix(#"["vcard",["#))
        #expect(json.headers[.contentType] == "application/vcard+json")
        let none = try await wire.send("GET", book + "0.vcf", ["Accept": "text/vcard;version=2.1"])
        #expect(none.status == 406)
        #expect(none.condition == .cardDAV("supported-address-data-conversion"))
    }
}
