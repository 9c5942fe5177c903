import Crypto
import WebPush

/// How fast push messages are encrypted (RFC 8291), beside the bare operations it cannot do without.
enum Encryption {
    private static let message = Array(
        """
        <?xml version="1.0" encoding="utf-8"?><push-message xmlns="https://bitfire.at/webdav-push"><topic>q2c0b9S3TtK0mY7oZr5V1w\
        </topic><content-update><sync-token xmlns="DAV:">http://example.com/sync/10</sync-token></content-update></push-message>
        """.utf8)

    /// Prints messages a second: encrypted whole, with key pairs made in advance, and the bare operations; in turns, so that what
    /// else the machine does meets all of them.
    static func run(seconds: Int) throws {
        let subscriber = ReceiverKeys().subscriberKeys
        let plain = MessageEncryption()
        var rates = [0, 0, 0]
        let turn = Duration.seconds(seconds) / 10
        for _ in 0..<10 {
            rates[0] += try repeats(for: turn) { _ = try plain.encrypt(message, for: subscriber) }
            let pairs = EphemeralKeyPairs(capacity: 2000)
            pairs.fill()
            let pooled = MessageEncryption(keyPairs: pairs)
            rates[1] += try repeats(for: turn, most: 2000) { _ = try pooled.encrypt(message, for: subscriber) }
            let point = subscriber.publicKeyBytes
            rates[2] += try repeats(for: turn) { try bare(receiver: point) }
        }
        print(rates.map { "\($0 / 10)" }.joined(separator: " "))
    }

    /// - Returns: how often a second `body` ran.
    private static func repeats(for duration: Duration, most: Int = .max, _ body: () throws -> Void) rethrows -> Int {
        let begin = ContinuousClock.now
        var count = 0
        while count < most, ContinuousClock.now - begin < duration {
            try body()
            count += 1
        }
        return Int(Double(count) / ((ContinuousClock.now - begin) / .seconds(1)))
    }

    /// A key pair, an agreement, three derivations and a seal, with nothing around them.
    private static func bare(receiver: [UInt8]) throws {
        let key = P256.KeyAgreement.PrivateKey()
        let other = try P256.KeyAgreement.PublicKey(x963Representation: receiver)
        let input = try key.sharedSecretFromKeyAgreement(with: other)
            .hkdfDerivedSymmetricKey(using: SHA256.self, salt: receiver, sharedInfo: receiver, outputByteCount: 32)
        let encryption = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: input, salt: receiver, info: receiver, outputByteCount: 16)
        _ = HKDF<SHA256>.deriveKey(inputKeyMaterial: input, salt: receiver, info: receiver, outputByteCount: 12)
        _ = try AES.GCM.seal(message, using: encryption)
    }
}
