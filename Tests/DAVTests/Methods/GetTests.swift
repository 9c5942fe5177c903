import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct GetTests {
    let wire = Wire()
    static let digits = "0123456789"

    func get(_ headers: [String: String] = [:], of text: String = digits) async throws -> Wire.Answer {
        try await wire.put("/files/alice/d.txt", text)
        return try await wire.send("GET", "/files/alice/d.txt", headers)
    }

    @Test func aMemberComesWithItsDescription() async throws {
        let answer = try await get()
        #expect(answer.status == 200)
        #expect(answer.text == Self.digits)
        #expect(answer.headers[.contentType] == "text/plain")
        #expect(answer.headers[.acceptRanges] == "bytes")
        #expect(answer.headers[.lastModified] == "Sun, 09 Sep 2001 01:46:40 GMT")
        let etag = try #require(answer.headers[.eTag])
        #expect(etag.hasPrefix("\"") && etag.hasSuffix("\"") && etag.count > 2)
        #expect(answer.headers[.cacheControl] == "private, no-cache, no-transform")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test func headIsGetWithoutContent() async throws {  // H-09
        let full = try await get()
        let request = DAVRequest(method: .head, target: "/files/alice/d.txt", caller: .principal(Wire.alice))
        let head = await wire.handler.handle(request)
        #expect(head.status == .ok)
        #expect(head.headers == full.headers)
        guard case .head(let length) = head.body else {
            Issue.record("HEAD has content")
            return
        }
        #expect(length == 10)
    }

    @Test func aLargeMemberIsSentInPieces() async throws {
        let text = String(repeating: "0123456789abcdef", count: 50_000)
        let answer = try await get(of: text)
        #expect(answer.text == text)
        #expect(answer.chunks == 4)
    }

    @Test func anEmptyMemberIsEmpty() async throws {
        let answer = try await get(of: "")
        #expect(answer.status == 200)
        #expect(answer.bytes.isEmpty)
        #expect(try await get(["Range": "bytes=0-0"], of: "").status == 416)
    }

    @Test func conditionsAnswer304WithTheValidators() async throws {  // H-03
        let etag = try #require(try await get().headers[.eTag])
        for headers in [
            ["If-None-Match": etag], ["If-None-Match": "*"], ["If-None-Match": "W/\(etag)"],
            ["If-Modified-Since": "Sun, 09 Sep 2001 01:46:40 GMT"],
        ] {
            let answer = try await wire.send("GET", "/files/alice/d.txt", headers)
            #expect(answer.status == 304)
            #expect(answer.bytes.isEmpty)
            #expect(answer.headers[.eTag] == etag)
            #expect(answer.headers[.cacheControl] != nil)
        }
        for headers in [["If-Match": "\"other\""], ["If": "([\"other\"])"], ["If": "(<urn:uuid:none>)"]] {
            #expect(try await wire.send("GET", "/files/alice/d.txt", headers).status == 412)
        }
        #expect(try await wire.send("GET", "/files/alice/d.txt", ["If": "([\(etag)])"]).status == 200)
        #expect(try await wire.send("GET", "/files/alice/missing", ["If-None-Match": "*"]).status == 404, "H-04")
    }

    static let ranges: [(String, Int, String, String?)] = [
        ("bytes=0-0", 206, "0", "bytes 0-0/10"), ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"), ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=-20", 206, digits, "bytes 0-9/10"), ("bytes=5-99999999999999999999", 206, "56789", "bytes 5-9/10"),
        ("BYTES=1-1", 206, "1", "bytes 1-1/10"), ("bytes= 1-1 , 20-30", 206, "1", "bytes 1-1/10"),
        ("bytes=10-", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"),
        ("bytes=4-2", 200, digits, nil), ("bytes=", 200, digits, nil), ("bytes=a-b", 200, digits, nil),
        ("bytes=-", 200, digits, nil), ("lines=1-2", 200, digits, nil), ("bytes=1-2 3-4", 200, digits, nil),
        ("bytes=0-9,0-9", 200, digits, nil), ("bytes=" + String(repeating: "1-1,", count: 17), 200, digits, nil),
    ]

    @Test(arguments: ranges)
    func rangesAreCutOrTheWholeIsSent(_ range: String, _ status: Int, _ text: String, _ contentRange: String?)
        async throws
    {
        // H-06
        let answer = try await get(["Range": range])
        #expect(answer.status == status)
        #expect(answer.text == text)
        #expect(answer.headers[.contentRange] == contentRange)
    }

    @Test func severalRangesAreSeveralParts() async throws {
        let answer = try await get(["Range": "bytes=0-1,-1"])
        #expect(answer.status == 206)
        let type = try #require(answer.headers[.contentType])
        let boundary = try #require(type.split(separator: "boundary=").last)
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        #expect(
            answer.text
                == "\r\n--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01"
                + "\r\n--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes 9-9/10\r\n\r\n9\r\n--\(boundary)--\r\n"
        )
    }

    @Test func theAnnouncedLengthOfSeveralPartsIsTheirLength() async throws {
        _ = try await get()
        let request = DAVRequest(
            method: .get, target: "/files/alice/d.txt", headers: [.range: "bytes=0-1,4-5,-1"],
            caller: .principal(Wire.alice))
        guard case .stream(let length?, _) = await wire.handler.handle(request).body else {
            Issue.record("no length")
            return
        }
        #expect(try await Int(length) == get(["Range": "bytes=0-1,4-5,-1"]).bytes.count)
    }

    @Test func ifRangeSendsTheWholeWhenSomethingChanged() async throws {
        let etag = try #require(try await get().headers[.eTag])
        let now = "Sun, 09 Sep 2001 01:46:40 GMT"
        for (field, status) in [(etag, 206), ("\"other\"", 200), ("W/\(etag)", 200), ("junk", 200), (now, 200)] {
            #expect(try await get(["Range": "bytes=0-0", "If-Range": field]).status == status, "\(field)")
        }
    }

    @Test func aBrowserSeesTheMembersOfACollection() async throws {
        try await wire.put("/files/alice/a%3Cb%3E&%22c%22.txt")
        try await wire.mkcol("/files/alice/%C3%A9%20f")
        let answer = try await wire.send("GET", "/files/alice")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.contentLocation] == "/files/alice/")
        #expect(answer.text.contains(##"<a href="/files/alice/a%3Cb%3E&amp;%22c%22.txt">a&lt;b&gt;&amp;"c".txt</a>"##))
        #expect(answer.text.contains(##"<a href="/files/alice/%C3%A9%20f/">é f/</a>"##))
        #expect(
            !(try await wire.send("GET", "/files/").text.contains("bob")), "the home of somebody else is not listed")
        #expect(try await wire.send("HEAD", "/files/alice/").status == 200)
    }

    @Test func whatABrowserWouldRunIsSandboxed() async throws {
        try await wire.put("/files/alice/x.html", "<script>", type: "text/html")
        #expect(try await wire.send("GET", "/files/alice/x.html").headers[.contentSecurityPolicy] == "sandbox")
    }
}
