import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct CollationTests {
    /// Value, text, and whether `i;ascii-casemap`, `i;unicode-casemap` and `i;octet` find the one in the other.
    static let contained: [(value: String, text: String, found: [Bool])] = [
        ("Lewis Carroll", "carr", [true, true, false]),
        ("Lewis Carroll", "Carr", [true, true, true]),
        ("Lewis Carroll", "karr", [false, false, false]),
        ("Lewis Carroll", "", [true, true, true]),
        ("", "x", [false, false, false]),
        ("short", "longer than that", [false, false, false]),
        ("Jos\u{E9}", "JOS\u{C9}", [false, true, false]),
        ("Jos\u{E9}", "jose\u{301}", [false, true, false]),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", [false, true, false]),
        ("a@b", "A`B", [false, false, false]),
        ("aabaabaaab", "aabaaab", [true, true, true]),
        ("aabaabaab", "aabaaab", [false, false, false]),
    ]

    @Test(arguments: contained) func textIsFoundAsTheCollationSays(_ row: (value: String, text: String, found: [Bool]))
    {
        for (collation, found) in zip(Collation.allCases, row.found) {
            #expect(TextMatch(row.text, collation: collation).matches(row.value) == found, "\(collation)")
            #expect(TextMatch(row.text, collation: collation, isNegated: true).matches(row.value) == !found)
            // An index must not exclude what the collation finds.
            guard found, let indexed = TextMatch(row.text, collation: collation).indexed else { continue }
            let index = ContentIndex(uid: nil, component: "VCARD", text: TextFolding.fold(row.value))
            #expect(ContentQuery(text: indexed).mayMatch(index))
        }
    }

    @Test(arguments: [
        (TextMatch.Kind.equals, "abc", true), (.equals, "ab", false), (.startsWith, "AB", true),
        (.startsWith, "bc", false), (.endsWith, "BC", true), (.endsWith, "ab", false), (.endsWith, "xabc", false),
        (.contains, "B", true),
    ])
    func matchTypesLookAtTheirEnd(_ kind: TextMatch.Kind, _ text: String, _ found: Bool) {
        #expect(TextMatch(text, kind, collation: .unicodeCasemap).matches("Abc") == found)
    }

    @Test func partsAreFoundWhereverTheyStand() {
        var random = SeededGenerator(seed: 4790)
        func word(_ most: Int) -> String {
            String((0..<Int.random(in: 0...most, using: &random)).map { _ in Bool.random(using: &random) ? "a" : "b" })
        }
        for _ in 0..<5000 {
            let (text, part) = (word(24), word(6))
            let isFound = Array(text.utf8).contains(part.utf8)
            #expect(TextMatch(part, collation: .octet).matches(text) == isFound, "\(part) in \(text)")
        }
    }

    private func read(_ xml: String) throws(DAVError) -> TextMatch {
        try TextMatch(
            XMLElement.parse(Array(xml.utf8)), default: .unicodeCasemap, unsupported: DAVError(.forbidden))
    }

    @Test func theElementIsRead() throws {
        let plain = try read("<text-match>x y</text-match>")
        #expect(plain.kind == .contains && plain.collation == .unicodeCasemap && !plain.isNegated)
        #expect(plain.text == "x y")
        let full = try read(
            "<text-match collation='i;octet' match-type='ends-with' negate-condition='yes' other='1'>x</text-match>")
        #expect(full.kind == .endsWith && full.collation == .octet && full.isNegated)
        #expect(try read("<text-match collation='default'/>").collation == .unicodeCasemap)
        #expect(try read("<text-match collation='I;ASCII-Casemap'/>").collation == .asciiCasemap)
    }

    @Test func anotherCollationIsRefused() {  // B-06
        #expect(throws: DAVError(.forbidden)) { try read("<text-match collation='i;unknown'>x</text-match>") }
        #expect(throws: DAVError.self) { try read("<text-match match-type='near'>x</text-match>") }
    }
}
