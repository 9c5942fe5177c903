import DAV
import Testing

/// Thunderbird's calendars (client-quirks 5 and 17, 6).
@Suite(.timeLimit(.minutes(5))) struct ThunderbirdCalendars {
    private static let calendar = Groupware.calendar

    private static func sync(_ client: Client, from token: String) async throws -> Multistatus {
        try Multistatus(
            await client.send(
                "REPORT", calendar, [("Depth", "1"), ("Content-Type", "text/xml; charset=utf-8")],
                Groupware.sync(token, "<getcontenttype/><getetag/>")))
    }

    @Test func everyCollectionOfTheHomeHasItsTypeAndTheHomeSaysWhatItDoes() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let home = try await desk.ask(
                Groupware.calendars, depth: "1",
                [
                    "D:resourcetype", "D:displayname", "D:current-user-privilege-set", "I:calendar-color",
                    "C:supported-calendar-component-set",
                ])
            #expect(home.hrefs.contains(Self.calendar))
            for response in home.responses { #expect(response.property("resourcetype") != nil, "\(response.href)") }
            let options = try await desk.send("OPTIONS", Groupware.calendars)
            #expect(options.status == 200 && options["DAV"]?.contains("calendar-access") == true)
            let facts = try #require(
                try await desk.ask(
                    Self.calendar,
                    [
                        "D:resourcetype", "D:owner", "D:current-user-principal", "D:current-user-privilege-set",
                        "D:supported-report-set", "C:supported-calendar-component-set", "CS:getctag",
                    ]
                ).responses.first)
            #expect(facts.propstats.map(\.status) == [200])
            let reports = facts.property("supported-report-set")?.elements.compactMap {
                $0.first(.dav("report"))?.elements.first?.name
            }
            for name in [XMLName.dav("sync-collection"), .calDAV("calendar-multiget"), .calDAV("calendar-query")] {
                #expect(reports?.contains(name) == true)
            }
            await desk.close()
        }
    }

    /// A member counts by its content type alone; a status but 200, 404 and 507 ends the run.
    @Test func aReportOfDepthOneListsTheMembersWithTheirTypes() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let hrefs = (0..<104).map { Self.calendar + "T\($0).ics" }
            for (index, href) in hrefs.enumerated() {
                #expect(try await desk.putEvent(href, Groupware.event("T\(index)")).status == 201)
            }
            let all = try await Self.sync(desk, from: "")
            #expect(Set(all.hrefs) == Set(hrefs))
            for response in all.responses {
                #expect(response.propstats.map(\.status) == [200])
                #expect(response.property("getcontenttype")?.text.hasPrefix("text/calendar") == true)
                #expect(response.property("getetag")?.text.hasPrefix("\"") == true)
            }
            try await Self.expectBatch(desk, Array(all.hrefs.prefix(100)), all)
            try await Self.expectBatch(desk, Array(all.hrefs.dropFirst(100)), all)

            // It reads again what it has written.
            let saved = try await desk.putEvent(
                hrefs[0], Groupware.event("T0", "Later"), [("If-Match", all[hrefs[0]]?.property("getetag")?.text ?? "")]
            )
            #expect(saved.status == 204)
            let read = try await desk.send("GET", hrefs[0], [("Accept", "text/calendar")])
            #expect(read.text == Groupware.event("T0", "Later") && read["ETag"] == saved["ETag"])
            #expect(try await desk.delete(hrefs[1]).status == 204)
            let next = try await Self.sync(desk, from: try #require(all.syncToken))
            #expect(Set(next.hrefs) == [hrefs[0], hrefs[1]])
            #expect(next[hrefs[1]]?.status == 404)
            #expect(next[hrefs[0]]?.property("getetag")?.text == saved["ETag"])
            await desk.close()
        }
    }

    private static func expectBatch(_ desk: Client, _ hrefs: [String], _ listed: Multistatus) async throws {
        let answer = try Multistatus(
            await desk.send(
                "REPORT", calendar, [("Depth", "1"), ("Content-Type", "text/xml; charset=utf-8")],
                Groupware.multiget(hrefs)))
        #expect(answer.hrefs == hrefs)
        for response in answer.responses {
            let uid = response.href.dropFirst(calendar.count).dropLast(4)
            #expect(response.property(.calDAV("calendar-data"))?.text == Groupware.event(String(uid)))
            #expect(response.property("getetag")?.text == listed[response.href]?.property("getetag")?.text)
        }
    }
}

/// Thunderbird's address books (client-quirks 17, 7).
@Suite(.timeLimit(.minutes(5))) struct ThunderbirdContacts {
    private static let book = Groupware.book

    /// The text of every status, as it stands in the answer.
    private static func statuses(_ reply: Reply) -> [Substring] {
        reply.text.split(separator: "status>").filter { $0.hasPrefix("HTTP/") }.map { $0.prefix { $0 != "<" } }
    }

    private static func sync(_ client: Client, from token: String) async throws -> Reply {
        try await client.send(
            "REPORT", book, [("Depth", "1"), ("Content-Type", "text/xml")],
            Groupware.sync(token, "<getetag/><card:address-data/>"))
    }

    @Test func theFirstReportBringsTheCardsAndItsFirstStatusIs200() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            for name in ["ann", "bob"] {
                #expect(try await desk.putCard(Self.book + "\(name).vcf", Groupware.card(name, name)).status == 201)
            }
            let reply = try await Self.sync(desk, from: "")
            #expect(Self.statuses(reply) == ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"])
            let first = try Multistatus(reply)
            #expect(Set(first.hrefs) == [Self.book + "ann.vcf", Self.book + "bob.vcf"])
            for response in first.responses {
                let name = String(response.href.dropFirst(Self.book.count).dropLast(4))
                #expect(response.property(.cardDAV("address-data"))?.text == Groupware.card(name, name))
                #expect(response.property("getetag")?.text.hasPrefix("\"") == true)
            }
            // It takes the token from here, not from the report.
            let token = try await desk.token(of: Self.book)
            #expect(token == first.syncToken)
            try await Self.expectChanges(desk, since: token)
            await desk.close()
        }
    }

    /// Written without conditions, and read again with multiget.
    private static func expectChanges(_ desk: Client, since token: String) async throws {
        let saved = try await desk.putCard(book + "ann.vcf", Groupware.card("ann", "Anna"))
        #expect(saved.status == 204)
        let read = try Multistatus(
            await desk.send("REPORT", book, [("Depth", "1")], Groupware.cards([book + "ann.vcf"])))
        #expect(read.responses.first?.property(.cardDAV("address-data"))?.text == Groupware.card("ann", "Anna"))
        #expect(read.responses.first?.property("getetag")?.text == saved["ETag"])
        #expect(try await desk.delete(book + "bob.vcf").status == 204)
        let next = try Multistatus(await sync(desk, from: token))
        #expect(Set(next.hrefs) == [book + "ann.vcf", book + "bob.vcf"])
        #expect(next[book + "bob.vcf"]?.status == 404)
        #expect(next[book + "ann.vcf"]?.property(.cardDAV("address-data"))?.text == Groupware.card("ann", "Anna"))
    }

    /// The list of books asks for what most servers have not; the first status is looked at alone.
    @Test func theFirstStatusOfEveryListIs200() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            for (target, depth) in [
                ("/", "0"), ("/principals/alice/", "0"), ("/contacts/alice/", "1"), (Self.book, "1"),
            ] {
                let reply = try await desk.send(
                    "PROPFIND", target, [("Depth", depth)],
                    Apple.propfind([
                        "D:none", "D:resourcetype", "D:displayname", "D:current-user-principal",
                        "D:current-user-privilege-set", "A:addressbook-home-set",
                    ]))
                #expect(Self.statuses(reply).first == "HTTP/1.1 200 OK", "\(target): \(reply.text)")
                for response in try Multistatus(reply).responses {
                    #expect(response.property("resourcetype") != nil && response.status(of: .dav("none")) == 404)
                }
            }
            await desk.close()
        }
    }
}
