import HTTPTypes
import Testing

@testable import DAV

@Suite struct HeaderTests {
    // MARK: Entity tags

    static let tags: [(String, Condition.EntityTags)] = [
        ("*", .any), (" * ", .any), (#""a""#, .list([ETag(opaque: "a")], weak: [])),
        (#""""#, .list([ETag(opaque: "")], weak: [])),
        (#""a", W/"b","c,d""#, .list([ETag(opaque: "a"), ETag(opaque: "c,d")], weak: [ETag(opaque: "b")])),
        (#", "a",,"b" ,"#, .list([ETag(opaque: "a"), ETag(opaque: "b")], weak: [])),
        (#"\"a\""#, .list([ETag(opaque: "a")], weak: [])), (#""a\""#, .list([ETag(opaque: #"a\"#)], weak: [])),
    ]

    @Test(arguments: tags) func entityTagListsAreRead(_ field: String, _ expected: Condition.EntityTags) throws {
        #expect(try Condition.EntityTags.parse(field) == expected)
    }

    @Test(arguments: ["", ",", "a", #""a"#, #"w/"a""#, #""a" "b""#, #"*, "a""#, #""a b""#, "\"a\u{7F}\"", "\"a\"b"])
    func anUnreadableGuardIsNotTakenForNone(_ field: String) {
        let error = #expect(throws: DAVError.self) { try Condition.EntityTags.parse(field) }
        #expect(error?.status == .badRequest)
    }

    // MARK: Depth, Timeout, Lock-Token

    @Test func depthIsZeroOneOrInfinity() throws {
        #expect(try Depth.parse("0") == .zero)
        #expect(try Depth.parse("1") == .one)
        #expect(try Depth.parse("Infinity") == .infinity)
        for field in ["", "2", "-1", "01", "0, 0", "infinite", "1,noroot", " 1"] {
            #expect(throws: DAVError.self) { try Depth.parse(field) }
        }
    }

    @Test func timeoutsAreReadAsWishes() throws {
        #expect(try LockTimeout.parse("Infinite, Second-4100000000") == [.infinite, .seconds(4_100_000_000)])
        #expect(try LockTimeout.parse("second-3600") == [.seconds(3600)])
        #expect(try LockTimeout.parse("Second-99999999999999999999999") == [.seconds(0xFFFF_FFFF)])
        for field in ["", "Second-", "Second--1", "3600", "Second-1x", "Infinite,", "Infinitely", "Second-1 Second-2"] {
            #expect(throws: DAVError.self) { try LockTimeout.parse(field) }
        }
        #expect(LockTimeout.granted([], most: 100) == 100)
        #expect(LockTimeout.granted([.infinite, .seconds(5)], most: 100) == 100)
        #expect(LockTimeout.granted([.seconds(5)], most: 100) == 5)
        #expect(LockTimeout.granted([.seconds(0)], most: 100) == 1)
        #expect(LockTimeout.granted([.seconds(4_100_000_000)], most: 100) == 100)
    }

    @Test func lockTokensComeWithAndWithoutBrackets() throws {
        // W-59
        #expect(try LockToken.parse(" <urn:uuid:1> ") == LockToken(uri: "urn:uuid:1"))
        #expect(try LockToken.parse("opaquelocktoken:1") == LockToken(uri: "opaquelocktoken:1"))
        for field in ["", "<>", "<urn:a", "urn:a>", "<a>", "<urn:a> <urn:b>", "<urn: a>", "((<urn:a>))"] {
            #expect(throws: DAVError.self) { try LockToken.parse(field) }
        }
    }

    // MARK: Preferences

    static let preferences: [(String, String, Preferences.Return?, Bool)] = [
        ("Prefer", "return=minimal", .minimal, false), ("Prefer", "RETURN = \"Minimal\"", .minimal, false),
        ("Prefer", "return=representation;foo=\"a,b\" , depth-noroot", .representation, true),
        ("Prefer", "depth-noroot, return=minimal, return=representation", .minimal, true),
        ("Prefer", "return-minimal", .minimal, false),
        ("Prefer", "respond-async, wait=10, handling=lenient", nil, false),
        ("Prefer", "return=nothing", nil, false), ("Prefer", ",;=,\"\\\",=,,return", nil, false),
        ("Prefer", "", nil, false),
        ("Brief", "t", .minimal, false), ("Brief", "f", nil, false),
        ("X-MobileMe-DAV-Options", "return-changed-data", .representation, false),
    ]

    @Test(arguments: preferences)
    func preferencesNeverFail(_ name: String, _ value: String, _ expected: Preferences.Return?, _ noroot: Bool) throws {
        // P-01, P-07
        let preferences = Preferences([try #require(HTTPField.Name(name)): value])
        #expect(preferences.return == expected)
        #expect(preferences.depthNoroot == noroot)
    }
}

@Suite struct HTTPDateTests {
    static let now = Timestamp(seconds: 1_792_000_000)

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func allThreeFormsAreRead(_ text: String) {
        #expect(Timestamp(httpDate: text, now: Self.now) == Timestamp(seconds: 784_111_777))
    }

    @Test func twoDigitsOfAYearAreAtMostFiftyYearsAhead() {
        let soon = Timestamp(httpDate: "Sunday, 06-Nov-70 08:49:37 GMT", now: Self.now)
        #expect(soon?.httpDate == "Thu, 06 Nov 2070 08:49:37 GMT")
        let past = Timestamp(httpDate: "Sunday, 06-Nov-77 08:49:37 GMT", now: Self.now)
        #expect(past?.httpDate == "Sun, 06 Nov 1977 08:49:37 GMT")
    }

    @Test(arguments: [
        "", "now", "0", "784111777", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov +994 08:49:37 GMT", "Sun Nov 106 08:49:37 1994", "Xyz, 06 Nov 1994 08:49:37 GMT",
    ])
    func anythingElseIsNoDate(_ text: String) { #expect(Timestamp(httpDate: text, now: Self.now) == nil) }

    @Test func datesAreWrittenInTheirOneForm() {
        #expect(Timestamp(seconds: 784_111_777).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Timestamp(seconds: 784_111_777).rfc3339 == "1994-11-06T08:49:37Z")
        #expect(Timestamp(microseconds: -1).rfc3339 == "1969-12-31T23:59:59Z")
        #expect(Timestamp(seconds: 951_782_400).rfc3339 == "2000-02-29T00:00:00Z")
        #expect(Timestamp(microseconds: .max).rfc3339 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(microseconds: .min + 1_000_000).rfc3339 == "0000-01-01T00:00:00Z")
    }

    @Test func whatIsWrittenIsReadBack() {
        for day in stride(from: Int64(-700_000), to: 2_900_000, by: 37) {
            let moment = Timestamp(seconds: day * 86_400 + (day * 7919 % 86_400 + 86_400) % 86_400)
            #expect(Timestamp(httpDate: moment.httpDate, now: Self.now) == moment)
        }
    }
}
