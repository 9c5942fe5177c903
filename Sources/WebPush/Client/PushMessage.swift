/// One message and what the push service shall do with it (RFC 8030 §5).
public struct PushMessage: Sendable {
    /// How urgent a message is (RFC 8030 §5.3): a sleeping device is woken for the higher ones only.
    public enum Urgency: String, Sendable, CaseIterable {
        case veryLow = "very-low"
        case low
        case normal
        case high
    }

    /// A name by which a later message replaces an earlier one that waits (RFC 8030 §5.4).
    ///
    /// The push service can read it: it should neither tell anything nor be the same for several subscribers.
    public struct Topic: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// `nil` unless `text` has 1 to 32 characters of the alphabet of base64url.
        public init?(_ text: String) {
            guard 1...32 ~= text.utf8.count,
                text.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
            else { return nil }
            description = text
        }
    }

    /// The longest that services in use store a message: 28 days.
    public static let longestTimeToLive = 28 * 86400

    /// What is sent.
    public let content: EncryptedMessage
    /// The media type of the text within, if the receiver is to learn it; visible to the push service.
    public let contentType: String?
    /// Seconds that the service stores the message for a device that is away (RFC 8030 §5.2). With 0 it reaches only
    /// devices that listen now.
    public let timeToLive: Int
    public let urgency: Urgency
    public let topic: Topic?

    /// - Parameters:
    ///   - contentType: left out if it holds anything but visible ASCII and spaces.
    ///   - timeToLive: cut to 0…``longestTimeToLive``.
    public init(
        _ content: EncryptedMessage, contentType: String? = nil, timeToLive: Int, urgency: Urgency = .normal,
        topic: Topic? = nil
    ) {
        self.content = content
        self.contentType = contentType.flatMap { $0.utf8.allSatisfy { 0x20...0x7E ~= $0 } ? $0 : nil }
        self.timeToLive = min(max(timeToLive, 0), Self.longestTimeToLive)
        self.urgency = urgency
        self.topic = topic
    }

    /// The fields of the request. `Content-Encoding` once, and neither `Encryption` nor `Crypto-Key`, which belonged to
    /// earlier drafts and make services refuse.
    func fields(authorization: String?) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            ("ttl", "\(timeToLive)"), ("urgency", urgency.rawValue), ("content-encoding", "aes128gcm"),
        ]
        if let contentType { fields.append(("content-type", contentType)) }
        if let topic { fields.append(("topic", topic.description)) }
        if let authorization { fields.append(("authorization", authorization)) }
        return fields
    }
}
