import HTTPTypes
import Testing

@testable import DAV

@Suite struct IfHeaderTests {
    typealias Term = IfHeader.Term

    func parse(_ field: String) throws -> IfHeader {
        try IfHeader.parse(field, relativeTo: #require(Origin(scheme: "http", authority: "h")), prefix: "")
    }

    static func term(_ state: IfHeader.State, not negated: Bool = false) -> Term {
        Term(negated: negated, state: state)
    }
    static func list(_ resource: IfHeader.Resource, _ terms: Term...) -> IfHeader.List {
        IfHeader.List(resource: resource, conditions: terms)
    }

    static let good: [(String, [IfHeader.List])] = [
        ("(<urn:a>)", [list(.requestURI, term(.token("urn:a")))]),
        (#"([""])"#, [list(.requestURI, term(.etag(ETag(opaque: ""))))]),
        // RFC 4918 §10.4.6 to §10.4.9
        (
            #"(<urn:uuid:181d4fae> ["I am an ETag"]) (["I am another ETag"])"#.replacing(" an", with: "-an").replacing(
                "I ", with: "I-"
            )
            .replacing("another ", with: "another-").replacing("-an ", with: "-an-"),
            [
                list(.requestURI, term(.token("urn:uuid:181d4fae")), term(.etag(ETag(opaque: "I-am-an-ETag")))),
                list(.requestURI, term(.etag(ETag(opaque: "I-am-another-ETag")))),
            ]
        ),
        (
            "(Not <urn:uuid:181d4fae>\r\n <urn:uuid:58f202ac>)",
            [list(.requestURI, term(.token("urn:uuid:181d4fae"), not: true), term(.token("urn:uuid:58f202ac")))]
        ),
        (
            "(<urn:uuid:181d4fae>)(nOT<DAV:no-lock>)",
            [
                list(.requestURI, term(.token("urn:uuid:181d4fae"))),
                list(.requestURI, term(.token("DAV:no-lock"), not: true)),
            ]
        ),
        (
            #"</resource1> (<urn:uuid:1> [W/"A weak"]) (["strong"])"#.replacing("A weak", with: "A-weak"),
            [
                list(.path(path("resource1")), term(.token("urn:uuid:1")), term(.weakETag(ETag(opaque: "A-weak")))),
                list(.path(path("resource1")), term(.etag(ETag(opaque: "strong")))),
            ]
        ),
        (
            #"<http://h/a/> (["1"]) <http://other/a>(<urn:b>) <junk> (<urn:c>)"#,
            [
                list(.path(path("a")), term(.etag(ETag(opaque: "1")))), list(.elsewhere, term(.token("urn:b"))),
                list(.elsewhere, term(.token("urn:c"))),
            ]
        ),
        ("\t ( \t <urn:a>\t[ \"b\" ] ) \t", [list(.requestURI, term(.token("urn:a")), term(.etag(ETag(opaque: "b"))))]),
        (
            "(<http://martlet.invalid/sync/1/2/3>)",
            [list(.requestURI, term(.token("http://martlet.invalid/sync/1/2/3")))]
        ),
    ]

    @Test(arguments: good) func theWholeGrammarIsRead(_ field: String, _ lists: [IfHeader.List]) throws {
        #expect(try parse(field).lists == lists)
    }

    static let bad = [
        "", " ", "(", ")", "()", "( )", "(<>)", "(<urn:a)", "(<urn:a>", "<urn:a>", "(urn:a)", "(<a>)", "(Not)",
        "(Not Not <urn:a>)",
        "(<urn:a>) </b> (<urn:a>)", "</b>", "</b> </c> (<urn:a>)", "</b> (<urn:a>) (", "([\"a])", "([a])", "([\"a\")",
        "[\"a\"]", "([w/\"a\"])",
        "(<urn:a>),(<urn:b>)", "(<urn:a>) x", "(<urn: a>)", "<> (<urn:a>)", "(<urn:<a>)", "(No <urn:a>)", "(([\"a\"]))",
        "\"a\"",
    ]

    @Test(arguments: bad) func whatDoesNotFollowTheGrammarIsRefused(_ field: String) {
        // G-09
        let error = #expect(throws: DAVError.self) { try parse(field) }
        #expect(error?.status == .badRequest)
    }

    @Test func lengthAndNumberHaveALimit() throws {
        #expect(
            try parse(String(repeating: "(<urn:a>)", count: IfHeader.maxConditions)).lists.count
                == IfHeader.maxConditions)
        for field in [
            String(repeating: "(<urn:a>)", count: IfHeader.maxConditions + 1),
            "(" + String(repeating: "<urn:a>", count: IfHeader.maxConditions + 1) + ")",
            "(<urn:" + String(repeating: "a", count: IfHeader.maxBytes) + ">)", String(repeating: "(", count: 1 << 20),
        ] {
            let error = #expect(throws: DAVError.self) { try parse(field) }
            #expect(error?.status == .requestHeaderFieldsTooLarge)
        }
    }

    // MARK: Judging

    static let lock = LockToken(uri: "urn:uuid:lock")
    static let sync = SyncToken(uri: "http://martlet.invalid/sync/1/2/3")

    func state(_ path: DAVPath) -> ResourceState {
        switch path.description {
        case "/a": ResourceState(isMapped: true, etag: ETag(opaque: "e"), lockTokens: [Self.lock])
        case "/c": ResourceState(isMapped: true, syncToken: Self.sync)
        default: .unmapped
        }
    }

    static let judged: [(String, Bool)] = [
        ("(<urn:uuid:lock>)", true), ("(<urn:uuid:lock> [\"e\"])", true), ("(<urn:uuid:lock> [\"f\"])", false),
        ("([\"f\"]) ([\"e\"])", true), ("([W/\"e\"])", false), ("(Not [W/\"e\"])", true),
        ("(Not <urn:uuid:lock>)", false),
        ("(<urn:uuid:other>)", false), ("(<urn:uuid:other>) (Not <DAV:no-lock>)", true), ("(<DAV:no-lock>)", false),
        ("</b> (<urn:uuid:lock>)", false), ("</b> (Not <urn:uuid:lock>)", true), ("</a/> ([\"e\"])", true),
        ("<http://h:80/a> ([\"e\"])", true), ("<http://else/a> ([\"e\"])", false),
        ("<http://else/a> (Not [\"e\"])", true),
        ("</c> (<http://martlet.invalid/sync/1/2/3>)", true), ("</c> (<http://martlet.invalid/sync/1/2/2>)", false),
        ("(<http://martlet.invalid/sync/1/2/3>)", false), ("</b> ([\"e\"]) </a> ([\"e\"])", true),
    ]

    @Test(arguments: judged) func listsAreDisjoinedAndConditionsConjoined(_ field: String, _ holds: Bool) throws {
        // G-02 to G-07
        #expect(try parse(field).holds(at: path("a"), in: state) == holds)
    }

    @Test func aTokenIsSubmittedWhereverItStands() throws {
        // G-03
        #expect(
            try parse("</b> (<urn:a> [\"x\"]) (Not <urn:b>) </c> (Not <DAV:no-lock>)").stateTokens
                == ["urn:a", "urn:b", "DAV:no-lock"])
    }
}
