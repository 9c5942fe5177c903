import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

extension GroupwareWire {
    /// A REPORT whose body is `CARDDAV:` `name` with what is given inside.
    func report(
        _ name: String, _ content: String, at target: String = "/contacts/alice/book/", depth: String? = "1",
        as caller: Caller? = nil
    ) async throws -> Answer {
        try await send(
            "REPORT", target, depth.map { ["Depth": $0] } ?? [:], as: caller ?? .principal(Self.alice),
            "<CARD:\(name) \(Self.namespaces)>\(content)</CARD:\(name)>")
    }

    /// Cards named `0.vcf`, `1.vcf`, … of the names given.
    func putCards(_ names: [String], book: String = "/contacts/alice/book/") async throws {
        for (index, name) in names.enumerated() {
            try await put("\(book)\(index).vcf", CardStoringTests.card("uid-\(index)", name), type: "text/vcard")
        }
    }
}

@Suite struct AddressBookReportTests {
    let wire = GroupwareWire.contacts()
    let book = "/contacts/alice/book/"

    private func query(_ filter: String, limit: String = "", depth: String? = "1", _ target: String? = nil) async throws
        -> Multistatus
    {
        let prop = "<D:prop><D:getetag/><CARD:address-data/></D:prop>"
        return try Multistatus(
            await wire.report(
                "addressbook-query", "\(prop)<CARD:filter \(filter)</CARD:filter>\(limit)", at: target ?? book,
                depth: depth
            ))
    }

    private static let named = "><CARD:prop-filter name='FN'><CARD:text-match>"
    private static let close = "</CARD:text-match></CARD:prop-filter>"

    @Test func bothReportsAreOfferedAtBooksAndCards() async throws {  // B-01
        try await wire.makeBook()
        try await wire.putCards(["A"])
        for target in [book, book + "0.vcf"] {
            let reports = try await wire.propfind(target, "<D:supported-report-set/>").responses[0].property(
                "supported-report-set")
            let names = reports?.elements.compactMap { $0.first(.dav("report"))?.elements.first?.name } ?? []
            #expect(names.contains(.cardDAV("addressbook-query")), "\(target)")
            #expect(names.contains(.cardDAV("addressbook-multiget")), "\(target)")
        }
        let elsewhere = try await wire.report("addressbook-query", "<CARD:filter/>", at: "/files/alice/")
        #expect(elsewhere.status == 403 && elsewhere.condition == .dav("supported-report"))
    }

    @Test func aQueryFindsCardsAndTellsThem() async throws {  // B-06
        try await wire.makeBook()
        try await wire.putCards(["Ann Ämter", "Bob", "Joanne"])
        let found = try await query(Self.named + "ANN" + Self.close)
        #expect(found.hrefs == [book + "0.vcf", book + "2.vcf"])
        let first = try #require(found[book + "0.vcf"])
        #expect(
            first.value("address-data") == CardStoringTests.card("uid-0", "Ann Ämter"))
        let etag = try await wire.send("GET", book + "0.vcf").headers[.eTag]
        #expect(first.value("getetag") == etag)
        #expect(first.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        #expect(try await query(Self.named + "a\u{308}mt" + Self.close).hrefs == [book + "0.vcf"])
        #expect(try await query(Self.named + "nobody" + Self.close).hrefs.isEmpty)
        #expect(try await query(">").hrefs.count == 3)
    }

    @Test func depthSaysWhatIsSearched() async throws {  // B-06
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Bob"])
        for (depth, count) in [("1", 2), ("infinity", 2), ("0", 0), (nil, 2)] as [(String?, Int)] {
            #expect(try await query(">", depth: depth).hrefs.count == count, "\(depth ?? "none")")
        }
        // At a card that card alone is judged.
        #expect(try await query(Self.named + "ann" + Self.close, depth: "0", book + "0.vcf").hrefs == [book + "0.vcf"])
        #expect(try await query(Self.named + "bob" + Self.close, depth: "0", book + "0.vcf").hrefs.isEmpty)
    }

    @Test func aLimitCutsAndSaysSo() async throws {  // B-06, E-07
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Ann", "Bob", "Ann"])
        func limit(_ count: String) -> String { "<CARD:limit><CARD:nresults>\(count)</CARD:nresults></CARD:limit>" }
        let cut = try await query(Self.named + "ann" + Self.close, limit: limit("2"))
        #expect(cut.hrefs == [book + "0.vcf", book + "1.vcf", book])
        #expect(cut[book]?.status == "HTTP/1.1 507 Insufficient Storage")
        #expect(cut[book]?.error == .dav("number-of-matches-within-limits"))
        // Exactly as many as wanted: nothing is missing.
        let whole = try await query(Self.named + "ann" + Self.close, limit: limit(" 3 "))
        #expect(whole.hrefs == [book + "0.vcf", book + "1.vcf", book + "3.vcf"])
        for bad in ["0", "x", "", "-1", "1.5"] {
            let answer = try await wire.report("addressbook-query", "<CARD:filter/>" + limit(bad))
            #expect(answer.status == 400, "\(bad)")
        }
        #expect(try await query(">", limit: limit("99999999999999999999")).hrefs.count == 4)
    }

    @Test func theServersOwnLimitCutsToo() async throws {  // B-06
        var limits = CardDAV.Limits()
        limits.maxMatches = 1
        let wire = GroupwareWire.contacts(CardDAV(limits: limits))
        try await wire.makeBook()
        try await wire.putCards(["A", "B"])
        let cut = try Multistatus(await wire.report("addressbook-query", "<CARD:filter/>"))
        #expect(cut.hrefs == [book + "0.vcf", book])
        #expect(cut[book]?.status == "HTTP/1.1 507 Insufficient Storage")
    }

    @Test(arguments: [
        ("<D:prop/>", 400, nil), ("<D:prop/><D:allprop/><CARD:filter/>", 400, nil),
        ("<CARD:filter><CARD:prop-filter/></CARD:filter>", 400, nil),
        ("<CARD:filter><CARD:any-filter/></CARD:filter>", 403, XMLName.cardDAV("supported-filter")),
        (
            """
            <CARD:filter><CARD:prop-filter name="FN"><CARD:text-match collation="i;x">a</CARD:text-match>\
            </CARD:prop-filter></CARD:filter>
            """, 403, .cardDAV("supported-collation")
        ),
    ])
    func badQueriesAreRefused(_ content: String, _ status: Int, _ condition: XMLName?) async throws {
        try await wire.makeBook()
        let answer = try await wire.report("addressbook-query", content)
        #expect(answer.status == status)
        #expect(answer.condition == condition)
    }

    @Test func aQueryWithoutPropertiesListsWhatItFinds() async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let found = try Multistatus(await wire.report("addressbook-query", "<CARD:filter/>"))
        #expect(found.hrefs == [book + "0.vcf"])
        #expect(found.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        let all = try Multistatus(await wire.report("addressbook-query", "<D:allprop/><CARD:filter/>"))
        #expect(all.responses[0].value("getcontenttype") == "text/vcard; charset=utf-8")
        #expect(all.responses[0].property("address-data") == nil)
    }

    @Test func aCardThatCannotBeReadBreaksNoReport() async throws {  // client-quirks 3
        // What an earlier version, or an import behind the server's back, may have left.
        let lenient = CollectionKind(
            id: "addressbook", resourceTypes: [.dav("collection"), .cardDAV("addressbook")],
            properties: CardDAV().addressBook.properties, reports: CardDAV().addressBook.reports,
            placement: .init(children: []))
        let wire = GroupwareWire(homes: [("contacts", .folder)], kinds: [.folder, lenient])
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        try await wire.put(book + "bad.vcf", "BEGIN:VCARD\r\nnonsense \u{1}", type: "text/vcard")
        let found = try Multistatus(
            await wire.report(
                "addressbook-query",
                "<D:prop><D:getetag/></D:prop><CARD:filter \(Self.named)ann\(Self.close)</CARD:filter>"))
        #expect(found.hrefs == [book + "0.vcf"])
        #expect(try Multistatus(await wire.report("addressbook-query", "<CARD:filter/>")).hrefs.count == 2)
        // It cannot be converted, which is its own matter (B-05).
        let told = try Multistatus(
            await wire.report(
                "addressbook-query", "<D:prop><D:getetag/><CARD:address-data version='4.0'/></D:prop><CARD:filter/>"))
        #expect(told[book + "0.vcf"]?.value("address-data")?.contains("VERSION:4.0") == true)
        let bad = try #require(told[book + "bad.vcf"])
        #expect(bad.status == "HTTP/1.1 415 Unsupported Media Type")
        #expect(bad.error == .cardDAV("supported-address-data-conversion"))
        #expect(bad.propstats.isEmpty)
    }

    @Test func longAnswersAreSentInPieces() async throws {
        try await wire.makeBook()
        let note = "NOTE:" + String(repeating: "lorem ipsum ", count: 300) + "\r\n"
        for index in 0..<120 {
            try await wire.put(
                "\(book)\(index).vcf", CardStoringTests.card("u\(index)", "N\(index)", note), type: "text/vcard")
        }
        let found = try await query(">")
        #expect(found.hrefs.count == 120)
        #expect(found.answer.chunks > 3)
    }

    // MARK: Multiget

    private func multiget(_ hrefs: [String], depth: String? = "0", prop: String? = nil, _ target: String? = nil)
        async throws -> Multistatus
    {
        let names = hrefs.map { "<D:href>\($0)</D:href>" }.joined()
        return try Multistatus(
            await wire.report(
                "addressbook-multiget", (prop ?? "<D:prop><D:getetag/><CARD:address-data/></D:prop>") + names,
                at: target ?? book, depth: depth))
    }

    @Test func eachReferenceIsAnsweredOnce() async throws {  // B-07, X-07
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Bob"])
        try await wire.put(
            book + "Jos%C3%A9%20a&b.vcf",
            CardStoringTests.card("x"), type: "text/vcard")
        let found = try await multiget([
            book + "0.vcf", book + "0.vcf", "http://localhost\(book)1.vcf", " \(book)%31.vcf ",
            book + "Jos%c3%a9%20a%26b.vcf", book + "none.vcf", "/contacts/alice/book/../book/0.vcf", "/files/alice/x",
            "https://elsewhere.example/0.vcf", "urn:uuid:1", "0.vcf", "",
        ])
        let told = found.responses.filter { $0.status == nil }
        #expect(Set(told.map(\.href)) == [book + "0.vcf", book + "1.vcf", book + "Jos%C3%A9%20a&b.vcf"])
        for response in told {
            #expect(response.value("getetag") != nil)
            #expect(response.value("address-data")?.hasPrefix("BEGIN:VCARD") == true)
        }
        // What leads nowhere, or out of the address book, is told in the client's words.
        let absent = found.responses.filter { $0.status == "HTTP/1.1 404 Not Found" }
        #expect(
            Set(absent.map(\.href)) == [
                book + "none.vcf", "/contacts/alice/book/../book/0.vcf", "/files/alice/x",
                "https://elsewhere.example/0.vcf", "urn:uuid:1", "0.vcf", "",
            ])
        #expect(told.count + absent.count == found.responses.count)
    }

    @Test(arguments: [nil, "0", "1", "infinity"]) func depthDoesNotMatterToMultiget(_ depth: String?) async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        #expect(try await multiget([book + "0.vcf"], depth: depth).responses.first?.value("address-data") != nil)
    }

    @Test func aThousandReferencesAreAnswered() async throws {  // client-quirks 16
        try await wire.makeBook()
        try await wire.putCards((0..<250).map { "N\($0)" })
        let hrefs = (0..<1000).map { "\(book)\($0).vcf" }
        let found = try await multiget(hrefs + hrefs.reversed())
        #expect(found.hrefs.count == 1000)
        #expect(found.responses.filter { $0.status == nil }.count == 250)
        #expect(found.responses.filter { $0.status == "HTTP/1.1 404 Not Found" }.count == 750)
        #expect(found.answer.chunks > 1)
    }

    @Test func anothersCardsAreNotTold() async throws {  // X-01
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let answer = try await wire.report(
            "addressbook-multiget", "<D:prop/><D:href>\(book)0.vcf</D:href>", as: .principal(GroupwareWire.bob))
        #expect(answer.status == 404)
    }

    // MARK: In sync-collection

    @Test func cardsComeInlineInASyncReport() async throws {  // Y-08, client-quirks 5 (Thunderbird)
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Bob"])
        let answer = try await wire.send(
            "REPORT", book, ["Depth": "1"],
            """
            <sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/>\
            <address-data xmlns="urn:ietf:params:xml:ns:carddav"/></prop></sync-collection>
            """)
        let page = try Multistatus(answer)
        #expect(page.syncToken != nil)
        #expect(page.hrefs == [book + "0.vcf", book + "1.vcf"])
        #expect(page.responses.allSatisfy { $0.value("address-data")?.hasPrefix("BEGIN:VCARD") == true })
        #expect(page.responses.allSatisfy { $0.propstats.map(\.status) == ["HTTP/1.1 200 OK"] })
    }

    // MARK: Versions

    private static let four =
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:f\r\nFN:Zoë\r\nKIND:group\r\nMEMBER:urn:uuid:1\r\nEND:VCARD\r\n"

    @Test func cardsAreToldInTheVersionAskedFor() async throws {  // B-05, B-10
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        try await wire.put(book + "f.vcf", Self.four, type: "text/vcard")
        func data(_ name: String, _ attributes: String) async throws -> String {
            let prop = "<D:prop><CARD:address-data \(attributes)/></D:prop>"
            let found = try await multiget([book + name], prop: prop)
            return try #require(found.responses[0].value("address-data"))
        }
        // Nothing said means 3.0 (RFC 6352 §10.4), which is all Apple's Contacts understand.
        for attributes in ["", "version='3.0'", "content-type='text/vcard' version='3.0'"] {
            let three = try await data("f.vcf", attributes)
            #expect(three.contains("VERSION:3.0\r\n"), "\(attributes)")
            #expect(three.contains("X-ADDRESSBOOKSERVER-KIND:group\r\n"))
            #expect(three.contains("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\n"))
        }
        #expect(try await data("f.vcf", "version='4.0'") == Self.four)
        #expect(try await data("f.vcf", "content-type='text/vcard; version=4.0'") == Self.four)
        #expect(try await data("0.vcf", "") == CardStoringTests.card("uid-0", "Ann"))
        let json = try await data("f.vcf", "content-type='application/vcard+json' version='4.0'")
        #expect(json.hasPrefix(#"["vcard",[["version",{},"text","4.0"]"#), "\(json)")
        let converted = try await data("0.vcf", "version='4.0'")
        #expect(converted.hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\n") && converted.contains("FN:Ann\r\n"))
    }

    @Test func propertiesAreChosenAfterTheVersion() async throws {  // B-07
        try await wire.makeBook()
        try await wire.put(book + "f.vcf", Self.four, type: "text/vcard")
        let found = try await multiget(
            [book + "f.vcf"],
            prop: "<D:prop><CARD:address-data><CARD:prop name='X-ADDRESSBOOKSERVER-KIND'/></CARD:address-data></D:prop>"
        )
        let lines = found.responses[0].value("address-data")?.split(separator: "\r\n").map(String.init) ?? []
        #expect(lines.contains("X-ADDRESSBOOKSERVER-KIND:group"))
        #expect(!lines.contains { $0.contains("MEMBER") })
        let json = try await multiget(
            [book + "f.vcf"],
            prop: """
                <D:prop><CARD:address-data content-type='application/vcard+json'><CARD:prop name='KIND'/>\
                </CARD:address-data></D:prop>
                """
        ).responses[0].value("address-data")
        #expect(json?.contains("group") == true && json?.contains("member") == false)
    }

    @Test func anUnknownFormIsRefusedForAll() async throws {  // B-05
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        for attributes in ["version='2.1'", "content-type='text/plain'"] {
            let answer = try await wire.report(
                "addressbook-multiget",
                "<D:prop><CARD:address-data \(attributes)/></D:prop><D:href>\(book)0.vcf</D:href>")
            #expect(answer.status == 403)
            #expect(answer.condition == .cardDAV("supported-address-data"))
        }
    }

    @Test func propfindDoesNotKnowAddressData() async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let found = try await wire.propfind(book + "0.vcf", "<CARD:address-data/>").responses[0]
        #expect(found.status(of: "address-data") == "HTTP/1.1 404 Not Found")
    }

    @Test func oddAttributesOfAddressDataAreLeftAside() async throws {  // client-quirks 16 (vdirsyncer)
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let found = try await multiget(
            [book + "0.vcf"],
            prop: "<D:prop><CARD:address-data Content-Type='text/vcard' x='y' version='3.0'/></D:prop>")
        #expect(found.responses[0].value("address-data")?.contains("FN:Ann") == true)
    }
}
