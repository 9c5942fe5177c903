import Testing

@testable import DAV

/// A little of what `scripts/fuzz` does, in every run: seeds, changed at random. The generator's seed is fixed, so a failure
/// comes back until it is mended.
@Suite struct MutationTests {
    static let seeds: [ParserProperty: [String]] = [
        .xml: [
            #"<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><x xmlns="urn:x"/></D:prop></D:propfind>"#,
            #"<a xml:lang="de" xmlns:p="u"><p:b p:k="&#13;&lt;" k='"'> t <![CDATA[<]]>&amp;<c xmlns=""/></p:b><!-- c --></a>"#,
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        ],
        .if: [
            #"(<urn:uuid:1> ["e"]) (Not <DAV:no-lock>)"#, #"<http://h/a/> (["1"] [W/"2"]) </b> (Not <urn:x>)"#,
        ],
        .href: ["/a/b%20c/%C3%A9/", "https://h:443/dav/a%2Fb?q", "/d%20v/%2e%2e/x", "http://u@h/#f"],
        .header: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "bytes=0-1,5-,-2",
            #""a", W/"b", \"c\""#, "<urn:uuid:1>", "Infinite, Second-4100000000",
            "return=minimal; a=\"b\", depth-noroot",
        ],
        .token: [
            SyncCursor(epoch: 0xABCD, incarnation: 1, revision: 22).token.uri,
            SyncCursor(epoch: 1, incarnation: 2, revision: 3, after: 4, base: 5).token.uri,
        ],
    ]

    @Test(arguments: ParserProperty.allCases) func everyPropertyHoldsForMutatedInputs(_ property: ParserProperty) throws
    {
        var random = SplitMix64(state: 20_261_121)
        let seeds = (Self.seeds[property] ?? []).map { Array($0.utf8) }
        for seed in seeds { try property.check(seed) }
        for _ in 0..<5_000 {
            guard var input = seeds.randomElement(using: &random) else { return }
            for _ in 0...Int.random(in: 0..<6, using: &random) { mutate(&input, among: seeds, &random) }
            do {
                try property.check(input)
            } catch {
                Issue.record("\(error) for \(input) “\(String(decoding: input, as: UTF8.self))”")
            }
        }
    }

    private func mutate(_ input: inout [UInt8], among seeds: [[UInt8]], _ random: inout SplitMix64) {
        let index = Int.random(in: 0...input.count, using: &random)
        let end = min(input.count, index + Int.random(in: 0..<8, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: input.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 1: input.removeSubrange(index..<end)
        case 2: input.insert(contentsOf: input[index..<end], at: Int.random(in: 0...input.count, using: &random))
        case 3: if index < input.count { input[index] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 4:
            input.replaceSubrange(
                index..<end, with: Array("<>/%\"[](),;: =-".utf8).randomElement(using: &random).map { [$0] } ?? [])
        default:
            guard let other = seeds.randomElement(using: &random), !other.isEmpty else { return }
            let start = Int.random(in: 0..<other.count, using: &random)
            input.insert(contentsOf: other[start...].prefix(12), at: index)
        }
    }

    /// Steele, Lea and Flood's generator: small, and the same everywhere.
    struct SplitMix64: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }
}
