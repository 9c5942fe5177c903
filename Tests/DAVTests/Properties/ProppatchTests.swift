import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct ProppatchTests {
    let wire = Wire()
    let file = "/files/alice/a"

    private func patch(_ target: String, _ instructions: String, _ headers: [String: String] = [:]) async throws
        -> Wire.Answer
    {
        try await wire.send(
            "PROPPATCH", target, headers,
            "<d:propertyupdate xmlns:d='DAV:' xmlns:x='urn:x'>\(instructions)</d:propertyupdate>")
    }
    private func set(_ properties: String) -> String { "<d:set><d:prop>\(properties)</d:prop></d:set>" }
    private func remove(_ properties: String) -> String { "<d:remove><d:prop>\(properties)</d:prop></d:remove>" }
    private func statuses(_ answer: Wire.Answer) throws -> [String: String] {
        let response = try #require(try Multistatus(answer).responses.first)
        return Dictionary(
            uniqueKeysWithValues: response.propstats.flatMap { stat in
                stat.properties.map { ($0.name.local, stat.status) }
            })
    }

    @Test func deadPropertiesComeBackAsTheyWere() async throws {  // W-03, W-22
        try await wire.put(file)
        let value = "<x:p xml:lang='de' a='1'>  mixed <y:q xmlns:y='urn:y' y:b='2'/> text </x:p>"
        #expect(try statuses(await patch(file, set(value))) == ["p": "HTTP/1.1 200 OK"])
        let found = try await wire.propfind(file, "<p xmlns='urn:x'/>")
        let property = try #require(found.responses[0].property("p"))
        #expect(property.text == "  mixed  text ")
        #expect(property.attributes.map(\.value).sorted() == ["1", "de"])
        #expect(property.elements.map(\.name) == [XMLName("urn:y", "q")])
    }

    @Test func instructionsRunInOrderAndTheLastWins() async throws {  // W-20, W-21
        try await wire.put(file)
        _ = try await patch(file, set("<x:p>1</x:p>") + set("<x:p>2</x:p>") + remove("<x:q/>"))
        #expect(try await wire.propfind(file, "<p xmlns='urn:x'/>").responses[0].value("p") == "2")
        _ = try await patch(file, set("<x:p>3</x:p>") + remove("<x:p/>"))
        #expect(try await wire.propfind(file, "<p xmlns='urn:x'/>").responses[0].property("p") == nil)
        _ = try await patch(file, remove("<x:p/>") + set("<x:p>4</x:p>"))
        #expect(try await wire.propfind(file, "<p xmlns='urn:x'/>").responses[0].value("p") == "4")
    }

    @Test func oneFailureFailsThemAll() async throws {  // W-20
        try await wire.put(file)
        let answer = try await patch(file, set("<x:p>1</x:p><d:getetag>mine</d:getetag>") + remove("<x:q/>"))
        #expect(
            try statuses(answer) == [
                "p": "HTTP/1.1 424 Failed Dependency", "getetag": "HTTP/1.1 403 Forbidden",
                "q": "HTTP/1.1 424 Failed Dependency",
            ])
        #expect(answer.text.contains("<D:cannot-modify-protected-property/>"))
        #expect(try await wire.propfind(file, "<p xmlns='urn:x'/>").responses[0].property("p") == nil)
    }

    @Test func everyPropertyTheServerSetsIsProtected() async throws {  // Appendix B, SS-177
        let names =
            "creationdate getcontentlength getetag getlastmodified lockdiscovery resourcetype supportedlock supported-report-set supported-method-set supported-live-property-set owner group supported-privilege-set current-user-privilege-set acl acl-restrictions inherited-acl-set principal-collection-set current-user-principal resource-id add-member quota-available-bytes quota-used-bytes sync-token"
            .split(separator: " ")
        for name in names {
            for instruction in [set("<d:\(name)/>"), remove("<d:\(name)/>")] {
                let answer = try await patch("/files/alice/", instruction)
                #expect(try statuses(answer) == [String(name): "HTTP/1.1 403 Forbidden"], "\(name)")
            }
        }
    }

    @Test func typeAndLanguageOfAFileCanBeSet() async throws {
        try await wire.put(file)
        _ = try await patch(
            file, set("<d:getcontenttype> text/csv </d:getcontenttype><d:getcontentlanguage>de</d:getcontentlanguage>"))
        var found = try await wire.propfind(file, "<getcontenttype/><getcontentlanguage/>").responses[0]
        #expect(found.value("getcontenttype") == "text/csv" && found.value("getcontentlanguage") == "de")
        _ = try await patch(file, remove("<d:getcontentlanguage/>"))
        found = try await wire.propfind(file, "<getcontentlanguage/>").responses[0]
        #expect(found.status(of: "getcontentlanguage") == "HTTP/1.1 404 Not Found")
        let bad = try await patch(file, set("<d:getcontenttype>a&#10;b</d:getcontenttype>"))
        #expect(try statuses(bad) == ["getcontenttype": "HTTP/1.1 409 Conflict"])
    }

    @Test func displaynameIsWritableEverywhereAndAbsentUntilSet() async throws {
        try await wire.mkcol("/files/alice/d")
        #expect(
            try await wire.propfind("/files/alice/d/", "<displayname/>").responses[0].property("displayname") == nil)
        #expect(
            try statuses(await patch("/files/alice/d/", set("<d:displayname>Ärger &amp; mehr</d:displayname>"))) == [
                "displayname": "HTTP/1.1 200 OK"
            ])
        #expect(
            try await wire.propfind("/files/alice/d/", "<displayname/>").responses[0].value("displayname")
                == "Ärger & mehr")
    }

    @Test func aValueBeyondTheLimitAnswers507() async throws {  // W-22
        try await wire.put(file)
        let big = String(repeating: "x", count: 300 << 10)
        #expect(try statuses(await patch(file, set("<x:p>\(big)</x:p>"))) == ["p": "HTTP/1.1 507 Insufficient Storage"])
    }

    @Test func minimalSuccessHasNoBody() async throws {  // P-02
        try await wire.put(file)
        let answer = try await patch(file, set("<x:p/>"), ["Prefer": "return=minimal"])
        #expect(answer.status == 200 && answer.bytes.isEmpty)
        #expect(answer.headers[.preferenceApplied] == "return=minimal")
        #expect(try await patch(file, set("<d:getetag/>"), ["Prefer": "return=minimal"]).status == 207)
    }

    @Test func conditionsAreJudgedWithTheWrite() async throws {
        try await wire.put(file)
        #expect(try await patch(file, set("<x:p/>"), ["If": "([\"no\"])"]).status == 412)
        #expect(try await patch(file, set("<x:p/>"), ["If-Match": "\"no\""]).status == 412)
    }

    @Test(arguments: [
        "", "<x/>", "<d:propertyupdate xmlns:d='DAV:'/>",
        "<d:propertyupdate xmlns:d='DAV:'><d:set/></d:propertyupdate>",
    ])
    func badBodiesAnswer400(body: String) async throws {
        #expect(try await wire.send("PROPPATCH", "/files/alice/", [:], body).status == 400)
    }

    @Test func anUnmappedURLAnswers404() async throws {  // W-21
        #expect(try await patch("/files/alice/none", set("<x:p/>")).status == 404)
    }

    @Test func getctagIsTheTokenAndProtected() async throws {  // T-01, T-02, SS-179
        let answer = try await patch("/files/alice/", set("<c:getctag xmlns:c='http://calendarserver.org/ns/'/>"))
        #expect(try statuses(answer) == ["getctag": "HTTP/1.1 403 Forbidden"])
        for step in 0..<3 {
            let found = try await wire.propfind("/files/alice/", "<sync-token/><CS:getctag/>").responses[0]
            #expect(found.value("getctag") != nil && found.value("getctag") == found.value("sync-token"))
            try await wire.put("/files/alice/\(step)")
            #expect(
                try await wire.propfind("/files/alice/", "<CS:getctag/>").responses[0].value("getctag")
                    != found.value("getctag"))
        }
    }
}
