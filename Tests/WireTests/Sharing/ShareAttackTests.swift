import DAV
import Testing

/// Rows X of sharing: what nobody may get by it.
@Suite(.timeLimit(.minutes(5))) struct ShareAttackTests {
    private static let sue = ShareBody.sharee("/principals/sue/", "read")

    @Test(arguments: ShareBacking.allCases, ["read", "read-write"])
    func aShareeCannotRaiseThemselves(_ backing: ShareBacking, level: String) async throws {  // X1
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared(level)
            let reply = try await row.sam.share(ShareBody.sharee("/principals/sam/", "read-write"), at: instance)
            #expect(reply.needs("share"), "\(reply.status) \(reply.text)")
            #expect(try await row.sam.access(instance) == level)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aShareeReachesNothingAtTheOwnersURL(_ backing: ShareBacking) async throws {  // X2
        try await ShareRow.run(backing) { row in
            _ = try await row.shared()
            #expect([403, 404].contains(try await row.sam.share(Self.sue).status))
            #expect([403, 404].contains(try await row.sam.apple(ShareBody.set("/principals/sue/")).status))
            #expect(try await row.olga.invite().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func noOtherLevelCanBeWritten(_ backing: ShareBacking) async throws {  // X3
        try await ShareRow.run(backing) { row in
            for level in ["<D:shared-owner/>", "<D:not-shared/>", "<x:read-write/>", "<D:owner/>", "read-write"] {
                let reply = try await row.olga.share(
                    "<D:sharee><D:href>/principals/sam/</D:href><D:share-access>\(level)</D:share-access></D:sharee>")
                #expect(reply.status == 400, "\(level) \(reply.status)")
            }
            for level in ["<CS:shared-owner/>", "<D:read-write/>", "<CS:owner/>"] {
                let reply = try await row.olga.apple(
                    "<CS:set><D:href>/principals/sam/</D:href><CS:summary>x</CS:summary>\(level)</CS:set>")
                #expect(reply.status == 403 && reply.error == .cs("valid-request"), "\(level) \(reply.status)")
            }
            #expect(try await row.olga.invite().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoMayWriteMayNotShare(_ backing: ShareBacking) async throws {  // X4
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read-write")
            let reply = try await row.sam.share(ShareBody.sharee("/principals/xena/", "read"), at: instance)
            #expect(reply.needs("share"), "\(reply.status) \(reply.text)")
            let apple = try await row.sam.apple(ShareBody.set("/principals/xena/"), to: instance)
            #expect(apple.status == 403)
            #expect(try await row.xena.instances().isEmpty)
            #expect(try await row.olga.invite().count == 1)
        }
    }

    private static let free = """
        <C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'>\
        <C:time-range start='20260101T000000Z' end='20260201T000000Z'/></C:free-busy-query>
        """

    @Test(arguments: ShareBacking.allCases)
    func strangersSeeNothingOfEither(_ backing: ShareBacking) async throws {  // X5
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x", "secret") == 201)
            let instance = try await row.shared()
            for target in [ShareRow.calendar, instance] {
                var replies = [
                    try await row.xena.send("PROPFIND", target, [("Depth", "1")]),
                    try await row.xena.get(target), try await row.xena.get(target + "x.ics"),
                    try await row.xena.putEvent(target + "x.ics", Groupware.event("x"), []),
                    try await row.xena.delete(target + "x.ics"), try await row.xena.delete(target),
                    try await row.xena.syncReport(target),
                    try await row.xena.send("REPORT", target, [("Depth", "1")], Self.free),
                    try await row.xena.send("REPORT", target, [("Depth", "1")], Groupware.multiget([target + "x.ics"])),
                    try await row.xena.proppatch(target, set: "<D:displayname>x</D:displayname>"),
                    try await row.xena.send("OPTIONS", target),
                ]
                replies.append(
                    try await row.xena.send(
                        "COPY", target + "x.ics", [("Destination", "/calendars/xena/calendar/x.ics")]))
                for reply in replies {
                    // 409 is what a name below nothing answers.
                    #expect([403, 404, 409].contains(reply.status), "\(target) \(reply.status)")
                    for word in ["Team", "secret", "20260102", "etag", "olga@"] {
                        #expect(!reply.text.contains(word), "\(target) \(reply.text)")
                    }
                    #expect(reply["ETag"] == nil)
                }
            }
            #expect(try await row.olga.get(ShareRow.calendar + "x.ics").status == 200)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func reportsReachNothingBeyondTheInstance(_ backing: ShareBacking) async throws {  // X6
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x", "shown") == 201)
            #expect(try await row.olga.event("/calendars/olga/calendar/p.ics", "p", "secret") == 201)
            let instance = try await row.shared()
            let hrefs = [
                "/calendars/olga/calendar/p.ics", ShareRow.calendar + "x.ics", instance + "../../olga/calendar/p.ics",
                instance + "..%2F..%2Folga%2Fcalendar%2Fp.ics", instance + "%2e%2e/%2e%2e/olga/calendar/p.ics",
            ]
            for href in hrefs {
                let reply = try await row.sam.send("REPORT", instance, [("Depth", "1")], Groupware.multiget([href]))
                #expect(!reply.text.contains("secret") && !reply.text.contains("SUMMARY"), "\(href) \(reply.text)")
                if reply.status == 207 {
                    let statuses = try Multistatus(reply).responses.map(\.status)
                    #expect(statuses.allSatisfy { [403, 404].contains($0) }, "\(href) \(reply.text)")
                } else {
                    #expect([400, 403, 404].contains(reply.status), "\(href) \(reply.status)")
                }
                let direct = try await row.sam.get(href).status
                #expect([400, 403, 404].contains(direct), "\(href) \(direct)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aReaderWritesNothingButTheirOwnProperties(_ backing: ShareBacking) async throws {  // X7
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared("read")
            #expect(try await row.sam.event("/calendars/sam/calendar/own.ics", "own") == 201)
            let owners = try await row.olga.lock(ShareRow.calendar + "x.ics")
            let inside = instance + "x.ics"
            let body = Groupware.event("n")
            for (reply, what) in [
                (try await row.sam.putEvent(instance + "new.ics", body, []), "PUT new"),
                (try await row.sam.putEvent(inside, Groupware.event("x", "Mine"), []), "PUT over"),
                (try await row.sam.delete(inside), "DELETE"),
                (try await row.sam.move(inside, to: instance + "y.ics"), "MOVE within"),
                (try await row.sam.move(inside, to: "/calendars/sam/calendar/x.ics"), "MOVE out"),
                (try await row.sam.move("/calendars/sam/calendar/own.ics", to: instance + "own.ics"), "MOVE in"),
                (
                    try await row.sam.send(
                        "COPY", "/calendars/sam/calendar/own.ics", [("Destination", instance + "own.ics")]), "COPY in"
                ),
                (try await row.sam.send("LOCK", inside, [], ShareViewTests.lock), "LOCK"),
                (try await row.sam.send("LOCK", instance, [], ShareViewTests.lock), "LOCK the collection"),
                (try await row.sam.send("MKCOL", instance + "sub/"), "MKCOL"),
                (try await row.sam.proppatch(inside, set: "<I:calendar-color>x</I:calendar-color>"), "PROPPATCH"),
                (try await row.sam.send("POST", instance, [("Content-Type", "text/calendar")], body), "POST"),
            ] {
                #expect(reply.status == 403, "\(what) \(reply.status)")
                #expect(reply.error == .dav("need-privileges"), "\(what) \(reply.text)")
            }
            #expect([403, 405].contains(try await row.sam.send("ACL", instance, [], "<D:acl xmlns:D='DAV:'/>").status))
            #expect(try await row.sam.send("UNLOCK", inside, [("Lock-Token", "<\(owners)>")]).status == 403)
            let patch = try await row.sam.send("PATCH", inside, [("Content-Type", "text/calendar")], body)
            #expect([403, 405, 501].contains(patch.status), "\(patch.status)")
            #expect(try await row.olga.get(ShareRow.calendar + "x.ics").text == Groupware.event("x"))
            #expect(try await row.sam.get("/calendars/sam/calendar/own.ics").status == 200)
            #expect(
                try await row.olga.send("UNLOCK", ShareRow.calendar + "x.ics", [("Lock-Token", "<\(owners)>")]).status
                    == 204)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aLockHoldsAtEveryURL(_ backing: ShareBacking) async throws {  // X8
        try await ShareRow.run(backing) { row in
            let (own, instance) = (ShareRow.calendar + "1.ics", try await row.shared())
            #expect(try await row.olga.event(own, "one") == 201)
            let token = try await row.sam.lock(instance + "1.ics")
            let refused = try await row.olga.putEvent(own, Groupware.event("one", "Olga's"), [])
            #expect(refused.status == 423 && refused.error == .dav("lock-token-submitted"))
            #expect(refused.text.contains("<D:href>\(own)</D:href>") && !refused.text.contains(instance))
            let seen = try await row.olga.look(own, "D:lockdiscovery").property("lockdiscovery")
            let root = seen?.elements.first?.first(.dav("lockroot"))?.elements.first?.text
            #expect(root == own)
            #expect(try await row.sam.putEvent(instance + "1.ics", Groupware.event("one", "S"), []).status == 423)
            let written = try await row.sam.putEvent(
                instance + "1.ics", Groupware.event("one", "S"), [("If", "(<\(token)>)")])
            #expect(written.status == 204)
            #expect(try await row.sam.send("UNLOCK", instance + "1.ics", [("Lock-Token", "<\(token)>")]).status == 204)
            #expect(try await row.olga.event(own, "one", "O") == 204)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func removingAMemberRemovesDataAndRemovingTheInstanceOnlyTheInstance(_ backing: ShareBacking) async throws {  // X9
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            #expect(try await row.olga.event(ShareRow.calendar + "1.ics", "one") == 201)
            #expect(try await row.olga.event(ShareRow.calendar + "2.ics", "two") == 201)
            #expect(try await row.sam.delete(instance + "1.ics").status == 204)
            #expect(try await row.olga.get(ShareRow.calendar + "1.ics").status == 404)
            #expect(try await row.sam.delete(instance).status == 204)
            #expect(try await row.sam.get(instance + "2.ics").status == 404)
            #expect(try await row.olga.get(ShareRow.calendar + "2.ics").status == 200)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func namesCannotBeGuessedAndOpenNothing(_ backing: ShareBacking) async throws {  // X10
        try await ShareRow.run(backing) { row in
            let first = try await row.shared()
            let second = try await row.shared(with: row.sue)
            #expect(try await row.olga.send("MKCALENDAR", "/calendars/olga/e/").status == 201)
            let other = try await row.olga.share(ShareBody.sharee(row.sam.mail, "read"), at: "/calendars/olga/e/")
            #expect(other.status == 204)
            let third = try #require(try await row.sam.instances().first { $0 != first })
            func uri(_ client: Client, _ target: String) async throws -> String {
                let found = try await client.look(target, "D:share-resource-uri").property("share-resource-uri")
                return String(try #require(found?.elements.first?.text).trimmingPrefix("urn:uuid:"))
            }
            var names = [first, second, third].map { String($0.split(separator: "/")[2]) }
            names += [try await uri(row.olga, ShareRow.calendar), try await uri(row.olga, "/calendars/olga/e/")]
            // RFC 9562 §5.4: 122 random bits.
            let pattern = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
            for name in names { #expect(name.wholeMatch(of: pattern) != nil, "\(name)") }
            #expect(Set(names).count == names.count)
            #expect(try await row.sue.send("PROPFIND", first, [("Depth", "0")]).status == 404)
            #expect(try await row.xena.send("PROPFIND", first, [("Depth", "0")]).status == 404)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func noAddressStandsForEverybody(_ backing: ShareBacking) async throws {  // X11
        try await ShareRow.run(backing) { row in
            for href in [
                "javascript:alert(1)", "DAV:all", "DAV:authenticated", "{DAV:}authenticated", "", "anyone",
                "/" + String(repeating: "x", count: 8000), "mailto:sam@example.org\nmailto:xena@example.org",
                "mailto:sam@example.org,xena@example.org", "D:authenticated", "/principals/\nsam/",
            ] {
                let reply = try await row.olga.share(ShareBody.sharee(href, "read-write"))
                #expect(reply.status == 400, "\(href.prefix(30)) \(reply.status)")
                #expect(try await row.olga.invite().isEmpty, "\(href.prefix(30))")
            }
            for href in [
                "/principals/", "/principals/sam/calendar-proxy-write/", "/principals/*/", "mailto:*@example.org", "/",
                "/principals/sam/x/",
            ] {
                #expect([204, 400].contains(try await row.olga.share(ShareBody.sharee(href, "read-write")).status))
                #expect(try await row.olga.invite().allSatisfy { $0.contains("invite-invalid") }, "\(href)")
                #expect(try await row.olga.share(ShareBody.sharee(href, "no-access")).status < 500)
            }
            for client in row.server.clients { #expect(try await client.instances().isEmpty) }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aProxyHasNoMoreThanWhomTheyActFor(_ backing: ShareBacking) async throws {  // X12
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            // For Olga: writes, and does not share.
            try await ShareViewTests.delegate(from: row.olga, to: row.adam, "write")
            #expect(try await row.adam.event(ShareRow.calendar + "a.ics", "a") == 201)
            let shares = try await row.adam.share(ShareBody.sharee("/principals/xena/", "read"))
            #expect(shares.needs("share"), "\(shares.status) \(shares.text)")
            // For Sam: no more than Sam may.
            try await ShareViewTests.delegate(from: row.sam, to: row.adam, "write")
            #expect(try await row.adam.get(instance + "x.ics").status == 200)
            #expect(try await row.adam.access(instance) == "read")
            let refused = try await row.adam.putEvent(instance + "b.ics", Groupware.event("b"), [])
            #expect(refused.needs("bind"), "\(refused.status) \(refused.text)")
            try await row.share(with: row.sam.principal, "read-write")
            #expect(try await row.adam.event(instance + "b.ics", "b") == 201)
            // For Sam, reading.
            try await ShareViewTests.delegate(from: row.sam, to: row.xena, "read")
            #expect(try await row.xena.get(instance + "x.ics").status == 200)
            let reader = try await row.xena.putEvent(instance + "c.ics", Groupware.event("c"), [])
            #expect(reader.needs("bind"), "\(reader.status) \(reader.text)")
            let removes = try await row.xena.delete(instance)
            #expect(removes.status == 403, "\(removes.status)")
            #expect(
                try await row.xena.share(ShareBody.sharee("/principals/xena/", "read"), at: instance).needs("share"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nothingIsWrittenAfterARevocation(_ backing: ShareBacking) async throws {  // X13
        try await ShareRow.run(backing) { row in
            for round in 0..<5 {
                let instance = try await row.shared()
                let writer = Task {
                    var written = 0
                    while written < 200 {
                        let status = try await row.sam.event(
                            instance + "\(round)-\(written).ics", "\(round)-\(written)")
                        if status != 201 { return (written, status) }
                        written += 1
                    }
                    return (written, 201)
                }
                while try await row.olga.list(ShareRow.calendar, "D:getetag").filter({ $0.href.contains("/\(round)-") })
                    .count < 2
                {}
                try await row.revoke(row.sam)
                let atRevocation = try await row.olga.list(ShareRow.calendar, "D:getetag").count
                let (_, status) = try await writer.value
                #expect([403, 404, 409].contains(status), "\(status)")
                #expect(try await row.olga.list(ShareRow.calendar, "D:getetag").count == atRevocation)
                #expect([403, 404, 409].contains(try await row.sam.event(instance + "after.ics", "after")))
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsStoredCountsAgainstTheOwner(_ backing: ShareBacking) async throws {  // X14
        try await ShareRow.run(backing, .instant, { $0.quotaBytes = 2000 }) { row in
            let instance = try await row.shared()
            var statuses: [Int] = []
            for number in 0..<20 where statuses.last ?? 201 == 201 {
                let reply = try await row.sam.putEvent(instance + "\(number).ics", Groupware.event("\(number)"), [])
                statuses.append(reply.status)
                if reply.status != 201 { #expect(reply.error == .dav("quota-not-exceeded"), "\(reply.text)") }
            }
            #expect(statuses.last == 507 && statuses.count > 2, "\(statuses)")
            let refused = try await row.olga.putEvent(ShareRow.calendar + "own.ics", Groupware.event("own"), [])
            #expect(refused.status == 507)
            #expect(try await row.sam.event("/calendars/sam/calendar/own.ics", "own") == 201)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoHasAnAccountIsNotTold(_ backing: ShareBacking) async throws {  // X15
        try await ShareRow.run(backing, .invitation, { $0.rules.hidesUnknown = true }) { row in
            let known = try await row.olga.share(ShareBody.sharee("mailto:sam@example.org", "read"))
            let unknown = try await row.olga.share(ShareBody.sharee("mailto:nobody@example.org", "read"))
            #expect(known.status == 204 && unknown.status == 204 && known.body == unknown.body)
            #expect(try await row.olga.invite().allSatisfy { $0.hasSuffix("invite-noresponse read") })
            let apple = try await row.olga.apple(ShareBody.set("mailto:no-one@example.org"))
            #expect(apple.status == 200 && apple.body.isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anOpenConnectionOutlivesNoRevocation(_ backing: ShareBacking) async throws {  // X16
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let connection = try await Connection(port: row.server.port)
            let headers = [
                ("Host", "127.0.0.1:\(row.server.port)"),
                ("Authorization", People.authorization(PrincipalID(Name("sam")!))),
            ]
            let before = try await connection.send("GET", instance + "x.ics", headers, [])
            #expect(before.status == 200)
            try await row.revoke(row.sam)
            #expect(connection.isOpen)
            let conditional = headers + [("If-None-Match", before["ETag"] ?? "")]
            #expect(try await connection.send("GET", instance + "x.ics", conditional, []).status == 404)
            #expect(try await connection.send("PROPFIND", instance, headers + [("Depth", "0")], []).status == 404)
            await connection.close()
        }
    }
}
