import DAV
import Testing

/// Scenarios of the catalogue that are about requests and answers rather than about a back-end (standards.md §16); those
/// are in ``RemoteConformance``.
@Suite(.timeLimit(.minutes(5))) struct SyncOverHTTP {
    private static let home = "/files/alice/"

    @Test func ss133_aThousandMembersUnderChangingLimits() async throws {
        try await Server.run { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<20 {
                    group.addTask {
                        for index in 0..<50 {
                            try await server.alice.put(SyncOverHTTP.home + "m\(writer * 50 + index)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            var seen: [String: Int] = [:]
            var token = ""
            var isTruncated = true
            while isTruncated {
                let page = try await server.alice.sync(SyncOverHTTP.home, token, limit: .random(in: 1...90))
                for href in page.changed.keys { seen[href, default: 0] += 1 }
                (token, isTruncated) = (page.token, page.isTruncated)
            }
            #expect(seen.count == 1000 && seen.values.allSatisfy { $0 == 1 })
            #expect(try await server.alice.token(of: SyncOverHTTP.home) == token)
        }
    }

    @Test func ss135_aPartialTokenIsNoCondition() async throws {
        try await Server.run { server in
            for name in ["a", "b", "c"] { try await server.alice.put(SyncOverHTTP.home + name) }
            let page = try await server.alice.sync(SyncOverHTTP.home, limit: 1)
            let reply = try await server.alice.put(
                SyncOverHTTP.home + "new", "x", [("If", "<\(SyncOverHTTP.home)> (<\(page.token)>)")])
            #expect(reply.status == 412)
        }
    }

    @Test func ss138_aRemovedTreeIsOneLineAmongPages() async throws {
        try await Server.run { server in
            let tree = SyncOverHTTP.home + "C/"
            try await server.alice.mkcol(tree)
            for index in 0..<40 { try await server.alice.put(tree + "\(index)") }
            let token = try await server.alice.token(of: SyncOverHTTP.home)
            for name in ["a", "b", "c", "d"] { try await server.alice.put(SyncOverHTTP.home + name) }
            try await server.alice.delete(tree)
            let pages = try await server.alice.walk(SyncOverHTTP.home, token, level: "infinite", limit: 3)
            #expect(pages.flatMap(\.removed) == [tree])
            #expect(Set(pages.flatMap(\.changed.keys)).count == 4)
        }
    }

    @Test func ss137_theServersCap() async throws {
        try await Server.run({ $0.options.maxSyncPage = 10 }) { server in
            let token = try await server.alice.token(of: SyncOverHTTP.home)
            for index in 0..<30 { try await server.alice.put(SyncOverHTTP.home + "\(index)") }
            let pages = try await server.alice.walk(SyncOverHTTP.home, token, limit: 50)
            #expect(pages.map(\.count) == [10, 10, 10])
        }
    }

    /// What holds of `If` holds for every method that writes (Y-60), and a request that is refused changes nothing.
    @Test(arguments: ["PUT", "MKCOL", "DELETE", "MOVE", "COPY", "PROPPATCH", "LOCK", "POST"])
    func ss150_151_156_everyMethodJudgesTheToken(method: String) async throws {
        try await Server.run { server in
            let file = SyncOverHTTP.home + "file"
            try await server.alice.put(file)
            let stale = try await server.alice.token(of: SyncOverHTTP.home)
            try await server.alice.put(SyncOverHTTP.home + "other")
            let current = try await server.alice.token(of: SyncOverHTTP.home)
            let new = SyncOverHTTP.home + "new"
            let (target, body): (String, String) =
                switch method {
                case "PUT": (new, "x")
                case "POST": (SyncOverHTTP.home, "x")
                case "MKCOL": (new + "/", "")
                case "PROPPATCH":
                    (
                        file,
                        "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><p xmlns='urn:x'/></D:prop></D:set></D:propertyupdate>"
                    )
                case "LOCK":
                    (
                        new,
                        "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
                    )
                default: (file, "")
                }
            let destination = ["MOVE", "COPY"].contains(method) ? [("Destination", new)] : []
            func send(_ token: String) async throws -> Int {
                let condition = [("If", "<\(SyncOverHTTP.home)> (<\(token)>)")]
                return try await server.alice.send(method, target, destination + condition, body).status
            }
            #expect(try await send(stale) == 412)
            #expect(try await server.alice.token(of: SyncOverHTTP.home) == current)
            let status = try await send(current)
            #expect((200..<300).contains(status), "\(status)")
            // What is gone, or is there already, is said first.
            #expect([412, 404, 405].contains(try await send(current)))
        }
    }

    @Test func ss154_155_listsAndLocks() async throws {
        try await Server.run { server in
            let home = SyncOverHTTP.home
            try await server.alice.mkcol(home + "C/")
            try await server.alice.put(home + "C/a")
            let stale = try await server.alice.token(of: home + "C/")
            try await server.alice.put(home + "C/b")
            let etag = try await server.alice.etag(of: home + "C/a")
            let either = "<\(home)C/> (<\(stale)>) <\(home)C/a> ([\(etag)])"
            #expect(try await server.alice.put(home + "C/a", "new", [("If", either)]).status == 204)
            let lock = try await server.alice.lock(home + "C/", depth: "0")
            let token = try await server.alice.token(of: home + "C/")
            #expect(try await server.alice.put(home + "C/n", "x", [("If", "<\(home)C/> (<\(token)>)")]).status == 423)
            #expect(
                try await server.alice.put(home + "C/n", "x", [("If", "<\(home)C/> (<\(token)> <\(lock)>)")]).status
                    == 201)
        }
    }

    /// T-02: getctag is the token, and both move together or not at all.
    @Test func ss179_ctagAndTokenMoveTogether() async throws {
        try await Server.run { server in
            let alice = server.alice
            let home = SyncOverHTTP.home
            var last = ""
            var lock = ""
            let steps: [(changes: Bool, act: () async throws -> Void)] = [
                (true, { try await alice.put(home + "a") }),
                (false, { try await alice.put(home + "a") }),
                (true, { try await alice.put(home + "a", "new") }),
                (false, { try await alice.put(home + "a", "newer", [("If-Match", "\"x\"")]) }),
                (true, { try await alice.mkcol(home + "C/") }),
                (true, { try await alice.put(home + "C/deep") }),
                (false, { try await alice.mkcol(home + "C/") }),
                (true, { lock = try await alice.lock(home + "new") }),
                (false, { lock = try await alice.lock(home + "a") }),
                (false, { try await alice.send("UNLOCK", home + "a", [("Lock-Token", "<\(lock)>")]) }),
                (false, { try await alice.send("GET", home + "a") }),
                (false, { _ = try await alice.sync(home) }),
                (true, { try await alice.move(home + "C/deep", to: home + "C/moved") }),
                (true, { try await alice.delete(home + "C/") }),
                (false, { try await alice.delete(home + "C/") }),
            ]
            for (index, step) in steps.enumerated() {
                try await step.act()
                let found = try await alice.propfind(home, "<D:sync-token/><CS:getctag/>").responses[0]
                let token = try #require(found.property("sync-token")?.text)
                #expect(found.property(XMLName("http://calendarserver.org/ns/", "getctag"))?.text == token)
                #expect((token != last) == step.changes, "step \(index)")
                last = token
            }
        }
    }

    @Test func ss168_whoMayNotReadLearnsNothingFromTokens() async throws {
        try await Server.run { server in
            let token = try await server.alice.token(of: SyncOverHTTP.home)
            for asked in ["", token, "x"] {
                #expect(try await server.bob.syncReport(SyncOverHTTP.home, asked).status == 404)
                #expect(try await server.nobody.syncReport(SyncOverHTTP.home, asked).status == 401)
            }
        }
    }

    /// Y-24: tokens of other places, other people and other servers.
    @Test func ss044_045_046_foreignTokens() async throws {
        try await Server.run { server in
            for path in ["C/", "D/", "C/E/"] { try await server.alice.mkcol(SyncOverHTTP.home + path) }
            var foreign = [
                "x", "http://", "urn:x:1", String(repeating: "9", count: 5000), "http://martlet.invalid/sync/1/1/99999",
            ]
            for path in ["", "D/", "C/E/"] {
                foreign.append(try await server.alice.token(of: SyncOverHTTP.home + path))
            }
            foreign.append(try await server.bob.token(of: "/files/bob/"))
            for token in foreign {
                let reply = try await server.alice.syncReport(SyncOverHTTP.home + "C/", token)
                #expect(
                    reply.status == 403 && reply.error == .dav("valid-sync-token"),
                    "\(token.prefix(80)): \(reply.status)")
            }
        }
    }

    @Test func ss185_onesOwnChangeIsEchoed() async throws {
        try await Server.run { server in
            let token = try await server.alice.token(of: SyncOverHTTP.home)
            let reply = try await server.alice.put(SyncOverHTTP.home + "a")
            #expect(
                try await server.alice.sync(SyncOverHTTP.home, token).changed == [
                    SyncOverHTTP.home + "a": reply["ETag"] ?? ""
                ])
        }
    }

    @Test func ss052_tokensAndLocksSurviveARestart() async throws {
        var setup = Server.Setup()
        setup.folder = try TemporaryFolder()
        var server = try await Server.start(setup)
        try await server.alice.put(SyncOverHTTP.home + "a")
        let token = try await server.alice.token(of: SyncOverHTTP.home)
        let lock = try await server.alice.lock(SyncOverHTTP.home + "a")
        try await server.stop()
        server = try await Server.start(setup)
        #expect(try await server.alice.sync(SyncOverHTTP.home, token).isEmpty)
        #expect(try await server.alice.put(SyncOverHTTP.home + "a", "y").status == 423)
        #expect(try await server.alice.put(SyncOverHTTP.home + "a", "y", [("If", "(<\(lock)>)")]).status == 204)
        #expect(try await server.alice.sync(SyncOverHTTP.home, token).changed.count == 1)
        try await server.stop()
    }
}
