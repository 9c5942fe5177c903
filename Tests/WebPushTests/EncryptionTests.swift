import Crypto
import Testing

@testable import WebPush

@Suite struct Encryption {
    private let receiver = ReceiverKeys()

    /// T30: what stands in front of each body is what stock receivers compare with.
    @Test(arguments: [0, 1, 100, 511, 512, 1023, 1024, 3992, 3993])
    func everyLengthFitsOneRecordAndComesBack(length: Int) throws {
        let message = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let body = try MessageEncryption().encrypt(message, for: receiver.subscriberKeys).body
        let header = try ContentCoding.Header(parsing: body)
        #expect(header.recordSize == 4096)
        #expect(header.keyID.count == 65)
        #expect(body.count <= 4096)
        #expect(try receiver.decrypt(body) == message)
    }

    @Test func aMessageAboveTheLimitIsRefused() {
        #expect(throws: MessageEncryptionError.messageTooLong) {
            try MessageEncryption().encrypt([UInt8](repeating: 0, count: 3994), for: receiver.subscriberKeys)
        }
    }

    /// T35: neither salt nor key pair comes twice, and the length tells nothing.
    @Test func equalMessagesBecomeDifferentBodiesOfEqualLength() throws {
        let encryption = MessageEncryption()
        let one = try encryption.encrypt(Array("one".utf8), for: receiver.subscriberKeys).body
        let same = try encryption.encrypt(Array("one".utf8), for: receiver.subscriberKeys).body
        let longer = try encryption.encrypt([UInt8](repeating: 1, count: 511), for: receiver.subscriberKeys).body
        let headers = try [one, same].map { try ContentCoding.Header(parsing: $0) }
        #expect(headers[0].salt != headers[1].salt)
        #expect(headers[0].keyID != headers[1].keyID)
        #expect(one.count == same.count)
        #expect(one.count == longer.count)
        #expect(one.suffix(100) != same.suffix(100))
    }

    @Test(arguments: [(0, 512), (511, 512), (512, 1024), (1023, 1024), (1024, 3994), (3993, 3994)])
    func textsArePaddedToTheNextStep(message: Int, step: Int) {
        #expect(MessageEncryption.Padding.standard.length(for: message) == step)
    }

    @Test func stepsBeyondTheLimitDoNotCount() {
        let padding = MessageEncryption.Padding(steps: [9000, -1, 0, 2000])
        #expect(padding.length(for: 10) == 2000)
        #expect(padding.length(for: 2000) == 3994)
        #expect(MessageEncryption.Padding.none.length(for: 10) == 11)
    }

    @Test func keyPairsMadeInAdvanceAreUsedOnce() throws {
        let pairs = EphemeralKeyPairs(capacity: 2)
        pairs.fill()
        #expect(pairs.count == 2)
        let encryption = MessageEncryption(keyPairs: pairs)
        let keyIDs = try (0..<3).map { _ in
            try ContentCoding.Header(parsing: encryption.encrypt([1], for: receiver.subscriberKeys).body).keyID
        }
        #expect(Set(keyIDs).count == 3)
        #expect(pairs.count == 0)
    }

    @Test func descriptionsTellNothing() throws {
        let keys = receiver.subscriberKeys
        let (point, secret) = (Base64URL.encode(keys.publicKeyBytes), "\(keys.authenticationSecret)")
        for text in ["\(keys)", "\(receiver)", String(reflecting: keys), String(reflecting: receiver)] {
            #expect(!text.contains(point) && !text.contains(secret))
        }
        var dumped = ""
        dump(receiver, to: &dumped)
        dump(keys, to: &dumped)
        #expect(dumped.count < 100)
    }
}

/// T16, T17: what clients send as keys.
@Suite struct SubscriptionKeys {
    private static let point = RFC8291.receiverPublic
    private static let auth = RFC8291.auth

    @Test(arguments: [
        (point, auth), (point + "=", auth + "=="), (" \r\n\t" + point + "\n", " " + auth + " "),
        (
            String(point.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }),
            String(auth.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        ),
    ])
    func spellingsOfDeployedClientsAreTaken(p256dh: String, auth: String) throws {
        let keys = try SubscriberKeys(p256dh: p256dh, auth: auth)
        #expect(Base64URL.encode(keys.publicKeyBytes) == Self.point)
        #expect(Base64URL.encode(keys.authenticationSecret) == Self.auth)
    }

    @Test(arguments: [
        ("", auth, SubscriberKeysError.publicKeyIsNoUncompressedPoint),
        ("!" + point.dropFirst(), auth, .publicKeyIsNoUncompressedPoint),
        (String(point.dropLast(2)), auth, .publicKeyIsNoUncompressedPoint),
        (point + "AAAA", auth, .publicKeyIsNoUncompressedPoint),
        ("A" + point.dropFirst(), auth, .publicKeyIsNoUncompressedPoint),
        (point, "", .authenticationSecretIsNot16Octets),
        (point, String(auth.dropLast(2)), .authenticationSecretIsNot16Octets),
        (point, auth + "AA", .authenticationSecretIsNot16Octets),
        (point, "é", .authenticationSecretIsNot16Octets),
    ])
    func badKeysAreRefused(p256dh: String, auth: String, error: SubscriberKeysError) {
        #expect(throws: error) { try SubscriberKeys(p256dh: p256dh, auth: auth) }
    }

    @Test func pointsOffTheCurveAndCompressedPointsAreRefused() throws {
        let secret = [UInt8](repeating: 1, count: 16)
        var point = try bytes(of: Self.point)
        point[64] ^= 1
        #expect(throws: SubscriberKeysError.publicKeyIsNotOnTheCurve) {
            try SubscriberKeys(publicKey: point, authenticationSecret: secret)
        }
        #expect(throws: SubscriberKeysError.publicKeyIsNotOnTheCurve) {
            try SubscriberKeys(
                publicKey: [4] + [UInt8](repeating: 0, count: 64), authenticationSecret: secret)
        }
        let compressed = Array(P256.KeyAgreement.PrivateKey().publicKey.compressedRepresentation)
        #expect(throws: SubscriberKeysError.publicKeyIsNoUncompressedPoint) {
            try SubscriberKeys(publicKey: compressed, authenticationSecret: secret)
        }
        // 65 octets, but the hybrid form.
        point[64] ^= 1
        point[0] = 6
        #expect(throws: SubscriberKeysError.publicKeyIsNoUncompressedPoint) {
            try SubscriberKeys(publicKey: point, authenticationSecret: secret)
        }
    }

    @Test func aStoredPrivateKeyOfTheWrongLengthIsRefused() {
        #expect(throws: SubscriberKeysError.self) {
            try ReceiverKeys(rawRepresentation: [1, 2, 3], authenticationSecret: [UInt8](repeating: 0, count: 16))
        }
    }
}

@Suite struct Decryption {
    private let receiver = ReceiverKeys()

    private func body(of text: String = "hello") throws -> [UInt8] {
        try MessageEncryption(padding: .none).encrypt(Array(text.utf8), for: receiver.subscriberKeys).body
    }

    @Test func everyTruncationIsRefused() throws {
        let whole = try body()
        for length in 0..<whole.count {
            #expect(throws: DecryptionError.self, "\(length)") { try receiver.decrypt(Array(whole[..<length])) }
        }
    }

    @Test func everyChangedOctetIsNoticed() throws {
        let whole = try body()
        // The record size is not authenticated; a larger one changes nothing.
        for position in whole.indices where !(16..<20).contains(position) {
            var changed = whole
            changed[position] ^= 0x10
            #expect(throws: DecryptionError.self, "\(position)") { try receiver.decrypt(changed) }
        }
    }

    @Test(arguments: [
        ([0, 0, 0, 0] as [UInt8], DecryptionError.recordSizeTooSmall),
        ([0, 0, 0, 17], .recordSizeTooSmall),
        ([0, 0, 0, 18], .moreThanOneRecord),
        ([0, 0, 0, 21], .moreThanOneRecord),
    ])
    func recordSizesThatDoNotFitAreRefused(size: [UInt8], error: DecryptionError) throws {
        var whole = try body()
        whole.replaceSubrange(16..<20, with: size)
        #expect(throws: error) { try receiver.decrypt(whole) }
    }

    @Test(arguments: [[0, 0, 0, 22] as [UInt8], [0, 0, 16, 0], [255, 255, 255, 255]])
    func anyRecordSizeThatFitsIsTaken(size: [UInt8]) throws {
        var whole = try body()
        whole.replaceSubrange(16..<20, with: size)
        #expect(try receiver.decrypt(whole) == Array("hello".utf8))
    }

    @Test func aMessageForSomebodyElseIsNotAuthentic() throws {
        #expect(throws: DecryptionError.notAuthentic) { try ReceiverKeys().decrypt(body()) }
    }

    @Test func aSenderWithoutAProperKeyIsRefused() throws {
        let whole = try body()
        for keyID in [[], [4], [UInt8](repeating: 4, count: 65), [UInt8](repeating: 4, count: 255)] as [[UInt8]] {
            var changed = Array(whole[..<20]) + [UInt8(keyID.count)] + keyID
            changed += whole[86...]
            #expect(throws: DecryptionError.senderKeyInvalid) { try receiver.decrypt(changed) }
        }
    }

    @Test(arguments: [
        ([] as [UInt8], DecryptionError.noDelimiter), ([0, 0, 0], .noDelimiter), ([104, 105], .noDelimiter),
        ([104, 3, 0], .noDelimiter), ([104, 1], .moreThanOneRecord), ([104, 1, 0, 0], .moreThanOneRecord),
    ])
    func authenticTextsWithoutTheLastDelimiterAreRefused(text: [UInt8], error: DecryptionError) throws {
        let key = SymmetricKey(size: .bits256)
        let header = ContentCoding.Header(salt: [UInt8](repeating: 7, count: 16), recordSize: 4096, keyID: [])
        let sealed = try #require(ContentCoding.seal(text, header: header, inputKeyingMaterial: key))
        // An empty record is shorter than a record can be.
        #expect(throws: text.isEmpty ? DecryptionError.truncated : error) {
            try ContentCoding.open(sealed, header: header, inputKeyingMaterial: key)
        }
    }

    @Test func noiseNeverCrashes() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: DecryptionError.self) { try receiver.decrypt(noise) }
        }
    }
}

@Suite struct Base64URLText {
    @Test(arguments: [
        ("", [] as [UInt8]?), ("Zg", [102]), ("Zg==", [102]), ("Zm8", [102, 111]), ("Zm8=", [102, 111]),
        ("-_-_", [251, 255, 191]), ("+/+/", [251, 255, 191]), ("Z", nil), ("Zm9vY", nil), ("Zh", nil), ("Zg=", nil),
        ("Zg===", nil), ("Z=g", nil), ("Zm 8", nil), ("Zmé", nil), ("====", nil), ("Zm9v====", nil),
    ])
    func textsStandForBytesOrForNothing(text: String, bytes: [UInt8]?) {
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test func whatIsEncodedIsDecoded() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
