/// A subscription registered on a resource (draft-bitfire-webdav-push §3).
public struct PushRegistration: Sendable, Hashable, Identifiable {
    /// The last segment of the registration URL: at least 128 random bits, so that it cannot be guessed.
    public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
        public let description: String
        public init(_ description: String) { self.description = description }

        public static func random() -> ID { ID(PushToken.random()) }
        public static func < (a: ID, b: ID) -> Bool { a.description < b.description }
    }

    public var id: ID
    /// The registration URL as it was given to the client, and is expected in `Push-Dont-Notify` (§4.2).
    public var location: String
    /// Whose it is: they alone may remove it, and must be able to read ``resource`` to be told of it.
    public var principal: PrincipalID
    /// What is subscribed to, wherever it moves.
    public var resource: ResourceID
    /// Where it is now.
    public var path: DAVPath
    public var subscription: PushSubscription
    public var triggers: PushTriggers
    public var expires: Timestamp
    public var created: Timestamp
    /// What is known of the way to the device.
    public var health: PushHealth

    public init(
        id: ID, location: String, principal: PrincipalID, resource: ResourceID, path: DAVPath,
        subscription: PushSubscription, triggers: PushTriggers, expires: Timestamp, created: Timestamp,
        health: PushHealth = PushHealth()
    ) {
        self.id = id
        self.location = location
        self.principal = principal
        self.resource = resource
        self.path = path
        self.subscription = subscription
        self.triggers = triggers
        self.expires = expires
        self.created = created
        self.health = health
    }
}

/// What the last messages met with. Kept with the subscription, so all registrations of one share it.
public struct PushHealth: Sendable, Hashable {
    /// Refusals since the last message that was taken: answers that speak against the subscription. That a service was down,
    /// busy or had nobody to give a message to does not count, nor does it end the count.
    public var failures = 0
    /// When the first of ``failures`` was.
    public var firstFailure: Timestamp?
    public var lastSuccess: Timestamp?
    /// The last outcome in words, for people (``PushOutcome/summary``).
    public var lastOutcome: String?
    public var lastAttempt: Timestamp?
    public init() {}
}

/// Random names in the alphabet that URLs, headers and XML need not escape.
enum PushToken {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 22 characters, 132 random bits.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return text((0..<22).map { _ in UInt8.random(in: 0..<64, using: &generator) })
    }

    /// A number of 128 bits, in 22 characters.
    static func text(_ id: ResourceID) -> String {
        var (high, low) = (id.high, id.low)
        var digits: [UInt8] = []
        for _ in 0..<22 {
            digits.append(UInt8(low & 63))
            low = low >> 6 | high << 58
            high >>= 6
        }
        return text(digits)
    }

    private static func text(_ digits: [UInt8]) -> String {
        String(decoding: digits.map { alphabet[Int($0)] }, as: UTF8.self)
    }
}

extension ResourceID {
    /// The resource's push topic (draft-bitfire-webdav-push §2.1): one per resource whatever URL reaches it, fixed for the
    /// resource's life, never used again; 128 bits, so that no two servers known to one device share one.
    var pushTopic: String { PushToken.text(self) }
}
