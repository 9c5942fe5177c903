import Foundation
import Synchronization
import Testing

@testable import WebPush

/// The claims of a value of `Authorization`, after its signature was checked.
struct VerifiedToken {
    let audience: String
    let expiry: Int64
    let contact: String
    let publicKey: String

    init(authorization: String) throws {
        let match = try #require(authorization.wholeMatch(of: /vapid t=([A-Za-z0-9_\-.]+), k=([A-Za-z0-9_\-]{87})/))
        let (token, key) = (String(match.1), String(match.2))
        try #require(VAPIDKey.isSigned(token, by: key))
        let parts = try token.split(separator: ".").prefix(2).map { Data(try bytes(of: String($0))) }
        let header = try #require(JSONSerialization.jsonObject(with: parts[0]) as? [String: String])
        #expect(header == ["typ": "JWT", "alg": "ES256"])
        let claims = try #require(JSONSerialization.jsonObject(with: parts[1]) as? [String: Any])
        #expect(claims.count == 3)
        audience = try #require(claims["aud"] as? String)
        expiry = try #require((claims["exp"] as? NSNumber)?.int64Value)
        contact = try #require(claims["sub"] as? String)
        publicKey = key
    }
}

@Suite struct VAPIDKeys {
    /// RFC 8292 §2.4.
    @Test func theTokenOfRFC8292Verifies() {
        let key = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
        let token =
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9"
            + ".eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0"
            + ".i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
        #expect(VAPIDKey.isSigned(token, by: key))
        #expect(!VAPIDKey.isSigned(token, by: VAPIDKey().publicKey))
        #expect(!VAPIDKey.isSigned(token.replacing(".eyJh", with: ".eyJi"), by: key))
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é"])
    func noiseIsNotSigned(token: String) {
        #expect(!VAPIDKey.isSigned(token, by: RFC8291.receiverPublic))
        #expect(!VAPIDKey.isSigned(token, by: "é"))
    }

    @Test func aStoredKeyIsTheSameKey() throws {
        let key = VAPIDKey()
        let again = try VAPIDKey(rawRepresentation: key.rawRepresentation)
        #expect(again == key)
        #expect(again.publicKey == key.publicKey)
        #expect(key.publicKey.wholeMatch(of: /[A-Za-z0-9_\-]{87}/) != nil)
        #expect(VAPIDKey() != key)
    }

    @Test(arguments: [[], [1], [UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32)] as [[UInt8]])
    func whatIsNoKeyIsRefused(raw: [UInt8]) {
        #expect(throws: VAPIDKeyError.invalid) { try VAPIDKey(rawRepresentation: raw) }
    }

    @Test func descriptionsHoldNoPrivateKey() {
        let key = VAPIDKey()
        var text = "\(key) \(String(reflecting: key)) "
        dump(key, to: &text)
        #expect(text.contains(key.publicKey))
        #expect(!text.contains(Base64URL.encode(key.rawRepresentation)) && !text.contains("privateKey"))
    }
}

@Suite struct VAPIDContacts {
    @Test(arguments: [
        ("admin@dav.my-domain.org", "mailto:admin@dav.my-domain.org"),
        ("mailto:Admin+push@My-Domain.ORG", "mailto:Admin+push@my-domain.org"),
        ("MAILTO:a@xn--bcher-kva.de", "mailto:a@xn--bcher-kva.de"), ("o'neil@example.ie", "mailto:o'neil@example.ie"),
    ])
    func addressesThatCanBeWrittenToAreTaken(text: String, uri: String) throws {
        #expect(try VAPIDContact(text).uri == uri)
    }

    @Test(arguments: [
        "", "mailto:", "admin", "@my-domain.org", "admin@", "https://my-domain.org", "a b@my-domain.org",
        "a\"b@my-domain.org", "a\\@my-domain.org", ".a@my-domain.org", "a.@my-domain.org", "é@my-domain.org",
        "a@b@my-domain.org", "a@my-domain.org?subject=x", String(repeating: "a", count: 65) + "@my-domain.org",
        "a@\(String(repeating: "b.", count: 200))org", "a\r\n@my-domain.org",
        "admin@localhost", "admin@server", "admin@localhost.", "admin@localhost.localdomain", "admin@nas.local",
        "admin@box.lan", "admin@10.0.0.1", "admin@[10.0.0.1]", "admin@example.com", "admin@mail.example.org",
        "admin@my-domain.test", "admin@-a.org", "admin@a-.org", "admin@a..org", "admin@münchen.de",
        "admin@my\"domain.org",
    ])
    func othersAreRefused(text: String) {
        #expect(throws: VAPIDContactError.self) { try VAPIDContact(text) }
    }
}

@Suite struct TokensOfPushServices {
    private final class Clock: Sendable {
        private let seconds = Mutex<Int64>(1_700_000_000)
        var now: Int64 { seconds.withLock { $0 } }
        func advance(_ by: Int64) { seconds.withLock { $0 += by } }
    }

    private let clock = Clock()
    private let key = VAPIDKey()

    private func tokens(capacity: Int = 10, lifetime: Int64 = 12 * 3600) throws -> VAPIDTokens {
        VAPIDTokens(
            contact: try VAPIDContact("push@my-domain.org"), lifetime: lifetime, capacity: capacity,
            now: { [clock] in clock.now })
    }

    private func endpoint(_ url: String) throws -> PushEndpoint { try PushEndpoint(url) }

    /// T32.
    @Test(arguments: [
        ("https://Push.My-Domain.ORG/p/1", "https://push.my-domain.org"),
        ("https://push.my-domain.org:443/p/2", "https://push.my-domain.org"),
        ("https://push.my-domain.org:8443/p/3", "https://push.my-domain.org:8443"),
        ("https://[2606:4700::1111]/p/4", "https://[2606:4700::1111]"),
    ])
    func theAudienceIsTheOriginInASCII(url: String, audience: String) throws {
        let value = try tokens().authorization(for: endpoint(url), key: key)
        let token = try VerifiedToken(authorization: value)
        #expect(token.audience == audience)
        #expect(token.expiry == clock.now + 12 * 3600)
        #expect(token.contact == "mailto:push@my-domain.org")
        #expect(token.publicKey == key.publicKey)
    }

    /// T33.
    @Test func aTokenServesItsOriginAndNoOther() throws {
        let tokens = try tokens()
        let first = try tokens.authorization(for: endpoint("https://a.my-domain.org/1"), key: key)
        #expect(try tokens.authorization(for: endpoint("https://a.my-domain.org/2"), key: key) == first)
        #expect(try tokens.authorization(for: endpoint("https://b.my-domain.org/1"), key: key) != first)
        #expect(try tokens.authorization(for: endpoint("https://a.my-domain.org/1"), key: VAPIDKey()) != first)
    }

    /// T34, risk 27.
    @Test func aTokenIsRenewedAtHalfItsLifeOnDemandAndWhenTheClockIsSetBack() throws {
        let tokens = try tokens()
        let endpoint = try endpoint("https://a.my-domain.org/1")
        let first = try tokens.authorization(for: endpoint, key: key)
        clock.advance(6 * 3600 - 1)
        #expect(try tokens.authorization(for: endpoint, key: key) == first)
        clock.advance(1)
        let second = try tokens.authorization(for: endpoint, key: key)
        #expect(second != first)
        #expect(try VerifiedToken(authorization: second).expiry == clock.now + 12 * 3600)
        clock.advance(-48 * 3600)
        let third = try tokens.authorization(for: endpoint, key: key)
        #expect(try VerifiedToken(authorization: third).expiry - clock.now <= 24 * 3600)
        let fresh = try tokens.authorization(for: endpoint, key: key, isFresh: true)
        #expect(fresh != third)
        #expect(try tokens.authorization(for: endpoint, key: key) == fresh)
    }

    @Test func aLifetimeAboveADayIsCut() throws {
        let value = try tokens(lifetime: 90 * 86400).authorization(for: endpoint("https://a.my-domain.org/"), key: key)
        #expect(try VerifiedToken(authorization: value).expiry == clock.now + 24 * 3600)
    }

    @Test func theNumberOfTokensIsBounded() throws {
        let tokens = try tokens(capacity: 4)
        for number in 0..<50 {
            _ = try tokens.authorization(for: endpoint("https://h\(number).my-domain.org/"), key: key)
            clock.advance(1)
            #expect(tokens.count <= 4)
        }
        let newest = try tokens.authorization(for: endpoint("https://h49.my-domain.org/"), key: key)
        #expect(try VerifiedToken(authorization: newest).expiry == clock.now - 1 + 12 * 3600)
    }
}
