import Testing

@testable import MartletServer

/// RFC 9112, RFC 9110 §10.1.1; H-12, H-13.
@Suite(.timeLimit(.minutes(5))) struct RequestFraming {
    @Test func continueIsSentWhenTheBodyIsWanted() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            try await client.wait("100 should come") { client.receivedText.hasPrefix("HTTP/1.1 100 Continue\r\n\r\n") }
            try await client.send("hello")
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.text == "read 5")
            #expect(response.informational == [100])
        }
    }

    @Test func anEarlyRefusalNeedsNoBodyAndEndsTheConnection() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(
                "PUT /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 413)
            #expect(response.informational == [])
            #expect(response["Connection"] == "close")
            try await client.waitUntilClosed()
        }
    }

    @Test func aWrongPasswordIsRefusedBeforeTheBody() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(
                "PUT /read HTTP/1.1\r\nHost: x\r\nAuthorization: \(String.basic("ann", "no"))\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n"
            )
            let response = try await client.response()
            #expect(response.status == 401)
            #expect(response.informational == [])
        }
    }

    @Test func anUnknownExpectationIs417() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let response = try await server.request(
                "PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: miracles\r\n\r\n")
            #expect(response.status == 417)
        }
    }

    /// The client goes on sending after the refusal: the answer must reach it, and the server must not swallow it all.
    @Test func aLongUnreadBodyIsNotDrainedWithoutLimit() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("PUT /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
            let chunk = [UInt8](repeating: 0, count: 1 << 20)
            var sent = 0
            while sent < 200, !client.isClosed {
                do { try await client.send(chunk) } catch { break }
                sent += 1
            }
            #expect(sent < 100)
            #expect(client.receivedText.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func aShortUnreadBodyLeavesTheConnectionUsable() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("PUT /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
            #expect(try await client.response().status == 413)
            try await client.send("helloGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().text == "GET http://x/a nobody")
        }
    }

    @Test func chunkedBodiesAndPipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(
                "PUT /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
                    + "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().text == "read 7")
            #expect(try await client.response().text == "slow")
            #expect(try await client.response().text == "GET http://x/b nobody")
            #expect(!client.isClosed)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400),
        ("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
        ("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n", 400),
        ("PUT /read HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("NONSENSE\r\n\r\n", 501),
        ("FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ])
    func wrongFramingIsRefusedAndTheConnectionClosed(request: String, status: Int) async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(request)
            let response = try await client.response()
            #expect(response.status == status)
            try await client.waitUntilClosed()
        }
    }

    /// What follows a refused request on the same connection must never be taken for another one.
    @Test(arguments: [
        "PUT /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n12345GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    ])
    func nothingCanBeSmuggledBehindAConfusingRequest(request: String) async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(request)
            try await client.waitUntilClosed()
            #expect(!client.receivedText.contains("smuggled"))
            #expect(client.receivedText.hasPrefix("HTTP/1.1 4") || client.receivedText.hasPrefix("HTTP/1.1 501"))
        }
    }

    @Test func aHeaderThatIsTooLargeIs431() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(
                "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + String(repeating: "a", count: 100_000) + "\r\n\r\n")
            #expect(try await client.response().status == 431)
            try await client.waitUntilClosed()
        }
    }

    @Test func tooManyHeadersAre431() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            let fields = (0..<1000).map { "X-\($0): y\r\n" }.joined()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n")
            #expect(try await client.response().status == 431)
        }
    }

    @Test func aTargetThatIsTooLongIs414() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let response = try await server.request(
                "GET /" + String(repeating: "a", count: 40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(response.status == 414)
        }
    }

    @Test(arguments: ["close", "Close", "TE, close", "keep-alive, CLOSE"])
    func anySpellingOfConnectionCloseEndsTheConnection(value: String) async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send(
                "GET /a HTTP/1.1\r\nHost: x\r\nConnection: \(value)\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try await client.response()
            #expect(response["Connection"] == "close")
            try await client.waitUntilClosed(seconds: 4)
            #expect(client.received.isEmpty)
        }
    }

    @Test func http10IsAnsweredWithoutChunksAndClosed() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("GET /unknown-length HTTP/1.0\r\n\r\n")
            let response = try await client.response()
            #expect(response.text == "abc")
            #expect(response["Transfer-Encoding"] == nil)
            #expect(client.isClosed)
        }
    }

    @Test func headHasNoBodyEvenIfTheLengthIsUnknown() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("HEAD /unknown-length HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.response(isHead: true)
            try await client.waitUntilClosed()
            #expect(client.received.isEmpty)
        }
    }

    @Test func theAbsoluteFormOutranksHost() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let response = try await server.request("GET http://other:81/a?b HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(response.text == "GET http://other:81/a?b nobody")
        }
    }

    @Test func aStreamThatFailsIsCutOffRatherThanCompleted() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.waitUntilClosed()
            #expect(client.received.count < 100_000)
        }
    }

    @Test func aLargeAnswerArrivesWhole() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("GET /stream/20 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().body.count == 20 << 20)
        }
    }
}
