import Crypto

/// The receiver's side of a subscription: the private key and the authentication secret (RFC 8291 §3).
///
/// Give ``subscriberKeys`` to the server that shall push; keep the rest.
public struct ReceiverKeys: Sendable {
    private let privateKey: P256.KeyAgreement.PrivateKey

    /// What the sender needs: put it into the subscription.
    public let subscriberKeys: SubscriberKeys

    /// New keys.
    public init() {
        let privateKey = P256.KeyAgreement.PrivateKey(compactRepresentable: false)
        let secret = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        guard let keys = try? Self(privateKey, authenticationSecret: secret) else {
            preconditionFailure("A public key that was just made is on the curve.")
        }
        self = keys
    }

    /// Takes keys that were stored.
    ///
    /// - Parameters:
    ///   - rawRepresentation: ``rawRepresentation``, 32 octets.
    ///   - authenticationSecret: 16 octets.
    public init(rawRepresentation: [UInt8], authenticationSecret: [UInt8]) throws(SubscriberKeysError) {
        guard let privateKey = try? P256.KeyAgreement.PrivateKey(rawRepresentation: rawRepresentation) else {
            throw .publicKeyIsNotOnTheCurve
        }
        try self.init(privateKey, authenticationSecret: authenticationSecret)
    }

    private init(
        _ privateKey: P256.KeyAgreement.PrivateKey, authenticationSecret: [UInt8]
    ) throws(SubscriberKeysError) {
        self.privateKey = privateKey
        subscriberKeys = try SubscriberKeys(
            publicKey: Array(privateKey.publicKey.x963Representation), authenticationSecret: authenticationSecret)
    }

    /// The private key, for storage: 32 octets. A secret.
    public var rawRepresentation: [UInt8] { Array(privateKey.rawRepresentation) }

    /// The message in `body`, a push message with `Content-Encoding: aes128gcm`.
    ///
    /// Any record size that the body fits into is taken, though RFC 8291 §4 asks senders for more than the body's length.
    /// Limit the body's length before (push services take 4096 octets); the work is linear in it.
    public func decrypt(_ body: [UInt8]) throws(DecryptionError) -> [UInt8] {
        let header = try ContentCoding.Header(parsing: body)
        guard
            header.keyID.count == MessageEncryption.publicKeyLength, header.keyID.first == 0x04,
            let sender = try? P256.KeyAgreement.PublicKey(x963Representation: header.keyID),
            let secret = try? privateKey.sharedSecretFromKeyAgreement(with: sender)
        else { throw .senderKeyInvalid }
        let input = secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: subscriberKeys.authenticationSecret,
            sharedInfo: subscriberKeys.infoPrefix + header.keyID, outputByteCount: 32)
        return try ContentCoding.open(body, header: header, inputKeyingMaterial: input)
    }
}

extension ReceiverKeys: CustomStringConvertible, CustomReflectable {
    public var description: String { "ReceiverKeys(…)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
