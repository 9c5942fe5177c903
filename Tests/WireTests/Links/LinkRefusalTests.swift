import DAV
import DAVStorage
import Testing

@testable import MartletServer

/// What a link does not give, whatever is sent along with it.
@Suite(.timeLimit(.minutes(5))) struct LinkRefusalTests {
    private static let methods = [
        "PUT", "POST", "DELETE", "MKCOL", "COPY", "MOVE", "PROPPATCH", "REPORT", "LOCK", "UNLOCK", "ACL", "PATCH",
        "MKCALENDAR", "SEARCH", "BIND", "TRACE",
    ]

    @Test func aLinkLetsNobodyWrite() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let folder = try await scene.link(to: LinkScene.folder)
            let links = [
                folder, try await scene.link(to: LinkScene.folder + "a.txt"),
                try await scene.link(to: Groupware.calendar),
            ]
            let token = try await scene.alice.token(of: LinkScene.folder)
            for link in links + [folder + "a.txt", folder + "new.txt", folder + "sub/"] {
                for method in Self.methods {
                    // Alice's own credentials do not help: whoever follows a link does not sign in.
                    for client in [scene.bearer, scene.alice] {
                        let reply = try await client.send(
                            method, link, [("Destination", folder + "copy"), ("Overwrite", "T")],
                            method == "PUT" ? "x" : "")
                        #expect(reply.status == 405, "\(method) \(reply.status)")
                        #expect(reply["Allow"]?.contains("GET") == true)
                    }
                }
            }
            #expect(try await scene.alice.token(of: LinkScene.folder) == token)
            // Nor is it a place to copy or move to.
            for method in ["COPY", "MOVE"] {
                let reply = try await scene.alice.send(
                    method, LinkScene.folder + "a.txt", [("Destination", folder + "copy")])
                #expect((400..<500).contains(reply.status), "\(reply.status)")
            }
            #expect(try await scene.alice.token(of: LinkScene.folder) == token)
        }
    }

    @Test func aLinkShowsNothingButItsCollection() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            let token = String(link.dropFirst(7).dropLast())
            let unknown = try await scene.get("/links/" + String(repeating: "A", count: 32) + "/")
            #expect(unknown.status == 404)
            for target in [
                "/links", "/links/", "/links//", "/links/x", "/links/\(token)x/", "/links/\(token.dropLast())/",
                "/links/\(token.lowercased())/.", "/links/\(token.dropLast())%20/", "/links/\(token)%2F/",
                "/links/\(token)/../", "/links/\(token)/..", "/links/\(token)/%2e%2e/",
                "/links/\(token)/%2E%2E/secret/s.txt",
                "/links/\(token)/../secret/s.txt", "/links/\(token)/..%2Fsecret%2Fs.txt",
                "/links/\(token)/..%5csecret", "/links/\(token)/sub/../../secret/s.txt", "/links/\(token)/%00",
                "/links/\(token)/a.txt%00.png", "/links/\(token)/%ff", "/links/\(token)/%", "/links/\(token)/holiday/",
                "/links/\(token)/files/alice/secret/s.txt", "/links/\(token)/a.txt/", "/links/\(token)/-not/",
                "/links/" + String(repeating: "A", count: 6000),
                "/links/\(token)" + String(repeating: "/a", count: 200), "/%6Cinks/x/", "//links/x/",
            ] where target != "/links/\(token)/a.txt/" {
                let reply = try await scene.get(target)
                #expect(reply.appearance == unknown.appearance, "\(target): \(reply.status) \(reply.text.prefix(80))")
            }
            // Spellings of the right one are the right one.
            for target in ["//links//\(token)//a.txt", "/%6Cinks/\(token)/%61.txt"] {
                #expect(try await scene.get(target).text == "content of a.txt", "\(target)")
            }
            let calendar = try await scene.link(to: Groupware.calendar)
            _ = try await scene.alice.putEvent(Groupware.calendar + "a.ics", Groupware.event("a"))
            #expect(try await scene.get(calendar + "a.ics").appearance == unknown.appearance)
        }
    }

    @Test func whateverEndedIsAsIfItHadNeverBeen() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let unknown = try await scene.get("/links/" + String(repeating: "A", count: 32) + "/")
            let expired = LinkToken.mint()
            let path = try DAVPath(parsing: LinkScene.folder)
            _ = try await scene.product.store.links.add(
                LinkTerms(expires: Timestamp.now.adding(seconds: -1)), digest: expired.digest, to: path, of: nil,
                most: 10)
            #expect(try await scene.get(expired.path).appearance == unknown.appearance)

            let removed = try await scene.make(LinkScene.folder, "<L:password>swordfish</L:password>")
            #expect(try await scene.get(removed.path).status == 401)
            let reply = try await scene.post(scene.alice, LinkScene.folder, "remove-link", "<L:id>\(removed.id)</L:id>")
            #expect(reply.status == 204)
            for method in ["GET", "PUT", "PROPFIND", "OPTIONS"] {
                #expect(try await scene.bearer.send(method, removed.path).appearance == unknown.appearance, "\(method)")
            }
            let head = try await scene.bearer.send("HEAD", removed.path)
            #expect(head.status == 404 && head.body.isEmpty)
            #expect(try await scene.product.store.check() == [])
        }
    }

    @Test func aPasswordIsAskedForOfWhoeverHoldsTheLink() async throws {
        try await LinkScene.run({ $0.failuresPerAccount = 4 }) { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder, "<L:password>sw\u{F6}rdfish</L:password>")
            func status(_ user: String, _ password: String, _ path: String = "a.txt") async throws -> Reply {
                try await scene.get(link + path, [("Authorization", "Basic " + Base64.encode("\(user):\(password)"))])
            }
            let first = try await scene.get(link)
            #expect(first.status == 401 && first["WWW-Authenticate"]?.contains("Basic realm=") == true)
            #expect(!first.text.contains("alice"))
            for user in ["", "alice", "..", "Ann B"] {
                #expect(try await status(user, "sw\u{F6}rdfish").status == 200, "\(user)")
            }
            // A person's password is not the link's.
            #expect(try await status("alice", People.password).status == 401)
            #expect(try await status("", "").status == 401)
            #expect(try await status("a", "wrong", "none").status == 401)
            #expect(try await scene.get(link, [("Authorization", "Bearer x")]).status == 401)
            #expect(try await status("a", "wrong").status == 401)
            let throttled = try await status("a", "wrong")
            #expect(throttled.status == 429 && throttled["Retry-After"] != nil)
            // Nobody can keep those out who know it.
            #expect(try await status("b", "sw\u{F6}rdfish").status == 200)
            #expect(try await scene.alice.send("GET", LinkScene.folder + "a.txt").status == 200)
            #expect(try await scene.get("/links/" + String(repeating: "A", count: 32)).status == 404)
        }
    }

    @Test func whoeverAsksTooOftenHasToWait() async throws {
        try await LinkScene.run({ $0.linkRequestsPerAddress = 6 }) { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            for _ in 0..<6 { #expect(try await scene.get(link).status == 200) }
            for path in [link, "/links/" + String(repeating: "A", count: 32)] {
                let reply = try await scene.get(path)
                #expect(reply.status == 429)
                #expect((1...300).contains(Int(reply["Retry-After"] ?? "") ?? 0))
            }
            #expect(try await scene.alice.send("GET", LinkScene.folder + "a.txt").status == 200)
        }
        try await LinkScene.run({ $0.linkRequests = 3 }) { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            for _ in 0..<3 { #expect(try await scene.get(link).status == 200) }
            #expect(try await scene.get(link).status == 429)
            #expect(try await scene.get(try await scene.link(to: LinkScene.folder)).status == 200)
        }
    }

    /// Apple's way to publish a calendar is in no specification, and would need a URL that is told again and again.
    @Test func publishingIsNotOfferedInItsOtherDialect() async throws {  // L9
        try await LinkScene.run { scene in
            let names = ["publish-url", "pre-publish-url"].map { XMLName(XMLName.calendarServerNamespace, $0) }
            let asked = names.map { "<CS:\($0.local)/>" }.joined()
            let found = try await scene.alice.propfind(Groupware.calendar, asked).responses[0]
            for name in names { #expect(found.status(of: name) == 404) }
            let modes = try await scene.alice.propfind(Groupware.calendar, "<CS:allowed-sharing-modes/>").responses[0]
            let mode = modes.property(XMLName(XMLName.calendarServerNamespace, "allowed-sharing-modes"))
            #expect(mode?.elements.contains { $0.name.local == "can-be-published" } != true)
            let reply = try await scene.alice.send(
                "POST", Groupware.calendar, [("Content-Type", "application/xml")],
                "<CS:publish-calendar xmlns:CS='http://calendarserver.org/ns/'/>")
            #expect([403, 415, 501].contains(reply.status), "\(reply.status)")
            #expect(try await scene.product.store.links.links(of: nil, after: nil, limit: 1).isEmpty)
        }
    }

    @Test func linksCanBeSwitchedOff() async throws {
        try await LinkScene.run({ $0.links = false }) { scene in
            try await scene.makeFolder()
            for target in [LinkScene.folder, LinkScene.folder + "a.txt"] {
                #expect(try await scene.post(scene.alice, target, "create-link").status == 403)
            }
            let token = LinkToken.mint()
            let path = try DAVPath(parsing: LinkScene.folder)
            _ = try await scene.product.store.links.add(
                LinkTerms(), digest: token.digest, to: path, of: nil, most: 10)
            #expect(try await scene.get(token.path).status == 401)
            #expect(try await scene.alice.send("GET", token.path).status == 404)
        }
    }
}
