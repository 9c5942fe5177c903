import DAV
import MartletServer
import Testing

/// Evolution and GNOME (client-quirks 6 and 17, 8).
@Suite(.timeLimit(.minutes(5))) struct EvolutionCycle {
    private static let calendar = Groupware.calendar

    private static func report(_ client: Client, _ target: String, from token: String) async throws -> Reply {
        try await client.send(
            "REPORT", target, [("Depth", "0"), ("Content-Type", "application/xml; charset=\"utf-8\"")],
            Groupware.sync(token, "<getetag/>"))
    }

    /// A token without `:` or `/` is taken for none.
    @Test func tokensLookLikeAddresses() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            for target in [Self.calendar, Groupware.book, Groupware.calendars, "/contacts/alice/", "/files/alice/"] {
                let reported = try Multistatus(await Self.report(desk, target, from: ""))
                let token = try #require(reported.syncToken)
                #expect(token.contains(":") && token.contains("/"), "\(target): \(token)")
                let facts = try await desk.ask(target, ["CS:getctag", "D:sync-token", "D:supported-report-set"])
                #expect(facts.responses.first?.property("sync-token")?.text == token)
                #expect(facts.responses.first?.property(.calendarServer("getctag"))?.text == token)
                // The collection itself is no member.
                #expect(!reported.hrefs.contains(target))
                #expect(try Multistatus(await Self.report(desk, target, from: token)).responses.isEmpty)
            }
            await desk.close()
        }
    }

    @Test func anInvalidTokenIsToldByStatusAndElement() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let other = try await desk.token(of: Groupware.book)
            for token in ["1234", "http://example.com/1234", other] {
                let refused = try await Self.report(desk, Self.calendar, from: token)
                #expect(refused.status == 403 && refused.error == .dav("valid-sync-token"), "\(token)")
                #expect(refused["Content-Type"]?.hasPrefix("application/xml") == true)
            }
            await desk.close()
        }
    }

    @Test func aRunGoesOnWhileTheCollectionIsCut() async throws {
        try await Product.run {
            $0.syncPage = 4
        } _: { product in
            let desk = product.client("alice")
            for index in 0..<9 {
                _ = try await desk.putEvent(Self.calendar + "\(index).ics", Groupware.event("\(index)"))
            }
            var pages: [SyncPage] = []
            repeat {
                let token = pages.last?.token ?? ""
                let reply = try await Self.report(desk, Self.calendar, from: token)
                pages.append(try SyncPage(reply, Self.calendar, token, limit: 4))
            } while pages.count < 9 && pages.last?.isTruncated == true
            #expect(pages.map(\.count) == [4, 4, 1])
            let hrefs = pages.flatMap(\.changed.keys)
            let read = try Multistatus(
                await desk.send("REPORT", Self.calendar, [("Depth", "1")], Groupware.multiget(hrefs)))
            #expect(read.responses.allSatisfy { $0.property(.calDAV("calendar-data")) != nil })
            await desk.close()
        }
    }

    /// It strips the quotes to compare, and puts them back to send.
    @Test func oneETagStandsEverywhereAndGuardsWrites() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let target = Self.calendar + "E.ics"
            let made = try await desk.putEvent(target, Groupware.event("E"))
            let etag = try #require(made["ETag"])
            #expect(etag.hasPrefix("\"") && etag.hasSuffix("\"") && etag.count > 2)
            let bare = etag.dropFirst().dropLast()
            #expect(!bare.contains("\"") && !bare.contains("\\"))
            #expect(try await desk.send("GET", target)["ETag"] == etag)
            #expect(try await desk.etag(of: target) == etag)
            let page = try SyncPage(await Self.report(desk, Self.calendar, from: ""), Self.calendar, "", limit: nil)
            #expect(page.changed == [target: etag])
            let read = try Multistatus(await desk.send("REPORT", Self.calendar, [], Groupware.multiget([target])))
            #expect(read.responses.first?.property("getetag")?.text == etag)

            for wrong in ["\"\\\"\(bare)\\\"\"", "\\\"other\\\"", "\"other\"", "W/\(etag)", String(bare)] {
                let refused = try await desk.putEvent(target, Groupware.event("E", "Lost"), [("If-Match", wrong)])
                #expect([400, 412].contains(refused.status), "\(wrong): \(refused.status)")
                #expect(refused.saysWhy, "\(wrong)")
                #expect(try await desk.delete(target, [("If-Match", wrong)]).status == refused.status)
            }
            #expect(try await desk.send("GET", target).text == Groupware.event("E"))
            let kept = try await desk.putEvent(target, Groupware.event("E", "Kept"), [("If-Match", etag)])
            #expect(kept.status == 204)
            // Old builds put a backslash before each quote.
            let escaped = try #require(kept["ETag"]).replacing("\"", with: "\\\"")
            #expect(try await desk.putEvent(target, Groupware.event("E"), [("If-Match", escaped)]).status == 204)
            #expect(try await desk.delete(target, [("If-Match", escaped)]).status == 412)
            await desk.close()
        }
    }

    /// WebDAV Notes: plain collections and text.
    @Test func notesAreFilesInPlainCollections() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            #expect(try await desk.mkcol("/files/alice/Notes/", [("Prefer", "return=minimal")]).status == 201)
            let note = "/files/alice/Notes/To%20do.txt"
            #expect(try await desk.put(note, "milk\n", [("If-None-Match", "*")]).status == 201)
            let listed = try await desk.ask(
                "/files/alice/Notes/", depth: "1",
                ["D:displayname", "D:creationdate", "D:getlastmodified", "D:getetag", "D:resourcetype"])
            #expect(listed.hrefs == ["/files/alice/Notes/", note])
            let etag = try #require(listed[note]?.property("getetag")?.text)
            let read = try await desk.send("GET", note)
            #expect(read.text == "milk\n" && read["ETag"] == etag)
            #expect(try await desk.put(note, "tea\n", [("If-Match", etag)]).status == 204)
            await desk.close()
        }
    }
}
