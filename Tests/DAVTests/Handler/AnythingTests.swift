import DAV
import HTTPTypes
import DAVTesting
import Testing

/// Requests thrown together at random: whatever is asked, the answer is one that makes sense.
@Suite struct AnythingTests {
    private struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
        mutating func pick<T>(_ all: [T]) -> T { all[roll(all.count)] }
    }

    private static let methods = [
        "OPTIONS", "GET", "HEAD", "PUT", "PUT", "POST", "DELETE", "MKCOL", "MKCOL", "COPY", "MOVE", "PROPFIND",
        "PROPPATCH",
        "REPORT", "LOCK", "LOCK", "UNLOCK", "ACL", "BREW",
    ]
    private static let targets = [
        "/", "/files", "/files/", "/files/alice", "/files/alice/", "/files/alice/a", "/files/alice/b/",
        "/files/alice/b",
        "/files/alice/b/c", "/files/alice/b/c/", "/files/alice/b/c/d", "/files/bob/", "/files/bob/x", "/principals/",
        "/principals/alice/", "/principals/alice/x", "/nowhere", "/nowhere/at/all", "/files/alice//a",
        "/files/alice/%2F",
        "/files/alice/%C3%A9", "/files/alice/?q=1", "*", "/files/alice/a/below",
    ]
    private static let headers: [(String, [String])] = [
        ("Depth", ["0", "1", "infinity", "2", ""]), ("Overwrite", ["T", "F", "X"]),
        ("Destination", targets + ["http://localhost/files/alice/c", "http://elsewhere/", "urn:x", ""]),
        ("If-Match", ["*", "\"1-2\"", "\"1-4\", W/\"1-5\"", "x"]), ("If-None-Match", ["*", "\"1-2\"", ","]),
        ("If-Modified-Since", ["Sun, 09 Sep 2001 01:46:40 GMT", "yesterday"]),
        ("If-Unmodified-Since", ["Sun, 09 Sep 2001 01:46:39 GMT", "Sun, 09 Sep 2040 01:46:39 GMT"]),
        (
            "If",
            [
                "(<urn:x>)", "(Not <urn:x>)", "</files/alice/> (Not <DAV:no-lock>)", "<http://x/> ([\"1\"])", "(",
                "(TOKEN)",
            ]
        ),
        ("Range", ["bytes=0-0", "bytes=5-", "bytes=0-0,-1", "lines=1"]), ("If-Range", ["\"1-2\"", "x"]),
        ("Prefer", ["return=minimal", "return=representation", "depth-noroot"]), ("Brief", ["t"]),
        ("Timeout", ["Second-5", "Infinite", "never"]), ("Lock-Token", ["<urn:x>", "TOKEN", "x"]),
        ("Slug", ["a", "%FF"]),
        ("Content-Type", ["text/plain", "application/xml", "x"]), ("Content-Range", ["bytes 0-1/2"]),
        ("Content-Encoding", ["gzip"]), ("Content-Length", ["0", "5", "-1", "99999999999999999999"]),
        ("Expect", ["100-continue", "200-ok"]),
    ]
    private static let bodies = [
        "", "", "text", "<", "<propfind xmlns='DAV:'><allprop/></propfind>",
        "<propfind xmlns='DAV:'><propname/></propfind>",
        "<propertyupdate xmlns='DAV:'><set><prop><x/><displayname>n</displayname></prop></set></propertyupdate>",
        "<propertyupdate xmlns='DAV:'><remove><prop><getetag/></prop></remove></propertyupdate>", HiddenTests.lockinfo,
        HiddenTests.lockinfo.replacing("exclusive", with: "shared"),
        "<sync-collection xmlns='DAV:'><sync-token/><sync-level>infinite</sync-level><prop><getetag/></prop></sync-collection>",
        "<sync-collection xmlns='DAV:'><sync-token>x</sync-token><sync-level>1</sync-level><prop/></sync-collection>",
        "<expand-property xmlns='DAV:'><property name='owner'><property name='principal-URL'/></property></expand-property>",
        "<principal-match xmlns='DAV:'><self/></principal-match>",
        "<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/></resourcetype><x/></prop></set></mkcol>",
        "<mkcol xmlns='DAV:'><set><prop><resourcetype><principal/></resourcetype></prop></set></mkcol>",
    ]

    @Test(arguments: 1...8) func everyAnswerMakesSense(seed: Int) async throws {
        let wire = Wire(quotaBytes: 1000)
        var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        var token = "<urn:x>"
        for step in 0..<400 {
            let method = dice.pick(Self.methods)
            let target = dice.pick(Self.targets)
            let body = dice.pick(Self.bodies)
            var headers: [String: String] = [:]
            for _ in 0..<dice.roll(4) {
                let (name, values) = dice.pick(Self.headers)
                headers[name] = dice.pick(values).replacing("TOKEN", with: token)
            }
            let answer = try await wire.send(method, target, headers, body)
            let what: Comment =
                "seed \(seed), step \(step): \(method) \(target) \(headers) \(body.prefix(40)): \(answer.status)"
            #expect(answer.status < 500 || [501, 502, 507].contains(answer.status), what)
            #expect(answer.status != 401 && answer.headers[.dav] != nil, what)
            if answer.status == 405 { #expect(answer.headers[.allow] != nil, what) }
            if [403, 409, 423].contains(answer.status), method != "HEAD" { #expect(!answer.bytes.isEmpty, what) }
            if answer.status == 207 { _ = try Multistatus(answer) }
            if answer.headers[.contentType]?.hasPrefix("application/xml") == true, answer.status >= 400,
                answer.status != 412
            {
                #expect(throws: Never.self, what) { try answer.xml() }
            }
            if let given = answer.headers[.lockToken] { token = given }
        }
        let listing = try await wire.send("PROPFIND", "/files/alice/", ["Depth": "1"])
        _ = try Multistatus(listing)
    }
}
