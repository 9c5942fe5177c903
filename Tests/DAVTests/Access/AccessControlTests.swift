import DAV
import HTTPTypes
import DAVTesting
import Testing

/// The ACL method (RFC 3744 §8.1) and what rights come of it.
@Suite struct AccessControlTests {
    static let extra = Privilege(XMLName("urn:test", "glance"), in: .read, "See that something is there")
    static let abstract = Privilege(XMLName("urn:test", "part"), in: .write, "A part of write", isAbstract: true)
    static let book = CollectionKind(
        id: "book", resourceTypes: [.dav("collection"), XMLName("urn:test", "book")], privileges: [extra, abstract])

    let wire = Wire(kinds: [.folder, AccessControlTests.book])
    let bob = Caller.principal(Wire.bob)

    init() async throws {
        try await wire.mkcol("/files/alice/b", kind: AccessControlTests.book)
        try await wire.mkcol("/files/alice/b/sub")
        try await wire.put("/files/alice/b/f")
        try await wire.put("/files/alice/b/sub/g")
        try await wire.put("/files/alice/secret")
    }

    static func ace(_ principal: String, _ privileges: String..., verb: String = "grant", more: String = "") -> String {
        let list = privileges.map { "<privilege>\($0)</privilege>" }.joined()
        return "<ace><principal>\(principal)</principal><\(verb)>\(list)</\(verb)>\(more)</ace>"
    }
    static func href(_ name: String) -> String { "<href>/principals/\(name)/</href>" }

    @discardableResult
    func acl(_ target: String, _ entries: String..., headers: [String: String] = [:], as caller: Caller? = nil)
        async throws -> Wire.Answer
    {
        let body = "<acl xmlns='DAV:' xmlns:T='urn:test'>\(entries.joined())</acl>"
        return try await wire.send("ACL", target, headers, as: caller ?? .principal(Wire.alice), body)
    }

    // MARK: Preconditions (A-07)

    static let refusals: [(entries: String, condition: String)] = [
        (ace("<all/>", "<read/>"), "allowed-principal"), (ace("<unauthenticated/>", "<read/>"), "allowed-principal"),
        (ace("<self/>", "<read/>"), "allowed-principal"),
        (ace("<property><group/></property>", "<read/>"), "allowed-principal"),
        (ace(href("nobody"), "<read/>"), "recognized-principal"),
        (ace("<href>/files/alice/</href>", "<read/>"), "recognized-principal"),
        (ace("<href>http://elsewhere.example/principals/bob/</href>", "<read/>"), "recognized-principal"),
        (ace("<href>%zz</href>", "<read/>"), "recognized-principal"),
        (ace("<href></href>", "<read/>"), "recognized-principal"),
        (ace(href("bob"), "<dance/>"), "not-supported-privilege"),
        (ace(href("bob"), "<T:read/>"), "not-supported-privilege"), (ace(href("bob"), "<T:part/>"), "no-abstract"),
        (ace(href("bob"), "<read/>", verb: "deny"), "grant-only"),
        (ace(href("bob"), "<read/>") + ace(href("bob"), "<all/>", verb: "deny"), "grant-only"),
        (ace(href("bob"), "<write/>") + ace(href("bob"), "<bind/>", verb: "deny"), "no-ace-conflict"),
        (
            ace("<property><owner/></property>", "<write/>", verb: "deny"), "no-protected-ace-conflict"
        ),
        (ace(href("bob"), "<read/>", more: "<protected/>"), "no-protected-ace-conflict"),
        (
            ace(href("bob"), "<read/>", more: "<inherited><href>/files/</href></inherited>"),
            "no-inherited-ace-conflict"
        ),
        (
            "<ace><invert><principal>\(href("bob"))</principal></invert><grant><privilege><read/></privilege></grant></ace>",
            "no-invert"
        ),
        (String(repeating: ace(href("bob"), "<read/>"), count: 201), "limited-number-of-aces"),
    ]

    @Test(arguments: refusals) func eachPreconditionIsNamed(entries: String, condition: String) async throws {  // A-07
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>"))
        let answer = try await acl("/files/alice/b/", entries)
        #expect(answer.status == 403)
        #expect(try answer.xml().elements.map(\.name) == [.dav(condition)], "\(answer.text)")
        #expect(try await wire.send("GET", "/files/alice/b/f", as: bob).status == 200, "nothing was changed")
    }

    @Test(arguments: [
        "<ace/>", "<ace><principal><href>/principals/bob/</href></principal></ace>",
        "<ace><grant><privilege><read/></privilege></grant></ace>",
        "<ace><principal><all/><self/></principal><grant><privilege><read/></privilege></grant></ace>",
        "<ace><principal/><grant><privilege><read/></privilege></grant></ace>",
        "<ace><principal><all/></principal><principal><self/></principal><grant><privilege><read/></privilege></grant></ace>",
        "<ace><principal><all/></principal><grant><privilege><read/></privilege></grant><deny><privilege><read/></privilege></deny></ace>",
        "<ace><principal><all/></principal><grant/></ace>",
        "<ace><principal><all/></principal><grant><privilege/></grant></ace>",
        "<ace><principal><property/></principal><grant><privilege><read/></privilege></grant></ace>",
    ])
    func entriesThatSayTooMuchOrTooLittleAre400(entry: String) async throws {  // A-07
        #expect(try await acl("/files/alice/b/", entry).status == 400)
    }

    @Test func theBodyMustBeAnAccessControlList() async throws {
        for body in ["", "<propfind xmlns='DAV:'/>", "nonsense"] {
            #expect(try await wire.send("ACL", "/files/alice/b/", body).status == 400, "\(body)")
        }
    }

    /// What stands may be sent back as it was read, lines of the server and of collections above included.
    @Test func whatWasReadCanBeSentBack() async throws {
        try await acl("/files/alice/", Self.ace("<authenticated/>", "<read/>"))
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<write/>", "<T:glance/>"))
        let read = try #require(try await wire.propfind("/files/alice/b/", "<acl/>").responses[0].property("acl"))
        #expect(read.elements.count >= 3)
        let body = String(decoding: read.serialized(), as: UTF8.self)
        #expect(try await wire.send("ACL", "/files/alice/b/", body).status == 200)
        let again = try await wire.propfind("/files/alice/b/", "<acl/>").responses[0].property("acl")
        #expect(again == read)
    }

    /// A denial contradicts what is inherited, too.
    @Test func denyingWhatIsInheritedIsAConflictOfItsOwn() async throws {  // A-07
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>"))
        let answer = try await acl("/files/alice/b/sub/", Self.ace(Self.href("bob"), "<read/>", verb: "deny"))
        #expect(try answer.xml().elements.map(\.name) == [.dav("no-inherited-ace-conflict")])
    }

    // MARK: Rights

    static let rights: [(granted: [String], method: String, target: String, status: Int)] = [
        (["<read/>"], "GET", "b/f", 200), (["<read/>"], "GET", "b/sub/g", 200), (["<read/>"], "PUT", "b/f", 403),
        (["<read/>"], "PUT", "b/new", 403), (["<read/>"], "DELETE", "b/f", 403), (["<read/>"], "MKCOL", "b/c/", 403),
        (["<read/>"], "PROPPATCH", "b/", 403), (["<read/>"], "ACL", "b/", 403), (["<read/>"], "GET", "secret", 404),
        (["<read/>"], "PROPFIND", "", 404), (["<read/>"], "DELETE", "b/", 403), (["<read/>"], "MOVE", "b/", 403),
        (["<read/>"], "MKCOL", "b/", 403), (["<read/>"], "LOCK", "b/f", 403), (["<read/>"], "COPY", "b/f", 201),
        (["<read/>", "<write-content/>"], "PUT", "b/f", 204), (["<read/>", "<write-content/>"], "PUT", "b/new", 403),
        (["<read/>", "<bind/>"], "PUT", "b/new", 201), (["<read/>", "<bind/>"], "PUT", "b/f", 403),
        (["<read/>", "<bind/>"], "MKCOL", "b/c/", 201), (["<read/>", "<unbind/>"], "DELETE", "b/f", 204),
        (["<read/>", "<unbind/>"], "DELETE", "b/sub/", 204), (["<read/>", "<unbind/>"], "MOVE", "b/f", 201),
        (["<read/>", "<write-properties/>"], "PROPPATCH", "b/", 207), (["<read/>", "<write/>"], "DELETE", "b/f", 204),
        (["<read/>", "<write/>"], "ACL", "b/", 403), (["<read/>", "<write-acl/>"], "ACL", "b/", 200),
        (["<all/>"], "ACL", "b/sub/", 200), (["<all/>"], "PUT", "b/sub/new", 201), (["<all/>"], "DELETE", "b/", 403),
        (["<write/>"], "GET", "b/f", 404), (["<write/>"], "PUT", "b/new", 409), (["<bind/>"], "PROPFIND", "b/", 404),
        (["<T:glance/>"], "PROPFIND", "b/", 403), (["<T:glance/>"], "GET", "b/f", 404),
        (["<T:glance/>"], "GET", "b/none", 404), (["<T:glance/>"], "PUT", "b/none", 409),
        (["<T:glance/>"], "PROPFIND", "b/sub/", 403),
    ]

    @Test(arguments: rights) func whatWasGrantedIsWhatWorks(
        granted: [String], method: String, target: String, status: Int
    ) async throws {  // A-04, A-09
        let list = granted.map { "<privilege>\($0)</privilege>" }.joined()
        try await acl("/files/alice/b/", "<ace><principal>\(Self.href("bob"))</principal><grant>\(list)</grant></ace>")
        let body =
            switch method {
            case "PUT": "x"
            case "PROPPATCH": ServerCollectionTests.update
            case "LOCK": HiddenTests.lockinfo
            case "ACL": "<acl xmlns='DAV:'/>"
            default: ""
            }
        var headers = ["Depth": "0"]
        if ["COPY", "MOVE"].contains(method) { headers = ["Destination": "/files/bob/x"] }
        if method == "DELETE" { headers = [:] }
        let answer = try await wire.send(method, "/files/alice/" + target, headers, as: bob, body)
        #expect(answer.status == status, "\(answer.text)")
        if status == 403 { #expect(answer.text.contains("need-privileges"), "A-05") }
    }

    @Test func rightsEndWithTheNextRequest() async throws {  // A-13, Y-43
        let sync =
            "<sync-collection xmlns='DAV:'><sync-token/><sync-level>infinite</sync-level><prop/></sync-collection>"
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>"))
        let page = try Multistatus(try await wire.send("REPORT", "/files/alice/b/", as: bob, sync))
        #expect(
            page.hrefs == ["/files/alice/b/sub/", "/files/alice/b/f", "/files/alice/b/sub/g"].sorted()
                || page.hrefs.count == 3)
        let token = try #require(page.syncTokens.first)
        let poll = sync.replacing("<sync-token/>", with: "<sync-token>\(token)</sync-token>")
        #expect(try await wire.send("REPORT", "/files/alice/b/", as: bob, poll).status == 207)
        try await acl("/files/alice/b/")
        #expect(try await wire.send("REPORT", "/files/alice/b/", as: bob, poll).status == 404)
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>"))
        #expect(try await wire.send("REPORT", "/files/alice/b/", as: bob, poll).status == 207)
    }

    @Test func listingsShowWhatMayBeRead() async throws {  // W-13
        try await acl("/files/alice/b/sub/", Self.ace(Self.href("bob"), "<read/>"))
        func list(_ target: String) async throws -> Wire.Answer {
            try await wire.send("PROPFIND", target, ["Depth": "1"], as: bob)
        }
        #expect(try await list("/files/alice/").status == 404)
        #expect(try await list("/files/alice/b/").status == 404)
        #expect(try Multistatus(try await list("/files/alice/b/sub/")).hrefs.contains("/files/alice/b/sub/g"))
        #expect(try Multistatus(try await list("/files/")).hrefs == ["/files/", "/files/bob/"])
    }

    // MARK: Properties

    @Test func inheritedLinesNameTheCollectionTheyComeFrom() async throws {  // A-02, A-06
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>"))
        try await acl("/files/alice/b/sub/", Self.ace("<authenticated/>", "<read/>"))
        for (target, sources) in [
            ("/files/alice/b/", ["protected", ""]), ("/files/alice/b/sub/", ["protected", "", "/files/alice/b/"]),
            ("/files/alice/b/sub/g", ["protected", "/files/alice/b/sub/", "/files/alice/b/"]),
        ] {
            let found = try await wire.propfind(target, "<acl/><inherited-acl-set/><acl-restrictions/>").responses[0]
            let lines = found.property("acl")?.elements.map { line in
                line.first(.dav("protected")) == nil
                    ? line.first(.dav("inherited"))?.first(.dav("href"))?.text ?? "" : "protected"
            }
            #expect(lines == sources, "\(target)")
            #expect(found.property("inherited-acl-set")?.elements.isEmpty == true)
            #expect(
                found.property("acl-restrictions")?.elements.map(\.name) == [.dav("grant-only"), .dav("no-invert")])
        }
    }

    @Test func aMemberHasTheRightsOfItsCollection() async throws {
        let answer = try await acl("/files/alice/b/f", Self.ace(Self.href("bob"), "<read/>"))
        #expect(answer.status == 405)
        #expect(answer.headers[.allow]?.contains("ACL") == false)
        #expect(try await wire.send("OPTIONS", "/files/alice/b/").headers[.allow]?.contains("ACL") == true)
    }

    @Test func addedPrivilegesStandInTheTreeAndCanBeHeld() async throws {  // A-03, C-27
        try await acl("/files/alice/b/", Self.ace(Self.href("bob"), "<read/>", "<read-current-user-privilege-set/>"))
        let tree = try await wire.propfind("/files/alice/b/", "<supported-privilege-set/>").answer.text
        let read = try #require(tree.firstRange(of: "<D:read/>"))
        #expect(tree[read.upperBound...].firstRange(of: "glance") != nil)
        #expect(tree.contains("<D:abstract/>"))
        let held = try Multistatus(
            try await wire.send(
                "PROPFIND", "/files/alice/b/", ["Depth": "0"], as: bob,
                "<propfind xmlns='DAV:'><prop><current-user-privilege-set/></prop></propfind>")
        ).responses[0].property("current-user-privilege-set")
        #expect(
            held?.elements.compactMap { $0.elements.first?.name } == [
                .dav("read"), .dav("read-current-user-privilege-set"), Self.extra.xmlName,
            ])
    }

    // MARK: Conditions and locks

    @Test func conditionsAndLocksAreRespected() async throws {
        let entry = Self.ace(Self.href("bob"), "<read/>")
        #expect(try await acl("/files/alice/b/", entry, headers: ["If-Match": "\"x\""]).status == 412)
        #expect(try await acl("/files/alice/b/", entry, headers: ["If": "(<urn:x>)"]).status == 412)
        let lock = try await wire.send("LOCK", "/files/alice/b/", HiddenTests.lockinfo)
        let token = try #require(lock.headers[.lockToken])
        #expect(try await acl("/files/alice/b/", entry).status == 423)
        #expect(try await acl("/files/alice/b/", entry, headers: ["If": "(\(token))"]).status == 200)
    }
}
