import NIOHTTP1
import Testing

@testable import WebPush

/// Requests as push services see them, over TLS with an authority of our own.
@Suite(.timeLimit(.minutes(2))) struct Sending {
    /// T30.
    @Test(arguments: [(["h2", "http/1.1"], "2.0"), (["http/1.1"], "1.1"), ([], "1.1")])
    func aMessageArrivesAsItShould(protocols: [String], version: String) async throws {
        let service = try await PushService.start(.status(201, [("ttl", "30")], body: "ok"), protocols: protocols)
        let keys = ReceiverKeys()
        let url = "https://Push.My-Domain.org:\(service.port)//a/../b%2F%41;c?x=%20&y=%2f"
        let tokens = VAPIDTokens(contact: try VAPIDContact("push@my-domain.org"))
        let result = try await withClient(configure: { $0.allowsHTTP2 = true }) { client in
            let endpoint = try PushEndpoint(url)
            let authorization = try tokens.authorization(for: endpoint, key: VAPIDKey())
            return await client.send(try someMessage("tap", for: keys), to: endpoint, authorization: authorization)
        }
        #expect(result.answer == .accepted)
        #expect(result.status == 201)
        #expect(result.httpVersion == version)
        #expect(result.timeToLive == 30)
        #expect(result.body == Array("ok".utf8))

        let request = try #require(service.record.requests.first)
        #expect(service.record.requests.count == 1)
        #expect(request.head.method == .POST)
        #expect(request.head.uri == "//a/../b%2F%41;c?x=%20&y=%2f")
        #expect(try keys.decrypt(request.body) == Array("tap".utf8))
        let headers = request.head.headers
        #expect(headers["host"] == ["push.my-domain.org:\(service.port)"])
        #expect(headers["ttl"] == ["60"])
        #expect(headers["urgency"] == ["high"])
        #expect(headers["topic"] == ["topic-1"])
        #expect(headers["content-type"] == ["text/plain"])
        #expect(headers["content-encoding"] == ["aes128gcm"])
        #expect(headers["content-length"] == ["\(request.body.count)"])
        #expect(headers["encryption"].isEmpty && headers["crypto-key"].isEmpty && headers["cookie"].isEmpty)
        let token = try VerifiedToken(authorization: headers["authorization"].joined())
        #expect(token.audience == "https://push.my-domain.org:\(service.port)")
        #expect(service.record.serverNames == ["push.my-domain.org"])
        try await service.stop()
    }

    @Test func manyMessagesShareOneConnectionOverHTTP2() async throws {
        let service = try await PushService.start()
        try await withClient(configure: { $0.connectionsPerOrigin = 4 }) { client in
            try await withThrowingTaskGroup(of: PushAnswer.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await client.send(to: "https://push.my-domain.org:\(service.port)/p/\(number)").answer
                    }
                }
                for try await answer in group { #expect(answer == .accepted) }
            }
        }
        #expect(service.record.requests.count == 50)
        #expect(service.record.connections == 1)
        try await service.stop()
    }

    /// T70.
    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(status: Int) async throws {
        let target = try await PushService.start()
        let service = try await PushService.start(
            .status(status, [("location", "https://other.my-domain.org:\(target.port)/stolen")]))
        try await withClient { client in
            let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
            #expect(result.answer == .redirected(status: status))
        }
        #expect(service.record.requests.count == 1)
        #expect(target.record.connections == 0)
        try await service.stop()
        try await target.stop()
    }

    /// Risk 26.
    @Test func nothingIsRememberedAndNothingUnpacked() async throws {
        let body = "not gzip at all"
        let service = try await PushService.start(
            .status(201, [("set-cookie", "a=b"), ("content-encoding", "gzip")], body: body))
        try await withClient { client in
            for _ in 0..<2 {
                let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
                #expect(result.answer == .accepted)
                #expect(String(decoding: result.body, as: UTF8.self) == body)
            }
        }
        #expect(service.record.requests.allSatisfy { $0.head.headers["cookie"].isEmpty })
        #expect(service.record.requests.allSatisfy { $0.head.headers["accept-encoding"].isEmpty })
        try await service.stop()
    }

    /// T67 on the wire.
    @Test func theAnswersFieldsAreRead() async throws {
        let service = try await PushService.start(.status(429, [("retry-after", "3")]))
        try await withClient { client in
            let origin = "https://push.my-domain.org:\(service.port)"
            let result = try await client.send(to: origin + "/p")
            #expect(result.answer == .pause(origin: origin, retryAfter: 3))
        }
        try await service.stop()
    }

    @Test func plainHTTPIsSpokenWhereAPolicyLetItThrough() async throws {
        let service = try await PushService.start(isTLS: false)
        try await withClient { client in
            let result = try await client.send(to: "http://push.my-domain.org:\(service.port)/p")
            #expect(result.answer == .accepted)
        }
        try await service.stop()
    }
}

/// Services that hang, flood, break off or are not who they say.
@Suite(.timeLimit(.minutes(2))) struct BadServices {
    /// T71.
    @Test(arguments: [["h2"], ["http/1.1"]])
    func aServiceThatHangsIsLeftAndAnotherIsNotDelayed(protocols: [String]) async throws {
        let hanging = try await PushService.start(.hang, protocols: protocols)
        let healthy = try await PushService.start()
        try await withClient(configure: {
            $0.allowsHTTP2 = true
            $0.totalTimeout = .seconds(20)
        }) { client in
            let start = ContinuousClock.now
            async let slow = client.send(to: "https://push.my-domain.org:\(hanging.port)/p")
            try await eventually("the request should arrive") { !hanging.record.requests.isEmpty }
            let quick = try await client.send(to: "https://other.my-domain.org:\(healthy.port)/p")
            #expect(quick.answer == .accepted)
            #expect(try await slow.answer == .unavailable(retryAfter: nil))
            #expect(ContinuousClock.now - start < .seconds(60))
        }
        try await eventually("the connection should end") { hanging.record.openConnections == 0 }
        try await hanging.stop()
        try await healthy.stop()
    }

    /// T72.
    @Test(arguments: [["h2"], ["http/1.1"]])
    func ofAFloodOnlyTheBeginningIsRead(protocols: [String]) async throws {
        let service = try await PushService.start(.flood, protocols: protocols)
        try await withClient(configure: { $0.allowsHTTP2 = true }) { client in
            let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
            #expect(result.answer == .accepted)
            #expect(result.body.count == 8192)
            try await Task.sleep(for: .milliseconds(200))
        }
        // What socket buffers and flow-control windows hold, not what the service has to say.
        #expect(service.record.octetsSent < 20 << 20)
        try await service.stop()
    }

    @Test(arguments: [["h2"], ["http/1.1"]])
    func aDrippingAnswerCountsByItsStatusWhenTimeIsUp(protocols: [String]) async throws {
        let service = try await PushService.start(.drip, protocols: protocols)
        try await withClient(configure: {
            $0.allowsHTTP2 = true
            $0.totalTimeout = .seconds(20)
        }) { client in
            let start = ContinuousClock.now
            let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
            #expect(result.answer == .accepted)
            #expect(ContinuousClock.now - start < .seconds(60))
        }
        try await service.stop()
    }

    /// T73.
    @Test(arguments: [["h2"], ["http/1.1"]])
    func aServiceThatBreaksOffIsUnavailableAndTheNextMessageConnectsAnew(protocols: [String]) async throws {
        let service = try await PushService.start(.close, protocols: protocols)
        try await withClient(configure: { $0.allowsHTTP2 = true }) { client in
            let url = "https://push.my-domain.org:\(service.port)/p"
            try await client.expect(.unavailable(retryAfter: nil), from: url)
            service.answer(.status(201))
            try await client.expect(.accepted, from: url)
        }
        try await service.stop()
    }

    /// Risk 28: the check of certificates is never off.
    @Test func certificatesOfStrangersAndForOtherNamesAreNotTrusted() async throws {
        let foreign = try await PushService.start(authority: TestAuthority.foreign.get())
        let service = try await PushService.start()
        try await withClient { client in
            let strange = try await client.send(to: "https://push.my-domain.org:\(foreign.port)/p")
            #expect(strange.answer == .untrusted)
            let misnamed = try await client.send(to: "https://third.my-domain.org:\(service.port)/p")
            #expect(misnamed.answer == .untrusted)
            let byAddress = try await client.send(to: "https://127.0.0.1:\(service.port)/p")
            #expect(byAddress.answer == .untrusted)
        }
        try await withClient(configure: { $0.additionalTrustRoots = [] }) { client in
            let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
            #expect(result.answer == .untrusted)
        }
        #expect(foreign.record.requests.isEmpty && service.record.requests.isEmpty)
        try await foreign.stop()
        try await service.stop()
    }

    @Test func anAddressAsHostNeedsACertificateForIt() async throws {
        let service = try await PushService.start(at: "127.0.0.9")
        try await withClient { client in
            let result = try await client.send(to: "https://127.0.0.9:\(service.port)/p")
            #expect(result.answer == .accepted)
        }
        #expect(service.record.serverNames == [nil])
        try await service.stop()
    }

    @Test func whereNobodyListensOrNobodySpeaksTLSIsUnavailable() async throws {
        let plain = try await PushService.start(isTLS: false)
        let closed = try await PushService.start()
        let port = closed.port
        try await closed.stop()
        try await withClient { client in
            for port in [port, plain.port] {
                let start = ContinuousClock.now
                let result = try await client.send(to: "https://push.my-domain.org:\(port)/p")
                #expect(result.answer == .unavailable(retryAfter: nil))
                #expect(result.status == nil)
                #expect(ContinuousClock.now - start < .seconds(60))
            }
        }
        #expect(plain.record.requests.isEmpty)
        try await plain.stop()
    }

    @Test func rootsThatAreNoCertificatesAreRefused() {
        for pem in [[], Array("nonsense".utf8)] as [[UInt8]] {
            var configuration = PushClient.Configuration()
            configuration.additionalTrustRoots = [pem]
            #expect(throws: PushClientError.invalidTrustRoot) { try PushClient(configuration: configuration) }
        }
    }
}
