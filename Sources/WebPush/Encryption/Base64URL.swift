/// The base64url alphabet of RFC 4648 §5, in which Web Push writes keys and tokens.
public enum Base64URL {
    /// The text of `bytes`, without padding (RFC 7515 §2).
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (bits, held) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                text.append(alphabet[Int(bits >> UInt32(held) & 0x3F)])
            }
        }
        if held > 0 { text.append(alphabet[Int(bits << UInt32(6 - held) & 0x3F)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` stands for, or `nil` if it is not base64.
    ///
    /// Deployed clients write padding, the standard alphabet (`+`, `/`) and white space around the text: all are taken.
    /// What would be cut off is not: a text of an impossible length or with bits left over stands for no bytes.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = Array(text.utf8)[...]
        while let last = text.last, isSpace(last) { text.removeLast() }
        while let first = text.first, isSpace(first) { text.removeFirst() }
        var padding = 0
        while text.last == UInt8(ascii: "=") {
            text.removeLast()
            padding += 1
        }
        guard text.count % 4 != 1, padding == 0 || (text.count + padding) % 4 == 0 && padding < 3 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var (bits, held) = (UInt32(0), 0)
        for character in text {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return bits & (1 << UInt32(held) - 1) == 0 ? bytes : nil
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
        case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
