import Foundation
import Glibc
import NIOCore
import Testing

@testable import MartletServer

/// Certificates made by openssl and clients that are curl: what operators and users have.
@Suite(.timeLimit(.minutes(5)), .serialized) struct TLS {
    private static func configured(_ path: String) -> (inout TestServer.Setup) -> Void {
        {
            $0.handle = Probe.handle
            $0.configuration.certificate = path + "/cert.pem"
            $0.configuration.key = path + "/key.pem"
        }
    }

    @Test func http2AndHTTP1AreSettledByALPN() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "first")
        try await TestServer.run(Self.configured(folder.path)) { server in
            for (flag, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
                let result = try await shell(
                    "curl", "-sk", flag, "-u", "ann:secret", "-w", " %{http_version}",
                    "https://127.0.0.1:\(server.port)/a")
                #expect(result.output == "GET https://127.0.0.1:\(server.port)/a ann \(version)")
            }
        }
    }

    @Test func uploadsAndEarlyRefusalsWorkOverHTTP2() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "first")
        let body = folder.path + "/body"
        try Data(count: 20 << 20).write(to: URL(filePath: body))
        try await TestServer.run(Self.configured(folder.path)) { server in
            let url = "https://127.0.0.1:\(server.port)"
            let read = try await shell("curl", "-sk", "--http2", "-T", body, url + "/read")
            #expect(read.output == "read \(20 << 20)")
            let waiting = try await shell(
                "curl", "-sk", "--http2", "-H", "Expect: 100-continue", "-T", body, url + "/read")
            #expect(waiting.output == "read \(20 << 20)")
            let refused = try await shell(
                "curl", "-sk", "--http2", "-T", body, "-o", "/dev/null", "-w", "%{http_code}", url + "/refuse")
            #expect(refused.output == "413")
            let streamed = try await shell(
                "curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{size_download}", url + "/stream/20")
            #expect(streamed.output == "\(20 << 20)")
        }
    }

    @Test func aNewCertificateIsTakenWithoutARestart() async throws {
        let folder = try CertificateFolder()
        let path = folder.path
        try await folder.makeCertificate(named: "first")
        let second = try CertificateFolder()
        try await second.makeCertificate(named: "second")
        let new = second.path
        try await TestServer.run(Self.configured(path)) { server in
            #expect(try await subject(server.port).contains("first"))
            // Half of a renewal: a key that does not fit the certificate is not taken.
            try Data(contentsOf: URL(filePath: new + "/key.pem")).write(to: URL(filePath: path + "/key.pem"))
            try await Task.sleep(for: .milliseconds(1300))
            #expect(try await subject(server.port).contains("first"))
            try Data(contentsOf: URL(filePath: new + "/cert.pem")).write(to: URL(filePath: path + "/cert.pem"))
            let deadline = ContinuousClock.now + .seconds(10)
            while try await !subject(server.port).contains("second") {
                try #require(ContinuousClock.now < deadline)
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    @Test func aHangupSignalHasTheCertificateReadAgain() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "first")
        let server = try await ServerProcess.start(
            "tls.certificate=\(folder.path)/cert.pem", "tls.key=\(folder.path)/key.pem")
        #expect(!server.log.contains("was read again"))
        server.send(SIGHUP)
        try await server.wait("the certificate should be read again") { server.log.contains("was read again") }
        server.send(SIGTERM)
        #expect(try await server.exitStatus() == 0)
    }

    @Test func aHandshakeThatStallsIsClosed() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "first")
        let configured = Self.configured(folder.path)
        try await TestServer.run({
            configured(&$0)
            var limits = ConnectionLimits()
            limits.handshakeTimeout = .milliseconds(300)
            $0.limits = limits
        }) { server in
            let client = try await server.connect()
            try await client.waitUntilClosed(seconds: 5)
            let half = try await server.connect()
            try await half.send([0x16, 0x03, 0x01])
            try await half.waitUntilClosed(seconds: 5)
            let whole = try await server.connect(tls: true)
            try await Task.sleep(for: .milliseconds(500))
            try await whole.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await whole.response().text == "GET https://x/a nobody")
            await whole.close()
        }
    }

    @Test func aCertificateWithoutItsKeyStopsTheStartWithAdvice() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "first")
        let other = try CertificateFolder()
        try await other.makeCertificate(named: "second")
        let (certificate, key) = (folder.path + "/cert.pem", other.path + "/key.pem")
        await #expect(throws: ConfigurationError.self) {
            try await TestServer.run({
                $0.configuration.certificate = certificate
                $0.configuration.key = key
            }) { _ in }
        }
    }

    private func subject(_ port: Int) async throws -> String {
        try await shell("curl", "-skv", "https://127.0.0.1:\(port)/health").output
    }
}
