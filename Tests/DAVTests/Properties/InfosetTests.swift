import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What a client stores in a property comes back as the same infoset (RFC 4918 §4.3, W-03).
@Suite struct InfosetTests {
    let wire = Wire()

    /// Stores what `update` sets on a file, and gives back the one property asked for, as an element and as text.
    private func roundTrip(_ update: String, _ asked: String) async throws -> (XMLElement, String) {
        try await wire.put("/files/alice/f")
        let patched = try Multistatus(await wire.send("PROPPATCH", "/files/alice/f", update))
        #expect(patched.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        let found = try await wire.propfind("/files/alice/f", asked)
        let property = try #require(found.responses[0].propstats.first?.properties.first)
        #expect(found.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        return (property, found.answer.text)
    }

    @Test(arguments: [
        "<D:propertyupdate xmlns:D='DAV:' xml:lang='de'><D:set><D:prop><p xmlns='urn:x'>t</p></D:prop></D:set></D:propertyupdate>",
        "<D:propertyupdate xmlns:D='DAV:'><D:set xml:lang='de'><D:prop><p xmlns='urn:x'>t</p></D:prop></D:set></D:propertyupdate>",
        "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop xml:lang='de'><p xmlns='urn:x'>t</p></D:prop></D:set></D:propertyupdate>",
        "<D:propertyupdate xmlns:D='DAV:' xml:lang='en'><D:set><D:prop><p xmlns='urn:x' xml:lang='de'>t</p></D:prop></D:set></D:propertyupdate>",
    ]) func theLanguageInScopeIsKept(update: String) async throws {
        let (property, _) = try await roundTrip(update, "<p xmlns='urn:x'/>")
        #expect(property.attributes.map(\.value) == ["de"])
        #expect(property.attributes.first?.name == XMLName("http://www.w3.org/XML/1998/namespace", "lang"))
    }

    @Test func aBaseInScopeIsNotInherited() async throws {
        let update =
            "<propertyupdate xmlns='DAV:' xml:base='http://a/'><set><prop><p xmlns='urn:x'><q xml:base='b'/></p></prop></set></propertyupdate>"
        let (property, _) = try await roundTrip(update, "<p xmlns='urn:x'/>")
        #expect(property.attributes.isEmpty)
        #expect(property.elements[0].attributes.map(\.value) == ["b"])
    }

    @Test func prefixesThatOnlyValuesUseStayBound() async throws {
        let update =
            "<d:propertyupdate xmlns:d='DAV:' xmlns:xs='http://www.w3.org/2001/XMLSchema'><d:set><d:prop><y:p xmlns:y='urn:x' kind='xs:int'>xs:date</y:p></d:prop></d:set></d:propertyupdate>"
        let (property, text) = try await roundTrip(update, "<p xmlns='urn:x'/>")
        #expect(property.text == "xs:date")
        #expect(text.contains("xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""))
    }

    @Test func mixedContentAndWhiteSpaceStay() async throws {
        let update = """
            <propertyupdate xmlns='DAV:'><set><prop><p xmlns='urn:x'> a <b/>
            <![CDATA[<c> & ]]> &#x1F426;&#233;<b i='1&#10;2'>d</b>\t</p></prop></set></propertyupdate>
            """
        let (property, _) = try await roundTrip(update, "<p xmlns='urn:x'/>")
        #expect(property.text == " a \n<c> &  \u{1F426}\u{E9}\t")
        #expect(property.elements.map(\.name) == [XMLName("urn:x", "b"), XMLName("urn:x", "b")])
        #expect(property.elements[1].attributes.map(\.value) == ["1\n2"])
    }

    @Test func aPropertyInNoNamespaceIsOneOfItsOwn() async throws {  // W-14
        let update =
            "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><getetag>mine</getetag><P/><p>1</p></D:prop></D:set></D:propertyupdate>"
        try await wire.put("/files/alice/f")
        _ = try await wire.send("PROPPATCH", "/files/alice/f", update)
        let found = try await wire.propfind(
            "/files/alice/f", "<getetag xmlns=''/><getetag/><p xmlns=''/><P xmlns=''/><p/>")
        let names = found.responses[0].propstats.map { $0.properties.map(\.name) }
        #expect(
            names == [
                [XMLName("", "getetag"), .dav("getetag"), XMLName("", "p"), XMLName("", "P")], [.dav("p")],
            ])
        #expect(found.responses[0].propstats[0].properties[0].text == "mine")
        #expect(found.responses[0].propstats[0].properties[3].children.isEmpty, "empty, but there")
    }

    @Test func aPropertyAskedForTwiceIsAnsweredOnce() async throws {
        let found = try await wire.propfind("/files/alice/", "<owner/><nothing/><owner/><nothing/><resourcetype/>")
        #expect(
            found.responses[0].propstats.map { $0.properties.map(\.name.local) } == [
                ["owner", "resourcetype"], ["nothing"],
            ])
    }

    @Test func utf16BodiesAreRead() async throws {
        try await wire.put("/files/alice/f")
        let text = "<propfind xmlns='DAV:'><prop><getetag/></prop></propfind>"
        for isBig in [true, false] {
            var bytes: [UInt8] = isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]
            for unit in text.utf16 {
                let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
                bytes += isBig ? [high, low] : [low, high]
            }
            #expect(try await wire.send("PROPFIND", "/files/alice/f", ["Depth": "0"], bytes: bytes).status == 207)
        }
    }
}
