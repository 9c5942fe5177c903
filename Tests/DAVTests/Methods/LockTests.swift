import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct LockTests {
    let wire = Wire()

    static func lockinfo(_ scope: String = "exclusive", owner: String = "") -> String {
        """
        <?xml version="1.0" encoding="utf-8" ?>
        <D:lockinfo xmlns:D='DAV:'><D:lockscope><D:\(scope)/></D:lockscope><D:locktype><D:write/></D:locktype>\(owner)</D:lockinfo>
        """
    }

    func lock(_ target: String, _ headers: [String: String] = [:], scope: String = "exclusive") async throws
        -> Wire.Answer
    {
        try await wire.send("LOCK", target, headers, Self.lockinfo(scope))
    }

    func token(_ answer: Wire.Answer) throws -> String {
        try #require([200, 201].contains(answer.status), "\(answer.status) \(answer.text)")
        return try #require(answer.headers[HTTPField.Name("Lock-Token")!])
    }

    func activeLock(_ answer: Wire.Answer) throws -> XMLElement {
        let root = try answer.xml()
        #expect(root.name == .dav("prop"))
        return try #require(root.first(.dav("lockdiscovery"))?.first(.dav("activelock")))
    }

    @Test func theExampleOfRFC4918() async throws {  // §9.10.7, W-50, W-56
        try await wire.put("/files/alice/proposal.doc")
        let owner = "<D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>"
        let answer = try await wire.send(
            "LOCK", "/files/alice/proposal.doc",
            ["Timeout": "Second-1000, Infinite", "Content-Type": "application/xml"],
            Self.lockinfo(owner: owner))
        #expect(answer.status == 200)
        let token = try token(answer)
        #expect(token.hasPrefix("<urn:uuid:") && token.hasSuffix(">"))
        let active = try activeLock(answer)
        #expect(active.first(.dav("locktype"))?.elements.map(\.name) == [.dav("write")])
        #expect(active.first(.dav("lockscope"))?.elements.map(\.name) == [.dav("exclusive")])
        #expect(active.first(.dav("depth"))?.text == "infinity")
        #expect(active.first(.dav("owner"))?.first(.dav("href"))?.text == "http://example.org/~ejw/contact.html")
        #expect(active.first(.dav("timeout"))?.text == "Second-1000")
        #expect(active.first(.dav("locktoken"))?.first(.dav("href")).map { "<\($0.text)>" } == token)
        #expect(active.first(.dav("lockroot"))?.first(.dav("href"))?.text == "/files/alice/proposal.doc")
    }

    @Test func aLockedResourceNeedsItsToken() async throws {  // W-53
        try await wire.put("/files/alice/a")
        let token = try token(await lock("/files/alice/a"))
        for (method, headers) in [
            ("PUT", [:]), ("DELETE", [:]), ("MOVE", ["Destination": "/files/alice/b"]), ("PROPPATCH", [:]),
        ] {
            let body =
                method == "PROPPATCH"
                ? "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'/></prop></set></propertyupdate>"
                : method == "PUT" ? "new" : ""
            let refused = try await wire.send(method, "/files/alice/a", headers, body)
            #expect(refused.status == 423, "\(method)")
            #expect(try refused.xml().first(.dav("lock-token-submitted"))?.elements.map(\.text) == ["/files/alice/a"])
        }
        #expect(try await wire.send("PUT", "/files/alice/a", ["If": "(<urn:uuid:wrong>)"], "x").status == 412, "G-03")
        #expect(
            try await wire.send("PUT", "/files/alice/a", ["If": "(<urn:uuid:wrong>) (Not <DAV:no-lock>)"], "x").status
                == 423)
        #expect(try await wire.send("PUT", "/files/alice/a", ["If": "(\(token))"], "x").status == 204)
        #expect(
            try await wire.send("PUT", "/files/alice/a", ["If": "<http://localhost/files/alice/a> (\(token))"], "y")
                .status == 204)
        #expect(try await wire.send("GET", "/files/alice/a").status == 200, "reading is never locked")
        #expect(try await wire.send("COPY", "/files/alice/a", ["Destination": "/files/alice/b"]).status == 201)
        #expect(try await wire.send("PUT", "/files/alice/b", "x").status == 204, "W-43: locks do not travel")
        #expect(try await wire.send("COPY", "/files/alice/b", ["Destination": "/files/alice/a"]).status == 423)
    }

    @Test func anUnmappedURLBecomesAnEmptyResource() async throws {  // §7.3, W-50
        let answer = try await lock("/files/alice/new.txt")
        #expect(answer.status == 201)
        let got = try await wire.send("GET", "/files/alice/new.txt")
        #expect(got.status == 200)
        #expect(got.bytes.isEmpty)
        let unlock = try await wire.send("UNLOCK", "/files/alice/new.txt", ["Lock-Token": try token(answer)])
        #expect(unlock.status == 204)
        #expect(try await wire.send("GET", "/files/alice/new.txt").status == 200, "it stays after the lock")
        #expect(try await lock("/files/alice/no/new.txt").status == 409)
    }

    @Test func sharedLocksStandTogether() async throws {  // W-51
        try await wire.put("/files/alice/a")
        let first = try token(await lock("/files/alice/a", scope: "shared"))
        let second = try token(await lock("/files/alice/a", scope: "shared"))
        #expect(first != second)
        let refused = try await lock("/files/alice/a")
        #expect(refused.status == 423)
        #expect(try refused.xml().first(.dav("no-conflicting-lock")) != nil)
        #expect(
            try await wire.propfind("/files/alice/a", "<lockdiscovery/>").responses[0].property("lockdiscovery")?
                .elements.count == 2)
    }

    @Test func aDeepLockCoversWhatIsBelowAndIsFoundFromThere() async throws {  // W-54, W-55
        try await wire.mkcol("/files/alice/c")
        let token = try token(await lock("/files/alice/c/"))
        #expect(try await wire.send("PUT", "/files/alice/c/new", "x").status == 423)
        #expect(
            try await wire.send("PUT", "/files/alice/c/new", ["If": "</files/alice/c/> (\(token))"], "x").status == 201)
        #expect(try await wire.send("PUT", "/files/alice/c/new", ["If": "(\(token))"], "x2").status == 204)
        let conflict = try await lock("/files/alice/c/new")
        #expect(conflict.status == 423)
        #expect(
            try conflict.xml().first(.dav("no-conflicting-lock"))?.first(.dav("href"))?.text.hasPrefix("/files/alice/c")
                == true)
        #expect(try await wire.send("UNLOCK", "/files/alice/c/new", ["Lock-Token": token]).status == 204)
        #expect(try await wire.send("PUT", "/files/alice/c/new", "y").status == 204)
    }

    @Test func aShallowLockGuardsTheMembersNames() async throws {  // §7.5
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/a")
        _ = try token(await lock("/files/alice/c/", ["Depth": "0"]))
        #expect(try await wire.send("PUT", "/files/alice/c/b", "x").status == 423)
        #expect(try await wire.send("DELETE", "/files/alice/c/a").status == 423)
        #expect(try await wire.send("PUT", "/files/alice/c/a", "x").status == 204)
    }

    @Test func aLockBelowIsInTheWay() async throws {
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/a")
        _ = try token(await lock("/files/alice/c/a"))
        let refused = try await wire.send("DELETE", "/files/alice/c/")
        #expect(refused.status == 423)
        #expect(try refused.xml().first(.dav("lock-token-submitted"))?.elements.map(\.text) == ["/files/alice/c/a"])
        // §9.10.9: each lock in the way, and the collection that was not locked because of it.
        let conflict = try Multistatus(await lock("/files/alice/c/"))
        #expect(conflict["/files/alice/c/a"]?.status == "HTTP/1.1 423 Locked")
        #expect(conflict["/files/alice/c/a"]?.error == .dav("no-conflicting-lock"))
        #expect(conflict["/files/alice/c/"]?.status == "HTTP/1.1 424 Failed Dependency")
        #expect(try await lock("/files/alice/c/", ["Depth": "0"]).status == 200)
        #expect(try await lock("/files/alice/c/").status == 423, "its own lock is in the way of the collection itself")
    }

    @Test func everyTokenBelowIsNeededToRemoveATree() async throws {
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/a")
        let token = try token(await lock("/files/alice/c/a"))
        #expect(try await wire.send("DELETE", "/files/alice/c/", ["If": "</files/alice/c/a> (\(token))"]).status == 204)
    }

    @Test func aLockIsRefreshedByItsToken() async throws {  // §9.10.8, W-52
        try await wire.put("/files/alice/a")
        let token = try token(await lock("/files/alice/a", ["Timeout": "Second-100"]))
        let refreshed = try await wire.send(
            "LOCK", "/files/alice/a", ["If": "(\(token))", "Timeout": "Second-500", "Depth": "1"])
        #expect(refreshed.status == 200)
        #expect(refreshed.headers[HTTPField.Name("Lock-Token")!] == nil)
        #expect(try activeLock(refreshed).first(.dav("timeout"))?.text == "Second-500")
        #expect(try await wire.send("LOCK", "/files/alice/a").status == 400)
        #expect(try await wire.send("LOCK", "/files/alice/a", ["If": "(<urn:uuid:wrong>)"]).status == 412)
        #expect(
            try await wire.send("LOCK", "/files/alice/a", ["If": "(<urn:uuid:wrong>) (Not <DAV:no-lock>)"]).status
                == 412)
    }

    @Test func whatCannotBeMeantIsRefused() async throws {
        try await wire.put("/files/alice/a")
        #expect(try await lock("/files/alice/a", ["Depth": "1"]).status == 400)
        #expect(try await lock("/files/alice/a", ["Timeout": "tomorrow"]).status == 400)
        #expect(try await lock("/files/alice/a", scope: "wishful").status == 400)
        #expect(try await wire.send("LOCK", "/files/alice/a", "<a/>").status == 400)
        #expect(try await wire.send("LOCK", "/files/alice/a", "<lockinfo xmlns='DAV:'/>").status == 400)
        #expect(
            try await wire.send("LOCK", "/files/alice/a", ["Content-Type": "text/plain"], Self.lockinfo()).status == 415
        )
        #expect(try await wire.send("UNLOCK", "/files/alice/a").status == 400)
        #expect(try await wire.send("UNLOCK", "/files/alice/a", ["Lock-Token": "nonsense"]).status == 400)
        let mismatch = try await wire.send("UNLOCK", "/files/alice/a", ["Lock-Token": "<urn:uuid:none>"])
        #expect(mismatch.status == 409)
        #expect(try mismatch.xml().first(.dav("lock-token-matches-request-uri")) != nil)
        #expect(try await lock("/files/").status == 403, "no locks on what the server provides")
    }

    @Test func aTokenWithoutBracketsUnlocks() async throws {  // W-59
        try await wire.put("/files/alice/a")
        let token = try token(await lock("/files/alice/a"))
        let bare = String(token.dropFirst().dropLast())
        #expect(try await wire.send("UNLOCK", "/files/alice/a", ["Lock-Token": bare]).status == 204)
        #expect(try await wire.send("PUT", "/files/alice/a", "x").status == 204)
    }

    @Test func theOwnerComesBackAsItWent() async throws {  // W-56
        try await wire.put("/files/alice/a")
        let owner = "<D:owner><x:who xmlns:x=\"urn:x\" x:k=\"&#10;\">M&#252;ller &amp; <b/></x:who></D:owner>"
        _ = try await wire.send("LOCK", "/files/alice/a", Self.lockinfo(owner: owner))
        let found = try await wire.propfind("/files/alice/a", "<lockdiscovery/>")
        let kept = try #require(
            found.responses[0].property("lockdiscovery")?.first(.dav("activelock"))?.first(.dav("owner")))
        let sent = owner.replacing("<D:owner>", with: "<D:owner xmlns:D='DAV:'>")
        #expect(try kept == XMLElement.parse(Array(sent.utf8)))
    }
}
