import Crypto

/// The key with which a server names itself to push services (RFC 8292): ECDSA on P-256.
///
/// Make it once, store ``rawRepresentation`` where only the server can read it, and have it in the backups: receivers
/// bind subscriptions to the public key, so that with the key every subscription is lost. It must not be used for
/// anything else (RFC 8292 §3.2).
public struct VAPIDKey: Sendable {
    private let privateKey: P256.Signing.PrivateKey

    /// The public key as receivers want it: the uncompressed point in base64url, 87 characters.
    public let publicKey: String

    /// A new key.
    public init() {
        self.init(P256.Signing.PrivateKey(compactRepresentable: false))
    }

    /// Takes a key that was stored.
    ///
    /// - Throws: ``VAPIDKeyError`` if these are not the 32 octets of a private key of P-256.
    public init(rawRepresentation: [UInt8]) throws(VAPIDKeyError) {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: rawRepresentation) else { throw .invalid }
        self.init(key)
    }

    private init(_ key: P256.Signing.PrivateKey) {
        privateKey = key
        publicKey = Base64URL.encode(key.publicKey.x963Representation)
    }

    /// The private key, for storage: 32 octets. A secret.
    public var rawRepresentation: [UInt8] { Array(privateKey.rawRepresentation) }

    /// A token of RFC 8292 §2 for the push service at `audience`, which ends at `expiry` (seconds since 1970).
    ///
    /// `audience` and `contact` hold no character that JSON escapes; their types see to it.
    func token(audience: String, contact: VAPIDContact, expiry: Int64) throws(VAPIDKeyError) -> String {
        let claims = #"{"aud":"\#(audience)","exp":\#(expiry),"sub":"\#(contact.uri)"}"#
        let signed = Self.header + "." + Base64URL.encode(claims.utf8)
        guard let signature = try? privateKey.signature(for: Array(signed.utf8)) else { throw .signingFailed }
        return signed + "." + Base64URL.encode(signature.rawRepresentation)
    }

    private static let header = Base64URL.encode(#"{"typ":"JWT","alg":"ES256"}"#.utf8)

    /// Whether `token` was signed by the holder of `publicKey` (base64url), as `ES256` demands: r and s, 64 octets.
    ///
    /// For receivers and for tests. Says nothing about the claims: look at `aud` and `exp` yourself.
    public static func isSigned(_ token: String, by publicKey: String) -> Bool {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let point = Base64URL.decode(publicKey),
            let key = try? P256.Signing.PublicKey(x963Representation: point),
            let raw = Base64URL.decode(String(decoding: parts[2], as: UTF8.self)),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
        else { return false }
        return key.isValidSignature(signature, for: Array(parts[0]) + [UInt8(ascii: ".")] + Array(parts[1]))
    }
}

extension VAPIDKey: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.publicKey == b.publicKey }
    public func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }
}

extension VAPIDKey: CustomStringConvertible, CustomReflectable {
    /// The public key, which is no secret.
    public var description: String { "VAPIDKey(\(publicKey))" }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

/// What can be wrong with a key.
public enum VAPIDKeyError: Error, Hashable, Sendable {
    /// Not the 32 octets of a private key of P-256.
    case invalid
    /// The library's primitives refused; not known to happen.
    case signingFailed
}
