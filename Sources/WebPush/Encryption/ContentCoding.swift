import Crypto

/// The content coding `aes128gcm` (RFC 8188), as far as push needs it: one record.
enum ContentCoding {
    /// What stands in front of the ciphertext (RFC 8188 §2.1).
    struct Header: Equatable {
        static let saltLength = 16
        static let fixedLength = saltLength + 4 + 1

        let salt: [UInt8]
        let recordSize: UInt32
        let keyID: [UInt8]

        init(salt: [UInt8], recordSize: UInt32, keyID: [UInt8]) {
            self.salt = salt
            self.recordSize = recordSize
            self.keyID = keyID
        }

        init(parsing body: [UInt8]) throws(DecryptionError) {
            guard body.count >= Self.fixedLength else { throw .truncated }
            let end = Self.fixedLength + Int(body[Self.fixedLength - 1])
            guard body.count >= end else { throw .truncated }
            salt = Array(body[..<Self.saltLength])
            recordSize = body[Self.saltLength..<Self.saltLength + 4].reduce(0) { $0 << 8 | UInt32($1) }
            keyID = Array(body[Self.fixedLength..<end])
        }

        var length: Int { Self.fixedLength + keyID.count }

        func write(to body: inout [UInt8]) {
            body += salt
            for shift in [24, 16, 8, 0] as [UInt32] { body.append(UInt8(truncatingIfNeeded: recordSize >> shift)) }
            body.append(UInt8(keyID.count))
            body += keyID
        }
    }

    /// RFC 8188 §2: `0x02` closes the last record's text, `0x01` that of every other.
    static let lastRecordDelimiter: UInt8 = 2
    private static let delimiterOfOtherRecords: UInt8 = 1
    private static let tagLength = 16
    /// RFC 8188 §2: a record holds at least a delimiter and a tag.
    private static let smallestRecord: UInt32 = 18
    private static let keyInfo = Array("Content-Encoding: aes128gcm\0".utf8)
    private static let nonceInfo = Array("Content-Encoding: nonce\0".utf8)

    /// Header, ciphertext and tag of one record whose text is delimited and padded already.
    static func seal(_ plaintext: [UInt8], header: Header, inputKeyingMaterial: SymmetricKey) -> [UInt8]? {
        guard
            let (key, nonce) = derive(from: inputKeyingMaterial, salt: header.salt),
            let box = try? AES.GCM.seal(plaintext, using: key, nonce: nonce)
        else { return nil }
        var body: [UInt8] = []
        body.reserveCapacity(header.length + plaintext.count + tagLength)
        header.write(to: &body)
        body.append(contentsOf: box.ciphertext)
        body.append(contentsOf: box.tag)
        return body
    }

    /// The text of `body`'s only record, without delimiter and padding.
    static func open(
        _ body: [UInt8], header: Header, inputKeyingMaterial: SymmetricKey
    ) throws(DecryptionError) -> [UInt8] {
        guard header.recordSize >= smallestRecord else { throw .recordSizeTooSmall }
        let record = body[header.length...]
        guard record.count > tagLength else { throw .truncated }
        // RFC 8291 §4: a push message has one record, so a receiver need not know more.
        guard record.count <= Int(header.recordSize) else { throw .moreThanOneRecord }
        guard
            let (key, nonce) = derive(from: inputKeyingMaterial, salt: header.salt),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: record.dropLast(tagLength), tag: record.suffix(tagLength)),
            let opened = try? AES.GCM.open(box, using: key)
        else { throw .notAuthentic }
        var text = Array(opened)
        while text.last == 0 { text.removeLast() }
        switch text.popLast() {
        case lastRecordDelimiter: return text
        case delimiterOfOtherRecords: throw .moreThanOneRecord
        default: throw .noDelimiter
        }
    }

    /// Key and nonce of the first record (RFC 8188 §2.2, §2.3), for which the record number changes nothing.
    private static func derive(
        from inputKeyingMaterial: SymmetricKey, salt: [UInt8]
    ) -> (SymmetricKey, AES.GCM.Nonce)? {
        let pseudoRandom = HKDF<SHA256>.extract(inputKeyMaterial: inputKeyingMaterial, salt: salt)
        let key = HKDF<SHA256>.expand(pseudoRandomKey: pseudoRandom, info: keyInfo, outputByteCount: 16)
        let nonce = HKDF<SHA256>.expand(pseudoRandomKey: pseudoRandom, info: nonceInfo, outputByteCount: 12)
        return nonce.withUnsafeBytes { try? AES.GCM.Nonce(data: $0) }.map { (key, $0) }
    }
}

/// Why a body could not be read.
public enum DecryptionError: Error, Hashable, Sendable {
    /// Shorter than its own header says, or than a record can be.
    case truncated
    /// The `keyid` is not an uncompressed point of the curve (RFC 8291 §4).
    case senderKeyInvalid
    /// A record size below 18 (RFC 8188 §2).
    case recordSizeTooSmall
    /// RFC 8291 §4 allows one record.
    case moreThanOneRecord
    /// Changed on the way, or meant for somebody else.
    case notAuthentic
    /// Authentic, but the text ends without a delimiter (RFC 8188 §2).
    case noDelimiter
}
