/// Characters as XML writes them. Those that XML 1.0 cannot say at all (§2.2) are left out: a document that no client can
/// read would hide everything else in it.
enum XMLEscaping {
    enum Place { case text, attribute }

    static func append(_ string: String, as place: Place, to bytes: inout [UInt8]) {
        var string = string
        string.withUTF8 { append($0, as: place, to: &bytes) }
    }

    /// - Parameter utf8: well-formed UTF-8.
    private static func append(_ utf8: UnsafeBufferPointer<UInt8>, as place: Place, to bytes: inout [UInt8]) {
        var run = 0
        for index in utf8.indices where needsCare[Int(utf8[index])] {
            guard let change = change(at: index, in: utf8, place) else { continue }
            bytes.append(contentsOf: utf8[run..<index])
            bytes.append(contentsOf: change.replacement.utf8)
            run = index + change.length
        }
        bytes.append(contentsOf: utf8[run...])
    }

    private static let needsCare: [Bool] = (0...255).map { byte in
        byte < 0x20 || [0x22, 0x26, 0x3C, 0x3E, 0xEF].contains(byte)
    }

    private static func change(
        at index: Int, in utf8: UnsafeBufferPointer<UInt8>, _ place: Place
    ) -> (replacement: StaticText, length: Int)? {
        switch utf8[index] {
        case 0x26: return ("&amp;", 1)
        case 0x3C: return ("&lt;", 1)
        case 0x3E: return ("&gt;", 1)
        // A bare CR would be read back as LF (XML §2.11).
        case 0x0D: return ("&#13;", 1)
        case 0x22: return place == .attribute ? ("&quot;", 1) : nil
        // In attributes these would be read back as spaces (XML §3.3.3).
        case 0x09: return place == .attribute ? ("&#9;", 1) : nil
        case 0x0A: return place == .attribute ? ("&#10;", 1) : nil
        // U+FFFE and U+FFFF
        case 0xEF:
            guard index + 2 < utf8.count, utf8[index + 1] == 0xBF, utf8[index + 2] >= 0xBE else { return nil }
            return ("", 3)
        default: return ("", 1)
        }
    }

    private typealias StaticText = String
}
