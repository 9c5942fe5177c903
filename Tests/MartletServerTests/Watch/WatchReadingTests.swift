import DAV
import Testing

@testable import MartletServer

/// What `martlet watch` makes of what servers send.
@Suite struct WatchReading {
    private static let key =
        "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"

    private static func resource(_ properties: String, status: String = "HTTP/1.1 200 OK") throws -> WatchedResource {
        let text = """
            <response xmlns="DAV:" xmlns:P="https://bitfire.at/webdav-push"><href>/c/</href><propstat><prop>\(properties)</prop>\
            <status>\(status)</status></propstat></response>
            """
        return WatchedResource(try XMLElement.parse(Array(text.utf8)))
    }

    /// N4, N7, N39: the draft's own example, and white space around texts.
    @Test func aResourceSaysHowItCanBeWatched() throws {
        let resource = try Self.resource(
            """
            <resourcetype><collection/></resourcetype><sync-token> http://x/1 </sync-token><P:transports><P:web-push>
            <P:vapid-public-key type="p256ecdsa">
            \(Self.key)
            </P:vapid-public-key></P:web-push></P:transports><P:topic> O7M1nQ7cKkKTKsoS_j6Z3w </P:topic>
            <P:supported-triggers><P:content-update><depth>infinity</depth></P:content-update>
            <P:property-update><depth>0</depth></P:property-update></P:supported-triggers>
            """)
        #expect(resource.isPushCapable && resource.isCollection && resource.isSyncable)
        #expect(resource.topic == "O7M1nQ7cKkKTKsoS_j6Z3w")
        #expect(resource.vapidKey == Self.key)
        #expect(resource.support == PushSupport(content: .infinity, property: .zero))
    }

    /// N5: what is missing, or is told with 404, is not there.
    @Test(arguments: [
        ("<P:transports><P:web-push/></P:transports><P:topic>t</P:topic>", "HTTP/1.1 200 OK"),
        ("<P:transports><P:other/></P:transports><P:topic>t</P:topic>\(triggers)", "HTTP/1.1 200 OK"),
        ("<P:transports><P:web-push/></P:transports><P:topic/>\(triggers)", "HTTP/1.1 200 OK"),
        ("<P:transports><P:web-push/></P:transports><P:topic>t</P:topic>\(triggers)", "HTTP/1.1 404 Not Found"),
        ("", "HTTP/1.1 200 OK"),
    ])
    func aResourceWithoutOneOfItsPropertiesCannotBeWatched(properties: String, status: String) throws {
        #expect(try !Self.resource(properties, status: status).isPushCapable)
    }

    private static let triggers =
        "<P:supported-triggers><P:content-update><depth>infinite</depth></P:content-update></P:supported-triggers>"

    @Test func aKeyOfAnotherTypeIsNone() throws {
        let resource = try Self.resource(
            "<P:transports><P:web-push><P:vapid-public-key type=\"rsa\">x</P:vapid-public-key></P:web-push></P:transports>"
        )
        #expect(resource.vapidKey == nil)
    }

    // MARK: Synchronising

    private static func page(_ responses: String, token: String = "t2") throws -> SyncAnswer? {
        let text = "<multistatus xmlns=\"DAV:\">\(responses)<sync-token>\(token)</sync-token></multistatus>"
        return SyncAnswer(try XMLElement.parse(Array(text.utf8)), of: "/c/")
    }

    private static func present(_ href: String, _ etag: String) -> String {
        """
        <response><href>\(href)</href><propstat><prop><getetag>\(etag)</getetag></prop><status>HTTP/1.1 200 OK</status>\
        </propstat></response>
        """
    }

    private static func status(_ href: String, _ code: Int) -> String {
        "<response><href>\(href)</href><status>HTTP/1.1 \(code) X</status></response>"
    }

    /// RFC 6578 §3.5, §3.6
    @Test func aPageTellsWhatIsThereWhatIsGoneAndWhetherThereIsMore() throws {
        let page = try #require(
            try Self.page(
                Self.present("/c/a.txt", "\"1\"") + Self.present("http://x:80/c/b.txt", "\"2\"")
                    + Self.status("/c/gone.txt", 404) + Self.status("/c/closed/", 403) + Self.status("/c/", 507)))
        #expect(page.token == "t2" && page.isTruncated)
        #expect(page.members.map(\.href) == ["/c/a.txt", "/c/b.txt", "/c/gone.txt"])
        #expect(page.members.map(\.member) == [.present(etag: "\"1\""), .present(etag: "\"2\""), .removed])
    }

    @Test func theCollectionItselfIsNoMember() throws {
        #expect(try Self.page(Self.present("/c/", "\"1\""))?.members.isEmpty == true)
        #expect(try Self.page(Self.status("/c/a", 507))?.isTruncated == false)
    }

    @Test func aPageWithoutATokenIsNone() throws {
        #expect(try Self.page("", token: "") == nil)
        #expect(SyncAnswer(XMLElement(name: .dav("error")), of: "/c/") == nil)
    }

    // MARK: What is known

    private static func kinds(_ changes: [WatchedChange]) -> [String] {
        changes.map { "\($0.kind.mark) \($0.href)" }.sorted()
    }

    @Test func changesAreToldByWhatWasKnown() {
        var known = KnownMembers(etags: ["/c/a": "1", "/c/b": "1", "/c/d/": "", "/c/d/x": "1", "/c/p": "1"])
        let changes = known.apply([
            ("/c/a", .present(etag: "2")), ("/c/new", .present(etag: "1")), ("/c/b", .removed), ("/c/d/", .removed),
            ("/c/d/x", .removed), ("/c/p", .present(etag: "1")), ("/c/never-seen", .removed),
        ])
        #expect(Self.kinds(changes) == ["* /c/p", "+ /c/new", "- /c/b", "- /c/d/", "~ /c/a"])
        #expect(known.etags == ["/c/a": "2", "/c/new": "1", "/c/p": "1"])
    }

    @Test func whatWentAndCameBackIsThere() {
        var known = KnownMembers(etags: ["/c/a": "1"])
        let changes = known.apply([("/c/a", .removed), ("/c/a", .present(etag: "2"))])
        #expect(changes.map(\.kind) == [.removed, .added])
    }

    @Test func aListIsComparedWithWhatWasKnown() {
        var known = KnownMembers(etags: ["/c/a": "1", "/c/b": "1", "/c/d/": "", "/c/d/x": "1", "/c/e/": ""])
        let changes = known.replace(with: [
            ("/c/a", .present(etag: "2")), ("/c/e/", .present(etag: nil)), ("/c/new", .present(etag: "1")),
        ])
        #expect(Self.kinds(changes) == ["+ /c/new", "- /c/b", "- /c/d/", "~ /c/a"])
        #expect(known.etags.count == 3)
    }

    /// A home names a calendar as changed when something in it is (Y-42); one line is enough.
    @Test func aCollectionIsNotToldBesideItsMembers() {
        let changes = [
            WatchedChange(kind: .changed, href: "/h/c/"), WatchedChange(kind: .added, href: "/h/c/e.ics"),
            WatchedChange(kind: .changed, href: "/h/d/"), WatchedChange(kind: .added, href: "/h/n/"),
            WatchedChange(kind: .added, href: "/h/n/x"), WatchedChange(kind: .changed, href: "/h/d"),
        ]
        #expect(
            Self.kinds(WatchedChange.withoutEchoes(changes)) == [
                "+ /h/c/e.ics", "+ /h/n/", "+ /h/n/x", "~ /h/d", "~ /h/d/",
            ])
    }

    // MARK: Properties

    private static func snapshot(_ properties: String, href: String = "/c/") throws -> PropertySnapshot {
        let text = """
            <multistatus xmlns="DAV:"><response><href>\(href)</href><propstat><prop>\(properties)</prop>\
            <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>
            """
        return try #require(PropertySnapshot(try XMLElement.parse(Array(text.utf8))))
    }

    @Test(arguments: [
        ("<displayname>A</displayname>", "<displayname>B</displayname>", "displayname: “A” → “B”"),
        ("", "<displayname>B</displayname>", "displayname: none → “B”"),
        ("<x xmlns='u'><y/><z/></x>", "<x xmlns='u'><y/></x>", "x: “y z” → “y”"),
        ("<b>1</b><a>1</a>", "<b>2</b><a>2</a>", "a: “1” → “2”; b: “1” → “2”"),
    ])
    func propertiesAreComparedByName(old: String, new: String, detail: String) throws {
        let changes = try Self.snapshot(old).changes(to: Self.snapshot(new))
        #expect(changes == [WatchedChange(kind: .properties, href: "/c/", detail: detail)])
    }

    /// N16, N17: what follows the content, and what comes and goes, is no change of properties.
    @Test func contentIsNoProperty() throws {
        let old = try Self.snapshot("<getetag>1</getetag><getlastmodified>x</getlastmodified><lockdiscovery/>")
        #expect(try old.changes(to: Self.snapshot("<getetag>2</getetag><sync-token>2</sync-token>")).isEmpty)
        #expect(try old.changes(to: Self.snapshot("<displayname>new</displayname>", href: "/c/new")).isEmpty)
    }

    // MARK: Messages

    private static let open = "<push-message xmlns='https://bitfire.at/webdav-push' xmlns:D='DAV:'>"

    /// N27, N32, N40
    @Test(arguments: [
        ("<topic>t</topic><content-update><D:sync-token>s</D:sync-token></content-update>", "t", "s", "content"),
        ("<topic> t </topic><content-update/><property-update/>", "t", nil, "content and properties"),
        ("<topic>t</topic><property-update/>", "t", nil, "properties"),
        ("<property-update><D:prop><transports/></D:prop></property-update>", nil, nil, "the server's key changes"),
        ("<topic>t</topic><unknown/>", "t", nil, "nothing"),
    ])
    func aMessageSaysWhatChanged(body: String, topic: String?, token: String?, summary: String) throws {
        let message = try #require(ReceivedMessage(Array("\(Self.open)\(body)</push-message>".utf8)))
        #expect(message.topic == topic)
        #expect(message.syncToken == token)
        #expect(message.summary == summary)
    }

    @Test(arguments: [
        "", "hello", "<push-message/>", "\(open)<topic>", "<!DOCTYPE a []>\(open)</push-message>",
        "\(open)\(String(repeating: "<a/>", count: 200))</push-message>",
        "\(open)<topic>\(String(repeating: "a", count: 5000))</topic></push-message>",
    ])
    func whatIsNoMessageIsNone(text: String) {
        #expect(ReceivedMessage(Array(text.utf8)) == nil)
    }
}
