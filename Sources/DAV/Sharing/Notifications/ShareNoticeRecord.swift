/// A ``ShareNotice`` as it is kept: the body of a member of the person's notification collection.
///
/// Not a document: what is sent depends on the dialect a client asks for, and its hrefs on where the handler is mounted. All that
/// either form says is in the record, as it was when the notice was given, so that the form changes only with the member's ETag.
public struct ShareNoticeRecord: Sendable, Hashable {
    /// Somebody, and what they are called.
    public struct Person: Sendable, Hashable {
        public var id: PrincipalID
        public var name: String?

        public init(_ id: PrincipalID, name: String? = nil) {
            self.id = id
            self.name = name
        }
    }

    public var notice: ShareNotice
    /// Whose notification collection it stands in.
    public var recipient: PrincipalID
    /// The owner of what is shared.
    public var sharer: Person
    /// What whoever answered is called.
    public var replierName: String?
    /// The identity of the owner's collection.
    public var share: ResourceID
    /// Where the owner's collection is.
    public var source: DAVPath
    /// Its ``CollectionKind/id``.
    public var kind: String
    /// What the recipient knows it as.
    public private(set) var title: String?
    /// The components that a calendar takes.
    public private(set) var components: [String] = []

    /// - Parameters:
    ///   - kind: the ``CollectionKind/id`` of what is shared.
    ///   - properties: dead properties of what is shared, as the recipient sees them: what it is called is taken from there.
    public init(
        _ notice: ShareNotice, for recipient: PrincipalID, from sharer: Person, replierName: String? = nil,
        share: ResourceID, at source: DAVPath, kind: String, properties: [DeadProperty]
    ) {
        self.notice = notice
        self.recipient = recipient
        self.sharer = sharer
        self.replierName = replierName
        self.share = share
        self.source = source
        self.kind = kind
        for property in properties {
            guard let value = try? XMLElement.parse(property.xml) else { continue }
            switch property.name {
            case .dav("displayname"): title = value.text.shortened
            case .calDAV("supported-calendar-component-set"):
                let names = value.elements(.calDAV("comp")).compactMap { comp in
                    comp.attributes.first { $0.name.local == "name" }?.value.shortened
                }
                components = Array(names.prefix(Self.mostComponents))
            default: break
            }
        }
    }

    /// What was kept.
    init(
        _ notice: ShareNotice, for recipient: PrincipalID, from sharer: Person, replierName: String?, share: ResourceID,
        at source: DAVPath, kind: String, title: String?, components: [String]
    ) {
        self.init(
            notice, for: recipient, from: sharer, replierName: replierName, share: share, at: source, kind: kind,
            properties: [])
        self.title = title
        self.components = components
    }

    /// What the media type of the member is where it is kept. Nobody is sent it.
    public static let contentType = "application/vnd.martlet.notice"
    private static let mostComponents = 8
}

extension ShareNotice.Key {
    /// What the notification is called, so that a later notice with the key takes its place.
    public var name: Name { Name(unchecked: seat.uuidString + (isReply ? ShareNotice.Key.reply : "") + ".xml") }

    /// What a notification of that name is about; `nil`: it has another origin.
    init?(_ name: Name) {
        var stem = name.string[...]
        if stem.hasSuffix(".xml") { stem = stem.dropLast(4) }
        let isReply = stem.hasSuffix(ShareNotice.Key.reply)
        if isReply { stem = stem.dropLast(ShareNotice.Key.reply.count) }
        guard let seat = ResourceID(uuidString: String(stem)) else { return nil }
        self.init(seat: seat, isReply: isReply)
    }

    private static let reply = "-reply"
}

extension String {
    /// What people call something may be long; a notice is not.
    fileprivate var shortened: String { String(String.UnicodeScalarView(unicodeScalars.prefix(255))) }
}
