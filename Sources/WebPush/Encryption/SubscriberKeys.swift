import Crypto

/// The keys that a receiver gives to whoever may push to it (RFC 8291 §3): its public key (`p256dh`) and the
/// authentication secret (`auth`).
///
/// The point is checked to be on the curve once, here; keep the value beside the subscription if you send often, since
/// taking a point apart costs about a tenth of an encryption. Whoever has both values can forge messages: treat them as
/// secrets. The description tells nothing.
public struct SubscriberKeys: Sendable {
    let publicKey: P256.KeyAgreement.PublicKey
    /// `"WebPush: info" || 0x00 || ua_public`: the part of the derivation's `info` that is the same for all messages.
    let infoPrefix: [UInt8]

    /// The authentication secret: 16 octets.
    public let authenticationSecret: [UInt8]

    /// The public key as 65 octets: an uncompressed point (X9.62).
    public var publicKeyBytes: [UInt8] { Array(infoPrefix.suffix(MessageEncryption.publicKeyLength)) }

    /// Takes the keys as they were given by the receiver.
    ///
    /// - Throws: ``SubscriberKeysError`` if a length is wrong, the point is compressed or not on the curve.
    public init(publicKey: [UInt8], authenticationSecret: [UInt8]) throws(SubscriberKeysError) {
        guard publicKey.count == MessageEncryption.publicKeyLength, publicKey.first == 0x04 else {
            throw .publicKeyIsNoUncompressedPoint
        }
        guard authenticationSecret.count == MessageEncryption.authenticationSecretLength else {
            throw .authenticationSecretIsNot16Octets
        }
        guard let key = try? P256.KeyAgreement.PublicKey(x963Representation: publicKey) else {
            throw .publicKeyIsNotOnTheCurve
        }
        self.publicKey = key
        self.authenticationSecret = authenticationSecret
        infoPrefix = Array("WebPush: info\0".utf8) + publicKey
    }

    /// Takes the keys as text: base64url, padded or not, or standard base64, with white space around it if need be.
    public init(p256dh: String, auth: String) throws(SubscriberKeysError) {
        guard let publicKey = Base64URL.decode(p256dh) else { throw .publicKeyIsNoUncompressedPoint }
        guard let secret = Base64URL.decode(auth) else { throw .authenticationSecretIsNot16Octets }
        try self.init(publicKey: publicKey, authenticationSecret: secret)
    }
}

extension SubscriberKeys: CustomStringConvertible, CustomReflectable {
    public var description: String { "SubscriberKeys(…)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why keys of a subscription were refused.
public enum SubscriberKeysError: Error, Hashable, Sendable {
    /// Not base64, not 65 octets, or not `0x04` in front: RFC 8291 §3.1 asks for the uncompressed form.
    case publicKeyIsNoUncompressedPoint
    /// 65 octets that are no point of P-256: an invalid-curve attack, or noise.
    case publicKeyIsNotOnTheCurve
    /// RFC 8291 §3.2 asks for 16 octets.
    case authenticationSecretIsNot16Octets
}
