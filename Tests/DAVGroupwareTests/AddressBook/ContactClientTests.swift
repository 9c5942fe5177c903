import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

/// What the clients of address books do in a row (client-quirks 3 to 6, and vdirsyncer).
@Suite struct ContactClientTests {
    let wire = GroupwareWire.contacts()
    let home = "/contacts/alice/"
    let book = "/contacts/alice/book/"

    @Test func appleContactsSetsUpAndSyncs() async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann", "Bob"])
        // The home's list: everything has its status, nothing fails.
        let list = try await wire.propfind(
            home, depth: "1",
            """
            <D:add-member/><ME:bulk-requests xmlns:ME="http://me.com/_namespace/"/><D:current-user-privilege-set/>
            <D:displayname/><CS:getctag/><CARD:max-image-size/><CARD:max-resource-size/><CS:me-card/><D:owner/>
            <CS:push-transports/><CS:pushkey/><D:quota-available-bytes/><D:quota-used-bytes/><D:resource-id/>
            <D:resourcetype/><D:supported-report-set/><D:sync-token/>
            """)
        #expect(list.hrefs == [home, book])
        let found = try #require(list[book])
        for name in ["resourcetype", "sync-token", "getctag", "max-resource-size", "supported-report-set", "owner"] {
            #expect(found.status(of: name) == "HTTP/1.1 200 OK", "\(name)")
        }
        #expect(found.propstats.allSatisfy { ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"].contains($0.status) })
        // Which cards there are, then all of them at once.
        let members = try await wire.propfind(book, depth: "1", "<D:getetag/>")
        let cards = members.hrefs.filter { $0.hasSuffix(".vcf") }
        let fetched = try Multistatus(
            await wire.report(
                "addressbook-multiget",
                "<D:prop><D:getetag/><CARD:address-data/></D:prop>"
                    + cards.map { "<D:href>\($0)</D:href>" }.joined(), depth: nil))
        #expect(fetched.hrefs == cards)
        for card in cards {
            // Resent in If-Match byte for byte.
            let etag = try #require(fetched[card]?.value("getetag"))
            #expect(etag == members[card]?.value("getetag"))
            let body = try #require(fetched[card]?.value("address-data"))
            let saved = try await wire.send(
                "PUT", card, ["If-Match": etag, "Content-Type": "text/vcard"],
                body.replacing("END:VCARD", with: "NOTE:x\r\nEND:VCARD"))
            #expect(saved.status == 204 && saved.headers[.eTag] != nil)
        }
    }

    @Test func davx5ReadsInBatchesAfterASync() async throws {
        try await wire.makeBook()
        try await wire.putCards((0..<25).map { "N\($0)" })
        let facts = try await wire.propfind(
            book,
            "<D:supported-report-set/><D:sync-token/><CS:getctag/><CARD:max-resource-size/><CARD:supported-address-data/>"
        ).responses[0]
        let asksFour = facts.property("supported-address-data")?.elements.contains { type in
            type.attributes.contains { $0.value == "4.0" }
        }
        #expect(asksFour == true)
        let answer = try await wire.send(
            "REPORT", book, ["Depth": "0"],
            """
            <sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/><resourcetype/></prop>\
            </sync-collection>
            """)
        let page = try Multistatus(answer)
        #expect(page.responses.allSatisfy { $0.value("getetag") != nil })
        var cards: [String] = []
        for start in stride(from: 0, to: page.hrefs.count, by: 10) {
            let batch = page.hrefs[start..<min(start + 10, page.hrefs.count)]
            let fetched = try Multistatus(
                await wire.report(
                    "addressbook-multiget",
                    "<D:prop><D:getetag/><CARD:address-data content-type='text/vcard' version='4.0'/></D:prop>"
                        + batch.map { "<D:href>\($0)</D:href>" }.joined(), depth: "0"))
            cards += fetched.responses.compactMap { $0.value("address-data") }
        }
        #expect(cards.count == 25)
        #expect(cards.allSatisfy { $0.contains("VERSION:4.0\r\n") })
        // An upload, and the next run sees it alone.
        try await wire.put(
            book + "new.vcf", cards[0].replacing("uid-0", with: "uid-new"), type: "text/vcard; charset=utf-8")
        let next = try Multistatus(
            await wire.send(
                "REPORT", book, ["Depth": "0"],
                """
                <sync-collection xmlns="DAV:"><sync-token>\(page.syncToken ?? "")</sync-token>\
                <sync-level>1</sync-level><prop><getetag/></prop></sync-collection>
                """))
        #expect(next.hrefs == [book + "new.vcf"])
    }

    @Test func thunderbirdReadsTheFirstStatus() async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let answer = try await wire.send(
            "REPORT", book, ["Depth": "1"],
            """
            <sync-collection xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><sync-token/>\
            <sync-level>1</sync-level><prop><getetag/><card:address-data/><card:none/></prop></sync-collection>
            """)
        #expect(answer.status == 207)
        let statuses = answer.text.split(separator: "<D:status>").dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(statuses == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"])
        // PUT without If-Match, then multiget of that card.
        try await wire.put(book + "new.vcf", CardStoringTests.card("new"), type: "text/vcard")
        let fetched = try Multistatus(
            await wire.report(
                "addressbook-multiget",
                "<D:prop><D:getetag/><CARD:address-data/></D:prop><D:href>\(book)new.vcf</D:href>"))
        #expect(fetched.responses[0].value("address-data") == CardStoringTests.card("new"))
        #expect(try await wire.send("DELETE", book + "new.vcf").status == 204)
    }

    @Test func vdirsyncerListsAndFetches() async throws {
        try await wire.makeBook()
        try await wire.putCards(["Ann"])
        let listed = try Multistatus(
            await wire.send(
                "PROPFIND", book, ["Depth": "1", "Content-Type": "application/xml; charset=UTF-8"],
                """
                <?xml version="1.0" encoding="utf-8" ?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/>\
                <D:getcontenttype/><D:getetag/></D:prop></D:propfind>
                """))
        #expect(listed[book + "0.vcf"]?.value("getcontenttype") == "text/vcard; charset=utf-8")
        let fetched = try Multistatus(
            await wire.send(
                "REPORT", book, [:],
                """
                <?xml version="1.0" encoding="utf-8" ?>
                <C:addressbook-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
                <prop><getetag/><C:address-data/></prop><href>\(book)0.vcf</href></C:addressbook-multiget>
                """))
        #expect(fetched.responses[0].value("address-data") == CardStoringTests.card("uid-0", "Ann"))
    }

    @Test func aDirectorySearchAsksSeveralPropertiesForOneText() async throws {
        // Apple and Evolution look a name up as it is typed.
        try await wire.makeBook()
        try await wire.putCards(["Ann Example", "Bob"])
        let match = "<CARD:text-match collation='i;unicode-casemap' match-type='contains'>exam</CARD:text-match>"
        let filters = ["FN", "NICKNAME", "EMAIL", "ORG"].map {
            "<CARD:prop-filter name='\($0)'>\(match)</CARD:prop-filter>"
        }
        let found = try Multistatus(
            await wire.report(
                "addressbook-query",
                """
                <D:prop><D:getetag/><CARD:address-data><CARD:prop name="FN"/><CARD:prop name="EMAIL"/></CARD:address-data>\
                </D:prop><CARD:filter test="anyof">\(filters.joined())</CARD:filter>\
                <CARD:limit><CARD:nresults>50</CARD:nresults></CARD:limit>
                """))
        #expect(found.hrefs == [book + "0.vcf"])
    }
}
