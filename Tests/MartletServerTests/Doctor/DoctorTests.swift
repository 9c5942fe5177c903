import DAV
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
            let bad = findings.filter { $0.outcome != .passed && !$0.text.contains("-query") }
            #expect(bad.isEmpty, "\(bad.map(\.text))")
            #expect(summary.warnings == 0)
            #expect(findings.count > 40)
        }
    }

    @Test func aProxyWithoutFaultPasses() async throws {
        try await Self.run(BadProxy.Fault()) { findings in
            let bad = findings.filter { $0.outcome != .passed && !$0.text.contains("-query") }
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

    /// The password is not sent where others can read it, nor to where a redirect leads.
    @Test func thePasswordGoesOnlyWhereItWasMeantToGo() async throws {
        let doctor = MartletServer.Doctor(
            url: ProbeURL("http://dav.test")!, user: "ann", password: Array("secret".utf8))
        var findings: [Finding] = []
        _ = await doctor.examine { findings.append($0) }
        #expect(findings.contains { $0.outcome == .failed })
        #expect(!findings.contains { $0.text.contains("Signing in") })
    }

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
