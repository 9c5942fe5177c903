import DAVGroupware
import WebPush

/// A request that arrived at the receiver.
struct PushDelivery: Sendable {
    var method: String
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []

    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

/// What a push service asks of the messages it takes (RFC 8030 §5, RFC 8188, RFC 8292).
///
/// As strict as the strictest service in use: who gets a message through here gets it through anywhere.
struct DeliveryRules: Sendable, Hashable {
    /// The only path there is; nobody can guess it.
    var path: String
    /// The origin that tokens are to be for.
    var audience: String
    /// The keys a sender may sign with; none: the server has not said that it signs.
    var keys: [String]

    enum Verdict: Sendable, Hashable {
        case taken(lifetime: Int)
        case refused(Int, String)
    }

    /// RFC 8030 §7.2: what every service takes.
    static let mostBody = 4096

    /// - Parameter now: seconds since 1970.
    func verdict(on delivery: PushDelivery, now: Int64) -> Verdict {
        guard delivery.path == path else { return .refused(404, "There is no such push resource.") }
        guard delivery.method == "POST" else { return .refused(405, "Messages come by POST.") }
        guard delivery.body.count <= Self.mostBody else { return .refused(413, "The message is too long.") }
        let lifetimes = delivery.values("TTL")
        guard lifetimes.count == 1, let lifetime = Self.number(lifetimes[0]) else {
            return .refused(400, "TTL is missing, or no number (RFC 8030 §5.2).")
        }
        guard delivery.values("Content-Encoding") == ["aes128gcm"] else {
            return .refused(415, "Content-Encoding must be aes128gcm (RFC 8291 §4).")
        }
        let urgencies = delivery.values("Urgency")
        guard urgencies.count <= 1, urgencies.allSatisfy(["very-low", "low", "normal", "high"].contains) else {
            return .refused(400, "Urgency is none there is (RFC 8030 §5.3).")
        }
        let topics = delivery.values("Topic")
        guard topics.count <= 1, topics.allSatisfy(Self.isTopic) else {
            return .refused(400, "Topic takes 32 characters of base64url (RFC 8030 §5.4).")
        }
        return refusalOfSender(delivery.values("Authorization"), now: now) ?? .taken(lifetime: lifetime)
    }

    private func refusalOfSender(_ authorization: [String], now: Int64) -> Verdict? {
        guard !keys.isEmpty else { return nil }
        guard authorization.count == 1, let (token, key) = Self.vapid(authorization[0]) else {
            return .refused(401, "Authorization: vapid is missing (RFC 8292 §3).")
        }
        guard keys.contains(key) else { return .refused(403, "The key is not the one that was advertised.") }
        guard VAPIDKey.isSigned(token, by: key), let claims = Self.claims(of: token) else {
            return .refused(403, "The token is not signed with its key.")
        }
        guard claims.audience == audience else { return .refused(403, "The token is for somebody else.") }
        // RFC 8292 §2: at most 24 hours ahead; a minute for clocks that differ.
        guard claims.expiry > now - 60, claims.expiry <= now + 24 * 3600 + 60 else {
            return .refused(403, "The token has run out, or lasts too long.")
        }
        return nil
    }

    private static func number(_ text: String) -> Int? {
        guard 1...10 ~= text.utf8.count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func isTopic(_ text: String) -> Bool {
        1...32 ~= text.utf8.count
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// `vapid t=…, k=…`, in any order.
    private static func vapid(_ value: String) -> (token: String, key: String)? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "vapid" else { return nil }
        var parameters: [String: String] = [:]
        for part in parts[1].split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { return nil }
            parameters[pair[0].filter { $0 != " " }] = pair[1].filter { $0 != " " && $0 != "\"" }
        }
        guard let token = parameters["t"], let key = parameters["k"] else { return nil }
        return (token, key)
    }

    private static func claims(of token: String) -> (audience: String, expiry: Int64)? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let octets = Base64URL.decode(String(parts[1])),
            let claims = try? JSONReader.value(of: octets, maxBytes: 4096),
            case .string(let audience)? = claims["aud"], case .number(let number)? = claims["exp"],
            let expiry = Int64(number)
        else { return nil }
        return (audience, expiry)
    }
}

extension JSONValue {
    /// The member of an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
