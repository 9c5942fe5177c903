import DAV
import Testing

@testable import DAVGroupware

@Suite struct AddressDataTests {
    static let card = Array(
        """
        BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Jane\r\n Doe\r\nN:Doe;Jane;;;\r\nitem1.TEL;TYPE=cell:+49\r\n\
        item2.TEL:+1\r\nitem1.X-ABLabel:x\r\nPHOTO;ENCODING=b;TYPE=JPEG:QUJD\r\nEND:VCARD\r\n
        """.utf8)

    private func request(_ xml: String) throws(DAVError) -> AddressData {
        try AddressData(
            XMLElement.parse(Array("<address-data xmlns='urn:ietf:params:xml:ns:carddav' \(xml)</address-data>".utf8)))
    }

    private func lines(_ xml: String) throws -> [String] {
        let told = try #require(try request(xml).told(Self.card))
        return String(decoding: told, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    @Test(arguments: [">", "version='3.0'>", "content-type='text/vcard'>", "><allprop/>", "Content-Type='x' y='z'>"])
    func allOfACardIsItsOctets(_ xml: String) throws {  // B-07
        #expect(try request(xml).told(Self.card) == Self.card)
    }

    @Test func chosenPropertiesAreTold() throws {  // B-07, §10.4.2
        let mandatory = ["VERSION:3.0", "UID:1", "FN:Jane", " Doe", "N:Doe;Jane;;;"]
        func told(_ chosen: String...) -> [String] { ["BEGIN:VCARD"] + mandatory + chosen + ["END:VCARD"] }
        #expect(try lines("><prop name='FN'/>") == told())
        #expect(try lines("><prop name='tel'/>") == told("item1.TEL;TYPE=cell:+49", "item2.TEL:+1"))
        #expect(try lines("><prop name='ITEM2.TEL'/>") == told("item2.TEL:+1"))
        #expect(try lines("><prop name='X-NONE'/>") == told())
        #expect(try lines("><prop name='PHOTO' novalue='yes'/>") == told("PHOTO;ENCODING=b;TYPE=JPEG:"))
        #expect(try lines("><prop name='PHOTO' novalue='no'/>") == told("PHOTO;ENCODING=b;TYPE=JPEG:QUJD"))
        // What makes it a card keeps its value.
        #expect(try lines("><prop name='UID' novalue='yes'/>") == told())
    }

    @Test(arguments: [
        "content-type='text/plain'>", "content-type='text/calendar'>", "version='2.1'>", "version='5.0'>",
        "content-type='application/vcard+json' version='3.0'>", "content-type='nonsense'>",
    ])
    func formsNobodyCanHaveAreRefused(_ xml: String) {  // B-05
        let error = #expect(throws: DAVError.self) { try request(xml) }
        #expect(error?.code == 403)
        #expect(error?.condition?.name == .cardDAV("supported-address-data"))
    }

    @Test(arguments: [
        ("", CardForm.stored), ("*/*", .stored), ("text/html,application/xhtml+xml,*/*;q=0.8", .stored),
        ("application/json", .stored), ("text/vcard", .stored), ("text/x-vcard", .stored),
        ("text/vcard;version=4.0", .vCard(.four)), ("text/vcard; version=\"3.0\"", .vCard(.three)),
        ("text/vcard;version=4.0, text/vcard;version=3.0;q=0.9", .vCard(.four)),
        ("text/vcard;version=4.0;q=0.5, text/vcard", .stored), ("text/vcard;version=4.0, text/vcard", .stored),
        ("application/vcard+json", .jCard), ("application/vcard+json, text/vcard;q=0.1", .jCard),
        ("text/vcard;version=2.1, */*;q=0.1", .stored), ("text/vcard;version=2.1", nil),
        ("text/vcard;version=4.0;q=0", nil), ("application/vcard+xml", nil),
    ])
    func theBestFormIsChosen(_ accept: String, _ form: CardForm?) {  // B-05
        #expect(CardForm(Accept(accept)) == form)
    }

    @Test func theVersionIsFoundWithoutParsing() {
        for (text, version) in [
            ("BEGIN:VCARD\r\nVERSION:3.0\r\n", VCard.Version.three), ("BEGIN:VCARD\nversion: 4.0\n", .four),
            ("BEGIN:VCARD\r\nFN:x\r\nVERSION:4.0\r\n", nil), ("BEGIN:VCARD\r\nVERSION:2.1\r\n", nil), ("", nil),
            ("BEGIN:VCARD\r\nVERSION;X=1:3.0\r\nVERSION:4.0\r\n", nil), ("BEGIN:VCARD\r\nVERSION:3.0", nil),
        ] as [(String, VCard.Version?)] {
            #expect(CardConversion.version(of: Array(text.utf8)) == version)
        }
    }
}
