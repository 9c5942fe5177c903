import Crypto
import Testing

@testable import WebPush

/// The keys of RFC 8291 §5 and Appendix A.
enum RFC8291 {
    static let auth = "BTBZMqHH6r4Tts7J_aSIgg"
    static let receiverPublic =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    static let receiverPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    static let senderPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    static let salt = "DGv6ra1nlYgDCS1FRnbzlw"
    static let text = "When I grow up, I want to be a watermelon"
    static let body =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

    static func subscriber() throws -> SubscriberKeys { try SubscriberKeys(p256dh: receiverPublic, auth: auth) }

    static func receiver() throws -> ReceiverKeys {
        try ReceiverKeys(
            rawRepresentation: bytes(of: receiverPrivate), authenticationSecret: bytes(of: auth))
    }

    /// Encrypts with the RFC's key pair and salt.
    static func encrypt(_ text: String, padding: MessageEncryption.Padding) throws -> [UInt8] {
        try MessageEncryption(padding: padding).encrypt(
            Array(text.utf8), for: subscriber(),
            keyPair: EphemeralKeyPair(rawRepresentation: bytes(of: senderPrivate)), salt: bytes(of: salt)
        ).body
    }
}

func bytes(of text: String) throws -> [UInt8] { try #require(Base64URL.decode(text)) }

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite struct EncryptionVectors {
    @Test func theExampleOfRFC8291ComesOutByteForByte() throws {
        #expect(try RFC8291.encrypt(RFC8291.text, padding: .none) == bytes(of: RFC8291.body))
    }

    @Test func theExampleOfRFC8291IsRead() throws {
        let text = try RFC8291.receiver().decrypt(bytes(of: RFC8291.body))
        #expect(String(decoding: text, as: UTF8.self) == RFC8291.text)
    }

    @Test func theReceiversPublicKeyFollowsFromItsPrivateKey() throws {
        let receiver = try RFC8291.receiver()
        #expect(Base64URL.encode(receiver.subscriberKeys.publicKeyBytes) == RFC8291.receiverPublic)
        #expect(Base64URL.encode(receiver.rawRepresentation) == RFC8291.receiverPrivate)
    }

    /// Bodies that two independent libraries agree on.
    @Test(arguments: [
        (false, 245, "3d6ce2a02ce183e213cf04365e6edd7ec679f0cd6570df4c1349a54aaef57b63"),
        (true, 614, "616158f9eacfdd35fa0a235865c4a69c09fe66c3aa6e960ed543469cd3b580a4"),
    ])
    func aPaddedBodyIsThatOfOtherLibraries(padded: Bool, length: Int, digest: String) throws {
        let text =
            #"<?xml version="1.0" encoding="utf-8"?><push-message xmlns="https://bitfire.at/webdav-push">"#
            + "<topic>t-01</topic><content-update/></push-message>"
        let body = try RFC8291.encrypt(text, padding: padded ? .standard : .none)
        #expect(body.count == length)
        #expect(hex(SHA256.hash(data: body)) == digest)
        #expect(try RFC8291.receiver().decrypt(body) == Array(text.utf8))
    }

    /// RFC 8188 §3.1: a key of its own, no `keyid`.
    @Test func theFirstExampleOfRFC8188IsRead() throws {
        let body = try bytes(of: "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg")
        let key = SymmetricKey(data: try bytes(of: "yqdlZ-tYemfogSmv7Ws5PQ"))
        let text = try ContentCoding.open(body, header: .init(parsing: body), inputKeyingMaterial: key)
        #expect(String(decoding: text, as: UTF8.self) == "I am the walrus")
    }

    /// RFC 8188 §3.2 has two records, which no push message has (RFC 8291 §4).
    @Test func theSecondExampleOfRFC8188IsRefused() throws {
        let body = try bytes(
            of: "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA")
        let header = try ContentCoding.Header(parsing: body)
        #expect(header.recordSize == 25)
        #expect(String(decoding: header.keyID, as: UTF8.self) == "a1")
        let key = SymmetricKey(data: try bytes(of: "BO3ZVPxUlnLORbVGMpbT1Q"))
        #expect(throws: DecryptionError.moreThanOneRecord) {
            try ContentCoding.open(body, header: header, inputKeyingMaterial: key)
        }
    }
}
