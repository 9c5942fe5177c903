import DAV
import DAVTesting
import Testing

/// The examples of RFC 4918 §9.10, §9.11 and §10.4, in our URL space.
@Suite(.timeLimit(.minutes(5))) struct RFC4918Locks {
    private static let lockinfo = """
        <?xml version="1.0" encoding="utf-8" ?>
        <D:lockinfo xmlns:D='DAV:'>
          <D:lockscope><D:exclusive/></D:lockscope>
          <D:locktype><D:write/></D:locktype>
          <D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>
        </D:lockinfo>
        """

    private static func discovery(of root: String, _ timeout: String = "604800") -> String {
        """
        <D:prop xmlns:D="DAV:"><D:lockdiscovery><D:activelock>
          <D:locktype><D:write/></D:locktype>
          <D:lockscope><D:exclusive/></D:lockscope>
          <D:depth>infinity</D:depth>
          <D:owner><D:href>http://example.org/~ejw/contact.html</D:href></D:owner>
          <D:timeout>Second-\(timeout)</D:timeout>
          <D:locktoken><D:href>{token}</D:href></D:locktoken>
          <D:lockroot><D:href>\(root)</D:href></D:lockroot>
        </D:activelock></D:lockdiscovery></D:prop>
        """
    }

    private static let proposal = "/files/alice/proposal.doc"

    private static func takeLock(_ script: Transcript, answer status: Int = 200) async throws {
        try await script.play(
            "LOCK \(proposal)\nTimeout: Infinite, Second-4100000000\nContent-Type: application/xml; charset=\"utf-8\"\n\n\(lockinfo)",
            answer: """
                \(status)
                Lock-Token: <{token}>
                Content-Type: application/xml; charset=utf-8

                \(discovery(of: proposal))
                """)
    }

    @Test func example9_10_7_aSimpleLock() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script)
            #expect(script["token"]?.hasPrefix("urn:uuid:") == true)
            try await script.play(
                "LOCK \(RFC4918Locks.proposal)\n\n\(RFC4918Locks.lockinfo)",
                answer: """
                    423
                    !Lock-Token

                    <D:error xmlns:D="DAV:"><D:no-conflicting-lock><D:href>\(RFC4918Locks.proposal)</D:href></D:no-conflicting-lock></D:error>
                    """)
        }
    }

    @Test func example9_10_8_refreshing() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script)
            server.clock.advance(seconds: 1000)
            try await script.play(
                "LOCK \(RFC4918Locks.proposal)\nTimeout: Infinite, Second-4100000000\nIf: (<{token}>)",
                answer: """
                    200
                    !Lock-Token
                    Content-Type: application/xml; charset=utf-8

                    \(RFC4918Locks.discovery(of: RFC4918Locks.proposal))
                    """)
            try await script.play(
                "LOCK \(RFC4918Locks.proposal)\nIf: (<urn:uuid:00000000-0000-4000-8000-000000000000>)", answer: "412")
            try await script.play("LOCK \(RFC4918Locks.proposal)", answer: "400")
        }
    }

    /// What is in the way is somebody's lock below, where the RFC's example lacks a privilege.
    @Test func example9_10_9_aLockOnATreeIsAllOrNothing() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/webdav/")
            try await script.play("PUT /files/alice/webdav/secret")
            _ = try await server.alice.lock("/files/alice/webdav/secret")
            try await script.play(
                "LOCK /files/alice/webdav/\nDepth: infinity\n\n\(RFC4918Locks.lockinfo)",
                answer: """
                    207
                    !Lock-Token

                    <D:multistatus xmlns:D="DAV:">
                      <D:response>
                        <D:href>/files/alice/webdav/secret</D:href><D:status>HTTP/1.1 423 Locked</D:status>
                        <D:error><D:no-conflicting-lock><etc/></D:no-conflicting-lock></D:error>
                      </D:response>
                      <D:response>
                        <D:href>/files/alice/webdav/</D:href><D:status>HTTP/1.1 424 Failed Dependency</D:status>
                      </D:response>
                    </D:multistatus>
                    """)
            let found = try await server.alice.propfind("/files/alice/webdav/", "<D:lockdiscovery/>")
            #expect(found.responses[0].property("lockdiscovery")?.elements.isEmpty == true)
            try await script.play("LOCK /files/alice/webdav/\nDepth: 1\n\n\(RFC4918Locks.lockinfo)", answer: "400")
        }
    }

    @Test func section9_10_4_aLockOnAnUnmappedUrlMakesAnEmptyResource() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script, answer: 201)
            try await script.play("GET \(RFC4918Locks.proposal)", answer: "200\nContent-Length: 0\n\n(empty)")
            try await script.play("UNLOCK \(RFC4918Locks.proposal)\nLock-Token: <{token}>", answer: "204")
            try await script.play("GET \(RFC4918Locks.proposal)", answer: "200")
        }
    }

    @Test func example9_11_2_unlock() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script, answer: 201)
            try await script.play("UNLOCK \(RFC4918Locks.proposal)", answer: "400")
            let mismatch = """
                409

                <D:error xmlns:D="DAV:"><D:lock-token-matches-request-uri/></D:error>
                """
            try await script.play(
                "UNLOCK \(RFC4918Locks.proposal)\nLock-Token: <urn:uuid:00000000-0000-4000-8000-000000000000>",
                answer: mismatch)
            try await script.play("UNLOCK /files/alice/\nLock-Token: <{token}>", answer: mismatch)
            try await script.play("UNLOCK \(RFC4918Locks.proposal)\nLock-Token: <{token}>", answer: "204\n\n(empty)")
            try await script.play("UNLOCK \(RFC4918Locks.proposal)\nLock-Token: <{token}>", answer: mismatch)
        }
    }

    // MARK: If (§10.4)

    @Test func example10_4_6_noTagProduction() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script)
            let put = "PUT \(RFC4918Locks.proposal)\nIf: "
            try await script.play(put + "(<{token}> [\"I am an ETag\"]) ([\"I am another ETag\"])", answer: "412")
            let etag = try await server.alice.etag(of: RFC4918Locks.proposal)
            try await script.play(put + "(<{token}> [\(etag)]) ([\"I am another ETag\"])", answer: "204")
            // The token was submitted although its list is false (G-03).
            let next = try await server.alice.etag(of: RFC4918Locks.proposal)
            try await script.play(put + "(<{token}> [\"no\"]) ([\(next)])", answer: "204")
        }
    }

    @Test func example10_4_7_not() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script)
            let put = "PUT \(RFC4918Locks.proposal)\nIf: "
            let other = "<urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092>"
            try await script.play(put + "(Not \(other) <{token}>)", answer: "204")
            try await script.play(put + "(Not <{token}> \(other))", answer: "412")
        }
    }

    @Test func example10_4_8_aConditionThatIsAlwaysTrue() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            try await RFC4918Locks.takeLock(script)
            try await script.play("PUT \(RFC4918Locks.proposal)\nIf: (<{token}>) (Not <DAV:no-lock>)", answer: "204")
            try await script.play("UNLOCK \(RFC4918Locks.proposal)\nLock-Token: <{token}>")
            try await script.play("PUT \(RFC4918Locks.proposal)\nIf: (<{token}>) (Not <DAV:no-lock>)", answer: "204")
            try await script.play("PUT \(RFC4918Locks.proposal)\nIf: (<{token}>)", answer: "412")
        }
    }

    @Test func example10_4_9_taggedListInCopy() async throws {
        try await Server.run { server in
            try await server.alice.put(RFC4918Locks.proposal)
            let script = Transcript(as: server.alice)
            let etag = try await server.alice.etag(of: RFC4918Locks.proposal)
            let copy =
                "COPY \(RFC4918Locks.proposal)\nDestination: /files/alice/resource2\nIf: <\(RFC4918Locks.proposal)> "
            let never = "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> [W/\"A weak ETag\"])"
            try await script.play(copy + "\(never) ([\"strong ETag\"])", answer: "412")
            try await script.play(copy + "\(never) ([\(etag)])", answer: "201")
        }
    }

    @Test func example10_4_10_theTokenOfACollectionsLock() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/specs/")
            try await script.play("PUT /files/alice/specs/rfc2518.txt")
            let token = try await server.alice.lock("/files/alice/specs/")
            let delete =
                "DELETE /files/alice/specs/rfc2518.txt\nIf: <http://127.0.0.1:\(server.port)/files/alice/specs/> "
            try await script.play(delete + "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>)", answer: "412")
            try await script.play(delete + "(<\(token)>)", answer: "204")
        }
    }

    @Test func example10_4_11_etagsOnUnmappedUrls() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            let put = "PUT /files/alice/new\nIf: </files/alice/rfc2518.doc> "
            try await script.play(put + "([\"4217\"])", answer: "412")
            try await script.play(put + "(Not [\"4217\"])", answer: "201")
        }
    }
}
