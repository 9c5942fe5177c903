import Testing
import WebPush

@testable import MartletServer

/// The receiver of `martlet watch` is as strict as a push service (RFC 8030 §5, RFC 8291 §4, RFC 8292).
@Suite struct Deliveries {
    private static let now: Int64 = 1_800_000_000
    private static let key = VAPIDKey()
    private static let audience = "http://127.0.0.1:4000"
    private static let rules = DeliveryRules(path: "/secret", audience: audience, keys: [key.publicKey])

    private static func authorization(
        key: VAPIDKey = key, to url: String = audience + "/secret", lifetime: Int64 = 3600, at time: Int64 = now
    ) throws -> String {
        var policy = PushEndpoint.Policy()
        policy.allowsHTTP = true
        let contact = try VAPIDContact("admin@martlet-server.org")
        let tokens = VAPIDTokens(contact: contact, lifetime: lifetime) { time }
        return try tokens.authorization(for: try PushEndpoint(url, policy: policy), key: key)
    }

    private static func delivery(_ change: (inout PushDelivery) -> Void = { _ in }) throws -> PushDelivery {
        var delivery = PushDelivery(
            method: "POST", path: "/secret",
            headers: [
                ("ttl", "60"), ("Content-Encoding", "aes128gcm"), ("Urgency", "normal"), ("Topic", "aB-_9"),
                ("Authorization", try authorization()),
            ], body: [1])
        change(&delivery)
        return delivery
    }

    private static func status(_ delivery: PushDelivery, _ rules: DeliveryRules = rules) -> Int {
        switch rules.verdict(on: delivery, now: now) {
        case .taken: 201
        case .refused(let status, _): status
        }
    }

    @Test func aGoodMessageIsTaken() throws {
        #expect(Self.rules.verdict(on: try Self.delivery(), now: Self.now) == .taken(lifetime: 60))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int
        var change: @Sendable (inout PushDelivery) -> Void

        init(_ name: String, _ status: Int, _ change: @escaping @Sendable (inout PushDelivery) -> Void) {
            testDescription = name
            self.status = status
            self.change = change
        }
    }

    private static func set(_ name: String, _ value: String?) -> @Sendable (inout PushDelivery) -> Void {
        {
            $0.headers.removeAll { $0.name.lowercased() == name.lowercased() }
            if let value { $0.headers.append((name: name, value: value)) }
        }
    }

    @Test(arguments: [
        Fault("another path", 404) { $0.path = "/" }, Fault("a longer path", 404) { $0.path = "/secret/" },
        Fault("GET", 405) { $0.method = "GET" },
        Fault("too long", 413) { $0.body = [UInt8](repeating: 0, count: 4097) },
        Fault("no TTL", 400, set("TTL", nil)), Fault("TTL of words", 400, set("TTL", "soon")),
        Fault("negative TTL", 400, set("TTL", "-1")), Fault("TTL beyond all", 400, set("TTL", "99999999999")),
        Fault("two TTL", 400) { $0.headers.append((name: "TTL", value: "1")) },
        Fault("no coding", 415, set("Content-Encoding", nil)), Fault("aesgcm", 415, set("Content-Encoding", "aesgcm")),
        Fault("strange urgency", 400, set("Urgency", "urgent")),
        Fault("long topic", 400, set("Topic", String(repeating: "a", count: 33))),
        Fault("odd topic", 400, set("Topic", "a b")), Fault("no sender", 401, set("Authorization", nil)),
        Fault("another scheme", 401, set("Authorization", "Bearer x")),
        Fault("no token", 401, set("Authorization", "vapid k=x")),
        Fault("no JWT", 403, set("Authorization", "vapid t=a.b.c, k=\(key.publicKey)")),
    ])
    func whatAPushServiceRefusesIsRefused(fault: Fault) throws {
        #expect(Self.status(try Self.delivery(fault.change)) == fault.status)
    }

    @Test func theTokenMustBeOursAndOfToday() throws {
        let other = VAPIDKey()
        for (authorization, status) in [
            (try Self.authorization(key: other), 403),
            (try Self.authorization(to: "http://127.0.0.1:4001/secret"), 403),
            (try Self.authorization(at: Self.now - 7200), 403),
            (try Self.authorization(lifetime: 24 * 3600, at: Self.now + 3600), 403),
            (try Self.authorization(lifetime: 24 * 3600), 201),
        ] {
            let delivery = try Self.delivery(Self.set("Authorization", authorization))
            #expect(Self.status(delivery) == status)
        }
        // Signed by another, with our key's name on it.
        let forged = try Self.authorization(key: other).replacing(other.publicKey, with: Self.key.publicKey)
        #expect(Self.status(try Self.delivery(Self.set("Authorization", forged))) == 403)
    }

    @Test func withoutAnAdvertisedKeyAnySenderIsBelieved() throws {
        var rules = Self.rules
        rules.keys = []
        #expect(Self.status(try Self.delivery(Self.set("Authorization", nil)), rules) == 201)
    }
}
