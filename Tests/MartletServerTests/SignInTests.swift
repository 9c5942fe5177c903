import DAV
import HTTPTypes
import Synchronization
import Testing

@testable import MartletServer

private func get(_ path: String, _ fields: String...) -> String {
    "GET \(path) HTTP/1.1\r\nHost: x\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// H-11, RFC 7617; client-quirks 10 (DOMAIN\user).
@Suite(.timeLimit(.minutes(5))) struct SigningIn {
    @Test(arguments: [
        ("ann", "secret", 200), ("CORP\\ann", "secret", 200), ("ann", "wrong", 401), ("ann", "", 401),
        ("Ann", "secret", 401),
        ("nobody", "secret", 401), ("", "secret", 401), ("bé", "pässwörd:with:colons", 200), ("..", "secret", 401),
    ])
    func whoMayIn(user: String, password: String, status: Int) async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            $0.users = ["ann": "secret", "bé": "pässwörd:with:colons"]
        }) { server in
            let response = try await server.request(get("/a", "Authorization: \(String.basic(user, password))"))
            #expect(response.status == status)
            if status == 401 { #expect(response["WWW-Authenticate"] == "Basic realm=\"Martlet\", charset=\"UTF-8\"") }
        }
    }

    @Test(arguments: [
        "Basic", "Basic !!!", "Basic YW5u", "Bearer abc", "Digest x=y", "basic \(String(repeating: "A", count: 9000))",
    ])
    func credentialsThatAreNoneAreChallenged(value: String) async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let answer1 = try await server.request(get("/a", "Authorization: \(value)"))
            #expect(answer1.status == 401)
        }
    }

    @Test func twoAuthorizationHeadersAreRefused() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let value = "Authorization: \(String.basic("ann", "secret"))"
            let answer2 = try await server.request(get("/a", value, value))
            #expect(answer2.status == 400)
        }
    }

    @Test func guessingIsSlowedDownWhileThoseSignedInGoOn() async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            $0.configuration.failuresPerAccount = 3
        }) { server in
            let answer3 = try await server.request(get("/a", "Authorization: \(String.basic("ann", "secret"))"))
            #expect(answer3.status == 200)
            for _ in 0..<3 {
                let answer4 = try await server.request(get("/a", "Authorization: \(String.basic("ann", "guess"))"))
                #expect(answer4.status == 401)
            }
            let limited = try await server.request(get("/a", "Authorization: \(String.basic("ann", "guess"))"))
            #expect(limited.status == 429)
            #expect(limited["Retry-After"].flatMap(Int.init).map { (1...300).contains($0) } == true)
            let answer5 = try await server.request(get("/a", "Authorization: \(String.basic("ann", "secret"))"))
            #expect(answer5.status == 200)
        }
    }

    @Test func noSecretIsLogged() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            _ = try await server.request(
                get(
                    "/a?token=hush", "Authorization: \(String.basic("ann", "secret"))", "Cookie: hush=1",
                    "X-Request-Id: mine-1"))
            let log = server.log.lines.joined()
            #expect(log.contains("request=mine-1") && log.contains("user=ann") && log.contains("path=/a "))
            #expect(
                !log.contains("hush") && !log.contains("secret")
                    && !log.contains(String.basic("ann", "secret").dropFirst(6)))
        }
    }

    @Test func aRequestIdentifierThatCouldForgeALogIsReplaced() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let response = try await server.request(get("/a", "X-Request-Id: a b=c"))
            #expect(response["X-Request-Id"].map { $0 != "a b=c" && !$0.isEmpty } == true)
        }
    }
}

/// Passwords only where they cannot be overheard (H-11), and who the client is behind a proxy.
@Suite(.timeLimit(.minutes(5))) struct Proxies {
    private static func trusting(_ setup: inout TestServer.Setup) {
        setup.handle = Probe.handle
        setup.configuration.trustedProxies = [AddressRange(configuration: "127.0.0.0/8")!]
    }

    @Test func forwardedHTTPSIsBelievedFromATrustedProxy() async throws {
        try await TestServer.run(Self.trusting) { server in
            let response = try await server.request(
                get(
                    "/a", "Authorization: \(String.basic("ann", "secret"))", "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: dav.example:8443",
                    "X-Forwarded-For: 203.0.113.7"))
            #expect(response.text == "GET https://dav.example:8443/a ann")
            #expect(server.log.lines.joined().contains("client=203.0.113.7"))
        }
    }

    @Test func rfc7239IsBelievedFromATrustedProxy() async throws {
        try await TestServer.run(Self.trusting) { server in
            let response = try await server.request(
                get(
                    "/a", "Authorization: \(String.basic("ann", "secret"))",
                    "Forwarded: for=\"[2001:db8::1]:9\";proto=https;host=dav.example"))
            #expect(response.text == "GET https://dav.example/a ann")
        }
    }

    @Test func passwordsOverForwardedHTTPAreRefusedWithAdvice() async throws {
        try await TestServer.run(Self.trusting) { server in
            let response = try await server.request(
                get(
                    "/a", "Authorization: \(String.basic("ann", "secret"))", "X-Forwarded-Proto: http",
                    "X-Forwarded-For: 203.0.113.7"))
            #expect(response.status == 403)
            #expect(response.text.contains("allow-insecure"))
        }
    }

    @Test func aProxyNobodyTrustsDoesNotMakeItsClientsLocal() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let request = get(
                "/a", "Authorization: \(String.basic("ann", "secret"))", "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https")
            let answer6 = try await server.request(request)
            #expect(answer6.status == 403)
        }
    }

    @Test func forwardingHeadersOfStrangersChangeNothing() async throws {
        try await TestServer.run({ $0.handle = Probe.handle }) { server in
            let response = try await server.request(
                get("/a", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"))
            #expect(response.text == "GET http://x/a nobody")
        }
    }

    @Test func theRuleCanBeSwitchedOff() async throws {
        try await TestServer.run({
            Self.trusting(&$0)
            $0.configuration.allowInsecure = true
        }) { server in
            let request = get("/a", "Authorization: \(String.basic("ann", "secret"))", "X-Forwarded-Proto: http")
            let answer7 = try await server.request(request)
            #expect(answer7.status == 200)
        }
    }

    @Test func theBaseURLOutranksWhatRequestsSay() async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            $0.configuration.baseURL = BaseURL(configuration: "https://dav.example/")
        }) { server in
            let answer8 = try await server.request(get("/a"))
            #expect(answer8.text == "GET https://dav.example/a nobody")
        }
    }

    @Test func theFirstAddressThatIsNoProxyIsTheClient() {
        let proxies = TrustedProxies(networks: [AddressRange(configuration: "10.0.0.0/8")!])
        let view = proxies.view(
            of: [.xForwardedFor: "6.6.6.6, 203.0.113.7, 10.1.1.1", .xForwardedProto: "https"],
            peer: IPAddress("10.0.0.1")!)
        #expect(view.client == IPAddress("203.0.113.7"))
        #expect(view.scheme == "https")
    }
}

@Suite struct Credentials {
    private final class Accounts: AccountStore {
        let hashes = Mutex<[PrincipalID: String]>([:])
        let lookups = Mutex(0)
        func passwordHash(of id: PrincipalID) async throws -> String? {
            lookups.withLock { $0 += 1 }
            return hashes.withLock { $0[id] }
        }
        func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {
            hashes.withLock { $0[id] = new }
        }
    }

    private let ann = PrincipalID(Name("ann")!)
    private let address = IPAddress("192.0.2.1")!

    private func credentials(_ password: String) -> BasicCredentials {
        BasicCredentials(authorization: String.basic("ann", password))!
    }

    @Test func aVerifiedPasswordIsRememberedUntilTheAccountChanges() async throws {
        let accounts = Accounts()
        let now = Mutex<Int64>(0)
        let verifier = CredentialVerifier(accounts: accounts, cost: .trivial, clock: { now.withLock { $0 } })
        accounts.hashes.withLock { $0[ann] = try? PasswordHash.make(Array("old".utf8), cost: .trivial).text }
        #expect(try await verifier.verify(credentials("old"), from: address) == .verified(ann))
        #expect(try await verifier.verify(credentials("old"), from: address) == .verified(ann))
        #expect(accounts.lookups.withLock { $0 } == 1)
        accounts.hashes.withLock { $0[ann] = try? PasswordHash.make(Array("new".utf8), cost: .trivial).text }
        now.withLock { $0 += 1000 }
        #expect(try await verifier.verify(credentials("old"), from: address) == .wrong)
        #expect(try await verifier.verify(credentials("new"), from: address) == .verified(ann))
        accounts.hashes.withLock { $0[ann] = nil }
        now.withLock { $0 += 1000 }
        #expect(try await verifier.verify(credentials("new"), from: address) == .wrong)
    }

    @Test func aHashOfAnotherCostIsMadeAnew() async throws {
        let accounts = Accounts()
        let cost = PasswordHash.Cost(logRounds: 5, blockSize: 1, parallelism: 1)
        accounts.hashes.withLock { $0[ann] = try? PasswordHash.make(Array("old".utf8), cost: .trivial).text }
        let verifier = CredentialVerifier(accounts: accounts, cost: cost)
        #expect(try await verifier.verify(credentials("old"), from: address) == .verified(ann))
        let stored = accounts.hashes.withLock { $0[ann] }
        #expect(stored.flatMap { PasswordHash($0) }?.cost == cost)
        #expect(stored.flatMap { PasswordHash($0) }?.matches(Array("old".utf8)) == true)
    }

    @Test(arguments: [
        "", "$scrypt$", "$scrypt$ln=4,r=1,p=1$AAAA$AAAA",
        "$scrypt$ln=60,r=8,p=1$AAAA$\(String(repeating: "A", count: 43))",
        "$argon2id$x$y$z", "$scrypt$ln=4,r=1$AAAA$\(String(repeating: "A", count: 43))",
    ])
    func aTextThatIsNoHashIsRefused(text: String) { #expect(PasswordHash(text) == nil) }

    /// RFC 7914 §12.
    @Test func scryptGivesTheVectorOfTheRFC() throws {
        let text = "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI"
        #expect(PasswordHash(text)?.matches(Array("password".utf8)) == true)
        #expect(PasswordHash(text)?.matches(Array("passwore".utf8)) == false)
    }

    @Test func failuresAreForgottenAfterTheirWindow() {
        let throttle = Throttle(perAccount: 2, perAddress: 100)
        let name = Name("ann")!
        #expect(throttle.begin(name, from: address, now: 0) == nil)
        #expect(throttle.begin(name, from: address, now: 1) == nil)
        #expect(throttle.begin(name, from: address, now: 2) == Throttle.windowMilliseconds - 2)
        #expect(throttle.begin(Name("bob")!, from: address, now: 2) == nil)
        #expect(throttle.begin(name, from: IPAddress("192.0.2.2")!, now: 2) == nil)
        #expect(throttle.begin(name, from: address, now: Throttle.windowMilliseconds) == nil)
    }
}
