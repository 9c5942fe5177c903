import DAV
import Foundation
import Testing

@testable import MartletServer

/// `martlet doctor`: a good deployment is called good, and each fault by its name, with the line that mends it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DoctorVisits {
    private static func examine(
        _ port: Int, user: String = "ann", password: String = "secret"
    ) async -> (findings: [Finding], summary: MartletServer.Doctor.Summary) {
        var doctor = MartletServer.Doctor(
            url: ProbeURL("http://127.0.0.1:\(port)")!, user: user, password: Array(password.utf8))
        doctor.largeBody = ByteSize(2 << 20)
        var findings: [Finding] = []
        let summary = await doctor.examine { findings.append($0) }
        return (findings, summary)
    }

    @Test func aServerAsItIsMadePasses() async throws {
        try await TestServer.run { server in
            let (findings, summary) = await Self.examine(server.port)
            let bad = findings.filter { $0.outcome != .passed }
            #expect(bad.isEmpty, "\(bad.map(\.text))")
            #expect(summary.warnings == 0)
            #expect(findings.count > 40)
        }
    }

    @Test func aProxyWithoutFaultPasses() async throws {
        try await Self.run(BadProxy.Fault()) { findings in
            let bad = findings.filter { $0.outcome != .passed }
            #expect(bad.isEmpty, "\(bad.map(\.text))")
        }
    }

    @Test func nothingIsLeftBehind() async throws {
        let store = EphemeralStore()
        store.setPasswordHash(
            try PasswordHash.make(Array("secret".utf8), cost: .trivial).text, of: PrincipalID(Name("ann")!))
        try await TestServer.run {
            $0.store = store
        } _: { server in
            _ = await Self.examine(server.port)
            let client = try await server.connect()
            for home in ["/files/ann/", "/calendars/ann/", "/contacts/ann/"] {
                try await client.send(
                    "PROPFIND \(home) HTTP/1.1\r\nHost: x\r\nDepth: 1\r\nAuthorization: \(BasicTestCredentials.ann)\r\nContent-Length: 0\r\n\r\n"
                )
                let listing = try await client.response()
                #expect(!listing.text.contains("martlet-doctor"))
            }
            await client.close()
        }
    }

    @Test func thePasswordStandsInNoFinding() async throws {
        try await TestServer.run { server in
            let (findings, _) = await Self.examine(server.port, password: "hunter2")
            #expect(findings.contains { $0.outcome == .failed && $0.meaning.contains("password is wrong") })
            let everything = findings.map { "\($0)" }.joined()
            #expect(!everything.contains("hunter2") && !everything.contains("aHVudGVyMg"))
        }
    }

    /// The password is not sent where others can read it.
    @Test func overPlainHTTPToAnotherMachineNothingIsSent() async throws {
        let doctor = MartletServer.Doctor(
            url: ProbeURL("http://dav.test")!, user: "ann", password: Array("secret".utf8))
        var findings: [Finding] = []
        let summary = await doctor.examine { findings.append($0) }
        #expect(findings.map(\.outcome) == [.failed])
        #expect(findings.first?.text.contains("plain http") == true)
        #expect(summary.failures == 1)
    }

    @Test func nobodyAtHomeIsSaidInWords() async throws {
        let (findings, summary) = await Self.examine(1)
        #expect(findings.count == 1 && summary.failures == 1)
        #expect(findings.first?.text.contains("no connection") == true)
    }

    @Test func certificatesAreJudged() async throws {
        let folder = try CertificateFolder()
        try await folder.makeCertificate(named: "localhost")
        let (certificate, key) = (folder.path + "/cert.pem", folder.path + "/key.pem")
        try await TestServer.run { setup in
            setup.configuration.certificate = certificate
            setup.configuration.key = key
        } _: { server in
            for (host, isTrusted) in [("localhost", true), ("localhost", false), ("127.0.0.1", true)] {
                let url = try #require(ProbeURL("https://\(host):\(server.port)"))
                let doctor = MartletServer.Doctor(
                    url: url, user: "ann", password: Array("secret".utf8), authority: isTrusted ? certificate : nil)
                var findings: [Finding] = []
                let summary = await doctor.examine { findings.append($0) }
                if isTrusted, host == "localhost" {
                    #expect(summary == .init(failures: 0, warnings: 1))
                    #expect(findings.contains { $0.outcome == .warning && $0.text.contains("The certificate is good for") })
                } else {
                    #expect(findings.map(\.outcome) == [.failed])
                    #expect(findings.first?.text.contains("certificate is not trusted") == true)
                    #expect(findings.first?.remedies.contains { $0.contains("fullchain.pem") } == true)
                }
            }
        }
    }

    @Test func theCommandTellsByItsExitCode() async throws {
        let program = try ServerProcess.program().path
        try await TestServer.run { server in
            for (password, status) in [("secret", 0), ("hunter2", 2)] {
                let visit = try await shell(
                    "DAV_PASSWORD=\(password)", program, "doctor", "http://127.0.0.1:\(server.port)", "--user", "ann",
                    "--large-body", "1MB")
                #expect(visit.status == Int32(status), "\(visit.output)")
                #expect(!visit.output.contains(password))
            }
        }
    }

    @Test(arguments: [
        ("https://dav.example.org", "https://dav.example.org/"), ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://dav.example.org:443/a?b", "https://dav.example.org/a?b"),
    ])
    func addressesAreRead(text: String, shown: String) {
        #expect(ProbeURL(text)?.description == shown)
    }

    @Test(arguments: [
        "dav.example.org", "ftp://x", "https://ann:secret@x/", "https://", "https://x:0", "https://x:99999",
        "https://x/ y",
    ])
    func whatIsNoAddressIsRefused(text: String) { #expect(ProbeURL(text) == nil) }

    // MARK: Each fault by its name

    private static func run(_ fault: BadProxy.Fault, _ body: @Sendable @escaping ([Finding]) throws -> Void)
        async throws
    {
        try await TestServer.run { setup in
            setup.configuration.trustedProxies = [AddressRange(configuration: "127.0.0.1/32")!]
            setup.configuration.allowInsecure = true
        } _: { server in
            let findings = try await BadProxy.run(fault, before: server.port) { await examine($0.port).findings }
            try body(findings)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var fault: BadProxy.Fault
        /// Words in the finding, and in one of the lines that mend it.
        var finding: String
        var line: String
        var testDescription: String { name }
    }

    @Test(arguments: Case.all)
    func aFaultIsNamedAndMended(_ fault: Case) async throws {
        try await Self.run(fault.fault) { findings in
            let named = findings.first { $0.outcome != .passed && $0.text.contains(fault.finding) }
            let seen = findings.filter { $0.outcome != .passed }.map(\.text)
            let finding = try #require(named, "\(seen)")
            #expect(!finding.meaning.isEmpty)
            #expect(finding.remedies.contains { $0.contains(fault.line) }, "\(finding.remedies)")
        }
    }
}
