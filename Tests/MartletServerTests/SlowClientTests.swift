import DAV
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import MartletServer

/// Clients that take their time, or go away. Law 9: every input has a limit, time too.
// One after the other: all measure time, and there are few processors.
@Suite(.timeLimit(.minutes(5)), .serialized) struct SlowClients {
    private static func impatient() -> ConnectionLimits {
        var limits = ConnectionLimits()
        limits.handshakeTimeout = .seconds(1)
        limits.headerTimeout = .seconds(1)
        limits.idleTimeout = .seconds(1)
        limits.stallTimeout = .seconds(1)
        limits.minimumBodyBytesPerSecond = 1000
        limits.lingerTimeout = .milliseconds(200)
        return limits
    }

    private static func patient() -> ConnectionLimits {
        var limits = impatient()
        limits.headerTimeout = .seconds(30)
        limits.idleTimeout = .seconds(30)
        return limits
    }

    @Test func aClientThatSaysNothingIsClosed() async throws {
        try await TestServer.run({ $0.limits = Self.impatient() }) { server in
            let client = try await server.connect()
            try await client.waitUntilClosed()
            #expect(client.received.isEmpty)
        }
    }

    @Test func headersByTheByteAreAnswered408() async throws {
        try await TestServer.run({ $0.limits = Self.impatient() }) { server in
            let client = try await server.connect()
            for byte in Array("GET / HTTP/1.1\r\nHost: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".utf8) {
                // A byte sent after the answer would have the kernel throw the answer away.
                if client.isClosed || !client.received.isEmpty { break }
                try? await client.send([byte])
                try await Task.sleep(for: .milliseconds(100))
            }
            try await client.waitUntilClosed()
            #expect(client.receivedText.hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test func anIdleConnectionIsClosedBetweenRequests() async throws {
        try await TestServer.run({
            $0.limits = Self.impatient(); $0.handle = Probe.handle
        }) { server in
            let client = try await server.connect()
            try await client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().status == 200)
            try await client.waitUntilClosed()
        }
    }

    @Test func aSlowHandlerIsNotHeldAgainstItsClient() async throws {
        try await TestServer.run({
            $0.limits = Self.impatient();
            $0.handle = { _ in
                try? await Task.sleep(for: .milliseconds(2500))
                return Probe.text("done")
            }
        }) { server in
            let response = try await server.request("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(response.text == "done")
        }
    }

    @Test func aBodyThatTricklesIsCutOff() async throws {
        try await TestServer.run({
            $0.limits = Self.patient(); $0.handle = Probe.handle
        }) { server in
            let client = try await server.connect()
            try await client.send("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            let start = ContinuousClock.now
            while !client.isClosed, ContinuousClock.now - start < .seconds(8) {
                try? await client.send("x")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(client.isClosed)
        }
    }

    @Test func aBodyAtADecentPaceMayTakeLongerThanTheStallTimeout() async throws {
        var limits = Self.patient()
        // Long enough for a machine that is busy with other tests; the body takes longer.
        limits.stallTimeout = .seconds(4)
        limits.minimumBodyBytesPerSecond = 100
        try await TestServer.run({ [limits] in
            $0.limits = limits; $0.handle = Probe.handle
        }) { server in
            let client = try await server.connect()
            try await client.send("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 25000\r\n\r\n")
            for _ in 0..<25 {
                try await client.send([UInt8](repeating: 1, count: 1000))
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(try await client.response().text == "read 25000")
        }
    }

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        let wasCutOff = Mutex(false)
        try await TestServer.run({
            $0.limits = Self.patient()
            $0.handle = { _ in
                DAVResponse(
                    .ok,
                    body: .stream(length: 1 << 30) { writer in
                        do {
                            for _ in 0..<4096 { try await writer.write([UInt8](repeating: 120, count: 256 << 10)) }
                        } catch {
                            wasCutOff.withLock { $0 = true }
                            throw error
                        }
                    })
            }
        }) { server in
            let client = try await server.connect(reads: false)
            try await client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.wait("the stream should fail") { wasCutOff.withLock { $0 } }
        }
        #expect(wasCutOff.withLock { $0 })
    }

    @Test(arguments: [true, false])
    func anAbortedUploadFailsItsReader(chunked: Bool) async throws {
        let outcome = Mutex<String?>(nil)
        try await TestServer.run({
            $0.handle = { request in
                do {
                    var count = 0
                    for try await chunk in request.body { count += chunk.count }
                    outcome.withLock { $0 = "complete \(count)" }
                } catch {
                    outcome.withLock { $0 = "failed" }
                }
                return DAVResponse(.created)
            }
        }) { server in
            let client = try await server.connect()
            let framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n64\r\nabc" : "Content-Length: 100\r\n\r\nabc"
            try await client.send("PUT /read HTTP/1.1\r\nHost: x\r\n\(framing)")
            try await Task.sleep(for: .milliseconds(50))
            await client.close()
            try await client.wait("the reader should end") { outcome.withLock { $0 } != nil }
            #expect(outcome.withLock { $0 } == "failed")
        }
    }

    /// The client ends its half early but still listens: it is told.
    @Test func aBodyShorterThanAnnouncedIs400() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let client = try await server.connect()
            try await client.send("PUT /read HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
            try await client.finishSending()
            try await client.waitUntilClosed()
            #expect(client.received.isEmpty || client.receivedText.hasPrefix("HTTP/1.1 400"))
        }
    }
}
