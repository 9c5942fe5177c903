import Testing

@testable import DAV

@Suite struct XMLWriterTests {
    func written(_ body: (inout XMLWriter) -> Void) -> String {
        var writer = XMLWriter()
        body(&writer)
        return String(decoding: writer.take(), as: UTF8.self)
    }

    @Test func wellKnownNamespacesAreDeclaredOnceOnTheRoot() {
        let text = written {
            $0.declaration()
            $0.start(.dav("multistatus"))
            $0.element(.dav("href"), text: "/a&b/")
            $0.empty(XMLName(XMLName.calendarServerNamespace, "getctag"))
            $0.end()
        }
        #expect(
            text == "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                + #"<D:multistatus xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/" "#
                + #"xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CARD="urn:ietf:params:xml:ns:carddav">"#
                + "<D:href>/a&amp;b/</D:href><CS:getctag/></D:multistatus>")
    }

    @Test func otherNamespacesAreDeclaredWhereTheyAreUsed() throws {
        let text = written {
            $0.start(.dav("prop"))
            $0.empty(XMLName("urn:a", "p"))
            $0.start(XMLName("urn:b", "q"), attributes: ["k": "<\">"])
            $0.empty(XMLName("urn:b", "r"))
            $0.empty(XMLName("", "s"))
            $0.end()
            $0.end()
        }
        #expect(text.contains(#"<x1:p xmlns:x1="urn:a"/><x1:q xmlns:x1="urn:b" k="&lt;&quot;&gt;"><x1:r/><s/></x1:q>"#))
        let root = try XMLElement.parse(bytes(text))
        #expect(root.elements.map(\.name) == [XMLName("urn:a", "p"), XMLName("urn:b", "q")])
        #expect(root.elements[1].elements.map(\.name) == [XMLName("urn:b", "r"), XMLName("", "s")])
    }

    @Test func aDrainedWriterGoesOnWhereItWas() {
        var writer = XMLWriter()
        writer.start(.dav("a"))
        let first = writer.take()
        #expect(writer.count == 0)
        writer.start(.dav("b"))
        writer.end()
        writer.end()
        let text = String(decoding: first + writer.take(), as: UTF8.self)
        #expect(text.hasSuffix("><D:b></D:b></D:a>"))
    }

    @Test func charactersXMLCannotSayAreLeftOut() throws {
        // X-06: one bad name must not spoil a listing.
        let text = written { $0.element(.dav("a"), text: "\u{0}\u{1}\t\n\r\u{1F}x\u{7F}\u{FFFE}\u{FFFF}\u{FFFD}😀]]>") }
        #expect(try XMLElement.parse(bytes(text)).text == "\t\n\rx\u{7F}\u{FFFD}😀]]>")
    }
}
