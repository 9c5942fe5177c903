import HTTPTypes
import Testing

@testable import DAV

@Suite struct XMLReaderTests {
    static let accepted: [(String, [UInt8])] = [
        ("no declaration, any prefix", bytes(#"<q:propfind xmlns:q="DAV:"><q:prop/></q:propfind>"#)),
        ("default namespace", bytes(#"<propfind xmlns="DAV:"><prop/></propfind>"#)),
        ("declaration", bytes(#"<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop/></propfind>"#)),
        (
            "white space before the declaration (X-05)",
            bytes("\r\n \t<?xml version=\"1.0\"?><propfind xmlns=\"DAV:\"><prop/></propfind>")
        ),
        (
            "UTF-8 with BOM",
            [0xEF, 0xBB, 0xBF] + bytes(#"<?xml version="1.0"?><propfind xmlns="DAV:"><prop/></propfind>"#)
        ),
        (
            "BOM, then white space",
            [0xEF, 0xBB, 0xBF] + bytes("\n<?xml version=\"1.0\"?><propfind xmlns=\"DAV:\"><prop/></propfind>")
        ),
        (
            "UTF-16 little endian (X-04)",
            utf16(#"<?xml version="1.0" encoding="UTF-16"?><propfind xmlns="DAV:"><prop/></propfind>"#, big: false)
        ),
        (
            "UTF-16 big endian (X-04)",
            utf16(#"<?xml version="1.0" encoding="UTF-16"?><propfind xmlns="DAV:"><prop/></propfind>"#, big: true)
        ),
        (
            "comments and processing instructions",
            bytes("<?a b?><!-- c --><propfind xmlns=\"DAV:\"><!-- d --><prop/><?e?></propfind><!-- f -->")
        ),
    ]

    @Test(arguments: accepted) func acceptsWhatClientsSend(_ name: String, _ document: [UInt8]) throws {
        let root = try XMLElement.parse(document)
        #expect(root.name == .dav("propfind"))
        #expect(root.elements.map(\.name) == [.dav("prop")])
    }

    static let malformed: [(String, [UInt8])] = [
        ("empty", []),
        ("only white space", bytes(" \r\n")),
        ("cut short", bytes("<propfind xmlns=\"DAV:\"><prop>")),
        ("two roots", bytes("<a/><b/>")),
        ("wrong end tag", bytes("<a><b></a></b>")),
        ("unbound prefix (X-04)", bytes("<D:propfind/>")),
        ("unbound attribute prefix", bytes("<a x:b=\"c\"/>")),
        ("prefix bound to nothing (RFC 4918 §8.2)", bytes("<x:a xmlns:x=\"\"/>")),
        ("the same attribute under two prefixes", bytes("<a xmlns:p=\"u\" xmlns:q=\"u\" p:b=\"\" q:b=\"\"/>")),
        ("two colons", bytes("<a:b:c xmlns:a=\"u\"/>")),
        ("xmlns bound as a prefix", bytes("<a xmlns:xmlns=\"u\"/>")),
        ("undefined entity", bytes("<a>&unknown;</a>")),
        ("NUL by reference", bytes("<a>&#0;</a>")),
        ("control character", bytes("<a>\u{1}</a>")),
        ("not UTF-8", bytes("<a>") + [0xC3, 0x28] + bytes("</a>")),
        ("encoded surrogate", bytes("<a>") + [0xED, 0xA0, 0x80] + bytes("</a>")),
        ("unknown encoding", bytes("<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a/>")),
        ("half a UTF-16 unit", utf16("<a/>", big: false).dropLast()),
        ("text after the root", bytes("<a/>b")),
        ("JSON", bytes("{\"a\": 1}")),
    ]

    @Test(arguments: malformed) func refusesWhatIsNotNamespaceWellFormed(_ name: String, _ document: [UInt8]) {
        let error = #expect(throws: DAVError.self) { try XMLElement.parse(document) }
        #expect(error?.status.code == 400)
    }

    static let withDocumentType: [(String, String)] = [
        ("external entity", #"<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>"#),
        ("external subset", #"<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>"#),
        ("entity bomb", #"<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;&c;</a>"#),
        ("harmless", "<!DOCTYPE a><a/>"),
    ]

    @Test(arguments: withDocumentType) func refusesEveryDocumentType(_ name: String, _ document: String) {
        #expect(throws: DAVError.noExternalEntities) { try XMLElement.parse(bytes(document)) }
    }

    @Test func limitsHaveTheirStatus() {
        let limits = XMLLimits(
            maxBytes: 1000, maxDepth: 4, maxElements: 6, maxAttributes: 3, maxNameBytes: 20, maxBindings: 2)
        func status(_ document: String) -> Int? {
            do { _ = try XMLElement.parse(bytes(document), limits: limits) } catch { return error.status.code }
            return nil
        }
        #expect(status("<a>" + String(repeating: "x", count: 993) + "</a>") == nil)
        #expect(status("<a>" + String(repeating: "x", count: 994) + "</a>") == 413)
        #expect(status("<a><a><a><a/></a></a></a>") == nil)
        #expect(status("<a><a><a><a><a/></a></a></a></a>") == 400)
        #expect(status("<a>" + String(repeating: "<b/>", count: 5) + "</a>") == nil)
        #expect(status("<a>" + String(repeating: "<b/>", count: 6) + "</a>") == 413)
        #expect(status("<a b='' c='' d=''/>") == nil)
        #expect(status("<a b='' c='' d='' e=''/>") == 400)
        #expect(status("<a xmlns:b='u' xmlns:c='u'><b:d xmlns:e='u'/></a>") == 400)
        #expect(status("<" + String(repeating: "n", count: 20) + "/>") == nil)
        #expect(status("<" + String(repeating: "n", count: 21) + "/>") == 400)
        #expect(status("<a xmlns:b='" + String(repeating: "u", count: 20) + "'/>") == 400)
    }

    @Test func deepNestingIsRefusedWithoutWalkingIt() {
        let deep = bytes(String(repeating: "<a>", count: 100_000))
        let error = #expect(throws: DAVError.self) { try XMLElement.parse(deep) }
        #expect(error?.status.code == 400)
    }

    @Test func textKeepsItsWhiteSpaceAndCDATA() throws {
        let root = try XMLElement.parse(bytes("<a> b <![CDATA[<&>]]>&amp;&#13;\r\n<c/> d</a>"))
        #expect(root.text == " b <&>&\r\n d")
        #expect(root.children.first == .text(" b <&>&\r\n"))
    }

    @Test func aParserIsCleanAfterAFailure() throws {
        for _ in 0..<20 {
            _ = try? XMLElement.parse(bytes("<a xmlns:p='u'><b>"))
            #expect(throws: DAVError.self) { try XMLElement.parse(bytes("<p:a/>")) }
            #expect(try XMLElement.parse(bytes("<a/>")) == XMLElement(name: XMLName("", "a")))
        }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func utf16(_ text: String, big: Bool) -> [UInt8] {
    "\u{FEFF}\(text)".utf16.flatMap { unit in
        let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        return big ? pair : pair.reversed()
    }
}
