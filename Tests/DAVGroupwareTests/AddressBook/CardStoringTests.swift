import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CardStoringTests {
    let wire = GroupwareWire.contacts()

    static func card(_ uid: String, _ name: String = "Jane Doe", _ more: String = "") -> String {
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:\(uid)\r\nFN:\(name)\r\nN:Doe;\(name);;;\r\n\(more)END:VCARD\r\n"
    }

    func put(_ name: String, _ body: String, _ type: String? = "text/vcard; charset=utf-8") async throws
        -> GroupwareWire.Answer
    {
        try await wire.send("PUT", "/contacts/alice/book/\(name)", type.map { ["Content-Type": $0] } ?? [:], body)
    }

    @Test func cardsComeBackByteByByte() async throws {  // B-08, B-10
        try await wire.makeBook()
        // Groups, an Apple group card's properties, a photograph, folds and a line end of one's own making.
        let photo = String(repeating: "QUJDREVGRw==", count: 300)
        let body = """
            BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iOS 17.0//EN\r\nN:;Club;;;\r\nFN:Club\r\n\
            X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\nitem1.X-ABLabel:_$!<Home>!$_\r\n\
            item1.TEL;type=CELL;type=pref:+49\n  170\r\nPHOTO;ENCODING=b;TYPE=JPEG;\
            X-ABCROP-RECTANGLE=ABClipRect_1&0&0&1&1&x==:\(photo)\r\nUID:a b:c\r\nX-Unknown;X-P="a;b":ä\r\nEND:VCARD\r\n
            """
        let answer = try await put("club.vcf", body)
        #expect(answer.status == 201)
        let etag = try #require(answer.headers[.eTag])
        let read = try await wire.send("GET", "/contacts/alice/book/club.vcf")
        #expect(read.text.utf8.elementsEqual(body.utf8))
        #expect(read.headers[.eTag] == etag)
        #expect(read.headers[.contentType] == "text/vcard; charset=utf-8")
    }

    @Test(arguments: [
        nil, "text/vcard", "text/vcard; charset=UTF-8", "text/x-vcard", "text/directory; profile=vCard",
        "text/vcard; version=3.0",
    ])
    func theOldNamesOfTheTypeAreTaken(_ type: String?) async throws {  // B-08
        try await wire.makeBook()
        #expect(try await put("a.vcf", Self.card("1"), type).status == 201)
        #expect(
            try await wire.send("GET", "/contacts/alice/book/a.vcf").headers[.contentType]
                == "text/vcard; charset=utf-8")
    }

    /// A body, its type, and the precondition it fails (B-04).
    static let refused: [(body: String, type: String, condition: String)] = [
        (card("1"), "text/calendar", "supported-address-data"),
        (card("1"), "application/json", "supported-address-data"),
        (card("1"), "text/vcard; charset=iso-8859-1", "supported-address-data"),
        (card("1"), "text/directory; profile=other", "supported-address-data"),
        (card("1").replacing("3.0", with: "2.1"), "text/vcard", "supported-address-data"),
        (card("1").replacing("VERSION:3.0\r\n", with: ""), "text/vcard", "valid-address-data"),
        (card("1") + card("2"), "text/vcard", "valid-address-data"),
        ("", "text/vcard", "valid-address-data"),
        ("hello", "text/vcard", "valid-address-data"),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\n", "text/vcard", "valid-address-data"),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "text/vcard", "valid-address-data"),
    ]

    @Test(arguments: refused)
    func whatIsNoCardIsRefused(_ row: (body: String, type: String, condition: String)) async throws {
        try await wire.makeBook()
        let answer = try await put("a.vcf", row.body, row.type)
        #expect(answer.status == 403, "\(answer.text)")
        #expect(answer.condition == .cardDAV(row.condition))
        #expect(try await wire.send("GET", "/contacts/alice/book/a.vcf").status == 404)
    }

    @Test func cardsHaveAGreatestSize() async throws {  // B-04, B-10
        var limits = CardDAV.Limits()
        limits.maxResourceBytes = 20_000
        let wire = GroupwareWire.contacts(CardDAV(limits: limits))
        try await wire.makeBook()
        for (size, status) in [(15_000, 201), (20_001, 403)] {
            let body = Self.card("\(size)", "x", "PHOTO;ENCODING=b:\(String(repeating: "A", count: size))\r\n")
            let answer = try await wire.send(
                "PUT", "/contacts/alice/book/\(size).vcf", ["Content-Type": "text/vcard"], body)
            #expect(answer.status == status)
            #expect(answer.condition == (status == 201 ? nil : .cardDAV("max-resource-size")))
        }
    }

    @Test func endlessCardsAreRefused() async throws {
        try await wire.makeBook()
        let members = (0..<20_000).map { "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:\($0)\r\n" }.joined()
        let answer = try await put("a.vcf", Self.card("1", "x", members))
        #expect(answer.status == 403 && answer.condition == .cardDAV("valid-address-data"))
    }

    @Test func photographsOfSeveralMegabytesAreTaken() async throws {  // B-10
        try await wire.makeBook()
        let photo = String(repeating: String(repeating: "QUJD", count: 18) + "\r\n ", count: 80_000)
        let body = Self.card("1", "x", "PHOTO;ENCODING=b:\(photo)QUJD\r\n")
        #expect(try await put("big.vcf", body).status == 201)
        let read = try await wire.send("GET", "/contacts/alice/book/big.vcf")
        #expect(read.bytes.count == body.utf8.count)
    }

    @Test(arguments: [
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n", "3.0"),
        ("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n", "4.0"),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:\r\nFN:x\r\nEND:VCARD\r\n", "3.0"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD", "3.0"),
    ])
    func aMissingUIDIsWrittenIntoTheCard(_ body: String, _ version: String) async throws {  // B-04
        try await wire.makeBook()
        let answer = try await put("a.vcf", body)
        #expect(answer.status == 201)
        // What is stored is not what was sent (RFC 6352 §6.3.2.3).
        #expect(answer.headers[.eTag] == nil)
        let stored = try await wire.send("GET", "/contacts/alice/book/a.vcf")
        let lines = stored.text.split(whereSeparator: \.isNewline).map(String.init)
        #expect(Array(lines.prefix(2)) == ["BEGIN:VCARD", "VERSION:\(version)"])
        let uids = lines.filter { $0.hasPrefix("UID:") }
        #expect(uids.count == 1 && uids.allSatisfy { $0.utf8.count == 40 })
        #expect(
            lines.filter { !$0.hasPrefix("UID:") }.joined()
                == body.split(whereSeparator: \.isNewline).filter {
                    $0 != "UID:"
                }.joined())
        // Sent back as it was read it is stored as it is.
        #expect(try await put("a.vcf", stored.text).headers[.eTag] != nil)
    }

    @Test func aUIDStandsOnceInAnAddressBook() async throws {  // B-04
        try await wire.makeBook()
        try await wire.makeBook("/contacts/alice/other/")
        #expect(try await put("a.vcf", Self.card("1")).status == 201)
        let twice = try await put("b.vcf", Self.card("1"))
        #expect(twice.status == 409)
        #expect(twice.condition == .cardDAV("no-uid-conflict"))
        #expect(try twice.xml().elements.first?.elements.map(\.text) == ["/contacts/alice/book/a.vcf"])
        // Nor does a card become another.
        #expect(try await put("a.vcf", Self.card("2")).condition == .cardDAV("no-uid-conflict"))
        #expect(try await put("a.vcf", Self.card("1", "Other")).status == 204)
        // In another address book it may stand, until it comes here.
        try await wire.put("/contacts/alice/other/x.vcf", Self.card("1"), type: "text/vcard")
        for method in ["COPY", "MOVE"] {
            let moved = try await wire.send(
                method, "/contacts/alice/other/x.vcf", ["Destination": "/contacts/alice/book/x.vcf"])
            #expect(moved.status == 409 && moved.condition == .cardDAV("no-uid-conflict"), "\(method)")
        }
        #expect(
            try await wire.send(
                "MOVE", "/contacts/alice/other/x.vcf", ["Destination": "/contacts/alice/book/a.vcf"]
            ).status == 204)
    }

    @Test func cardsMoveFromBookToBook() async throws {
        try await wire.makeBook()
        try await wire.makeBook("/contacts/alice/other/")
        #expect(try await put("a.vcf", Self.card("1")).status == 201)
        #expect(
            try await wire.send(
                "MOVE", "/contacts/alice/book/a.vcf", ["Destination": "/contacts/alice/other/a.vcf"]
            ).status == 201)
        #expect(try await wire.send("GET", "/contacts/alice/other/a.vcf").text == Self.card("1"))
        #expect(try await put("b.vcf", Self.card("1")).status == 201)
    }

    @Test func aHomeTellsThatACardChanged() async throws {  // Y-42, client-quirks 10
        try await wire.makeBook()
        let before = try await wire.propfind("/contacts/alice/", "<D:sync-token/><CS:getctag/>").responses[0]
        #expect(try await put("a.vcf", Self.card("1")).status == 201)
        let after = try await wire.propfind("/contacts/alice/", "<D:sync-token/><CS:getctag/>").responses[0]
        #expect(before.value("sync-token") != after.value("sync-token"))
        #expect(before.value("getctag") != after.value("getctag"))
    }
}
