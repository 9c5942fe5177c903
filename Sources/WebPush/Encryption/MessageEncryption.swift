import Crypto

/// Encrypts messages for push subscribers: RFC 8291 on top of the content coding `aes128gcm` (RFC 8188).
///
/// One message is one record. The record size is always announced as 4096, since widespread receivers compare for
/// equality, and the body never exceeds 4096 octets, which every push service must take (RFC 8030 §7.2). Each message has
/// a key pair and a salt of its own (RFC 8291 §3.1).
///
/// Cost: some fifty to a hundred microseconds a message, nearly all of it the key pair and the agreement; padding is free.
public struct MessageEncryption: Sendable {
    /// The longest plaintext that fits into one body.
    public static let longestMessage = 3993

    /// How long the plaintext is made before it is encrypted, so that a body's length tells nothing of what is in it.
    public struct Padding: Sendable {
        let steps: [Int]

        /// To 512 octets, then to 1024, then to the limit, each including the delimiter.
        public static let standard = Padding(steps: [512, 1024])
        /// No padding: for the rare service that refuses bodies within the limit.
        public static let none = Padding(steps: nil)

        /// Pads to the first step that holds the message and its delimiter, or to the limit if none does.
        public init(steps: [Int]) {
            self.init(steps: .some(steps))
        }

        private init(steps: [Int]?) {
            let limit = MessageEncryption.longestMessage + 1
            self.steps = steps.map { $0.filter { 1...limit ~= $0 }.sorted() + [limit] } ?? []
        }

        func length(for message: Int) -> Int {
            steps.first { $0 > message } ?? message + 1
        }
    }

    static let recordSize: UInt32 = 4096
    static let publicKeyLength = 65
    static let authenticationSecretLength = 16

    private let padding: Padding
    private let keyPairs: EphemeralKeyPairs?

    /// - Parameter keyPairs: key pairs made in advance, for bursts; without it each message makes its own.
    public init(padding: Padding = .standard, keyPairs: EphemeralKeyPairs? = nil) {
        self.padding = padding
        self.keyPairs = keyPairs
    }

    /// Encrypts `message` for the holder of `subscriber`'s private key.
    ///
    /// - Throws: ``MessageEncryptionError/messageTooLong`` above ``longestMessage`` octets.
    public func encrypt(
        _ message: [UInt8], for subscriber: SubscriberKeys
    ) throws(MessageEncryptionError) -> EncryptedMessage {
        try encrypt(
            message, for: subscriber, keyPair: keyPairs?.take() ?? EphemeralKeyPair(),
            salt: SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
    }

    /// The deterministic heart, for the vectors of the RFCs. A key pair and a salt must never be used twice.
    package func encrypt(
        _ message: [UInt8], for subscriber: SubscriberKeys, keyPair: EphemeralKeyPair, salt: [UInt8]
    ) throws(MessageEncryptionError) -> EncryptedMessage {
        guard message.count <= Self.longestMessage else { throw .messageTooLong }
        guard
            let secret = try? keyPair.privateKey.sharedSecretFromKeyAgreement(with: subscriber.publicKey)
        else { throw .keyAgreementFailed }
        let input = secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: subscriber.authenticationSecret,
            sharedInfo: subscriber.infoPrefix + keyPair.publicKeyBytes, outputByteCount: 32)

        let length = padding.length(for: message.count)
        var plaintext = message
        plaintext.reserveCapacity(length)
        plaintext.append(ContentCoding.lastRecordDelimiter)
        plaintext.append(contentsOf: repeatElement(0, count: length - plaintext.count))

        let header = ContentCoding.Header(salt: salt, recordSize: Self.recordSize, keyID: keyPair.publicKeyBytes)
        guard let body = ContentCoding.seal(plaintext, header: header, inputKeyingMaterial: input) else {
            throw .keyAgreementFailed
        }
        return EncryptedMessage(body: body)
    }
}

/// A body as a push service takes it: `Content-Encoding: aes128gcm`.
public struct EncryptedMessage: Sendable, Equatable {
    /// Salt, record size, sender's public key, ciphertext and tag: at most 4096 octets.
    public let body: [UInt8]
}

/// Why a message was not encrypted.
public enum MessageEncryptionError: Error, Hashable, Sendable {
    /// Longer than ``MessageEncryption/longestMessage``.
    case messageTooLong
    /// The library's primitives refused; not known to happen with validated keys.
    case keyAgreementFailed
}
