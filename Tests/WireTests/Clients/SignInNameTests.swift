import DAV
import MartletServer
import Testing

/// How people type who they are (client-quirks 17, 18; N-03), and names that are not plain letters.
@Suite(.timeLimit(.minutes(5))) struct NamesAtSignIn {
    private static let me = Apple.propfind(["D:current-user-principal"])

    /// Where the server says the person is, or the status if it does not.
    private static func principal(_ product: Product, _ typed: String) async throws -> String {
        let client = product.client(typed)
        let reply = try await client.send("PROPFIND", "/", [("Depth", "0")], me)
        await client.close()
        guard reply.status == 207 else { return String(reply.status) }
        return try Multistatus(reply).responses.first?.property("current-user-principal")?.first(.dav("href"))?.text
            ?? "none"
    }

    private static func expect(
        _ expected: String, for typed: String, _ product: Product, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await principal(product, typed)
        #expect(found == expected, "\(typed)", sourceLocation: location)
    }

    @Test func aNameMayCarryADomain() async throws {
        try await Product.run(users: ["ann"]) { product in
            for typed in ["ann", "ann@example.org", "EXAMPLE\\ann", "EXAMPLE\\ann@example.org"] {
                try await Self.expect("/principals/ann/", for: typed, product)
            }
            for typed in ["anna@example.org", "@example.org", "EXAMPLE\\"] {
                try await Self.expect("401", for: typed, product)
            }
        }
    }

    @Test func theAccountOfExactlyThatNameComesFirst() async throws {
        try await Product.run(users: ["ann", "ann@example.org", "bob@example.org"]) {
            $0.signInDomain = "example.org"
        } _: { product in
            try await Self.expect("/principals/ann/", for: "ann", product)
            try await Self.expect("/principals/ann@example.org/", for: "ann@example.org", product)
            try await Self.expect("/principals/ann/", for: "ann@example.com", product)
            try await Self.expect("/principals/bob@example.org/", for: "bob", product)
            try await Self.expect("401", for: "bob@example.com", product)
        }
    }

    @Test func withoutADomainABareNameMeansItself() async throws {
        try await Product.run(users: ["bob@example.org"]) { product in
            try await Self.expect("401", for: "bob", product)
        }
    }

    /// Every spelling of a name counts against the same account.
    @Test func otherSpellingsAllowNoMoreGuesses() async throws {
        try await Product.run(users: ["ann"]) {
            $0.failuresPerAccount = 3
        } _: { product in
            let wrong = "Basic " + Base64.encode("ann@a.example:wrong")
            for (index, domain) in ["a", "b", "c"].enumerated() {
                let client = product.client(nil)
                let authorization = "Basic " + Base64.encode("ann@\(domain).example:wrong\(index)")
                let reply = try await client.send("PROPFIND", "/", [("Depth", "0"), ("Authorization", authorization)])
                #expect(reply.status == 401)
                await client.close()
            }
            let client = product.client(nil)
            let reply = try await client.send("PROPFIND", "/", [("Depth", "0"), ("Authorization", wrong)])
            #expect(reply.status == 429)
            try await Self.expect("429", for: "ann", product)
            await client.close()
        }
    }

    /// From the first question to an event that is stored and synchronised; hrefs are the same wherever they stand.
    @Test(arguments: [
        ("ann@example.org", "ann@example.org"), ("ann+work", "ann+work"), ("ann smith", "ann%20smith"),
        ("jürgen", "j%C3%BCrgen"), ("山田", "%E5%B1%B1%E7%94%B0"), ("50%", "50%25"),
    ])
    func namesOfAnyLettersWorkThroughout(name: String, segment: String) async throws {
        try await Product.run(users: [name]) { product in
            let client = product.client(name)
            let me = "/principals/\(segment)/"
            try await Self.expect(me, for: name, product)
            let found = try Multistatus(
                await client.send(
                    "PROPFIND", me, [("Depth", "0")], Apple.propfind(["C:calendar-home-set", "A:addressbook-home-set"]))
            )
            let home = try #require(
                found[me]?.property(.calDAV("calendar-home-set"))?.first(.dav("href"))?.text)
            #expect(home == "/calendars/\(segment)/")
            let event = home + "calendar/A-1.ics"
            #expect(try await client.send("PUT", event, [("Content-Type", "text/calendar")], Apple.event).status == 201)
            let listing = try Multistatus(
                await client.send("PROPFIND", home + "calendar/", [("Depth", "1")], Apple.propfind(["D:getetag"])))
            #expect(listing.hrefs == [home + "calendar/", event])
            let sync = try Multistatus(
                await client.send("REPORT", home + "calendar/", [("Depth", "1")], Apple.sync("")))
            #expect(sync.hrefs == [event])
            await client.close()
        }
    }
}
