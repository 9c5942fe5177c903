import DAV
import Testing

@testable import DAVGroupware

@Suite struct VCardTests {
    private static func card(_ lines: String, version: String = "3.0") -> [UInt8] {
        octets("BEGIN:VCARD\nVERSION:\(version)\nUID:1\nFN:x\nN:x;;;;\n\(lines)\nEND:VCARD")
    }

    /// B-04: refused with the element that says why.
    @Test(arguments: [
        (octets(""), "valid-address-data"), (octets("hello"), "valid-address-data"),
        (octets("BEGIN:VCARD\nVERSION:3.0"), "valid-address-data"),
        (octets("BEGIN:VCARD\nFN:x\nEND:VCARD"), "valid-address-data"),
        (
            octets("BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=84;;;\nEND:VCARD"),
            "supported-address-data"
        ),
        (octets("BEGIN:VCARD\nVERSION:5.0\nEND:VCARD"), "supported-address-data"),
        (card("X-A:b") + card("X-A:b"), "valid-address-data"),
        (event("SUMMARY:x"), "valid-address-data"), (card("UID:2"), "valid-address-data"),
        (card("NOTE:x").map { $0 == UInt8(ascii: "x") ? 0xE9 : $0 }, "valid-address-data"),
        (card("UID:" + String(repeating: "u", count: 3000)), "valid-address-data"),
    ])
    func whatIsNoCardIsRefusedWithItsElement(body: [UInt8], element: String) throws {
        let violation = try #require(#expect(throws: CardViolation.self, "\(body.text)") { try VCard(parsing: body) })
        #expect(violation.precondition.rawValue == element, "\(violation)")
        #expect(violation.davError.condition?.name == XMLName("urn:ietf:params:xml:ns:carddav", element))
        #expect(violation.davError.code == 403)
    }

    @Test func aCardBeyondItsLengthIsRefused() {
        let violation = #expect(throws: CardViolation.self) {
            try VCard(parsing: Self.card("NOTE:x"), rules: VCard.Rules(limits: ContentLimits(maxBytes: 20)))
        }
        #expect(violation?.precondition == .maxResourceSize)
    }

    /// Client quirks 18, B-08 to B-10: kept octet for octet.
    @Test(arguments: [
        card(
            "TEL;TYPE=HOME,WORK:1\nTEL;TYPE=HOME;TYPE=WORK:1\nTEL;HOME:1\nTEL;TYPE=\"home,work\":1\nEMAIL;type=INTERNET;type=pref:a@b"
        ),
        card(
            "PHOTO:data:image/jpeg;base64,AAAA\nPHOTO;VALUE=uri:http://example.com/a.jpg\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA"
        ),
        card("item1.URL:http://x\nitem1.X-ABLabel:_$!<HomePage>!$_"),
        card("NOTE:commas, that are not escaped; nor semicolons"),
        card("REV:2026-01-01T00:00:00Z"), card("REV:20260101T000000Z"), card("REV:1700000000"),
        card("X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"),
        card("KIND:group\nMEMBER:urn:uuid:1", version: "4.0"),
        octets("BEGIN:VCARD\nVERSION:3.0\nUID:1\nEND:VCARD"), octets("begin:vcard\nversion:3.0\nuid:1\nend:vcard"),
        octets("BEGIN:VCARD\nUID:1\nFN:x\nVERSION:4.0\nEND:VCARD"),
        card("PHOTO;ENCODING=b:" + (0..<6_000).map { _ in String(repeating: "A", count: 72) + "\n " }.joined()),
    ])
    func cardsOfEveryStyleAreKept(body: [UInt8]) throws {
        for body in [body, Array(body.text.replacing("\r\n", with: "\n").utf8), [0xEF, 0xBB, 0xBF] + body] {
            let card = try VCard(parsing: body)
            #expect(card.uid == "1")
            #expect(card.replacement == nil)
        }
    }

    /// Neither case nor prefix nor braces are normalised: two UIDs are the same if their octets are.
    @Test(arguments: ["urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "{4FBE8971}", "4FBE8971:ABPerson", "é"])
    func aUIDIsWhatWasWritten(uid: String) throws {
        #expect(try VCard(parsing: octets("BEGIN:VCARD\nVERSION:3.0\nUID:\(uid)\nEND:VCARD")).uid == uid)
    }

    @Test(arguments: [
        ("BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n", "BEGIN:VCARD\nVERSION:3.0\nUID:new\r\nFN:x\nEND:VCARD\n"),
        ("BEGIN:VCARD\nVERSION:3.0\nUID:\nFN:x\nEND:VCARD\n", "BEGIN:VCARD\nVERSION:3.0\nUID:new\r\nFN:x\nEND:VCARD\n"),
    ])
    func aMissingUIDIsMade(sent: String, stored: String) throws {
        let card = try VCard(parsing: Array(sent.utf8), rules: VCard.Rules(makeUID: { "new" }))
        #expect(card.uid == "new")
        #expect(card.replacement?.text == stored)
    }

    @Test func groupsOfBothStylesAreKnown() throws {
        #expect(try VCard(parsing: Self.card("KIND:group", version: "4.0")).isGroup)
        #expect(try VCard(parsing: Self.card("X-ADDRESSBOOKSERVER-KIND:Group")).isGroup)
        #expect(try !VCard(parsing: Self.card("KIND:org", version: "4.0")).isGroup)
    }

    @Test(arguments: [
        octets("BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:x\nEND:VCARD"),
        octets("BEGIN:VCARD\nVERSION:4.0\nUID:1\nEND:VCARD"),
        octets("BEGIN:VCARD\nVERSION:3.0\nN:x;;;;\nFN:x\nEND:VCARD"), card("N:y;;;;"), card("TEL;HOME:1"),
        card("X-A:b").dropLast(2),
    ])
    func strictRulesRefuseWhatIsWrong(body: [UInt8]) {
        let violation = #expect(throws: CardViolation.self) {
            try VCard(parsing: body, rules: VCard.Rules(isStrict: true))
        }
        #expect(violation?.precondition == .validAddressData)
    }

    @Test func strictRulesTakeWhatIsRight() {
        #expect(throws: Never.self) { try VCard(parsing: Self.card("X-A:b"), rules: VCard.Rules(isStrict: true)) }
    }
}
