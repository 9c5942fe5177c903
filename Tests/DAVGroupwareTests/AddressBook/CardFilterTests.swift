import DAV
import Testing

@testable import DAVGroupware

@Suite struct CardFilterTests {
    static let card = """
        BEGIN:VCARD
        VERSION:3.0
        UID:1
        FN:José Müller\\, Jr.
        N:Müller;José;;;Jr.
        NICKNAME:Joe,Pepe
        EMAIL;TYPE=INTERNET,WORK:jose@example.com
        EMAIL;TYPE=HOME:pepe@example.org
        item1.TEL;TYPE=CELL:+49 170 1
        item1.X-ABLabel:_$!<HomePage>!$_
        NOTE;LANGUAGE=de:Erste Zeile\\nzweite
         Zeile
        X-EMPTY:
        END:VCARD
        """

    static func parse(_ text: String) throws -> Component {
        try #require(try ContentText.components(of: Array(text.utf8)).first)
    }

    static func filter(_ xml: String) throws -> CardFilter {
        let text = "<filter xmlns='urn:ietf:params:xml:ns:carddav' \(xml)</filter>"
        return try CardFilter(try XMLElement.parse(Array(text.utf8)))
    }

    /// What stands inside `CARDDAV:filter` (its attributes first), and whether the card above is found (B-06).
    static let table: [(filter: String, finds: Bool)] = [
        // Nothing is asked for.
        (">", true),
        ("test='allof'>", true),
        // Whether there is such a property.
        ("><prop-filter name='FN'/>", true),
        ("><prop-filter name='fn'/>", true),
        ("><prop-filter name='PHOTO'/>", false),
        ("><prop-filter name='X-EMPTY'/>", true),
        ("><prop-filter name='PHOTO'><is-not-defined/></prop-filter>", true),
        ("><prop-filter name='FN'><is-not-defined/></prop-filter>", false),
        // Groups (§10.5.1).
        ("><prop-filter name='TEL'/>", true),
        ("><prop-filter name='item1.TEL'/>", true),
        ("><prop-filter name='ITEM1.tel'/>", true),
        ("><prop-filter name='item2.TEL'/>", false),
        ("><prop-filter name='item1.FN'/>", false),
        ("><prop-filter name='item1.FN'><is-not-defined/></prop-filter>", true),
        // Text: contains, without case, is what is meant by nothing.
        ("><prop-filter name='FN'><text-match>josé</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match>jose\u{301} mu\u{308}ller</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match collation='i;ascii-casemap'>JOSÉ</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match collation='i;ascii-casemap'>jOSé</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match collation='i;octet'>josé</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match>, jr</text-match></prop-filter>", true),
        ("><prop-filter name='NOTE'><text-match>zeile\nzweiteZeile</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match match-type='equals'>josé müller, jr.</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match match-type='equals'>josé</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match match-type='starts-with'>JOS</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match match-type='starts-with'>Mül</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match match-type='ends-with'>jr.</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match match-type='ends-with'>jr</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match negate-condition='yes'>smith</text-match></prop-filter>", true),
        ("><prop-filter name='FN'><text-match negate-condition='yes'>müller</text-match></prop-filter>", false),
        ("><prop-filter name='FN'><text-match negate-condition='no'>müller</text-match></prop-filter>", true),
        // A property that is not there passes no test, not even a negated one.
        ("><prop-filter name='ORG'><text-match negate-condition='yes'>x</text-match></prop-filter>", false),
        // Any property of the name will do.
        ("><prop-filter name='EMAIL'><text-match>example.org</text-match></prop-filter>", true),
        ("><prop-filter name='NICKNAME'><text-match>pepe</text-match></prop-filter>", true),
        // The tests of one prop-filter: one is enough, unless all are wanted, of the same property.
        (
            "><prop-filter name='EMAIL'><text-match>jose</text-match><text-match>nobody</text-match></prop-filter>",
            true
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>jose</text-match><text-match>nobody</text-match>\
            </prop-filter>
            """, false
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>jose</text-match><text-match>.com</text-match>\
            </prop-filter>
            """, true
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>jose</text-match><text-match>.org</text-match>\
            </prop-filter>
            """, false
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>pepe</text-match><param-filter name='TYPE'>\
            <text-match match-type='equals'>home</text-match></param-filter></prop-filter>
            """, true
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>pepe</text-match><param-filter name='TYPE'>\
            <text-match match-type='equals'>work</text-match></param-filter></prop-filter>
            """, false
        ),
        // Parameters.
        ("><prop-filter name='EMAIL'><param-filter name='type'/></prop-filter>", true),
        ("><prop-filter name='FN'><param-filter name='TYPE'/></prop-filter>", false),
        ("><prop-filter name='FN'><param-filter name='TYPE'><is-not-defined/></param-filter></prop-filter>", true),
        ("><prop-filter name='EMAIL'><param-filter name='TYPE'><is-not-defined/></param-filter></prop-filter>", false),
        (
            """
            ><prop-filter name='TEL'><param-filter name='TYPE'><text-match negate-condition='yes'>cell</text-match>\
            </param-filter></prop-filter>
            """, false
        ),
        (
            """
            ><prop-filter name='EMAIL' test='allof'><text-match>jose</text-match><param-filter name='TYPE'>\
            <text-match negate-condition='yes'>work</text-match></param-filter></prop-filter>
            """, false
        ),
        (
            """
            ><prop-filter name='NOTE'><param-filter name='X-NO'><text-match negate-condition='yes'>x</text-match>\
            </param-filter></prop-filter>
            """, false
        ),
        // Of several properties one is enough, unless all are wanted.
        (
            """
            ><prop-filter name='FN'><text-match>nobody</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match>pepe</text-match></prop-filter>
            """, true
        ),
        (
            """
            test='anyof'><prop-filter name='FN'><text-match>nobody</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match>nobody</text-match></prop-filter>
            """, false
        ),
        (
            """
            test='allof'><prop-filter name='FN'><text-match>jos</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match>pepe</text-match></prop-filter>
            """, true
        ),
        (
            """
            test='allof'><prop-filter name='FN'><text-match>jos</text-match></prop-filter>\
            <prop-filter name='PHOTO'/>
            """, false
        ),
    ]

    @Test(arguments: table) func cardsAreFoundAsRFC6352Says(_ row: (filter: String, finds: Bool)) throws {
        let card = try Self.parse(Self.card)
        let filter = try Self.filter(row.filter)
        #expect(filter.matches(card) == row.finds)
        // The index must never hide what the filter finds.
        if row.finds { #expect(filter.query.mayMatch(CardIndex.index(of: card))) }
    }

    /// Filters, and the text a card must hold to be found by them.
    static let required: [(filter: String, text: String?)] = [
        (">", nil),
        ("><prop-filter name='FN'/>", nil),
        ("><prop-filter name='FN'><text-match>abc</text-match></prop-filter>", "ABC"),
        ("><prop-filter name='FN'><text-match collation='i;octet'>abc</text-match></prop-filter>", "ABC"),
        ("><prop-filter name='FN'><text-match negate-condition='yes'>abc</text-match></prop-filter>", nil),
        ("><prop-filter name='FN'><text-match/></prop-filter>", nil),
        ("><prop-filter name='PHOTO'><text-match>abc</text-match></prop-filter>", nil),
        ("><prop-filter name='FN'><is-not-defined/></prop-filter>", nil),
        (
            "><prop-filter name='FN'><param-filter name='X'><text-match>abc</text-match></param-filter></prop-filter>",
            nil
        ),
        // One of several is enough: neither can be asked for…
        (
            """
            ><prop-filter name='FN'><text-match>abc</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match>xyz</text-match></prop-filter>
            """, nil
        ),
        ("><prop-filter name='FN'><text-match>abc</text-match><text-match>xyz</text-match></prop-filter>", nil),
        // …unless all of them hold it.
        (
            """
            ><prop-filter name='FN'><text-match>abc</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match match-type='starts-with'>Abcd</text-match></prop-filter>
            """, "ABC"
        ),
        (
            """
            test='allof'><prop-filter name='FN'><text-match>abc</text-match></prop-filter>\
            <prop-filter name='EMAIL'><text-match>wxyz</text-match></prop-filter><prop-filter name='TEL'/>
            """, "WXYZ"
        ),
        (
            """
            ><prop-filter name='FN' test='allof'><text-match>abc</text-match><param-filter name='TYPE'/></prop-filter>
            """, "ABC"
        ),
    ]

    @Test(arguments: required) func theIndexIsAskedForWhatIsRequired(_ row: (filter: String, text: String?)) throws {
        #expect(try Self.filter(row.filter).query == ContentQuery(text: row.text))
    }

    @Test(arguments: [
        ("test='some'>", 400, nil), ("><prop-filter/>", 400, nil), ("><prop-filter name=''/>", 400, nil),
        ("><prop-filter name='FN' test='x'/>", 400, nil),
        ("><prop-filter name='FN'><is-not-defined/><text-match>x</text-match></prop-filter>", 400, nil),
        ("><prop-filter name='FN'><param-filter/></prop-filter>", 400, nil),
        (
            "><prop-filter name='FN'><param-filter name='X'><is-not-defined/><is-not-defined/></param-filter></prop-filter>",
            400, nil
        ),
        ("><prop-filter name='FN'><text-match match-type='like'>x</text-match></prop-filter>", 400, nil),
        (
            "><prop-filter name='FN'><text-match collation='i;basic'>x</text-match></prop-filter>", 403,
            "supported-collation"
        ),
        ("><comp-filter name='VCARD'/>", 403, "supported-filter"),
        ("><prop-filter name='BDAY'><time-range start='x'/></prop-filter>", 403, "supported-filter"),
        (
            "><prop-filter name='X'><param-filter name='X'><text-like/></param-filter></prop-filter>", 403,
            "supported-filter"
        ),
    ])
    func whatIsNotUnderstoodIsRefused(_ filter: String, _ status: Int, _ condition: String?) {
        let error = #expect(throws: DAVError.self) { try Self.filter(filter) }
        #expect(error?.code == status)
        #expect(error?.condition?.name == condition.map { .cardDAV($0) })
    }

    @Test func filtersAreBounded() throws {
        let one = "<prop-filter name='FN'><text-match>x</text-match></prop-filter>"
        _ = try Self.filter(">" + String(repeating: one, count: 100))
        for filter in [
            String(repeating: one, count: 101),
            "<prop-filter name='FN'><text-match>" + String(repeating: "x", count: 4097) + "</text-match></prop-filter>",
        ] {
            let error = #expect(throws: DAVError.self) { try Self.filter(">" + filter) }
            #expect(error?.condition?.name == .cardDAV("supported-filter"))
        }
    }

    @Test func photographsAreNotSearched() throws {
        let photo = String(repeating: "QUJD", count: 20_000)
        let card = try Self.parse("BEGIN:VCARD\r\nFN:x\r\nPHOTO;ENCODING=b:\(photo)\r\nEND:VCARD\r\n")
        #expect(try Self.filter("><prop-filter name='PHOTO'/>").matches(card))
        #expect(
            !(try Self.filter("><prop-filter name='PHOTO'><text-match>QUJD</text-match></prop-filter>").matches(card)))
        #expect(CardIndex.text(of: card) == "X\n")
        let long = try Self.parse("BEGIN:VCARD\r\nFN:x\r\nNOTE:\(photo)\r\nEND:VCARD\r\n")
        #expect(CardIndex.text(of: long) == nil)
    }
}
