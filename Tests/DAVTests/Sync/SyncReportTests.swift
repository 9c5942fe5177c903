import DAV
import HTTPTypes
import DAVTesting
import Testing

/// The shape of sync-collection on the wire (RFC 6578 §3): scenarios of the catalogue by their number.
@Suite struct SyncReportTests {
    let wire = Wire()
    let home = "/files/alice/"

    /// The report's body; any part can be replaced.
    private func body(
        token: String = "<sync-token/>", level: String = "<sync-level>1</sync-level>", limit: String? = nil,
        prop: String = "<prop><getetag/></prop>"
    ) -> String {
        let limit = limit.map { "<limit><nresults>\($0)</nresults></limit>" } ?? ""
        return "<sync-collection xmlns='DAV:'>\(token)\(level)\(limit)\(prop)</sync-collection>"
    }

    private func report(
        _ body: String, _ target: String = "/files/alice/", _ headers: [String: String] = [:],
        as caller: Caller = .principal(Wire.alice)
    ) async throws -> Wire.Answer { try await wire.send("REPORT", target, headers, as: caller, body) }

    private func sync(
        _ token: String = "", level: String = "1", limit: String? = nil, on target: String = "/files/alice/"
    ) async throws -> Multistatus {
        let answer = try await report(
            body(token: "<sync-token>\(token)</sync-token>", level: "<sync-level>\(level)</sync-level>", limit: limit),
            target)
        let page = try Multistatus(answer)
        // Y-10: exactly one token, last.
        #expect(page.syncTokens.count == 1)
        #expect(page.rootChildren.last == "sync-token")
        return page
    }

    private func token(of target: String = "/files/alice/") async throws -> String {
        try #require(try await wire.propfind(target, "<sync-token/>").responses[0].value("sync-token"))
    }

    /// All pages from `token` on: each page's hrefs, and the last page.
    private func walk(_ token: String = "", limit: String) async throws -> (pages: [[String]], last: Multistatus) {
        var (pages, token): ([[String]], String) = ([], token)
        while true {
            let page = try await sync(token, limit: limit)
            pages.append(page.responses.filter { $0.status?.contains("507") != true }.map(\.href))
            token = page.syncTokens[0]
            let marker = page.responses.filter { $0.status == "HTTP/1.1 507 Insufficient Storage" }
            #expect(marker.count <= 1)
            guard let marker = marker.first else { return (pages, page) }
            #expect(marker.href == home)
            #expect(marker.error == .dav("number-of-matches-within-limits"))
            try #require(pages.count < 100)
        }
    }

    // MARK: Initial and quiet

    @Test func ss001_anEmptyCollectionAnswersATokenOnly() async throws {
        let page = try await sync()
        #expect(page.responses.isEmpty)
        #expect(page.syncTokens == [try await token()])
    }

    @Test func ss002_003_initialListsAllAndThenNothing() async throws {
        try await wire.put(home + "a")
        try await wire.put(home + "b")
        let first = try await sync()
        #expect(Set(first.hrefs) == [home + "a", home + "b"])
        #expect(first.responses.allSatisfy { $0.value("getetag") != nil })
        let second = try await sync(first.syncTokens[0])
        #expect(second.responses.isEmpty && second.syncTokens == first.syncTokens)
    }

    @Test func ss007_008_removalsAreBareStatuses() async throws {  // Y-15, Y-37
        try await wire.put(home + "a")
        try await wire.mkcol(home + "d")
        let start = try await token()
        try await wire.delete(home + "a")
        try await wire.delete(home + "d")
        try await wire.put(home + "short-lived")
        try await wire.delete(home + "short-lived")
        let page = try await sync(start)
        #expect(Set(page.hrefs) == [home + "a", home + "d/", home + "short-lived"])
        #expect(page.responses.allSatisfy { $0.status == "HTTP/1.1 404 Not Found" })
    }

    @Test func ss176_thePropertyIsTheTokenOfTheReport() async throws {
        try await wire.put(home + "a")
        #expect(try await sync().syncTokens == [try await token()])
    }

    // MARK: Paging

    @Test func ss120_fiveInPagesOfTwo() async throws {
        for name in ["a", "b", "c", "d", "e"] { try await wire.put(home + name) }
        let (pages, last) = try await walk(limit: "2")
        #expect(pages.map(\.count) == [2, 2, 1])
        #expect(Set(pages.joined()).count == 5)
        #expect(last.syncTokens == [try await token()])
    }

    @Test func ss121_122_anExactFitHasNoMarker() async throws {
        for name in ["a", "b", "c", "d"] { try await wire.put(home + name) }
        #expect(try await walk(limit: "2").pages.map(\.count) == [2, 2])
        #expect(try await walk(limit: "4").pages.map(\.count) == [4])
    }

    @Test func ss123_aLimitOfOneGivesAMemberAndTheMarker() async throws {
        for name in ["a", "b", "c"] { try await wire.put(home + name) }
        let page = try await sync(limit: "1")
        #expect(page.responses.count == 2)
        #expect(page.responses.filter { $0.status == nil }.count == 1)
    }

    @Test(arguments: [
        ("0", 400), ("-1", 400), ("abc", 400), ("", 400), ("8589934592", 207), ("99999999999999999999999", 207),
    ])
    func ss124_limits(limit: String, status: Int) async throws {
        try await wire.put(home + "a")
        let answer = try await report(body(limit: limit))
        #expect(answer.status == status)
        if status == 207 { #expect(!answer.text.contains("507")) }
    }

    @Test func ss125_127_128_changesDuringAWalkAreNotLost() async throws {
        for name in ["a", "b", "c", "d"] { try await wire.put(home + name) }
        let page1 = try await sync(limit: "2")
        let delivered = page1.responses.filter { $0.status == nil }.map(\.href)
        try await wire.delete(delivered[0])
        try await wire.put(delivered[1], "new")
        try await wire.put(home + "e")
        let (_, rest) = try await walk(page1.syncTokens[0], limit: "100")
        #expect(rest[delivered[0]]?.status == "HTTP/1.1 404 Not Found")
        #expect(rest[delivered[1]]?.value("getetag") != page1[delivered[1]]?.value("getetag"))
        #expect(rest[home + "e"]?.status == nil)
        #expect(rest.responses.count == 5)
    }

    @Test func ss126_whatWasNotYetDeliveredNeedNoRemoval() async throws {
        for name in ["a", "b", "c", "d"] { try await wire.put(home + name) }
        let page1 = try await sync(limit: "2")
        let delivered = Set(page1.responses.map(\.href))
        let waiting = try #require(["a", "b", "c", "d"].map { home + $0 }.first { !delivered.contains($0) })
        try await wire.delete(waiting)
        let (_, rest) = try await walk(page1.syncTokens[0], limit: "100")
        #expect(rest[waiting].map { $0.status == "HTTP/1.1 404 Not Found" } ?? true)
    }

    @Test func ss129_130_onlyRemovalsSinceTheStartAreTold() async throws {
        for name in ["a", "b", "c", "z"] { try await wire.put(home + name) }
        try await wire.delete(home + "z")
        let page1 = try await sync(limit: "2")
        try await wire.put(home + "f")
        try await wire.delete(home + "f")
        let (_, rest) = try await walk(page1.syncTokens[0], limit: "100")
        #expect(page1[home + "z"] == nil && rest[home + "z"] == nil)
        #expect(rest[home + "f"]?.status == "HTTP/1.1 404 Not Found")
    }

    @Test func ss131_132_pruningDuringAWalk() async throws {
        for name in ["a", "b", "c", "d"] { try await wire.put(home + name) }
        let page1 = try await sync(limit: "2")
        wire.memory.prune(through: wire.memory.revision)
        #expect(try await walk(page1.syncTokens[0], limit: "100").pages.joined().count == 2)
        try await wire.delete(page1.hrefs[0])
        wire.memory.prune(through: wire.memory.revision)
        let answer = try await report(body(token: "<sync-token>\(page1.syncTokens[0])</sync-token>"))
        #expect(answer.status == 403)
    }

    @Test func ss134_pagesOfOneAddUpToTheWhole() async throws {
        for name in ["a", "b", "c", "d"] { try await wire.put(home + name) }
        let start = try await token()
        try await wire.delete(home + "b")
        try await wire.put(home + "c", "new")
        try await wire.put(home + "x")
        try await wire.delete(home + "d")
        let whole = try await sync(start)
        let (pages, last) = try await walk(start, limit: "1")
        #expect(Set(pages.joined()) == Set(whole.hrefs))
        #expect(last.syncTokens == whole.syncTokens)
    }

    @Test func ss136_aPageTokenWorksOnAnotherLevel() async throws {
        for name in ["a", "b", "c"] { try await wire.put(home + name) }
        let page1 = try await sync(limit: "1")
        let rest = try await sync(page1.syncTokens[0], level: "infinite")
        #expect(rest.hrefs.count == 2)
    }

    @Test func ss137_theServersCapIsSmallerThanTheClientsLimit() async throws {
        var options = ServerFacts.Options()
        options.maxSyncPage = 10
        let wire = Wire(options: options)
        for index in 0..<30 { try await wire.put(home + "\(index)") }
        let page = try Multistatus(await wire.send("REPORT", home, [:], body(limit: "50")))
        #expect(page.responses.count == 11)
    }

    @Test func aPageOfThousandsIsStreamed() async throws {
        for index in 0..<2000 { try await wire.put(home + "\(index)") }
        let page = try await sync()
        #expect(page.responses.count == 2000)
        #expect(page.answer.chunks > 1)
    }

    @Test func theMarkerIsTheRequestPathLiterally() async throws {  // Y-46
        for name in ["a", "b"] { try await wire.put(home + name) }
        for target in ["/files/alice", "/files/%61lice/", "/files//alice/"] {
            let page = try Multistatus(await report(body(limit: "1"), target + "?x=1"))
            #expect(page.responses.last?.href == target)
        }
    }

    // MARK: The request

    @Test(arguments: [
        ("0", "<sync-level>1</sync-level>", 207), ("", "<sync-level>1</sync-level>", 207),
        ("1", "<sync-level>1</sync-level>", 207),
        ("infinity", "<sync-level>1</sync-level>", 207), ("1", "", 207), ("infinity", "", 207), ("0", "", 400),
        ("", "", 400),
        ("", "<sync-level>2</sync-level>", 400), ("", "<sync-level>0</sync-level>", 400), ("", "<sync-level/>", 400),
        ("", "<sync-level> infinite\n</sync-level>", 207), ("", "<sync-level>infinity</sync-level>", 207),
        ("2", "<sync-level>1</sync-level>", 400),
    ])
    func ss160_to_165_depthAndLevel(depth: String, level: String, status: Int) async throws {
        try await wire.mkcol(home + "d")
        try await wire.put(home + "d/deep")
        let answer = try await report(body(level: level), home, depth.isEmpty ? [:] : ["Depth": depth])
        #expect(answer.status == status)
        guard status == 207 else { return }
        let isDeep = level.contains("infini") || level.isEmpty && depth == "infinity"
        #expect(try Multistatus(answer).hrefs.contains(home + "d/deep") == isDeep)
    }

    @Test func ss161_strictDepthCanBeSwitchedOn() async throws {  // Y-04
        var options = ServerFacts.Options()
        options.strictSyncDepth = true
        let strict = Wire(options: options)
        #expect(try await strict.send("REPORT", home, ["Depth": "1"], body()).status == 400)
        #expect(try await strict.send("REPORT", home, ["Depth": "0"], body()).status == 207)
        #expect(try await strict.send("REPORT", home, ["Depth": "1"], body(level: "")).status == 207)
    }

    @Test func ss166_aFileHasNoSync() async throws {
        try await wire.put(home + "a")
        for target in [home + "a", "/", "/files/", "/principals/alice/"] {
            let answer = try await report(body(), target)
            #expect(answer.status == 403)
            #expect(try answer.xml().elements.map(\.name) == [.dav("supported-report")])
            let set = try await wire.propfind(target, "<supported-report-set/>").responses[0]
            #expect(
                set.property("supported-report-set")?.elements.contains {
                    $0.elements[0].elements[0].name == .dav("sync-collection")
                } == false)
        }
    }

    @Test func ss167_168_whatIsMissingOrHiddenAnswers404BeforeTheToken() async throws {
        #expect(try await report(body(token: "<sync-token>x</sync-token>"), home + "none").status == 404)
        let asBob = try await report(body(token: "<sync-token>x</sync-token>"), home, as: .principal(Wire.bob))
        #expect(asBob.status == 404)
    }

    @Test(arguments: [
        "<sync-collection xmlns='DAV:'><sync-token/><sync-token/><sync-level>1</sync-level><prop/></sync-collection>",
        "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level></sync-collection>",
        "<sync-collection xmlns='DAV:'><sync-level>1</sync-level><prop/></sync-collection>",
        "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/><prop/></sync-collection>",
        "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><sync-level>1</sync-level><prop/></sync-collection>",
        "not xml", "",
    ])
    func ss169_malformedBodiesAnswer400(body: String) async throws {
        #expect(try await report(body).status == 400)
    }

    @Test func elementsMayComeInAnyOrderAmongUnknownOnes() async throws {  // Y-02
        let body =
            "<sync-collection xmlns='DAV:'><x xmlns='urn:x'/><prop/><sync-level>1</sync-level><sync-token>\n </sync-token></sync-collection>"
        #expect(try await report(body).status == 207)
    }

    @Test func anUnknownReportIsRefused() async throws {
        let answer = try await report("<version-tree xmlns='DAV:'/>")
        #expect(answer.status == 403)
        #expect(try answer.xml().elements.map(\.name) == [.dav("supported-report")])
    }

    // MARK: Collections that cannot be synced here

    /// A collection without sync: nobody knows its reports.
    private static let opaque = CollectionKind(
        id: "opaque", resourceTypes: [.dav("collection"), XMLName("urn:x", "opaque")], isSyncable: false)

    @Test func ss100_to_105_aBarredCollectionIsNamedOncePerMapping() async throws {  // Y-16, Y-17
        let wire = Wire(kinds: [.folder, SyncReportTests.opaque])
        func sync(_ token: String = "", _ level: String = "infinite") async throws -> Multistatus {
            let body = self.body(token: "<sync-token>\(token)</sync-token>", level: "<sync-level>\(level)</sync-level>")
            return try Multistatus(await wire.send("REPORT", home, [:], body))
        }
        try await wire.mkcol(home + "n", kind: SyncReportTests.opaque)
        let first = try await sync()
        #expect(first.hrefs == [home + "n/"])
        #expect(first.responses[0].status == "HTTP/1.1 403 Forbidden")
        #expect(first.responses[0].error == .dav("supported-report"))
        // SS-105: at level 1 it is a member like any other.
        #expect(try await sync("", "1").responses[0].status == nil)
        try await wire.put(home + "n/inside")
        #expect(try await sync(first.syncTokens[0]).hrefs.isEmpty)
        try await wire.delete(home + "n")
        #expect(try await sync(first.syncTokens[0]).responses.map(\.status) == ["HTTP/1.1 404 Not Found"])
        try await wire.mkcol(home + "n", kind: SyncReportTests.opaque)
        #expect(try await sync(first.syncTokens[0]).responses.map(\.status) == ["HTTP/1.1 403 Forbidden"])
    }

    // MARK: Tokens

    @Test func ss046_whatIsNoTokenOfOursIsRefusedExactly() async throws {
        try await wire.mkcol(home + "d")
        let other = try await token(of: home + "d/")
        let future = SyncCursor(epoch: 1, incarnation: 1, revision: 1 << 60).token.uri
        let huge = String(repeating: "x", count: 100_000)
        for token in ["x", "http://", huge, "&lt;", future, other, "urn:x y"] {
            let answer = try await report(body(token: "<sync-token>\(token)</sync-token>"))
            #expect(answer.status == 403)
            #expect(answer.headers[.contentType] == "application/xml; charset=utf-8")
            let error = try answer.xml()
            #expect(error.name == .dav("error"))
            #expect(error.children == [.element(XMLElement(name: .dav("valid-sync-token")))])
        }
    }

    @Test func ss047_whiteSpaceAroundTheTokenIsNotPartOfIt() async throws {
        let token = try await token()
        #expect(try await sync("\n \(token)\t\n").responses.isEmpty)
    }

    @Test func anInvalidTokenWinsOverABadLimit() async throws {  // Y-27
        #expect(try await report(body(token: "<sync-token>x</sync-token>", limit: "0")).status == 403)
    }

    // MARK: The properties

    @Test func ss170_171_missingPropertiesAndMinimal() async throws {
        try await wire.put(home + "a")
        try await wire.mkcol(home + "D")
        let prop = "<prop><getetag/><unknown/></prop>"
        let full = try Multistatus(await report(body(prop: prop)))
        #expect(full[home + "a"]?.propstats.map(\.status) == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"])
        #expect(full[home + "D/"]?.propstats.map(\.status) == ["HTTP/1.1 404 Not Found"])
        let answer = try await report(body(prop: prop), home, ["Prefer": "return=minimal"])
        #expect(answer.headers[.preferenceApplied] == "return=minimal")
        let minimal = try Multistatus(answer)
        #expect(minimal[home + "a"]?.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        // Y-09, Y-13: a changed member is never a bare status.
        #expect(minimal[home + "D/"]?.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        #expect(minimal[home + "D/"]?.propstats[0].properties.isEmpty == true)
    }

    @Test func anEmptyPropertyListStillGivesAPropstat() async throws {
        try await wire.put(home + "a")
        let page = try Multistatus(await report(body(prop: "<prop/>")))
        #expect(page[home + "a"]?.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
    }

    @Test func ss174_hrefsAreTheSameEverywhere() async throws {  // Y-15, Q-15
        let names = ["a%20b", "50%25", "%C3%A4", "a;b", "a@b", "a&amp;b", "%2F", "~x'(1)"]
        for name in names { try await wire.put(home + name.replacingAmp) }
        let start = try await sync()
        let listed = try await wire.propfind(home, depth: "1", "<getetag/>")
        let expected = Set(names.map { home + $0.replacingAmp })
        #expect(Set(start.hrefs) == expected)
        #expect(Set(listed.hrefs.dropFirst()) == expected)
        for name in names { try await wire.delete(home + name.replacingAmp) }
        let gone = try await sync(start.syncTokens[0])
        #expect(Set(gone.hrefs) == expected && gone.responses.allSatisfy { $0.status == "HTTP/1.1 404 Not Found" })
    }

    @Test func ss175_composedAndDecomposedNamesAreTwoMembers() async throws {
        try await wire.put(home + "%C3%A9")
        try await wire.put(home + "e%CC%81")
        #expect(Set(try await sync().hrefs.map { Array($0.utf8) }).count == 2)
    }

    @Test func ss177_178_theTokenPropertyIsProtectedAndNotInAllprop() async throws {
        let answer = try await wire.send(
            "PROPPATCH", home, [:],
            "<propertyupdate xmlns='DAV:'><set><prop><sync-token>x</sync-token></prop></set></propertyupdate>")
        #expect(try Multistatus(answer).responses[0].status(of: "sync-token") == "HTTP/1.1 403 Forbidden")
        let all = try Multistatus(await wire.send("PROPFIND", home, ["Depth": "0"]))
        #expect(all.responses[0].property("sync-token") == nil)
    }
}

extension String {
    /// The URL spelling of a name that was written for XML.
    fileprivate var replacingAmp: String {
        var rest = self[...]
        var result = ""
        while let range = rest.firstRange(of: "&amp;") {
            result += rest[..<range.lowerBound] + "&"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
