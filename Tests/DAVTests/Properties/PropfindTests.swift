import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct PropfindTests {
    let wire = Wire()

    @Test func aFileHasTheLivePropertiesOfRFC4918() async throws {  // W-16, W-17
        try await wire.put("/files/alice/a.txt", "hello")
        let names = [
            "resourcetype", "getetag", "getlastmodified", "creationdate", "getcontenttype", "getcontentlength",
            "lockdiscovery", "supportedlock",
        ]
        let found = try await wire.propfind("/files/alice/a.txt", names.map { "<\($0)/>" }.joined())
        let response = try #require(found["/files/alice/a.txt"])
        #expect(response.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        #expect(response.value("getcontentlength") == "5")
        #expect(response.value("getcontenttype") == "text/plain")
        #expect(response.value("getlastmodified") == "Sun, 09 Sep 2001 01:46:40 GMT")
        #expect(response.value("creationdate") == "2001-09-09T01:46:40Z")
        #expect(response.property("resourcetype")?.children.isEmpty == true)
        #expect(response.value("getetag")?.hasPrefix("\"") == true)
        #expect(response.property("supportedlock")?.elements.count == 2)
    }

    @Test func whatIsNotThereAnswers404BesideWhatIs() async throws {  // W-11, X-09
        let found = try await wire.propfind("/files/alice/", "<nothing/><resourcetype/><x xmlns=''/><getetag/>")
        let response = try #require(found["/files/alice/"])
        #expect(response.propstats.map(\.status) == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"])
        #expect(response.propstats[1].properties.map(\.name) == [.dav("nothing"), XMLName("", "x"), .dav("getetag")])
        #expect(found.answer.text.contains("<D:status>HTTP/1.1 200 OK</D:status>"))
    }

    @Test func minimalDropsThe404Propstats() async throws {  // P-02, P-05
        for header in [["Prefer": "return=minimal"], ["Brief": "t"], ["Prefer": "return-minimal"]] {
            let found = try await wire.propfind("/files/alice/", "<nothing/>", header)
            let response = try #require(found["/files/alice/"])
            #expect(response.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
            #expect(response.propstats[0].properties.isEmpty)
            #expect(found.answer.headers[.preferenceApplied] == "return=minimal")
            #expect(found.answer.headers[.vary]?.contains("Prefer") == true)
        }
    }

    @Test func depthOneListsTheMembersOnce() async throws {  // W-10
        for name in ["a", "b", "c"] { try await wire.put("/files/alice/\(name)") }
        try await wire.mkcol("/files/alice/d")
        try await wire.put("/files/alice/d/deep")
        let found = try await wire.propfind("/files/alice/", depth: "1", "<resourcetype/>")
        #expect(
            found.hrefs == ["/files/alice/", "/files/alice/a", "/files/alice/b", "/files/alice/c", "/files/alice/d/"])
        #expect(found["/files/alice/d/"]?.property("resourcetype")?.elements.map(\.name) == [.dav("collection")])
    }

    @Test func depthNorootLeavesOutTheRequestURI() async throws {  // P-04
        try await wire.put("/files/alice/a")
        let found = try await wire.propfind(
            "/files/alice/", depth: "1", "<getetag/>", ["Prefer": "depth-noroot, return=minimal"])
        #expect(found.hrefs == ["/files/alice/a"])
        #expect(found.answer.headers[.preferenceApplied] == "return=minimal, depth-noroot")
    }

    @Test func infinityIsRefusedUnlessSwitchedOn() async throws {  // W-10
        let answer = try await wire.send("PROPFIND", "/files/alice/")
        #expect(answer.status == 403)
        #expect(try answer.xml().elements.map(\.name) == [.dav("propfind-finite-depth")])
        var options = ServerFacts.Options()
        options.allowsInfinitePropfind = true
        let open = Wire(options: options)
        try await open.mkcol("/files/alice/d")
        try await open.mkcol("/files/alice/d/e")
        try await open.put("/files/alice/d/e/f")
        try await open.put("/files/alice/z")
        let found = try await open.propfind("/files/alice/", depth: "infinity", "<getetag/>")
        #expect(
            Set(found.hrefs) == [
                "/files/alice/", "/files/alice/d/", "/files/alice/z", "/files/alice/d/e/", "/files/alice/d/e/f",
            ])
    }

    @Test func infinityOnAFileIsAsGoodAsZero() async throws {
        try await wire.put("/files/alice/a")
        #expect(try Multistatus(await wire.send("PROPFIND", "/files/alice/a")).hrefs == ["/files/alice/a"])
    }

    @Test func aLongListingIsStreamedAndComplete() async throws {  // W-15
        for index in 0..<2500 { try await wire.put("/files/alice/m\(index)") }
        let found = try await wire.propfind("/files/alice/", depth: "1", "<getetag/><getcontenttype/><resourcetype/>")
        #expect(found.hrefs.count == 2501)
        #expect(found.answer.chunks > 1)
    }

    @Test func allpropHasTheDeadOnesAndRFC4918sOwn() async throws {  // W-12, SS-178
        try await wire.put("/files/alice/a")
        try await wire.send(
            "PROPPATCH", "/files/alice/a", [:],
            "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'>1</x></prop></set></propertyupdate>")
        let empty = try Multistatus(await wire.send("PROPFIND", "/files/alice/a", ["Depth": "0"]))
        let names = empty.responses[0].propstats.flatMap(\.properties).map(\.name.local)
        #expect(empty.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        #expect(names.contains("getetag") && names.contains("x"))
        let home = try Multistatus(await wire.send("PROPFIND", "/files/alice/", ["Depth": "0"]))
        let ofHome = home.responses[0].propstats.flatMap(\.properties).map(\.name.local)
        #expect(ofHome.contains("getctag"))
        for extra in ["sync-token", "acl", "owner", "resource-id", "quota-used-bytes", "supported-report-set"] {
            #expect(!ofHome.contains(extra), "\(extra)")
        }
        let included = try Multistatus(
            await wire.send(
                "PROPFIND", "/files/alice/", ["Depth": "0"],
                "<propfind xmlns='DAV:'><allprop/><include><owner/><nothing/></include></propfind>"))
        #expect(included.responses[0].property("owner") != nil)
        #expect(included.responses[0].status(of: "nothing") == "HTTP/1.1 404 Not Found")
    }

    @Test func propnameListsNamesWithoutValues() async throws {
        let found = try Multistatus(
            await wire.send(
                "PROPFIND", "/files/alice/", ["Depth": "0"], "<propfind xmlns='DAV:'><propname/></propfind>"))
        let properties = found.responses[0].propstats.flatMap(\.properties)
        #expect(properties.allSatisfy { $0.children.isEmpty })
        #expect(properties.contains { $0.name == .dav("quota-used-bytes") })
        #expect(properties.contains { $0.name == .dav("sync-token") })
        #expect(properties.contains { $0.name == .dav("displayname") })
    }

    @Test(arguments: [
        ("<propfind xmlns='DAV:'>", 400), ("<propfind xmlns='DAV:'/>", 400), ("nonsense", 400), ("<x/>", 400),
        ("<propfind xmlns='DAV:'><prop/><allprop/></propfind>", 400),
        ("<propfind xmlns='DAV:'><prop xmlns:a=''/></propfind>", 400),
        ("<!DOCTYPE propfind><propfind xmlns='DAV:'><allprop/></propfind>", 403),
        ("<propfind xmlns='DAV:'><prop/></propfind>", 207),
    ]) func bodies(body: String, status: Int) async throws {
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0"], body).status == status)
    }

    @Test func bodiesThatSayTheyAreNotXMLAnswer415() async throws {
        let body = "<propfind xmlns='DAV:'><allprop/></propfind>"
        for (type, status) in [("text/plain", 415), ("text/xml; charset=utf-8", 207), ("application/xml", 207)] {
            #expect(
                try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0", "Content-Type": type], body).status
                    == status)
        }
        #expect(
            try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0", "Content-Encoding": "gzip"], body).status
                == 415)
    }

    @Test func depthIsCheckedAndConditionsHold() async throws {  // W-06, G-10
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "2"]).status == 400)
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0", "If": "(<urn:x>)"]).status == 412)
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0", "If": "(Not <urn:x>)"]).status == 207)
    }

    @Test func hrefsKeepTheClientsSpellingOfTheRequestURI() async throws {
        try await wire.mkcol("/files/alice/a%20b")
        try await wire.put("/files/alice/a%20b/x%20&%20y's")
        let found = try await wire.propfind("/files/%61lice/a%20b/", depth: "1", "<getetag/>")
        #expect(found.hrefs == ["/files/%61lice/a%20b/", "/files/%61lice/a%20b/x%20&%20y's"])
    }

    @Test func homesOfOthersAreNotListed() async throws {  // W-13
        let found = try await wire.propfind("/files/", depth: "1", "<owner/>")
        #expect(found.hrefs == ["/files/", "/files/alice/"])
        #expect(try await wire.propfind("/", depth: "1", "<resourcetype/>").hrefs == ["/", "/files/", "/principals/"])
    }
}
