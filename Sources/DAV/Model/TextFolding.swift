/// Folds text so that two strings any collation of CalDAV and CardDAV takes for equal become the same bytes, at least: the
/// preparation of `i;unicode-casemap` (RFC 5051 §2), title case and every character taken apart. It goes beyond the RFC in
/// taking apart first, too: some characters have a title case only in that spelling.
///
/// Characters are folded one by one, whatever stands beside them, so that the folding of a part is a part of the folding: an
/// index of folded text can exclude what does not hold the wanted text.
public enum TextFolding {
    /// `é` in either spelling becomes `E` and the accent. `ß` stays, for in title case it is no single character.
    public static func fold(_ text: String) -> String { String(decoding: bytes(text), as: UTF8.self) }

    /// The same as UTF-8.
    ///
    /// Cost: O(bytes), and next to nothing for ASCII.
    public static func bytes(_ text: String) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                folded.append(0x61...0x7A ~= byte ? byte & ~0x20 : byte)
            } else {
                append(scalar.value, to: &folded)
            }
        }
        return folded
    }

    /// Recursion ends with the table: no chain in it is longer than four.
    private static func append(_ value: UInt32, to folded: inout [UInt8]) {
        if let parts = Decompositions.parts(of: value) {
            append(parts.first, to: &folded)
            if let second = parts.second { append(second, to: &folded) }
        } else if let scalar = Unicode.Scalar(value) {
            let titled = titlecase(scalar)
            if titled != scalar { return append(titled.value, to: &folded) }
            folded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    /// The simple mapping: where the full one makes several characters of one, there is no simple one.
    private static func titlecase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let mapping = scalar.properties.titlecaseMapping.unicodeScalars
        return mapping.count == 1 ? mapping.first ?? scalar : scalar
    }
}
