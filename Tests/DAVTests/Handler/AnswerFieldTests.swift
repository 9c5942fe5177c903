import DAV
import HTTPTypes
import DAVTesting
import Testing

/// The fields of answers that caches and clients rely on.
@Suite struct AnswerFieldTests {
    let wire = Wire()

    private static let sync =
        "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>"
    private static let patch =
        "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'/></prop></set></propertyupdate>"

    @Test func multistatusesAreNotStoredAndVaryByPreference() async throws {  // H-17, P-05
        for (method, headers, body) in [
            ("PROPFIND", ["Depth": "1"], ""), ("REPORT", [:], Self.sync), ("PROPPATCH", [:], Self.patch),
        ] {
            let plain = try await wire.send(method, "/files/alice/", headers, body)
            #expect(plain.status == 207)
            #expect(plain.headers[.cacheControl] == "no-store")
            #expect(plain.headers[.vary] == "Prefer, Brief")
            #expect(plain.headers[.contentType] == "application/xml; charset=utf-8")
            #expect(plain.headers[.preferenceApplied] == nil)
            for preference in [
                ["Prefer": "return=minimal"], ["Prefer": "foo=1;x, RETURN=\"minimal\"; y"], ["Brief": "t"],
            ] {
                let minimal = try await wire.send(method, "/files/alice/", headers.merging(preference) { $1 }, body)
                #expect(minimal.headers[.preferenceApplied] == "return=minimal", "\(method) \(preference)")
                #expect(minimal.headers[.vary] == "Prefer, Brief")
            }
        }
    }

    @Test func aPreferenceThatWasNotHonouredIsNotNamed() async throws {  // P-05
        let found = try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0", "Prefer": "depth-noroot, wait=3"])
        #expect(found.headers[.preferenceApplied] == nil)
        #expect(try Multistatus(found).hrefs == ["/files/alice/"])
    }

    @Test func errorsThatNameAConditionAreXML() async throws {
        let answer = try await wire.send("PROPFIND", "/files/alice/")
        #expect(answer.status == 403)
        #expect(answer.headers[.contentType] == "application/xml; charset=utf-8")
        #expect(try answer.xml().name == .dav("error"))
        #expect(try answer.xml().elements.map(\.name) == [.dav("propfind-finite-depth")])
        let forbidden = try await wire.send("COPY", "/files/alice/", ["Destination": "/files/alice/x"])
        #expect(forbidden.status == 403)
        #expect(!forbidden.bytes.isEmpty, "a 403 is never empty: a client takes that for a rate limit")
    }

    @Test func expectationsBut100ContinueAnswer417() async throws {  // H-12
        #expect(try await wire.send("PUT", "/files/alice/f", ["Expect": "202-accepted"], "x").status == 417)
        #expect(try await wire.send("PUT", "/files/alice/f", ["Expect": "100-Continue"], "x").status == 201)
    }

    @Test func getctagIsOfTheCalendarServerNamespaceOnly() async throws {  // T-02
        let found = try await wire.propfind("/files/alice/", "<getctag/><CS:getctag/>").responses[0]
        #expect(
            found.propstats.map { $0.properties.map(\.name.namespace) } == [
                ["http://calendarserver.org/ns/"], ["DAV:"],
            ])
    }

    @Test func listingsTellTheStateOfEachCollection() async throws {  // T-03
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/f")
        let found = try await wire.propfind("/files/alice/", depth: "1", "<sync-token/><CS:getctag/>")
        for href in ["/files/alice/", "/files/alice/c/"] {
            #expect(found[href]?.value("getctag") != nil, "\(href)")
            #expect(found[href]?.value("getctag") == found[href]?.value("sync-token"), "\(href)")
        }
        #expect(found["/files/alice/f"]?.status(of: "getctag") == "HTTP/1.1 404 Not Found")
        let homes = try await wire.propfind("/files/", depth: "1", "<CS:getctag/>")
        #expect(homes["/files/alice/"]?.value("getctag") == found["/files/alice/"]?.value("getctag"))
        #expect(homes["/files/"]?.status(of: "getctag") == "HTTP/1.1 404 Not Found", "the list of homes does not sync")
    }

    @Test func answersToWritesCarryNoSyncToken() async throws {  // Y-63
        let answers = try await [
            wire.send("PUT", "/files/alice/f", "x"), wire.send("POST", "/files/alice/", "x"),
            wire.send("MKCOL", "/files/alice/c/"), wire.send("DELETE", "/files/alice/f"),
        ]
        for answer in answers {
            #expect(answer.status < 300)
            #expect(!answer.headers.contains { $0.value.contains("/sync/") || $0.name.canonicalName == "sync-token" })
        }
    }
}
