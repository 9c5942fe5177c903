import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct ReportTests {
    let wire = Wire()

    private func report(_ target: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Wire.Answer
    {
        try await wire.send("REPORT", target, headers, body)
    }

    @Test func whatIsListedWorksAndWhatWorksIsListed() async throws {
        try await wire.put("/files/alice/a")
        let bodies = [
            "sync-collection":
                "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>",
            "expand-property": "<expand-property xmlns='DAV:'/>",
            "principal-match": "<principal-match xmlns='DAV:'><self/></principal-match>",
            "principal-property-search":
                "<principal-property-search xmlns='DAV:'><property-search><prop><displayname/></prop><match>x</match></property-search></principal-property-search>",
            "principal-search-property-set": "<principal-search-property-set xmlns='DAV:'/>",
            "acl-principal-prop-set": "<acl-principal-prop-set xmlns='DAV:'/>",
            "version-tree": "<version-tree xmlns='DAV:'/>",
        ]
        for target in ["/files/alice/", "/files/alice/a", "/files/", "/", "/principals/alice/"] {
            let set = try await wire.propfind(target, "<supported-report-set/>").responses[0].property(
                "supported-report-set")
            let listed = Set(set?.elements.compactMap { $0.elements.first?.elements.first?.name.local } ?? [])
            for (name, body) in bodies {
                let answer = try await report(target, body)
                let isRefused = answer.text.contains("supported-report/>")
                #expect(isRefused != listed.contains(name), "\(name) at \(target): \(answer.status)")
                #expect(answer.status < 500)
            }
        }
    }

    @Test func expandPropertyFollowsHrefs() async throws {
        let body = """
            <D:expand-property xmlns:D='DAV:'><D:property name='owner'><D:property name='displayname'/>
            <D:property name='principal-URL'><D:property name='resourcetype'/></D:property><D:property name='none'/></D:property>
            <D:property name='getctag' namespace='http://calendarserver.org/ns/'/><D:property name='missing'/></D:expand-property>
            """
        let found = try Multistatus(await report("/files/alice/", body)).responses
        #expect(found.count == 1 && found[0].propstats.map(\.status) == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"])
        let owner = try #require(found[0].property("owner")?.first(.dav("response")))
        #expect(owner.first(.dav("href"))?.text == "/principals/alice/")
        let inner = owner.elements.filter { $0.name == .dav("propstat") }
        #expect(inner.count == 2)
        #expect(inner[0].first(.dav("prop"))?.first(.dav("displayname"))?.text == "alice of Wonderland")
        #expect(inner[0].first(.dav("prop"))?.first(.dav("principal-URL"))?.first(.dav("response")) != nil)
    }

    @Test func expandPropertyAnswers404ForWhatMayNotBeSeen() async throws {
        let body =
            "<D:expand-property xmlns:D='DAV:'><D:property name='resource-id'><D:property name='getetag'/></D:property></D:expand-property>"
        // A href that leads elsewhere stays a href.
        let found = try Multistatus(await report("/files/alice/", body)).responses[0]
        #expect(found.property("resource-id")?.elements.map(\.name) == [.dav("href")])
    }

    @Test func expandPropertyIsBoundedHoweverDeepItIsAsked() async throws {
        let nested =
            String(repeating: "<D:property name='current-user-principal'>", count: 40)
            + String(repeating: "</D:property>", count: 40)
        #expect(
            try await report("/files/alice/", "<D:expand-property xmlns:D='DAV:'>\(nested)</D:expand-property>").status
                == 207)
        // Each level follows ten hrefs.
        var wide = "<D:property name='getetag'/>"
        for _ in 0..<4 {
            wide = (0..<10).map { _ in "<D:property name='current-user-principal'>\(wide)</D:property>" }.joined()
        }
        let answer = try await report("/files/alice/", "<D:expand-property xmlns:D='DAV:'>\(wide)</D:expand-property>")
        #expect(answer.status == 207)
        #expect(answer.text.contains("number-of-matches-within-limits"))
    }

    @Test func principalMatchFindsTheCaller() async throws {
        let me = "<principal-match xmlns='DAV:'><self/><prop><displayname/></prop></principal-match>"
        #expect(try Multistatus(await report("/principals/", me)).hrefs == ["/principals/alice/"])
        #expect(try Multistatus(await report("/files/", me)).hrefs.isEmpty)
        try await wire.mkcol("/files/alice/d")
        try await wire.put("/files/alice/d/f")
        let owned = "<principal-match xmlns='DAV:'><principal-property><owner/></principal-property></principal-match>"
        #expect(
            Set(try Multistatus(await report("/files/", owned)).hrefs) == [
                "/files/alice/", "/files/alice/d/", "/files/alice/d/f",
            ])
        #expect(try await report("/principals/", me, ["Depth": "1"]).status == 400)
    }

    @Test func principalPropertySearchComparesWithoutCase() async throws {
        func search(_ terms: String, test: String = "", in target: String = "/principals/") async throws -> [String] {
            try Multistatus(
                await report(
                    target,
                    "<principal-property-search xmlns='DAV:'\(test)>\(terms)<prop><displayname/></prop></principal-property-search>"
                )
            ).hrefs
        }
        func term(_ property: String, _ match: String, _ attributes: String = "") -> String {
            "<property-search><prop><\(property)/></prop><match\(attributes)>\(match)</match></property-search>"
        }
        #expect(try await search(term("displayname", "WONDER")) == ["/principals/alice/", "/principals/bob/"])
        #expect(try await search(term("displayname", "bob")) == ["/principals/bob/"])
        #expect(try await search(term("displayname", "land", " match-type='starts-with'")).isEmpty)
        #expect(try await search(term("displayname", "alice", " match-type='starts-with'")) == ["/principals/alice/"])
        #expect(try await search(term("displayname", "bob") + term("getetag", "x")).isEmpty)
        #expect(
            try await search(term("displayname", "bob") + term("getetag", "x"), test: " test='anyof'") == [
                "/principals/bob/"
            ])
        #expect(try await search(term("displayname", "bob"), in: "/files/").isEmpty)
        #expect(
            try await search(term("displayname", "bob") + "<apply-to-principal-collection-set/>", in: "/files/") == [
                "/principals/bob/"
            ])
        #expect(try await report("/principals/", "<principal-property-search xmlns='DAV:'/>").status == 400)
        #expect(
            try await report("/principals/", "<principal-property-search xmlns='DAV:'/>", ["Depth": "1"]).status == 400)
    }

    @Test func searchableAndNamedPrincipals() async throws {
        let set = try await report("/principals/", "<principal-search-property-set xmlns='DAV:'/>")
        #expect(set.status == 200)
        #expect(set.text.contains("displayname"))
        let named = try Multistatus(
            await report(
                "/files/alice/",
                "<acl-principal-prop-set xmlns='DAV:'><prop><displayname/></prop></acl-principal-prop-set>"))
        #expect(named.hrefs == ["/principals/alice/"])
        #expect(named.responses[0].value("displayname") == "alice of Wonderland")
    }

    @Test func methodsAndLivePropertiesAreListed() async throws {  // R-03, E-03, R-06
        try await wire.put("/files/alice/a")
        let file = try await wire.propfind(
            "/files/alice/a", "<supported-method-set/><supported-live-property-set/><add-member/><resource-id/>"
        ).responses[0]
        let methods = Set(
            file.property("supported-method-set")?.elements.compactMap { $0.attributes.first?.value } ?? [])
        #expect(methods.isSuperset(of: ["GET", "PUT", "DELETE", "PROPFIND"]) && !methods.contains("MKCOL"))
        #expect(file.status(of: "add-member") == "HTTP/1.1 404 Not Found")
        #expect(file.property("resource-id")?.elements.first?.text.hasPrefix("urn:uuid:") == true)
        let home = try await wire.propfind("/files/alice/", "<supported-method-set/><add-member/>").responses[0]
        #expect(home.property("add-member")?.elements.map(\.text) == ["/files/alice/"])
        let ofHome = Set(
            home.property("supported-method-set")?.elements.compactMap { $0.attributes.first?.value } ?? [])
        #expect(ofHome.contains("POST") && !ofHome.contains("DELETE"))
    }
}
