import DAVTesting
import Testing

@testable import DAV

/// The seeds, and what is made of them.
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

    @Test(arguments: ParserProperty.allCases)
    func everyPropertyHoldsForMutatedInputs(_ property: ParserProperty) {
        for input in MutatedInputs(of: Self.seeds[property] ?? []) {
            do {
                try property.check(input)
            } catch {
                Issue.record("\(error) for \(input) “\(String(decoding: input, as: UTF8.self))”")
            }
        }
    }
}
