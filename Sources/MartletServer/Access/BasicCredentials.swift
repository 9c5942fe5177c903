import DAV

/// The user and password of an `Authorization: Basic` header (RFC 7617).
struct BasicCredentials: Sendable {
    var name: Name
    var password: [UInt8]

    static let maxPasswordBytes = 1024

    /// - Returns: `nil` if the header is something else, is malformed, or names nobody who could exist.
    ///
    /// - Parameter anyName: stands in for a name that nobody could have, where the name does not matter.
    init?(authorization value: String, anyName: Name? = nil) {
        let parts = value.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].elementsEqual("Basic".utf8) || Substring(parts[0]).lowercased() == "basic",
            parts[1].count <= 4096,
            let bytes = Base64.decode(Array(parts[1])), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        var user = bytes[..<colon]
        // Windows sends DOMAIN\user; there are no domains here.
        if let backslash = user.lastIndex(of: UInt8(ascii: "\\")) { user = user[(backslash + 1)...] }
        let secret = bytes[(colon + 1)...]
        guard secret.count <= Self.maxPasswordBytes,
            let name = String(validating: user, as: UTF8.self).flatMap({ Name($0) }) ?? anyName
        else { return nil }
        self.name = name
        password = Array(secret)
    }
}

/// RFC 4648 §4, by bytes.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    /// Padding may be missing; anything else that does not belong gives `nil`.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 3)
        var buffer: UInt32 = 0
        var bits = 0
        var padding = 0
        for byte in text {
            if byte == UInt8(ascii: "=") { padding += 1; continue }
            let value = values[Int(byte)]
            guard value != 0xFF, padding == 0 else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return padding <= 2 && bits < 6 ? bytes : nil
    }

    /// Without padding, as hash texts are written.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
