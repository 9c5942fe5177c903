import Foundation
import TestSupport
import Testing

@testable import DAV

/// `push-message` (draft-bitfire-webdav-push §4.1, §6.2.1; N27, N40).
struct DispatchMessageTests {
    private static let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    private static let root =
        "<x0:push-message xmlns:D=\"DAV:\" xmlns:x0=\"https://bitfire.at/webdav-push\">"

    private static func message(
        content: Bool = false, token: String? = nil, property: Bool = false, topic: String = "O7M1nQ7cKkKTKsoS_j6Z3w"
    ) -> PushMessage {
        PushMessage(
            topic: topic, hasContentUpdate: content, syncToken: token.map(SyncToken.init(uri:)),
            hasPropertyUpdate: property)
    }

    static let examples: [(PushMessage, String)] = [
        (
            message(content: true, token: "http://example.com/sync/10", property: true),
            "<x0:topic>O7M1nQ7cKkKTKsoS_j6Z3w</x0:topic><x0:content-update><D:sync-token>http://example.com/sync/10</D:sync-token>"
                + "</x0:content-update><x0:property-update/>"
        ),
        (message(content: true), "<x0:topic>O7M1nQ7cKkKTKsoS_j6Z3w</x0:topic><x0:content-update/>"),
        (message(property: true), "<x0:topic>O7M1nQ7cKkKTKsoS_j6Z3w</x0:topic><x0:property-update/>"),
        (
            .keyRotation, "<x0:property-update><D:prop><x0:transports/></D:prop></x0:property-update>"
        ),
    ]

    @Test(arguments: examples)
    func aMessageSaysWhichResourceAndWhatOfItAndNothingElse(_ message: PushMessage, _ children: String) {
        let expected = Self.head + Self.root + children + "</x0:push-message>"
        #expect(String(decoding: message.xml, as: UTF8.self) == expected)
    }

    @Test func aMessageWithALongTokenStillFitsThePaddingOf512Bytes() {
        let token = "https://dav.example.org/sync/" + String(repeating: "x", count: 100)
        #expect(Self.message(content: true, token: token, property: true).xml.count < 511)
    }

    @Test func aTokenIsEscaped() throws {
        let xml = Self.message(content: true, token: "urn:a?b&<c>").xml
        let root = try XMLElement.parse(xml)
        #expect(root.name == .push("push-message"))
        #expect(String(decoding: xml, as: UTF8.self).contains("urn:a?b&amp;&lt;c"))
    }

    /// `MARTLET_PUSH_SCHEMA` names webdav-push.rng, which belongs to the draft and is not kept here.
    static let schema = ProcessInfo.processInfo.environment["MARTLET_PUSH_SCHEMA"]
    static let xmllint = ["/usr/bin/xmllint", "/usr/local/bin/xmllint"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        .enabled(if: schema != nil && xmllint != nil, "needs xmllint, and MARTLET_PUSH_SCHEMA naming webdav-push.rng"),
        arguments: examples)
    func aMessageIsValidAgainstTheSchemaOfTheDraft(_ message: PushMessage, _ children: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("message.xml")
        try Data(message.xml).write(to: file)
        // The draft's grammar has no start: it defines all its documents.
        let grammar = folder.appendingPathComponent("start.rng")
        let start = """
            <grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="\(try #require(Self.schema))"/>
            <start><ref name="push-message"/></start></grammar>
            """
        try Data(start.utf8).write(to: grammar)
        let process = try ChildProcess(
            try #require(Self.xmllint), ["--noout", "--nonet", "--relaxng", grammar.path, file.path])
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
