import DAV
import Foundation
import Testing

@Suite struct TextFoldingTests {
    @Test(arguments: [
        ("abcXYZ[`{", "ABCXYZ[`{"), ("Jos\u{E9}", "JOSE\u{301}"), ("Jose\u{301}", "JOSE\u{301}"),
        ("\u{1C4}", "DZ\u{30C}"), ("\u{1EA5}", "A\u{302}\u{301}"), ("Straße", "STRAßE"),
        ("ΠΑΠΑΣ", "ΠΑΠΑΣ"), ("ＡＢｃ", "ABC"), ("\u{212B}", "A\u{30A}"), ("\u{D55C}", "\u{1112}\u{1161}\u{11AB}"),
        ("\u{AC00}", "\u{1100}\u{1161}"), ("ſ", "S"), ("😀", "😀"), ("", ""),
    ])
    func textIsTitlecasedAndTakenApart(_ text: String, _ folded: String) {  // RFC 5051 §2
        #expect(Array(TextFolding.fold(text).utf8) == Array(folded.utf8))
    }

    @Test func lettersThatChangeAtTheEndOfAWordAreFoundInsideLongerOnes() {
        #expect(TextFolding.fold("ΠΑΠΑΣΑΚΗΣ").hasPrefix(TextFolding.fold("παπας")))
        #expect(TextFolding.fold("παπασ") == TextFolding.fold("ΠΑΠΑΣ"))
    }

    /// Everything canonically equivalent folds alike, except ideographs that are kept for compatibility.
    @Test func bothSpellingsOfEveryCharacterFoldAlike() {
        for value in UInt32(0x80)..<0x20000 {
            guard let scalar = Unicode.Scalar(value), !(0xF900...0xFAFF).contains(value) else { continue }
            let text = String(scalar)
            let apart = text.decomposedStringWithCanonicalMapping
            if TextFolding.bytes(text) != TextFolding.bytes(apart) {
                Issue.record("U+\(String(value, radix: 16)) and its decomposition differ")
            }
        }
    }
}
