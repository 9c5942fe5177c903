import DAV
import Synchronization
import Testing

/// Rows Y of sharing: synchronising what is shared.
@Suite(.timeLimit(.minutes(5))) struct ShareSyncingTests {
    @Test(arguments: ShareBacking.allCases)
    func theHomeTellsThatAShareAppears(_ backing: ShareBacking) async throws {  // Y1
        try await ShareRow.run(backing) { row in
            let start = try await row.sam.sync(row.sam.home).token
            try await row.share(with: row.sam.mail)
            let instances = try await row.sam.instances()
            let page = try await row.sam.sync(row.sam.home, start)
            #expect(Set(page.changed.keys) == Set(instances) && page.removed.isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theHomeTellsThatAShareGoes(_ backing: ShareBacking) async throws {  // Y2
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let start = try await row.sam.sync(row.sam.home).token
            try await row.revoke(row.sam)
            let page = try await row.sam.sync(row.sam.home, start)
            // Of what is there only the notice that says so.
            #expect(page.removed == [instance] && page.changed.keys.allSatisfy { $0 == row.sam.notices })
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aReportAtAnyDepthTellsAllOfAnInstanceOrThatItTellsNothing(_ backing: ShareBacking) async throws {  // Y3
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let start = try await row.sam.sync(row.sam.home, level: "infinite").token
            let instance = try await row.shared()
            for token in [start, ""] {
                let reply = try await row.sam.syncReport(row.sam.home, token, level: "infinite")
                if reply.status == 403 {
                    #expect(reply.error == .dav("valid-sync-token"))
                    continue
                }
                let page = try SyncPage(reply, row.sam.home, token, limit: nil)
                // Barred, or with every member.
                #expect(page.barred.contains(instance) != (page.changed[instance + "x.ics"] != nil), "\(reply.text)")
                #expect(page.barred.contains(instance) || page.changed[instance] != nil)
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aChangeIsToldAtEveryURL(_ backing: ShareBacking) async throws {  // Y4
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let home = try await row.sam.sync(row.sam.home).token
            let inside = try await row.sam.sync(instance).token
            let owners = try await row.olga.sync(row.olga.home).token
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            #expect(Set(try await row.sam.sync(row.sam.home, home).changed.keys) == [instance])
            #expect(Set(try await row.sam.sync(instance, inside).changed.keys) == [instance + "x.ics"])
            #expect(Set(try await row.olga.sync(row.olga.home, owners).changed.keys) == [ShareRow.calendar])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatAShareeChangesIsToldToTheOwner(_ backing: ShareBacking) async throws {  // Y5
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            #expect(try await row.olga.event(ShareRow.calendar + "before.ics", "before") == 201)
            let start = try await row.olga.sync(ShareRow.calendar).token
            #expect(try await row.sam.event(instance + "x.ics", "x") == 201)
            let page = try await row.olga.sync(ShareRow.calendar, start)
            #expect(Set(page.changed.keys) == [ShareRow.calendar + "x.ics"] && page.removed.isEmpty)
            #expect(try await row.sam.delete(instance + "before.ics").status == 204)
            let next = try await row.olga.sync(ShareRow.calendar, page.token)
            #expect(next.removed == [ShareRow.calendar + "before.ics"] && next.changed.isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func revokingEndsAReportBetweenTwoPages(_ backing: ShareBacking) async throws {  // Y6
        try await ShareRow.run(backing) { row in
            for name in ["a", "b", "c"] {
                #expect(try await row.olga.event(ShareRow.calendar + "\(name).ics", name) == 201)
            }
            let instance = try await row.shared()
            let page = try await row.sam.sync(instance, limit: 2)
            #expect(page.isTruncated && page.changed.count == 2)
            try await row.revoke(row.sam)
            #expect(try await row.olga.event(ShareRow.calendar + "d.ics", "d") == 201)
            let next = try await row.sam.syncReport(instance, page.token, limit: 2)
            #expect(next.status == 404 && !next.text.contains(".ics"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aTokenOfAnEarlierShareIsRefused(_ backing: ShareBacking) async throws {  // Y7
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let old = try await row.sam.sync(instance).token
            try await row.revoke(row.sam)
            #expect(try await row.olga.event(ShareRow.calendar + "y.ics", "y") == 201)
            try await row.share(with: row.sam.mail)
            let again = try #require(try await row.sam.instances().first)
            #expect(again != instance)
            #expect(try await row.sam.syncReport(instance, old).status == 404)
            row.expectRefusal(of: instance)
            // At the old URL the new share is another one.
            #expect(try await row.sam.move(again, to: instance).status == 201)
            let refused = try await row.sam.syncReport(instance, old)
            #expect(refused.status == 403 && refused.error == .dav("valid-sync-token"), "\(refused.text)")
            let all = try await row.sam.sync(instance)
            #expect(Set(all.changed.keys) == [instance + "x.ics", instance + "y.ics"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aTokenIsGoodAtItsOwnURLOnly(_ backing: ShareBacking) async throws {  // Y8
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let other = try await row.shared(with: row.sue)
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let own = try await row.olga.sync(ShareRow.calendar).token
            let mine = try await row.sam.sync(instance).token
            let theirs = try await row.sue.sync(other).token
            let elsewhere = try await row.sam.sync("/calendars/sam/calendar/").token
            let stranger = try await Self.tokenOfAnotherServer(backing)
            // Of a time before there was the instance.
            let earlier = String(mine[...(try #require(mine.lastIndex(of: "/")))])
            var cases: [(Client, String, String)] = [
                (row.sam, instance, own), (row.sam, instance, theirs), (row.sam, instance, elsewhere),
                (row.sue, other, own), (row.sue, other, mine), (row.olga, ShareRow.calendar, mine),
                (row.sam, "/calendars/sam/calendar/", mine), (row.sam, instance, stranger),
                (row.sam, instance, earlier + "0"), (row.sam, instance, earlier + "1"),
                (row.sam, instance, String(mine.dropLast(1))), (row.sam, instance, String(mine.dropLast(8))),
                (row.sam, instance, "garbage"), (row.sam, instance, "http://sabre.io/ns/sync/1"),
                (row.sam, instance, mine + "0"),
            ]
            if let future = try await Self.tokenOfTheFuture(row, instance) { cases.append((row.sam, instance, future)) }
            for (client, target, token) in cases {
                let reply = try await client.syncReport(target, token)
                #expect(
                    reply.status == 403 && reply.error == .dav("valid-sync-token"),
                    "\(token) at \(target): \(reply.text)"
                )
            }
        }
    }

    private static func tokenOfAnotherServer(_ backing: ShareBacking) async throws -> String {
        let found = Found()
        var setup = ShareServer.Setup(rules: .init(mode: .instant))
        setup.isSecond = true
        try await ShareServer.run(backing, setup) { server in
            let token = try await server.sam.sync("/calendars/sam/calendar/").token
            found.token.withLock { $0 = token }
        }
        return found.token.withLock { $0 }
    }

    /// One the server gave out before it was set back to an earlier state.
    private static func tokenOfTheFuture(_ row: ShareRow, _ instance: String) async throws -> String? {
        guard let memory = row.server.memory else { return nil }
        let snapshot = memory.snapshot()
        #expect(try await row.olga.event(ShareRow.calendar + "later.ics", "later") == 201)
        let token = try await row.sam.sync(instance).token
        memory.restore(snapshot)
        // Every token of before is refused from here on.
        for (client, target) in [
            (row.olga, row.olga.home), (row.olga, row.olga.notices), (row.olga, ShareRow.calendar),
            (row.sam, row.sam.home), (row.sam, row.sam.notices), (row.sam, instance), (row.sue, row.sue.home),
            (row.sue, row.sue.notices),
        ] {
            row.expectRefusal(of: target)
            _ = client
        }
        for other in try await row.sue.instances() { row.expectRefusal(of: other) }
        return token
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsOnesOwnDisturbsNobodyElse(_ backing: ShareBacking) async throws {  // Y9
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let other = try await row.shared(with: row.sue)
            let own = try await row.olga.sync(ShareRow.calendar).token
            let theirs = try await row.sue.sync(other).token
            let (mine, home) = (try await row.sam.sync(instance).token, try await row.sam.sync(row.sam.home).token)
            let owners = try await row.olga.sync(row.olga.home).token
            let colour = "<I:calendar-color>#00FF00FF</I:calendar-color>"
            #expect(try await row.sam.proppatch(instance, set: colour).status == 207)
            let after = try await row.olga.sync(ShareRow.calendar, own)
            let seen = try await row.sue.sync(other, theirs)
            let inside = try await row.sam.sync(instance, mine)
            #expect(after.isEmpty && after.token == own)
            #expect(seen.isEmpty && seen.token == theirs)
            #expect(inside.isEmpty)
            #expect(try await row.olga.sync(row.olga.home, owners).isEmpty)
            #expect(try await row.olga.token(of: ShareRow.calendar) == own)
            #expect(try await row.sue.token(of: other) == theirs)
            #expect(Set(try await row.sam.sync(row.sam.home, home).changed.keys) == [instance])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anotherLevelIsAChangeOfTheInstance(_ backing: ShareBacking) async throws {  // Y10
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            let home = try await row.sam.sync(row.sam.home).token
            try await row.share(with: row.sam.principal, "read-write")
            let page = try await row.sam.sync(row.sam.home, home)
            #expect(Set(page.changed.keys) == [instance, row.sam.notices])
            #expect(try await row.sam.privileges(instance).contains("write-content"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoWritesAtOnceLosesNothing(_ backing: ShareBacking) async throws {  // Y11
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let writing = Writing()
            let readers = [(row.server.client("olga"), ShareRow.calendar), (row.server.client("sam"), instance)].map {
                (client, target) in
                Task {
                    var seen: [String: Int] = [:]
                    var tokens: [String] = []
                    var token = ""
                    while true {
                        let isLast = writing.isOver.withLock { $0 }
                        let page = try await client.sync(target, token, limit: 3)
                        for href in page.changed.keys { seen[String(href.dropFirst(target.count)), default: 0] += 1 }
                        #expect(page.removed.isEmpty)
                        if page.token != token { tokens.append(page.token) }
                        token = page.token
                        if isLast && !page.isTruncated { break }
                    }
                    #expect(Set(tokens).count == tokens.count, "a token came back")
                    await client.close()
                    return seen
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<20 {
                    let (client, target) = writer % 2 == 0 ? (row.olga, ShareRow.calendar) : (row.sam, instance)
                    group.addTask {
                        for number in 0..<3 {
                            let name = "\(writer)-\(number)"
                            let status = try await client.event(target + name + ".ics", name)
                            #expect(status == 201)
                        }
                    }
                }
                try await group.waitForAll()
            }
            writing.isOver.withLock { $0 = true }
            for reader in readers {
                let seen = try await reader.value
                #expect(seen.count == 60 && seen.values.allSatisfy { $0 == 1 }, "\(seen.filter { $0.value != 1 })")
            }
        }
    }

    private final class Found: Sendable {
        let token = Mutex("")
    }

    private final class Writing: Sendable {
        let isOver = Mutex(false)
    }
}
