import NIOCore
import Synchronization
import Testing

@testable import MartletServer

/// How many connections there are, and how long they live. Law 9: every input has a limit, time too.
@Suite(.timeLimit(.minutes(5)), .serialized) struct Connections {
    private static let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func oneConnectionTooManyWaitsUntilAnotherEnds() async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            var limits = ConnectionLimits()
            limits.maxConnections = 2
            $0.limits = limits
        }) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            for client in [first, second] {
                try await client.send(Self.request)
                #expect(try await client.response().status == 200)
            }
            let third = try await server.connect()
            try await third.send(Self.request)
            try await Task.sleep(for: .milliseconds(400))
            #expect(third.received.isEmpty)
            await first.close()
            #expect(try await third.response().status == 200)
            try await second.send(Self.request)
            #expect(try await second.response().status == 200)
        }
    }

    private static func http2(
        _ folder: borrowing CertificateFolder, _ limits: ConnectionLimits
    ) async throws -> (inout TestServer.Setup) -> Void {
        try await folder.makeCertificate(named: "first")
        let path = folder.path
        return {
            $0.handle = Probe.handle
            $0.configuration.certificate = path + "/cert.pem"
            $0.configuration.key = path + "/key.pem"
            $0.limits = limits
        }
    }

    /// RFC 9113 §6.8: what has begun on the connection is finished.
    @Test func anHTTP2ConnectionIsAskedToReconnectWhenItIsOld() async throws {
        let folder = try CertificateFolder()
        var limits = ConnectionLimits()
        limits.maxHTTP2Age = .seconds(3)
        let configured = try await Self.http2(folder, limits)
        let mayAnswer = Mutex(false)
        try await TestServer.run({
            configured(&$0)
            $0.handle = { _ in
                while !mayAnswer.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
                return Probe.text("late")
            }
        }) { server in
            let client = try await HTTP2Client.connect(port: server.port)
            try await client.request("GET", "/a", stream: 1, isWhole: true)
            try await client.connection.wait("GOAWAY should come") {
                client.frames.contains { $0.type == HTTP2Client.Frame.goAway }
            }
            try await client.answerPings()
            try await Task.sleep(for: .milliseconds(300))
            #expect(!client.connection.isClosed)
            mayAnswer.withLock { $0 = true }
            try await client.connection.waitUntilClosed()
            #expect(client.body(of: 1) == "late")
        }
    }

    /// A client that does not answer the server's PING has no way to stay either.
    @Test func anHTTP2ConnectionWithoutStreamsIsClosed() async throws {
        let folder = try CertificateFolder()
        var limits = ConnectionLimits()
        limits.idleTimeout = .seconds(1)
        limits.stallTimeout = .seconds(1)
        try await TestServer.run(try await Self.http2(folder, limits)) { server in
            let silent = try await HTTP2Client.connect(port: server.port)
            let client = try await HTTP2Client.connect(port: server.port)
            try await client.request("GET", "/late", stream: 1, isWhole: true)
            try await silent.connection.waitUntilClosed()
            try await client.connection.waitUntilClosed()
            #expect(client.body(of: 1).hasPrefix("GET https://x/late"))
        }
    }

    /// RFC 9112 §9.6: with `Connection: close` too, the client gets all of the answer.
    @Test func aSlowReaderGetsTheEndOfAnAnswerThatClosesTheConnection() async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            var limits = ConnectionLimits()
            limits.lingerTimeout = .milliseconds(100)
            $0.limits = limits
        }) { server in
            let client = try await RawClient.connect(port: server.port, reads: false, window: 64 << 10)
            try await client.send("GET /stream/8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while client.received.count < 8 << 20, !client.isClosed {
                client.readOnce()
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(try await client.response().body.count == 8 << 20)
        }
    }

    @Test func anHTTP2BodyThatTricklesResetsItsStreamOnly() async throws {
        let folder = try CertificateFolder()
        var limits = ConnectionLimits()
        limits.stallTimeout = .milliseconds(400)
        limits.minimumBodyBytesPerSecond = 1000
        try await TestServer.run(try await Self.http2(folder, limits)) { server in
            let client = try await HTTP2Client.connect(port: server.port)
            try await client.request("PUT", "/read", stream: 1, isWhole: false)
            func isReset() -> Bool { client.frames.contains { $0.type == HTTP2Client.Frame.reset && $0.stream == 1 } }
            let start = ContinuousClock.now
            while !isReset(), ContinuousClock.now - start < .seconds(8) {
                try await client.send(HTTP2Client.Frame.data, stream: 1, [120])
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(isReset())
            try await client.request("GET", "/slow", stream: 3, isWhole: true)
            try await client.connection.wait("the other stream should be answered") { client.body(of: 3) == "slow" }
            await client.connection.close()
        }
    }
}
