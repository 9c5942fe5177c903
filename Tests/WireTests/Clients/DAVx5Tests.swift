import DAV
import DAVStorage
import MartletServer
import Testing

/// DAVx5 from the typed host to a calendar in step (client-quirks 4 and 17, 5).
@Suite(.timeLimit(.minutes(5))) struct DAVx5Cycle {
    private static let calendar = Groupware.calendar

    /// As OkHttp writes them: what need not be escaped is not.
    private static let names =
        ["a%20b.ics", "caf%C3%A9.ics", "%7BE-1%7D.ics", "x@example.com.ics", "a+b.ics", "(1).ics", "100%25.ics"]
        + (0..<16).map { "E\($0).ics" }

    private static func report(_ client: Client, from token: String) async throws -> Reply {
        try await client.send(
            "REPORT", calendar, [("Depth", "0"), ("Content-Type", "application/xml; charset=utf-8")],
            Groupware.sync(token, "<getetag /><resourcetype />"))
    }

    /// Page after page while the collection itself is there with 507.
    private static func run(_ client: Client, from token: String) async throws -> [SyncPage] {
        var pages: [SyncPage] = []
        repeat {
            try #require(pages.count < 50, "the run does not end")
            let before = pages.last?.token ?? token
            pages.append(try SyncPage(await report(client, from: before), calendar, before, limit: 3))
        } while pages.last?.isTruncated == true
        return pages
    }

    private static func fill(_ client: Client) async throws {
        for (index, name) in names.enumerated() {
            #expect(try await client.putEvent(calendar + name, Groupware.event("U\(index)")).status == 201, "\(name)")
        }
    }

    @Test func aHostsNameLeadsToCollectionsThatCanBeWritten() async throws {
        try await Product.run { product in
            let phone = product.client("alice")
            for service in ["caldav", "carddav"] {
                let redirect = try await phone.send("PROPFIND", "/.well-known/\(service)", [("Depth", "0")])
                #expect(redirect.status == 301)
                #expect(redirect["Location"] == "http://127.0.0.1:\(product.port)/")
            }
            let root = try await phone.ask(
                "/", ["D:resourcetype", "D:displayname", "I:calendar-color", "D:current-user-principal"])
            let me = root["/"]?.property("current-user-principal")?.first(.dav("href"))?.text
            #expect(me == "/principals/alice/")
            let options = try await phone.send("OPTIONS", "/principals/alice/", [("Accept-Encoding", "identity")])
            #expect(options["DAV"]?.contains("calendar-access") == true)
            #expect(options["DAV"]?.contains("addressbook") == true)
            try await Self.expectHomes(of: phone)
            await phone.close()
        }
    }

    private static func expectHomes(of phone: Client) async throws {
        let principal = try #require(
            try await phone.ask(
                "/principals/alice/",
                [
                    "D:displayname", "C:calendar-home-set", "A:addressbook-home-set", "D:group-membership",
                    "CS:calendar-proxy-read-for", "CS:calendar-proxy-write-for",
                ]
            ).responses.first)
        #expect(principal.property(.calDAV("calendar-home-set"))?.elements.map(\.text) == ["/calendars/alice/"])
        #expect(principal.property(.cardDAV("addressbook-home-set"))?.elements.map(\.text) == ["/contacts/alice/"])
        #expect(principal.propstats.allSatisfy { [200, 404].contains($0.status) })
        for (home, collection, type) in [
            ("/calendars/alice/", calendar, XMLName.calDAV("calendar")),
            ("/contacts/alice/", Groupware.book, .cardDAV("addressbook")),
        ] {
            let listed = try await phone.ask(
                home, depth: "1",
                [
                    "D:current-user-privilege-set", "D:displayname", "D:owner", "D:resourcetype", "I:calendar-color",
                    "C:calendar-description", "C:calendar-timezone", "C:calendar-timezone-id",
                    "C:supported-calendar-component-set", "CS:source",
                ])
            let found = try #require(listed[collection])
            #expect(found.property("resourcetype")?.elements.map(\.name) == [.dav("collection"), type])
            #expect(found.property("owner")?.first(.dav("href"))?.text == "/principals/alice/")
            let privileges = found.property("current-user-privilege-set")?.elements.flatMap(\.elements).map(\.name)
            // Without both it is shown as read-only.
            for name in ["bind", "unbind", "write-content"] { #expect(privileges?.contains(.dav(name)) == true) }
        }
    }

    @Test func everyMemberArrivesInPagesOfThreeAndInBatchesOfTen() async throws {
        try await Product.run {
            $0.syncPage = 3
        } _: { product in
            let phone = product.client("alice")
            try await Self.fill(phone)
            let pages = try await Self.run(phone, from: "")
            #expect(pages.map(\.count) == [3, 3, 3, 3, 3, 3, 3, 2])
            #expect(pages.map(\.isTruncated) == Array(repeating: true, count: 7) + [false])
            #expect(Set(pages.map(\.token)).count == pages.count)
            let hrefs = pages.flatMap(\.changed.keys)
            #expect(Set(hrefs) == Set(Self.names.map { Self.calendar + $0 }))
            #expect(pages.allSatisfy { $0.changed.values.allSatisfy { $0.hasPrefix("\"") } })

            let etags = pages.reduce(into: [:]) { all, page in all.merge(page.changed) { old, _ in old } }
            let texts = try await Self.fetch(phone, hrefs, etags)
            #expect(texts == Set(Self.names.indices.map { Groupware.event("U\($0)") }))
            // Nothing to do while the string is the same.
            #expect(try await phone.token(of: Self.calendar) == pages.last?.token)
            await phone.close()
        }
    }

    /// As many at a time as a phone has cores.
    private static func fetch(_ phone: Client, _ hrefs: [String], _ etags: [String: String]) async throws
        -> Set<String>
    {
        try await withThrowingTaskGroup(of: [Multistatus.Response].self) { group in
            for start in stride(from: 0, to: hrefs.count, by: 10) {
                let batch = Array(hrefs[start..<min(start + 10, hrefs.count)])
                group.addTask {
                    let answer = try Multistatus(
                        await phone.send("REPORT", calendar, [("Depth", "0")], Groupware.multiget(batch)))
                    #expect(answer.hrefs == batch)
                    return answer.responses
                }
            }
            var texts: Set<String> = []
            for response in try await group.reduce([], +) {
                #expect(response.property("getetag")?.text == etags[response.href])
                texts.insert(response.property(.calDAV("calendar-data"))?.text ?? "")
            }
            return texts
        }
    }

    @Test func uploadsGoFirstAndTheNextRunBringsTheRest() async throws {
        try await Product.run {
            $0.syncPage = 3
        } _: { product in
            let (phone, desk) = (product.client("alice"), product.client("alice"))
            let target = Self.calendar + "mine.ics"
            let made = try await phone.putEvent(target, Groupware.event("mine"))
            #expect(made.status == 201)
            let first = try #require(made["ETag"])
            let token = try #require(try await Self.run(phone, from: "").last?.token)
            #expect(try await phone.putEvent(target, Groupware.event("mine")).status == 412)

            let saved = try await phone.putEvent(target, Groupware.event("mine", "Coffee"), [("If-Match", first)])
            #expect(saved.status == 204)
            let second = try #require(saved["ETag"])
            #expect(second != first)
            // 412: what the server has wins.
            #expect(try await phone.putEvent(target, Groupware.event("mine"), [("If-Match", first)]).status == 412)
            #expect(try await phone.delete(target, [("If-Match", first)]).status == 412)
            #expect(try await phone.send("GET", target, [("Accept-Encoding", "identity")])["ETag"] == second)
            #expect(try await desk.putEvent(Self.calendar + "a%20b.ics", Groupware.event("theirs")).status == 201)
            #expect(try await phone.delete(target, [("If-Match", second)]).status == 204)
            #expect(try await phone.delete(target, [("If-Match", second)]).status == 404)

            let next = try await Self.run(phone, from: token)
            #expect(next.map { Set($0.changed.keys) } == [[Self.calendar + "a%20b.ics"]])
            #expect(next.map(\.removed) == [[target]])
            await phone.close()
            await desk.close()
        }
    }

    @Test func aTokenThatIsForgottenOrMadeUpStartsAgain() async throws {
        try await Product.run {
            $0.syncPage = 3
        } _: { product in
            let phone = product.client("alice")
            let old = try #require(try await Self.run(phone, from: "").last?.token)
            try await Self.fill(phone)
            _ = try await phone.delete(Self.calendar + Self.names[0])
            let now = try await phone.token(of: Self.calendar)
            let cursor = try #require(SyncCursor(SyncToken(uri: now)))
            _ = try await product.store.prune(through: cursor.revision)
            for token in [old, "http://example.com/sync/1", "x", "data:,", old + "0000000000000000000000"] {
                let refused = try await Self.report(phone, from: token)
                #expect(refused.status == 403 && refused.error == .dav("valid-sync-token"), "\(token): \(refused.text)")
                #expect(refused["Content-Type"]?.hasPrefix("application/xml") == true)
            }
            let again = try await Self.run(phone, from: "")
            #expect(Set(again.flatMap(\.changed.keys)) == Set(Self.names.dropFirst().map { Self.calendar + $0 }))
            #expect(again.allSatisfy { $0.removed.isEmpty })
            #expect(try await Self.run(phone, from: now).allSatisfy(\.isEmpty))
            await phone.close()
        }
    }
}
