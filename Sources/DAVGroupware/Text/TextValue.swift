/// Values of type TEXT, escaped as they stand in a content line (RFC 5545 §3.3.11, RFC 2426 §4, RFC 6350 §3.4).
package enum TextValue {
    private static let backslash = UInt8(ascii: "\\")

    /// What a value means: `\n` is a line feed, `\,` `\;` `\\` are themselves.
    ///
    /// Apple writes `\:`, which is a colon. Any other backslash is itself, for clients that escape nothing ("C:\temp").
    package static func unescape(_ value: some StringProtocol) -> String {
        value.undoingEscapes(backslash) { octet in
            switch octet {
            case UInt8(ascii: "n"), UInt8(ascii: "N"): 0x0A
            case backslash, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\""): octet
            default: nil
            }
        }
    }

    /// The value that means `text`.
    package static func escape(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var last: UInt8 = 0
        for octet in text.utf8 {
            switch octet {
            case backslash, UInt8(ascii: ","), UInt8(ascii: ";"): result += [backslash, octet]
            case 0x0A where last == 0x0D: break
            case 0x0A, 0x0D: result += [backslash, UInt8(ascii: "n")]
            default: result.append(octet)
            }
            last = octet
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The parts of a value between separators that no backslash precedes, still escaped; at least one, which may be empty.
    ///
    /// - Parameter separator: `,` of a list, `;` of a structured value (RFC 6350 §3.3).
    package static func split(_ value: String, on separator: Unicode.Scalar) -> [String] {
        let separator = UInt8(ascii: separator)
        var parts: [String] = []
        var start = value.utf8.startIndex
        var isEscaped = false
        for index in value.utf8.indices {
            let octet = value.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if octet == backslash {
                isEscaped = true
            } else if octet == separator {
                parts.append(String(value[start..<index]))
                start = value.utf8.index(after: index)
            }
        }
        parts.append(String(value[start...]))
        return parts
    }

    /// The texts of a list (CATEGORIES, NICKNAME): split at commas, unescaped.
    package static func list(_ value: String) -> [String] { split(value, on: ",").map { unescape($0) } }
}
