/// RFC 6868: what a parameter value cannot hold, written with carets.
package enum ParameterEncoding {
    /// Undoes `^n`, `^^` and `^'`; any other caret is itself (§3.2).
    package static func decode(_ value: String) -> String {
        value.undoingEscapes(caret) { octet in
            switch octet {
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "'"): UInt8(ascii: "\"")
            case caret: caret
            default: nil
            }
        }
    }

    /// Appends a value, in quotes if it needs them; control characters but line ends are left out.
    static func append(_ value: String, to output: inout [UInt8]) {
        let needsQuotes = value.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ":")
        }
        if needsQuotes { output.append(UInt8(ascii: "\"")) }
        var last: UInt8 = 0
        for octet in value.utf8 {
            switch octet {
            case caret: output += [caret, caret]
            case UInt8(ascii: "\""): output += [caret, UInt8(ascii: "'")]
            case 0x0A where last == 0x0D: break
            case 0x0A, 0x0D: output += [caret, UInt8(ascii: "n")]
            case _ where LineTokenizer.isControl(octet): break
            default: output.append(octet)
            }
            last = octet
        }
        if needsQuotes { output.append(UInt8(ascii: "\"")) }
    }

    private static let caret = UInt8(ascii: "^")
}
