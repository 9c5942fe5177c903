import Testing

@testable import DAV

@Suite struct XMLSerializationTests {
    /// The child of the root, as it would be stored.
    func stored(_ document: String) throws -> String {
        let root = try XMLElement.parse(bytes(document))
        return String(decoding: try #require(root.elements.first).serialized(), as: UTF8.self)
    }

    @Test func aValueStandsAloneWithThePrefixesOfItsClient() throws {
        // RFC 4918 §4.3: the value holds a QName in its text, so the prefix must keep its meaning.
        #expect(
            try stored(#"<D:prop xmlns:D="DAV:" xmlns:x="urn:x"><x:p>x:name</x:p></D:prop>"#)
                == #"<x:p xmlns:D="DAV:" xmlns:x="urn:x">x:name</x:p>"#)
        #expect(try stored(#"<prop xmlns="DAV:"><p/></prop>"#) == #"<p xmlns="DAV:"/>"#)
        #expect(try stored(#"<D:prop xmlns:D="DAV:"><p xmlns=""/></D:prop>"#) == #"<p xmlns:D="DAV:"/>"#)
        #expect(
            try stored(#"<prop xmlns="DAV:"><p xmlns="urn:a"><q xmlns=""><r/></q></p></prop>"#)
                == #"<p xmlns="urn:a"><q xmlns=""><r/></q></p>"#)
        #expect(
            try stored(#"<a:prop xmlns:a="DAV:"><a:p xmlns:a="urn:a" a:k="v"><a:q xmlns:a="urn:b"/></a:p></a:prop>"#)
                == #"<a:p xmlns:a="urn:a" a:k="v"><a:q xmlns:a="urn:b"/></a:p>"#)
    }

    @Test func theLanguageInScopeBecomesExplicit() throws {
        #expect(try stored(#"<a xml:lang="de"><p>Uhr</p></a>"#) == #"<p xml:lang="de">Uhr</p>"#)
        #expect(try stored(#"<a xml:lang="de"><p xml:lang="en">clock</p></a>"#) == #"<p xml:lang="en">clock</p>"#)
        #expect(try stored(#"<a xml:base="/x/"><p/></a>"#) == "<p/>", "xml:base is not inherited silently (W-03)")
    }

    @Test func mixedContentWhiteSpaceAndCarriageReturnsSurvive() throws {
        #expect(try stored("<a><p> x <b/>\ty\n<![CDATA[<]]>&#13;</p></a>") == "<p> x <b/>\ty\n&lt;&#13;</p>")
        #expect(try stored("<a><p k='&#9;&#10;&#13;&quot;&lt;'/></a>") == #"<p k="&#9;&#10;&#13;&quot;&lt;"/>"#)
    }

    static let documents = [
        "<a/>", #"<D:a xmlns:D="DAV:"><b/><D:c D:k="1" k="2">t</D:c></D:a>"#,
        #"<a xmlns="u1"><b xmlns="u2"><c xmlns=""><d xmlns="u1"/></c></b></a>"#,
        "<a>&#13;&#10; é 日本 😀 &lt;&amp;&gt; ]]&gt;</a>",
        #"<a xml:lang="en" xml:space="preserve"> <b xml:lang=""/> </a>"#,
        "<p:a xmlns:p='u'><p:a xmlns:p='v'><p:a xmlns:p='u'/></p:a></p:a>",
        "<a xmlns:é='u&amp;\"'><é:b/></a>",
    ]

    @Test(arguments: documents) func parsingWhatWasSerialisedGivesTheSame(_ document: String) throws {
        let element = try XMLElement.parse(bytes(document))
        let again = try XMLElement.parse(element.serialized())
        #expect(again == element)
        #expect(again.serialized() == element.serialized())
    }

    @Test func namesMadeByHandGetTheirDeclarations() throws {
        var inner = XMLElement(name: XMLName("", "plain"))
        inner.attributes = [.init(name: XMLName("urn:k", "k"), value: "v"), .init(name: .xmlLanguage, value: "en")]
        let outer = XMLElement(name: .dav("outer"), children: [.element(inner), .text("\u{0}\u{8}ok\u{FFFE}")])
        let expected = XMLElement(name: .dav("outer"), children: [.element(inner), .text("ok")])
        #expect(try XMLElement.parse(outer.serialized()) == expected)
    }
}
