import DAV
import DAVStorage
import Testing

@testable import MartletServer

/// The URL of a link is all it takes, so it stands nowhere but in the answer that made it and in what its bearer gets.
@Suite(.timeLimit(.minutes(5))) struct LinkSecrecyTests {
    private static let create = """
        <M:create-link xmlns:M="http://martlet.invalid/ns/"><M:label>l4bel</M:label><M:password>l1nk-word</M:password>\
        </M:create-link>
        """

    @Test func noLogNoFigureAndNoRefusalHoldsAToken() async throws {
        try await LinkServer.run({ $0.configuration.metricsToken = "m3trics" }) { scene in
            try await scene.ask("MKCOL /files/ann/f/", LinkServer.sign)
            try await scene.ask("PUT /files/ann/f/a", LinkServer.sign, body: "x")
            let made = try await scene.ask(
                "POST /files/ann/f/", LinkServer.sign, "Content-Type: text/xml", body: Self.create)
            #expect(made.status == 201)
            let token = String(try #require(made.text.firstMatch(of: /\/links\/([^\/<]+)\//)).1)
            let wrong = LinkToken.mint().text
            let basic = "Authorization: \(String.basic("any", "l1nk-word"))"
            #expect(try await scene.ask("GET /links/\(token)/a", basic).status == 200)
            var refused = ""
            for line in [
                "GET /links/\(token)/", "HEAD /links/\(token)/a", "PUT /links/\(token)/a", "GET /links/\(token)/none",
                "PROPFIND /links/\(token)/", "GET /links/\(token)", "GET /links/\(token)?\(token)",
                "GET /\(wrong)/\(token)",
                "GET //links/\(token)/a", "GET /%6c%69nks/\(token)/a", "GET http://x/links/\(token)/a",
                "GET /links/\(token)/%", "GET /links/\(token)/../x", "GET /links/\(wrong)/", "DELETE /links/\(wrong)/",
                "GET /links/\(token)/a\u{1}", "OPTIONS /links/\(token)/", "BREW /links/\(token)/",
            ] where !line.hasPrefix("GET /\(wrong)") {
                for field in [LinkServer.sign, "Authorization: \(String.basic("any", "wr0ng-word"))"] {
                    let reply = try await scene.ask(line, field)
                    refused += reply.text + reply.headers.map { "\($0.name): \($0.value)\n" }.joined()
                }
                try await scene.ask(line, basic)
            }
            try await scene.ask("COPY /files/ann/f/a", LinkServer.sign, "Destination: http://x/links/\(token)/b")
            try await scene.ask("GET /files/ann/f/a", LinkServer.sign, "Referer: http://x/links/\(token)/")
            let metrics = try await scene.ask("GET /metrics", "Authorization: Bearer m3trics")
            #expect(metrics.status == 200)
            for secret in [token, wrong] {
                #expect(!refused.contains(secret), "a refusal tells \(secret)")
                #expect(!metrics.text.contains(secret))
            }
            let log = scene.server.log.lines.joined()
            #expect(log.contains("path=/links/… "))
            for secret in [
                token, wrong, "l1nk-word", "wr0ng-word", "l4bel", LinkToken(token)?.digest.description ?? "?",
            ] {
                #expect(!log.contains(secret), "\(secret) is in the log")
            }
        }
    }

    @Test func theStoreKeepsNoToken() async throws {
        try await LinkServer.run { scene in
            try await scene.ask("MKCOL /files/ann/f/", LinkServer.sign)
            let (token, link) = try await scene.link(to: "/files/ann/f/")
            #expect(!String(reflecting: link).contains(token.text))
            #expect(token.digest.count == 32 && !token.digest.elementsEqual(token.text.utf8))
            #expect(try await scene.store.links.link(digest: Array(token.text.utf8)) == nil)
            #expect(try await scene.store.links.link(digest: token.digest)?.number == link.number)
        }
    }

    @Test func tokensCannotBeGuessed() {
        let tokens = (0..<1000).map { _ in LinkToken.mint().text }
        #expect(Set(tokens).count == 1000)
        #expect(tokens.allSatisfy { LinkToken($0)?.text == $0 })
        #expect(LinkToken.bytes * 8 >= 128)
        // Every letter is drawn somewhere.
        #expect(Set(tokens.joined()).count == 64)
        for text in [
            "", "A", String(repeating: "A", count: 31), String(repeating: "=", count: 32),
            "é" + String(repeating: "A", count: 30),
        ] {
            #expect(LinkToken(text) == nil)
        }
    }

    @Test(arguments: [
        ("/links/x", true), ("/links", true), ("//links/x", true), ("/%6cinks/x", true), ("/%6C%69%6E%6B%73/x", true),
        ("http://h:1/links/x", true), ("/links?x", true), ("links/x", true), ("/link/x", false), ("/linksx/x", false),
        ("/files/links/x", false), ("/%6/x", false), ("/%zzlinks", false), ("", false), ("*", false),
        ("http://links", false),
    ])
    func thePathOfALinkIsKnownHoweverItIsSpelled(target: String, isLink: Bool) {
        #expect(LinkPaths.contain(target) == isLink)
        #expect(LinkPaths.redacted(target) == (isLink ? "/links/…" : target))
    }
}
