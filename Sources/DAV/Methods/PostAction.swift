/// What a POST does whose body is an XML document with a certain root: one row of the post table.
public struct PostAction: Sendable {
    public var root: XMLName
    /// In lower case; a body of another type is refused (415).
    public var mediaTypes: Set<String>
    /// Also where a notification was.
    var isForNotifications = false
    /// Where it is not, the body is as good as any other.
    var isOffered: @Sendable (ServerFacts) -> Bool = { _ in true }
    /// Whether the caller may have it done here, as far as can be said before the whole body is read.
    var permit: @Sendable (Exchange, Located) throws -> Void = { _, _ in }
    /// Longer documents answer 413.
    public var maxBytes: Int
    public var run: @Sendable (Exchange, Located, XMLElement) async throws -> DAVResponse

    public init(
        _ root: XMLName, mediaTypes: Set<String> = PostAction.xmlTypes, maxBytes: Int = 16 << 10,
        run: @escaping @Sendable (Exchange, Located, XMLElement) async throws -> DAVResponse
    ) {
        self.root = root
        self.mediaTypes = mediaTypes
        self.maxBytes = min(maxBytes, PostTable.mostBytes)
        self.run = run
    }

    public static let xmlTypes: Set<String> = ["application/xml", "text/xml"]
}

/// All actions of POST. The root element is what tells them apart, whatever the URL.
public struct PostTable: Sendable {
    public let rows: [PostAction]

    /// So much of an XML body is read before it is known what it is for.
    static let headBytes = 16 << 10
    /// No action takes longer documents.
    public static let mostBytes = 1 << 20
    public static let standard = PostTable(
        [.pushRegister] + PostAction.sharing + PostAction.shareReplies + PostAction.links)

    public init(_ rows: [PostAction]) { self.rows = rows }

    /// The namespace of an action that a document names whose root cannot be read.
    func namespace(meantBy bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self).utf8
        return rows.lazy.map(\.root.namespace).first { namespace in
            namespace != XMLName.davNamespace && text.firstRange(of: namespace.utf8) != nil
        }
    }

    subscript(root: XMLName) -> PostAction? { rows.first { $0.root == root } }
}
