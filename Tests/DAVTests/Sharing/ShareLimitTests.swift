import DAV
import DAVTesting
import HTTPTypes
import Synchronization
import Testing

/// How much is taken, and how fast. Row numbers are those of the scenarios of sharing: P sharing, N answers, X attacks.
@Suite struct ShareLimitTests {
    typealias W = ShareWire

    /// A body that says how much of it was read.
    private func post(_ wire: W, _ bytes: [UInt8], type: String, to target: String, as caller: Caller = W.olga) async
        -> (status: Int, read: Int)
    {
        let read = CountedBytes()
        let body = BodyStream { read.next(of: bytes) }
        let request = DAVRequest(
            method: .post, target: target, headers: [.contentType: type], body: body, caller: caller)
        let response = await wire.handler.handle(request)
        return (response.status.code, read.count)
    }

    private final class CountedBytes: Sendable {
        private let position = Mutex(0)
        var count: Int { position.withLock { $0 } }
        func next(of bytes: [UInt8]) -> [UInt8]? {
            position.withLock { position in
                guard position < bytes.count else { return nil }
                let chunk = Array(bytes[position..<min(bytes.count, position + 4096)])
                position += chunk.count
                return chunk
            }
        }
    }

    private func request(_ sharees: String) -> [UInt8] {
        Array("<D:share-resource xmlns:D='DAV:'>\(sharees)</D:share-resource>".utf8)
    }

    @Test func noMoreIsReadThanWhatItIsForMayHave() async throws {  // P16
        let wire = try await W()
        let many = request((0..<40_000).map { W.sharee("mailto:p\($0)@example.org", "read") }.joined())
        #expect(many.count > 4_000_000)
        let shared = await post(wire, many, type: "application/davsharing+xml", to: W.calendar)
        #expect(shared.status == 413 && shared.read <= 600 << 10)
        let register = Array("<p:push-register xmlns:p='https://bitfire.at/webdav-push'>".utf8) + many
        let other = await post(wire, register, type: "application/xml", to: W.calendar)
        #expect(other.status == 413 && other.read <= 40 << 10, "\(other)")
        #expect(try await wire.invite().isEmpty)
    }

    @Test func whoMayNotShareHasNothingReadForThem() async throws {  // P16, X1
        let wire = try await W()
        try await wire.share()
        let many = request(String(repeating: W.sharee("mailto:a@example.org", "read"), count: 4000))
        let refused = await post(
            wire, many, type: "application/davsharing+xml", to: try await wire.instance(), as: W.sam)
        #expect(refused.status == 403 && refused.read <= 40 << 10)
    }

    @Test func whatIsAnnouncedAsTooLongIsNotReadAtAll() async throws {  // P16
        let wire = try await W()
        let headers = ["Content-Type": "application/davsharing+xml", "Content-Length": "10000000"]
        let body = String(decoding: request(W.sharee("/principals/sam/", "read")), as: UTF8.self)
        #expect(try await wire.send("POST", W.calendar, headers, as: W.olga, body).status == 413)
    }

    @Test func aDocumentOfAnotherKindIsAMemberHoweverLong() async throws {  // P16
        let wire = try await W()
        let document = Array(("<x>" + String(repeating: "text ", count: 100_000) + "</x>").utf8)
        let stored = await post(wire, document, type: "text/xml", to: W.calendar)
        #expect(stored.status == 201 && stored.read == document.count)
        let member = try #require(
            try await wire.propfind(W.calendar, depth: "1", "<getetag/>").hrefs.first { $0 != W.calendar })
        #expect(try await wire.send("GET", member, as: W.olga).bytes == document)
    }

    @Test func aThousandShareesAreTakenAndNotOneMore() async throws {  // P16
        let wire = try await W { $0.mostInvites = 500 }
        func post(_ people: Range<Int>) async throws -> W.Answer {
            try await wire.post(people.map { W.sharee("mailto:p\($0)@example.org", "read") }.joined())
        }
        #expect(try await post(0..<500).status == 204)
        let beyond = try await post(500..<501)
        #expect(beyond.status == 507, "\(beyond.status)")
        #expect(try await post(0..<1001).status == 413)
        #expect(try await wire.invite().count == 500)
    }

    @Test(arguments: ["<b>&amp;\"'</b>", "]]>", "a\tb", "line\nbreak", "\u{202E}\u{FEFF}", "😀", "  spaces  "])
    func textIsTextWhateverStandsInIt(text: String) async throws {  // P18
        let wire = try await W()
        let escaped = Escaped.text(text)
        let more = "<D:prop><D:displayname>\(escaped)</D:displayname></D:prop><D:comment>\(escaped)</D:comment>"
        #expect(try await wire.post(W.sharee("/principals/sam/", "read", more)).status == 204)
        let found = try await wire.propfind(W.calendar, "<invite/><CS:invite/>")
        let sharee = found[W.calendar]?.property("invite")?.elements.first
        #expect(sharee?.first(.dav("prop"))?.first(.dav("displayname"))?.text == text)
        #expect(found.responses.count == 1)
    }

    @Test(arguments: ["&#0;", "&#1;", "&#x1F;", "\u{1}", "&#xFFFE;"])
    func whatXMLCannotSayIsRefused(text: String) async throws {  // P18
        let wire = try await W()
        let comment = "<D:comment>\(text)</D:comment>"
        #expect(try await wire.post(W.sharee("/principals/sam/", "read", comment)).status == 400)
        #expect(try await wire.invite().isEmpty)
    }

    @Test func longTextIsRefused() async throws {  // P18
        let wire = try await W()
        let long = String(repeating: "x", count: 64 << 10)
        for more in [
            "<D:comment>\(long)</D:comment>", "<D:prop><D:displayname>\(long)</D:displayname></D:prop>",
        ] { #expect(try await wire.post(W.sharee("/principals/sam/", "read", more)).status == 400) }
        let apple = "<CS:set><D:href>/principals/sam/</D:href><CS:read/><CS:summary>\(long)</CS:summary></CS:set>"
        #expect(try await wire.apple(apple).status == 403)
        #expect(try await wire.invite().isEmpty)
    }

    @Test(arguments: ["application/json", "application/xml", "text/xml", "text/plain", "application/davsharing", nil])
    func anotherMediaTypeSharesNothing(type: String?) async throws {  // P13
        let wire = try await W()
        let answer = try await wire.post(W.sharee("/principals/sam/", "read"), type: type)
        let isMember = ["application/json", "text/plain", "application/davsharing"].contains(type)
        // What says it is something else is a member like any other: kinds with a policy refuse it (415 or 403).
        #expect(answer.status == (isMember ? 201 : 415), "\(type ?? "none") \(answer.status)")
        #expect(try await wire.invite().isEmpty)
    }

    @Test func compressedRequestsAreNotRead() async throws {  // P13
        let wire = try await W()
        let answer = try await wire.post(W.sharee("/principals/sam/", "read"), ["Content-Encoding": "gzip"])
        #expect(answer.status == 415)
        #expect(try await wire.invite().isEmpty)
    }

    @Test(arguments: [
        "APPLICATION/DAVSHARING+XML", "application/davsharing+xml ; charset=utf-8",
        "application/davsharing+xml;charset=\"UTF-8\";x=y",
    ])
    func parametersAndCaseDoNotMatter(type: String) async throws {  // P14
        let wire = try await W()
        #expect(try await wire.post(W.sharee("/principals/sam/", "read"), type: type).status == 204)
    }

    @Test func elementsNobodyKnowsAreLeftAside() async throws {  // P17
        let wire = try await W()
        let more = "<D:noresponse/><x:anything><D:share-access><D:read-write/></D:share-access></x:anything>"
        let body = "<x:first/>" + W.sharee("/principals/sam/", "read", more) + "<D:set/>"
        #expect(try await wire.post(body).status == 204)
        #expect(try await wire.invite() == ["/principals/sam/ invite-accepted read"])
    }

    // MARK: How fast

    @Test func invitingTooFastIsRefusedAndWaitingHelps() async throws {  // N9
        let wire = try await W(.invitation) { $0.mostInvitationsPerHour = 10 }
        for _ in 0..<10 { try await wire.share() }
        let refused = try await wire.post(W.sharee("/principals/sam/", "read"))
        #expect(refused.status == 429 && refused.headers[.retryAfter] == "360")
        let apple = try await wire.apple("<CS:set><D:href>/principals/sue/</D:href><CS:read/></CS:set>")
        #expect(apple.status == 429)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        // Taking back is never refused, and others are not made to wait.
        #expect(try await wire.post(W.sharee("/principals/sam/", "no-access")).status == 204)
        let own = try await wire.send("MKCOL", "/cal/sue/d/", ["Content-Type": "text/xml"], as: W.sue, W.mkcol)
        #expect(own.status == 201)
        #expect(try await wire.post(W.sharee("/principals/sam/", "read"), to: "/cal/sue/d/", as: W.sue).status == 204)
        wire.society.now.withLock { $0 += 360 }
        #expect(try await wire.post(W.sharee("/principals/sam/", "read")).status == 204)
        #expect(try await wire.post(W.sharee("/principals/sam/", "read")).status == 429)
        wire.society.now.withLock { $0 += 36_000 }
        for _ in 0..<10 { try await wire.share() }
        #expect(try await wire.post(W.sharee("/principals/sam/", "read")).status == 429)
    }

    @Test func whoeverInvitesAGroupInvitesAllWhoAreInIt() async throws {  // N9
        let wire = try await W(.invitation) { $0.mostInvitationsPerHour = 10 }
        let names = ["sam", "sue", "olga"] + (0..<5).map { "p\($0)" }
        wire.society.members.withLock { $0 = names.map { PrincipalID(Name($0)!) } }
        try await wire.share("/principals/team/", "read")
        #expect(try await wire.post(W.sharee("/principals/team/", "read-write")).status == 429)
        #expect(try await wire.invite() == ["/principals/team/ invite-noresponse read"])
        for _ in 0..<2 { try await wire.share() }
        #expect(try await wire.post(W.sharee("/principals/sam/", "read")).status == 429)
        #expect(try await wire.post(W.sharee("/principals/team/", "no-access")).status == 204)
    }

    // MARK: Conditions

    @Test func conditionsAreJudgedWhereTheListIs() async throws {  // P21
        let wire = try await W()
        let sam = W.sharee("/principals/sam/", "read")
        let found = try await wire.propfind(W.calendar, "<sync-token/>")
        let token = try #require(found[W.calendar]?.value("sync-token"))
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        for stale in [["If": "(<\(token)>)"], ["If-Match": "\"x\""], ["If-None-Match": "*"]] {
            #expect(try await wire.post(sam, stale).status == 412, "\(stale)")
            let apple = try await wire.send(
                "POST", W.calendar, stale.merging(["Content-Type": "text/xml"]) { $1 }, as: W.olga,
                "<CS:share xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'><CS:set><D:href>/principals/sam/</D:href><CS:read/></CS:set></CS:share>"
            )
            #expect(apple.status == 412, "\(stale)")
        }
        #expect(try await wire.invite().isEmpty)
        let now = try #require(
            try await wire.propfind(W.calendar, "<sync-token/>")[W.calendar]?.value("sync-token"))
        #expect(try await wire.post(sam, ["If": "(<\(now)>)"]).status == 204)
    }
}

private enum Escaped {
    static func text(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case "&": escaped += "&amp;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
