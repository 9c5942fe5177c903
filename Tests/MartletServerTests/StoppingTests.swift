import Foundation
import Glibc
import Testing

/// Stopping the program with SIGTERM: what has begun is finished, what has not is not taken.
@Suite(.timeLimit(.minutes(5)), .serialized) struct Stopping {
    private static let size = 16 << 20
    private static let sign = "Authorization: \(String.basic("ann", "secret"))\r\n"

    /// A client that has the beginning of a large file and takes no more of it.
    private func downloading(from server: ServerProcess) async throws -> RawClient {
        let upload = try await RawClient.connect(port: server.port)
        try await upload.send(
            "PUT /files/ann/large HTTP/1.1\r\nHost: x\r\n\(Self.sign)Content-Length: \(Self.size)\r\n\r\n")
        try await upload.send([UInt8](repeating: 120, count: Self.size))
        #expect(try await upload.response().status == 201)
        await upload.close()
        let client = try await RawClient.connect(port: server.port, reads: false, window: 128 << 10)
        try await client.send("GET /files/ann/large HTTP/1.1\r\nHost: x\r\n\(Self.sign)\r\n")
        client.readOnce()
        try await client.wait("the answer should begin") { client.receivedText.hasPrefix("HTTP/1.1 200") }
        return client
    }

    @Test func aDownloadUnderWayIsFinishedAndNobodyElseIsLetIn() async throws {
        let server = try await ServerProcess.start("limits.shutdown-timeout=30s")
        let client = try await downloading(from: server)
        let idle = try await RawClient.connect(port: server.port)
        server.send(SIGTERM)
        try await server.wait("new connections should be refused") {
            do {
                await (try RawClient.connect(port: server.port)).close()
                return false
            } catch {
                return true
            }
        }
        try await idle.waitUntilClosed()
        #expect(server.isRunning)
        try await client.readOn()
        #expect(try await client.response().body.count == Self.size)
        try await client.waitUntilClosed()
        #expect(try await server.exitStatus() == 0)
        // A store that was not closed leaves its log behind.
        #expect(!FileManager.default.fileExists(atPath: server.data + "/martlet.sqlite-wal"))
    }

    @Test func aDownloadThatOutlastsTheTimeoutIsCutOff() async throws {
        let server = try await ServerProcess.start("limits.shutdown-timeout=1s", "limits.stall-timeout=600s")
        let client = try await downloading(from: server)
        server.send(SIGTERM)
        #expect(try await server.exitStatus() == 0)
        try await client.readOn()
        try await client.waitUntilClosed()
        #expect(client.received.count < Self.size)
        #expect(!FileManager.default.fileExists(atPath: server.data + "/martlet.sqlite-wal"))
    }
}
