import DAV
import Testing

/// GNOME Files finds a child by comparing addresses (client-quirks 14 and 17, 16; X-08).
@Suite(.timeLimit(.minutes(5))) struct GVFS {
    private static let query = """
        <?xml version="1.0" encoding="utf-8" ?>
         <D:propfind xmlns:D="DAV:">
          <D:prop>
        <D:creationdate/><D:displayname/><D:getcontentlength/><D:getcontenttype/><D:getetag/><D:getlastmodified/>
        <D:resourcetype/><D:ishidden/><executable xmlns="http://apache.org/dav/props/"/>
          </D:prop>
         </D:propfind>
        """

    private static func list(_ client: Client, _ target: String, depth: String = "1") async throws -> Multistatus {
        try Multistatus(
            await client.send(
                "PROPFIND", target, [("Depth", depth), ("Content-Type", "application/xml")], query))
    }

    /// A name as it is asked for, and as the server writes it: the escapes are in upper case, and there are none too many.
    private static let names = [
        ("a%20%28b%29.txt", "a%20(b).txt"), ("a%20(c).txt", "a%20(c).txt"), ("caf%c3%a9.txt", "caf%C3%A9.txt"),
        ("%5Bd%5D.txt", "%5Bd%5D.txt"), ("e%27s!*.txt", "e's!*.txt"), ("f%2fg.txt", "f%2Fg.txt"),
        ("h%26i%3Dj%2Bk%2Cl.txt", "h&i=j+k,l.txt"), ("m%40n%3Ao%24.txt", "m@n:o$.txt"), ("50%25.txt", "50%25.txt"),
        ("%7e-%5f%2e.txt", "~-_..txt"), ("p%23q%3Fr.txt", "p%23q%3Fr.txt"), ("%F0%9F%90%A6", "%F0%9F%90%A6"),
    ]

    @Test func childrenAreFoundUnderTheAddressTheListingGives() async throws {
        try await Product.run { product in
            let files = product.client("alice")
            let folder = "/files/alice/My%20folder%20(1)/"
            #expect(try await files.mkcol(folder).status == 201)
            for (asked, _) in Self.names {
                #expect(try await files.put(folder + asked, asked).status == 201, "\(asked)")
            }
            let listed = try await Self.list(files, folder)
            #expect(listed.hrefs.first == folder)
            #expect(Set(listed.hrefs.dropFirst()) == Set(Self.names.map { folder + $0.1 }))
            for response in listed.responses {
                #expect(response.propstats.allSatisfy { [200, 404].contains($0.status) }, "\(response.href)")
                for name in ["resourcetype", "getlastmodified"] { #expect(response.property(name) != nil) }
            }
            for (asked, written) in Self.names {
                #expect(try await files.send("GET", folder + written).text == asked, "\(written)")
                let single = try await Self.list(files, folder + asked, depth: "0")
                // Asked for by itself, it is called what the client called it.
                #expect(single.hrefs == [folder + asked])
                #expect(single.responses.first?.property("getetag") != nil)
            }
            await files.close()
        }
    }

    /// The children are looked for below the address that was asked for, to the letter.
    @Test func childrenStandBelowTheFolderAsItWasSpelled() async throws {
        try await Product.run { product in
            let files = product.client("alice")
            let folder = "/files/alice/My%20folder%20(1)/"
            let made = try await files.mkcol(folder)
            let put = try await files.put(folder + "a.txt", "a")
            #expect(made.status == 201 && put.status == 201)
            for spelling in ["My%20folder%20%281%29/", "My%20folder%20(1)/", "%4dy%20folder%20(1)/"] {
                let listed = try await Self.list(files, "/files/alice/" + spelling)
                let prefix = "/files/alice/" + spelling
                #expect(listed.hrefs == [prefix, prefix + "a.txt"])
            }
            let bare = try await Self.list(files, String(folder.dropLast()))
            #expect(bare.hrefs == [folder, folder + "a.txt"])
            await files.close()
        }
    }

    @Test func aRenameEscapesItsDestination() async throws {
        try await Product.run { product in
            let files = product.client("alice")
            #expect(try await files.put("/files/alice/a.txt", "a").status == 201)
            let base = "http://127.0.0.1:\(product.port)/files/alice/"
            let moved = try await files.move(
                "/files/alice/a.txt", to: base + "b%20%28caf%c3%a9%29.txt", [("Overwrite", "F")])
            #expect(moved.status == 201)
            #expect(try await files.send("GET", "/files/alice/b%20(caf%C3%A9).txt").text == "a")
            let listed = try await Self.list(files, "/files/alice/")
            #expect(Set(listed.hrefs) == ["/files/alice/", "/files/alice/b%20(caf%C3%A9).txt"])
            #expect(try await files.put("/files/alice/c.txt", "c").status == 201)
            let refused = try await files.move(
                "/files/alice/c.txt", to: base + "b%20(caf%C3%A9).txt", [("Overwrite", "F")])
            #expect(refused.status == 412)
            #expect(try await files.send("GET", "/files/alice/b%20(caf%C3%A9).txt").text == "a")
            await files.close()
        }
    }
}
