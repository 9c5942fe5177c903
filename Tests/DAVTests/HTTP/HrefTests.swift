import HTTPTypes
import Testing

@testable import DAV

@Suite struct HrefTests {
    static let good: [(String, [String], Bool)] = [
        ("/", [], true), ("/a", ["a"], false), ("/a/", ["a"], true), ("/a/b%20c", ["a", "b c"], false),
        ("/a%2Fb", ["a/b"], false), ("/%2E%2e%2E", ["..."], false), ("//a//b//", ["a", "b"], true),
        ("/a?b/../c", ["a"], false), ("/%C3%A9", ["é"], false), ("/e%CC%81", ["e\u{301}"], false),
        ("/é", ["é"], false), ("/100%25", ["100%"], false), ("/a+b;c=d", ["a+b;c=d"], false),
        ("/%7Eme/", ["~me"], true),
        ("/" + String(repeating: "%61", count: 255), [String(repeating: "a", count: 255)], false),
    ]

    @Test(arguments: good) func pathsAreSplitBeforeTheyAreDecoded(_ raw: String, _ names: [String], _ slash: Bool)
        throws
    {
        let parsed = try ParsedPath(parsing: raw)
        #expect(parsed.path.names.map { Array($0.string.utf8) } == names.map { Array($0.utf8) })
        #expect(parsed.hasTrailingSlash == slash)
    }

    static let bad: [(String, Int)] = [
        ("", 400), ("a", 400), ("*", 400), ("?a", 400), ("/.", 400), ("/..", 400), ("/a/../b", 400), ("/%2e%2E/", 400),
        ("/a/%2e/b", 400), ("/.%2e", 400), ("/%00", 400), ("/a%00b", 400), ("/%", 400), ("/%4", 400), ("/%4g", 400),
        ("/%%30%30", 400), ("/%C3", 400), ("/%C3%28", 400), ("/%ED%A0%80", 400), ("/%FF", 400), ("/%C0%AF", 400),
        ("/" + String(repeating: "a", count: 256), 414), ("/" + String(repeating: "%C3%A9", count: 128), 414),
        (String(repeating: "/a", count: DAVPath.maxDepth + 1), 414),
    ]

    @Test(arguments: bad) func pathsThatCouldMisleadAreRefused(_ raw: String, _ status: Int) {
        let error = #expect(throws: DAVError.self) { try ParsedPath(parsing: raw) }
        #expect(error?.status.code == status)
    }

    @Test func hrefsHaveOneSpelling() throws {
        // X-08
        func encode(_ names: [String], _ isCollection: Bool = false, _ prefix: String = "") throws -> String {
            Href.encode(
                path: DAVPath(try names.map { try #require(Name($0)) }), isCollection: isCollection, prefix: prefix)
        }
        #expect(try encode([], true) == "/")
        #expect(try encode([], false, "/dav") == "/dav/")
        #expect(try encode(["a b", "é", "x/y"], true, "/dav") == "/dav/a%20b/%C3%A9/x%2Fy/")
        #expect(try encode(["Az09-._~@:!$&'()*+,;="]) == "/Az09-._~@:!$&'()*+,;=")
        #expect(try encode(["%<>\"#?[]\\^`{|}\u{7F}\n"]) == "/%25%3C%3E%22%23%3F%5B%5D%5C%5E%60%7B%7C%7D%7F%0A")
    }

    @Test func everyNameComesBack() throws {
        for byte in UInt8(1)...127 {
            let name = try #require(Name("x" + String(UnicodeScalar(byte))))
            let path = DAVPath([name, name])
            #expect(try DAVPath(parsing: Href.encode(path: path, isCollection: false)) == path)
        }
    }
}

@Suite struct ResourceReferenceTests {
    static let table: [(String, ResourceReference)] = [
        ("http://example.com/dav/a", .path(path("a"), hasTrailingSlash: false)),
        ("http://example.com/dav/a/", .path(path("a"), hasTrailingSlash: true)),
        ("HTTP://EXAMPLE.com:80/dav/a%20b", .path(path("a b"), hasTrailingSlash: false)),
        ("http://example.com:/dav/", .path(.root, hasTrailingSlash: true)),
        ("http://example.com/dav", .path(.root, hasTrailingSlash: false)),
        ("/dav/a", .path(path("a"), hasTrailingSlash: false)), ("/dav/a?q", .path(path("a"), hasTrailingSlash: false)),
        ("/%64av/a", .path(path("a"), hasTrailingSlash: false)),
        ("http://example.com", .elsewhere), ("http://example.com?x", .elsewhere), ("/davx/a", .elsewhere),
        ("/", .elsewhere),
        ("https://example.com/dav/a", .elsewhere), ("http://example.com:81/dav/a", .elsewhere),
        ("http://example.com.evil/dav/a", .elsewhere), ("urn:uuid:1", .elsewhere),
        ("ftp://example.com/dav/a", .elsewhere),
        ("", .malformed), ("a/b", .malformed), ("//example.com/dav/a", .malformed), ("http:", .malformed),
        ("http://me@example.com/dav/a", .malformed), ("http://example.com/dav/a#b", .malformed),
        ("/dav/a#", .malformed),
        ("http://example.com:8x/dav/a", .malformed), ("http://example.com:999999/dav/", .malformed),
        ("http:///dav/a", .malformed),
        ("/dav/a b", .malformed), ("/dav/a\r\n", .malformed), ("/dav/../a", .malformed), ("/dav/%zz", .malformed),
        ("1a://h/", .malformed),
    ]

    @Test(arguments: table) func referencesAreComparedWithTheServer(_ text: String, _ expected: ResourceReference)
        throws
    {
        let origin = try #require(Origin(scheme: "http", authority: "example.com"))
        #expect(ResourceReference(parsing: text, relativeTo: origin, prefix: "/dav") == expected)
    }

    @Test func theColonsOfAnIPv6LiteralAreNoPort() throws {
        #expect(Origin(scheme: "https", authority: "[::1]") == Origin(scheme: "https", authority: "[::1]:443"))
        #expect(Origin(scheme: "https", authority: "[::1]") != Origin(scheme: "https", authority: "[::1]:8443"))
    }
}

func path(_ names: String...) -> DAVPath { DAVPath(names.compactMap { Name($0) }) }
