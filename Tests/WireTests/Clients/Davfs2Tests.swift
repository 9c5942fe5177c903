import DAV
import Testing

/// davfs2: a file is locked, written and let go (client-quirks 14 and 17, 15).
@Suite(.timeLimit(.minutes(5))) struct Davfs2 {
    private static let file = "/files/alice/report%20(1).txt"

    private static func lock(_ client: Client, _ headers: [(String, String)] = []) async throws -> Reply {
        try await client.send(
            "LOCK", file, [("Depth", "0"), ("Timeout", "Second-1800"), ("Content-Type", "application/xml")] + headers,
            """
            <?xml version="1.0" encoding="utf-8"?>
            <lockinfo xmlns='DAV:'>
             <lockscope><exclusive/></lockscope>
            <locktype><write/></locktype><owner>alice</owner>
            </lockinfo>
            """)
    }

    @Test func aNewFileIsLockedWrittenAndLetGo() async throws {
        try await Product.run { product in
            let (mount, other) = (product.client("alice"), product.client("alice"))
            let options = try await mount.send("OPTIONS", "/files/alice/")
            let classes = options["DAV"]?.split(separator: ",").map { $0.drop { $0 == " " } }
            #expect(classes?.contains("1") == true && classes?.contains("2") == true)

            let locked = try await Self.lock(mount, [("If-None-Match", "*")])
            #expect(locked.status == 201)
            let token = try #require(locked["Lock-Token"])
            #expect(token.hasPrefix("<") && token.hasSuffix(">"))
            let active = try locked.xml().first(.dav("lockdiscovery"))?.first(.dav("activelock"))
            #expect(active?.first(.dav("locktoken"))?.first(.dav("href"))?.text == String(token.dropFirst().dropLast()))
            #expect(active?.first(.dav("lockroot"))?.first(.dav("href"))?.text == Self.file)
            #expect(active?.first(.dav("owner"))?.text == "alice")
            let empty = try await mount.send("HEAD", Self.file)
            #expect(empty.status == 200 && empty["Content-Length"] == "0")

            try await Self.expectGuarded(mount, other, token)
            #expect(try await mount.send("UNLOCK", Self.file, [("Lock-Token", token)]).status == 204)
            #expect(try await other.put(Self.file, "theirs").status == 204)
            await mount.close()
            await other.close()
        }
    }

    /// neon names the resource in front of its condition.
    private static func expectGuarded(_ mount: Client, _ other: Client, _ token: String) async throws {
        let tagged = [("If", "<http://127.0.0.1:\(mount.port)\(file)> (\(token))")]
        let bare = [("If", "(\(token))")]
        let refused = try await other.put(file, "theirs")
        #expect(refused.status == 423 && refused.error == .dav("lock-token-submitted"))
        let first = try await mount.put(file, "one", tagged)
        #expect(first.status == 204)
        let old = try #require(first["ETag"])
        let head = try await mount.send("HEAD", file)
        #expect(head["ETag"] == old && head["Content-Length"] == "3" && head["Last-Modified"] != nil)
        let second = try await mount.put(file, "two!", bare + [("If-Match", old)])
        #expect(second.status == 204)
        let etag = try #require(second["ETag"])
        #expect(try await mount.put(file, "lost", tagged + [("If-Match", old)]).status == 412)
        #expect(try await mount.put(file, "lost", tagged + [("If-None-Match", "*")]).status == 412)
        #expect(try await mount.put(file, "lost", [("If", "(\(token) [\(old)])")]).status == 412)
        #expect(try await mount.put(file, "three", [("If", "(\(token) [\(etag)])")]).status == 204)

        let refreshed = try await mount.send("LOCK", file, tagged + [("Timeout", "Second-1800")])
        #expect(refreshed.status == 200)
        let active = try refreshed.xml().first(.dav("lockdiscovery"))?.first(.dav("activelock"))
        #expect("<\(active?.first(.dav("locktoken"))?.first(.dav("href"))?.text ?? "")>" == token)
        #expect(try await mount.send("GET", file).text == "three")
    }

    @Test func anOldFileIsLockedAndRevalidated() async throws {
        try await Product.run { product in
            let mount = product.client("alice")
            let etag = try #require(try await mount.put(Self.file, "one")["ETag"])
            let cached = try await mount.send("GET", Self.file, [("If-None-Match", etag)])
            #expect(cached.status == 304 && cached.body.isEmpty && cached["ETag"] == etag)
            let locked = try await Self.lock(mount)
            #expect(locked.status == 200)
            let token = try #require(locked["Lock-Token"])
            #expect(try await mount.put(Self.file, "two", [("If", "(\(token))"), ("If-Match", etag)]).status == 204)
            let changed = try await mount.send("GET", Self.file, [("If-None-Match", etag)])
            #expect(changed.status == 200 && changed.text == "two")
            // Somebody who asks again does not get it.
            let second = try await Self.lock(mount)
            #expect(second.status == 423 && second.error == .dav("no-conflicting-lock"))
            #expect(try await mount.send("UNLOCK", Self.file, [("Lock-Token", token)]).status == 204)
            await mount.close()
        }
    }

    /// The execute bit, and how full the disk is.
    @Test func whatAMountAsksOfAFolder() async throws {
        try await Product.run { product in
            let mount = product.client("alice")
            try await mount.put(Self.file, "#!/bin/sh")
            let patched = try await mount.send(
                "PROPPATCH", Self.file, [],
                """
                <?xml version="1.0" encoding="utf-8" ?><propertyupdate xmlns='DAV:'><set><prop>
                <executable xmlns='http://apache.org/dav/props/'>T</executable></prop></set></propertyupdate>
                """)
            let executable = XMLName("http://apache.org/dav/props/", "executable")
            let outcome = try #require(try Multistatus(patched).responses.first?.status(of: executable))
            #expect([200, 403, 409].contains(outcome))
            let listed = try Multistatus(
                await mount.send(
                    "PROPFIND", "/files/alice/", [("Depth", "1")],
                    """
                    <?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>\
                    <getetag/><getlastmodified/><executable xmlns="http://apache.org/dav/props/"/></prop></propfind>
                    """))
            #expect(listed.hrefs == ["/files/alice/", Self.file])
            #expect(listed[Self.file]?.property("getcontentlength")?.text == "9")
            #expect(listed[Self.file]?.property(executable)?.text ?? "T" == "T")
            let quota = try await mount.ask("/files/alice/", ["D:quota-available-bytes", "D:quota-used-bytes"])
            #expect(quota.responses.first?.propstats.allSatisfy { [200, 404].contains($0.status) } == true)
            await mount.close()
        }
    }
}
