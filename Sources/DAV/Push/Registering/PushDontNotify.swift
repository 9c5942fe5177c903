/// `Push-Dont-Notify` (draft-bitfire-webdav-push §4.2): whom a change is not told.
///
/// It travels with the ``Condition`` into the transaction that writes, since it is about this one change: a registration that
/// was up to date counts as told of it, one that was behind is told as before.
public enum PushDontNotify: Sendable, Hashable {
    /// Everybody who asked is told.
    case nobody
    /// Nobody is told: `*`.
    case everybody
    /// Registration URLs. Only those of the caller count; what else is named is ignored, and no word is lost about it.
    case registrations([String])

    /// Most URLs that are looked at.
    static let mostValues = 100

    /// Reads the value, with several header lines joined by commas. What cannot be read is ignored (§4.2): the request succeeds.
    init(_ field: String?) {
        guard let field, field.utf8.count <= 65_536 else {
            self = .nobody
            return
        }
        var scanner = Scanner(bytes: Array(field.utf8))
        let values = scanner.values()
        switch values {
        case [.asterisk]: self = .everybody
        default:
            let urls = values.compactMap { if case .url(let url) = $0 { url } else { nil } }
            self = urls.isEmpty ? .nobody : .registrations(Array(urls.prefix(PushDontNotify.mostValues)))
        }
    }

    private enum Value: Equatable { case asterisk, url(String), invalid }

    /// `1#( quoted-string / "*" )`, RFC 9110 §5.6.1 and §5.6.4.
    private struct Scanner {
        var bytes: [UInt8]
        var position = 0

        mutating func values() -> [Value] {
            var values: [Value] = []
            while position < bytes.count {
                skipSpace()
                if position < bytes.count, bytes[position] != UInt8(ascii: ",") { values.append(value()) }
                position += 1
            }
            return values
        }

        /// One element of the list, up to its comma.
        private mutating func value() -> Value {
            let isQuoted = bytes[position] == UInt8(ascii: "\"")
            let start = position
            let quoted = isQuoted ? quotedString() : nil
            let end = position
            skipSpace()
            let isAlone = position == bytes.count || bytes[position] == UInt8(ascii: ",")
            if isAlone, isQuoted { return quoted.map(Value.url) ?? .invalid }
            while position < bytes.count, bytes[position] != UInt8(ascii: ",") { position += 1 }
            if isQuoted || end != start { return .invalid }
            let bare = bytes[start..<position].filter { $0 != 0x20 && $0 != 0x09 }
            return bare == [UInt8(ascii: "*")] ? .asterisk : .invalid
        }

        private mutating func quotedString() -> String? {
            position += 1
            var text: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") { return String(validating: text, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\") else {
                    text.append(byte)
                    continue
                }
                guard position < bytes.count else { return nil }
                text.append(bytes[position])
                position += 1
            }
            return nil
        }

        private mutating func skipSpace() {
            while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        }
    }
}
