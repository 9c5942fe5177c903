import DAV
import Testing

/// Names as people and attackers spell them (H-16).
@Suite(.timeLimit(.minutes(5))) struct HostileNames {
    /// Refused whatever the method; sent as they stand.
    static let refused: [(target: String, statuses: Set<Int>)] = [
        ("/files/alice/..", [400]), ("/files/alice/../bob/x", [400]), ("/files/alice/%2e%2e/bob/x", [400]),
        ("/files/alice/.%2E/x", [400]),
        ("/files/alice/./x", [400]), ("/files/alice/%2e", [400]), ("/files/alice/a%00b", [400]),
        ("/files/alice/%00", [400]),
        ("/files/alice/%", [400]), ("/files/alice/%4", [400]), ("/files/alice/%zz", [400]), ("/files/alice/%ff", [400]),
        ("/files/alice/%c0%af", [400]), ("/files/alice/%ed%a0%80", [400]), ("/files/alice/a#b", [400]),
        ("/files/alice/" + String(repeating: "n", count: 256), [414]),
        ("/files/alice/" + String(repeating: "%61", count: 256), [414]),
        ("/files/alice/" + String(repeating: "%C3%A4", count: 128), [414]),
        ("/files/alice" + String(repeating: "/d", count: 200), [414]),
    ]

    @Test(arguments: refused.indices) func isRefusedEverywhere(_ index: Int) async throws {
        let (target, statuses) = HostileNames.refused[index]
        try await Server.run { server in
            try await server.bob.put("/files/bob/x", "bob's")
            let token = try await server.alice.token(of: "/files/alice/")
            for method in ["GET", "PUT", "DELETE", "PROPFIND", "MKCOL", "LOCK", "OPTIONS"] {
                let reply = try await server.alice.send(method, target, [("Depth", "0")], method == "PUT" ? "x" : "")
                #expect(statuses.contains(reply.status), "\(method) \(target.prefix(60)): \(reply.status)")
                #expect(reply.saysWhy, "\(method) \(target.prefix(60))")
            }
            #expect(try await server.alice.token(of: "/files/alice/") == token)
            #expect(try await server.bob.send("GET", "/files/bob/x").text == "bob's")
        }
    }

    /// Every one a member of its own, listed, reported and removed under one spelling.
    static let legal = [
        "%2F", "a%2Fb", "%2F..%2F..%2Fetc%2Fpasswd", "%5C", "a%20b", "a+b", "%25", "%2525", "a%3Fb", "a%23b", "a:b",
        "a;b=c", "CON", "nul.txt", "%7F",
        "%01", "%0D%0A", "%3Cscript%3E", "&amp", "%22", "'", "~", ".hidden", "...", "%20", "e%CC%81", "%C3%A9",
        "%F0%9F%90%A6", "%E2%80%AE",
        String(repeating: "n", count: 255), String(repeating: "%C3%A4", count: 127), "A", "a", "%EF%BB%BF",
    ]

    @Test func oddNamesAreData() async throws {
        try await Server.run { server in
            for name in HostileNames.legal {
                #expect(try await server.alice.put("/files/alice/\(name)", name).status == 201, "\(name)")
            }
            for name in HostileNames.legal {
                #expect(try await server.alice.send("GET", "/files/alice/\(name)").text == name)
            }
            let listed = try await server.alice.propfind("/files/alice/", depth: "1", "<D:getetag/>")
            let page = try await server.alice.sync("/files/alice/")
            #expect(Set(listed.hrefs.dropFirst()) == Set(page.changed.keys))
            #expect(page.changed.count == HostileNames.legal.count)
            for href in page.changed.keys { #expect(try await server.alice.delete(href).status == 204, "\(href)") }
            let after = try await server.alice.sync("/files/alice/", page.token)
            #expect(after.removed == Set(page.changed.keys) && after.changed.isEmpty)
        }
    }

    /// H-16: the two spellings of é are two members, whatever a Mac sends.
    @Test func composedAndDecomposedAreTwins() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/%C3%A9", "composed")
            try await server.alice.put("/files/alice/e%CC%81", "decomposed")
            #expect(try await server.alice.send("GET", "/files/alice/%c3%a9").text == "composed")
            try await server.alice.move("/files/alice/e%CC%81", to: "/files/alice/%C3%A9")
            #expect(try await server.alice.send("GET", "/files/alice/%C3%A9").text == "decomposed")
            #expect(try await server.alice.send("GET", "/files/alice/e%CC%81").status == 404)
        }
    }

    @Test func namesOfPropertiesAreKeptByBytesToo() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let set =
                "<D:set><D:prop><\u{E9} xmlns='urn:x'>1</\u{E9}><e\u{301} xmlns='urn:x'>2</e\u{301}></D:prop></D:set>"
            try await server.alice.send(
                "PROPPATCH", "/files/alice/file", [], "<D:propertyupdate xmlns:D='DAV:'>\(set)</D:propertyupdate>")
            let found = try await server.alice.propfind(
                "/files/alice/file", "<\u{E9} xmlns='urn:x'/><e\u{301} xmlns='urn:x'/>")
            #expect(found.responses[0].property(XMLName("urn:x", "\u{E9}"))?.text == "1")
            #expect(found.responses[0].property(XMLName("urn:x", "e\u{301}"))?.text == "2")
        }
    }
}
