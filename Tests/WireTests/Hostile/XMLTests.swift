import DAV
import Testing

/// What is not XML, or is too much of it (X-04, X-05, law 9): an answer that says so, and nothing changed.
@Suite(.timeLimit(.minutes(5))) struct HostileXML {
    struct Document: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var statuses: Set<Int> = [400]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ statuses: Set<Int> = [400]) {
            self.init(name, Array(text.utf8), statuses)
        }
        init(_ name: String, _ bytes: [UInt8], _ statuses: Set<Int> = [400]) {
            (self.name, self.bytes, self.statuses) = (name, bytes, statuses)
        }
    }

    private static func propfind(_ inside: String) -> String { "<D:propfind xmlns:D='DAV:'>\(inside)</D:propfind>" }
    private static let bomb =
        "<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'>"
        + (1...9).map { "<!ENTITY a\($0) '&a\($0 == 1 ? "" : "\($0 - 1)");&a;&a;'>" }.joined() + "]>"
    private static func utf16(_ text: String, bigEndian: Bool = false, mark: Bool = true) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return bigEndian ? [high, low] : [low, high]
        }
    }

    static let refused: [Document] = [
        Document("truncated", "<D:propfind xmlns:D='DAV:'><D:prop><D:getet"),
        Document("crossed tags", propfind("<D:prop><a></b></D:prop>")),
        Document("undeclared prefix", "<D:propfind><D:allprop/></D:propfind>"),
        Document("empty prefix declaration", "<D:propfind xmlns:D='DAV:' xmlns:x=''><D:allprop/></D:propfind>"),
        Document("two roots", propfind("<D:allprop/>") + "<x/>"),
        Document("same attribute twice", propfind("<D:prop><a x='1' x='2'/></D:prop>")),
        Document("control character", propfind("<D:prop><a>\u{1}</a></D:prop>")),
        Document(
            "not UTF-8",
            Array("<D:propfind xmlns:D='DAV:'><D:prop><a>".utf8) + [0xFF, 0xFE, 0xC0]
                + Array("</a></D:prop></D:propfind>".utf8)),
        Document("only white space", " \n "),
        Document("binary", [0, 1, 2, 3, 0xFF, 0xD8]),
        Document("unknown encoding", "<?xml version='1.0' encoding='martian'?>" + propfind("<D:allprop/>")),
        Document("encoding that is not the one", "<?xml version='1.0' encoding='utf-16'?>" + propfind("<D:allprop/>")),
        Document("UTF-16 without its second half", utf16(propfind("<D:allprop/>")).dropLast()),
        Document("entity bomb", bomb + propfind("<D:prop><a>&a9;</a></D:prop>"), [403]),
        Document(
            "external entity",
            "<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + propfind("<D:prop><a>&x;</a></D:prop>"), [403]),
        Document(
            "external parameter entity", "<!DOCTYPE p SYSTEM 'http://127.0.0.1:1/x.dtd'>" + propfind("<D:allprop/>"),
            [403]),
        Document("undefined entity", propfind("<D:prop><a>&nbsp;</a></D:prop>")),
        Document(
            "10,000 deep",
            propfind(
                "<D:prop>" + String(repeating: "<a>", count: 10_000) + String(repeating: "</a>", count: 10_000)
                    + "</D:prop>")),
        Document(
            "300,000 elements", propfind("<D:prop>" + String(repeating: "<a/>", count: 300_000) + "</D:prop>"),
            [400, 413]),
        Document(
            "10,000 attributes",
            propfind("<D:prop><a \((0..<10_000).map { "a\($0)=''" }.joined(separator: " "))/></D:prop>")),
        Document(
            "10,000 prefixes",
            propfind("<D:prop><a \((0..<10_000).map { "xmlns:p\($0)='u'" }.joined(separator: " "))/></D:prop>")),
        Document("a name of a megabyte", propfind("<D:prop><\(String(repeating: "a", count: 1 << 20))/></D:prop>")),
        Document(
            "9 MB of text", propfind("<D:prop><a>" + String(repeating: "a", count: 9 << 20) + "</a></D:prop>"), [413]),
    ]

    @Test(arguments: refused) func isRefusedWithAWord(_ document: Document) async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let token = try await server.alice.token(of: "/files/alice/")
            for method in ["PROPFIND", "PROPPATCH", "REPORT", "LOCK", "MKCOL"] {
                let target = method == "MKCOL" ? "/files/alice/new/" : "/files/alice/file"
                let headers = [("Depth", "0"), ("Content-Type", "text/xml")]
                let reply = try await server.alice.send(method, target, headers, document.bytes)
                #expect(document.statuses.contains(reply.status), "\(method): \(reply.status)")
                #expect(reply.saysWhy, "\(method): \(reply.text)")
            }
            #expect(try await server.alice.token(of: "/files/alice/") == token)
            #expect(try await server.alice.send("GET", "/files/alice/file").text == "x")
        }
    }

    static let accepted: [Document] = [
        Document(
            "UTF-16, little end first",
            utf16("<?xml version='1.0' encoding='utf-16'?>" + propfind("<D:prop><D:getetag/></D:prop>"))),
        Document("UTF-16, big end first", utf16(propfind("<D:prop><D:getetag/></D:prop>"), bigEndian: true)),
        Document("UTF-8 with a mark", [0xEF, 0xBB, 0xBF] + Array(propfind("<D:prop><D:getetag/></D:prop>").utf8)),
        Document(
            "white space before the declaration",
            "\r\n <?xml version='1.0'?>" + propfind("<D:prop><D:getetag/></D:prop>")),
        Document("the default namespace", "<propfind xmlns='DAV:'><prop><getetag/></prop></propfind>"),
        Document("Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?>" + propfind("<D:prop><D:getetag/></D:prop>")),
    ]

    @Test(arguments: accepted) func isUnderstood(_ document: Document) async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            for type in ["text/xml", "application/xml; charset=\"utf-8\"", "application/xml; charset=iso-8859-1", nil] {
                let headers = [("Depth", "0")] + (type.map { [("Content-Type", $0)] } ?? [])
                let reply = try await server.alice.send("PROPFIND", "/files/alice/file", headers, document.bytes)
                #expect(try Multistatus(reply).responses.first?.property("getetag") != nil, "\(type ?? "no type")")
            }
        }
    }

    @Test func anotherMediaTypeIs415() async throws {
        try await Server.run { server in
            let body = HostileXML.propfind("<D:allprop/>")
            for (type, coding) in [("application/json", "identity"), ("text/xml", "gzip")] {
                let headers = [("Depth", "0"), ("Content-Type", type), ("Content-Encoding", coding)]
                let reply = try await server.alice.send("PROPFIND", "/files/alice/", headers, body)
                #expect(reply.status == 415 && reply.saysWhy)
            }
        }
    }

    /// 100 MB, in pieces, of a document that is well-formed so far: refused long before the end, and the server lives.
    @Test(arguments: [true, false]) func aHundredMegabytesAreNotReadToTheEnd(isChunked: Bool) async throws {
        try await Server.run { server in
            let socket = try await RawSocket(port: server.port)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(100 << 20)"
            try await socket.send(
                """
                PROPFIND /files/alice/ HTTP/1.1\r\nHost: x\r\nAuthorization: \(People.authorization(People.alice))\r
                Depth: 0\r\nContent-Type: text/xml\r\n\(framing)\r\n\r\n
                """)
            let part = Array(String(repeating: "<a>text</a>", count: 8192).utf8)
            let frame = isChunked ? Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10] : part
            var sent = 0
            do {
                while sent < 100 << 20 {
                    try await socket.send(frame)
                    sent += part.count
                }
            } catch {}
            #expect(sent < 64 << 20, "the server took \(sent) bytes")
            await socket.close()
            #expect(try await server.alice.send("PROPFIND", "/files/alice/", [("Depth", "0")]).status == 207)
        }
    }
}
