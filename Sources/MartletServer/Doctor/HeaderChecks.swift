import DAV

/// Whether the headers that make WebDAV safe come through. Most are missed silently: the server then does what was not meant.
extension Examination {
    private static let text = [("Content-Type", "text/plain")]

    func requestHeaders() async throws {
        guard let folder else { return }
        let file = member("headers.txt")
        _ = try await send("PUT", file, Self.text, .bytes(Array("one".utf8)))
        let alone = try await propfind(folder, depth: "0", "<D:getetag/>")
        let below = try await propfind(folder, depth: "1", "<D:getetag/>")
        expect(
            alone.hrefs.count == 1 && below.hrefs.count > 1, "Depth arrives",
            or: "\(alone.status) with \(alone.hrefs.count) and \(below.status) with \(below.hrefs.count) resources",
            "Clients list folders with Depth: 1; without the header they are refused or get too much.",
            .requestHeader("Depth"))
        try await guarded("If-Match", by: ("If-Match", "\"martlet-doctor\""), "PUT", file)
        try await guarded("If-None-Match", by: ("If-None-Match", "*"), "PUT", file)
        let other = member("headers-2.txt")
        _ = try await send("PUT", other, Self.text, .bytes(Array("two".utf8)))
        let copy = try await send("COPY", file, [("Destination", other.description), ("Overwrite", "F")])
        // Destination has a finding of its own.
        if copy.status == 412 || copy.isSuccess {
            expect(
                copy.status == 412, "Overwrite arrives", or: "\(copy.status)",
                "Clients overwrite what they promised to leave alone.", .requestHeader("Overwrite"))
        }
    }

    /// A write that must be refused: if it is not, the header did not arrive.
    private func guarded(_ name: String, by header: (String, String), _ method: String, _ url: ProbeURL) async throws {
        let answer = try await send(method, url, Self.text + [header], .bytes(Array("three".utf8)))
        expect(
            answer.status == 412, "\(name) arrives", or: tell(answer),
            "Two devices that change the same thing overwrite each other without noticing.", .requestHeader(name))
    }

    func locks() async throws {
        let file = member("lock.txt")
        _ = try await send("PUT", file, Self.text, .bytes(Array("one".utf8)))
        let xml = Self.xmlBody(
            """
            <D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>
            """)
        let lock = try await method(
            "LOCK", file, [("Depth", "0"), ("Timeout", "Second-60")] + xml.headers, xml.body, expecting: [200])
        guard lock.status == 200 else { return }
        guard let token = lock["Lock-Token"] else {
            failed(
                "LOCK answers without Lock-Token", "Finder, Windows and Office cannot save.",
                .responseHeader("Lock-Token"))
            return
        }
        let refused = try await send("PUT", file, Self.text, .bytes(Array("two".utf8)))
        let taken = try await send("PUT", file, Self.text + [("If", "(\(token))")], .bytes(Array("two".utf8)))
        expect(
            refused.status == 423 && taken.isSuccess, "If arrives",
            or: "\(refused.status) without it, \(taken.status) with it", "Finder, Windows and Office cannot save.",
            .requestHeader("If"))
        let unlock = try await send("UNLOCK", file, [("Lock-Token", token)])
        if unlock.status == 400, isFromServer(unlock) {
            failed(
                "UNLOCK: 400, Lock-Token did not arrive", "Files stay locked until the lock runs out.",
                .requestHeader("Lock-Token"))
        } else {
            expect(
                unlock.status == 204, "UNLOCK passes", or: tell(unlock), "Files stay locked until the lock runs out.",
                .method("UNLOCK"))
        }
    }

    /// ETags must come back as they were given, also when the client would take a compressed answer.
    func entityTags() async throws {
        // Proxies compress pages first, and only those that are worth it.
        let file = member("etag.html")
        let body = Array(String(repeating: "<p>The same line again and again.</p>\n", count: 200).utf8)
        let put = try await send("PUT", file, [("Content-Type", "text/html")], .bytes(body))
        guard put.isSuccess else { return }
        let get = try await send("GET", file, [("Accept-Encoding", "gzip, deflate, br")])
        let listed = try await propfind(file, "<D:getetag/>").property(.dav("getetag"))?.text
        guard let etag = put["ETag"], get["ETag"] != nil else {
            failed(
                "ETag is missing on \(put["ETag"] == nil ? "PUT" : "GET")",
                "Clients fetch everything twice, and cannot tell who changed what.", .responseHeader("ETag"))
            return
        }
        expect(
            get["ETag"] == etag && listed == etag, "ETags come back as they were given",
            or: "PUT said \(etag), GET \(get["ETag"] ?? ""), PROPFIND \(listed ?? "nothing")",
            get["Content-Encoding"] == nil
                ? "Clients take each file for changed, or their changes are refused with 412."
                : "The answer was compressed on the way, which changes its ETag: changes are refused with 412.",
            .entityTag)
    }
}
