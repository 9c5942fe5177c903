/// Reads a header field's value byte by byte: fields are ASCII by definition, and `Character`s would hide a CR LF.
struct ByteScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { index == bytes.count }
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Spaces, tabs and what is left of folded lines.
    mutating func skipWhitespace() { take(while: { [0x20, 0x09, 0x0D, 0x0A].contains($0) }) }

    /// Leaves one byte out.
    mutating func skip() { index = min(index + 1, bytes.count) }

    /// Takes `byte` if it comes next.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    /// Takes `word`, in whatever case, if it comes next.
    mutating func take(word: StaticString) -> Bool {
        let rest = bytes[index...].prefix(word.utf8CodeUnitCount)
        guard rest.count == word.utf8CodeUnitCount,
            zip(rest, "\(word)".utf8).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 | 0x20 && ByteScanner.isLetter($0) })
        else { return false }
        index += rest.count
        return true
    }

    @discardableResult
    mutating func take(while condition: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, condition(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Takes everything up to `end` and `end` itself.
    ///
    /// - Returns: `nil`, and nothing is taken, if `end` does not come.
    mutating func take(upTo end: Unicode.Scalar) -> String? {
        guard let found = bytes[index...].firstIndex(of: UInt8(ascii: end)) else { return nil }
        defer { index = found + 1 }
        return String(decoding: bytes[index..<found], as: UTF8.self)
    }

    /// RFC 9110 §5.6.2
    mutating func takeToken() -> String? {
        let token = take(while: ByteScanner.isTokenByte)
        return token.isEmpty ? nil : token
    }

    /// RFC 9110 §5.6.4, the backslashes undone.
    mutating func takeQuotedString() -> String? {
        let start = index
        guard take("\"") else { return nil }
        var content: [UInt8] = []
        while let byte = next {
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: content, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let escaped = next {
                content.append(escaped)
                index += 1
            } else {
                content.append(byte)
            }
        }
        index = start
        return nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
