/// What the bearer of a link sees: the linked resource as a tree of its own that cannot be changed.
///
/// A collection is the root of it. A file is the only member of the root. It tells names, bodies and what describes those;
/// whose they are, where else they are mapped, who has locked or shared them is not told. A calendar is seen as through an
/// instance with nothing of the bearer's own in it: without the owner's alarms, and without what the link hides.
package struct LinkView: Backend {
    package let link: Link
    private let target: Link.Target
    private let backend: any Backend
    private let isOpen: @Sendable () async throws -> Bool

    /// What the linked resource is to those who read it.
    package enum Form: Sendable, Hashable {
        /// A tree of files.
        case folder
        /// A collection that has a form as one document, such as a calendar.
        case document
        case file(Name)
    }

    /// - Parameters:
    ///   - backend: where the owner's collections are.
    ///   - isOpen: whether the link is open at the time of the call.
    /// - Returns: `nil` if the link leads nowhere.
    package init?(of link: Link, on backend: any Backend, isOpen: @escaping @Sendable () async throws -> Bool) {
        guard let target = link.target else { return nil }
        self.link = link
        self.target = target
        self.backend = backend
        self.isOpen = isOpen
    }

    /// - Returns: `nil` if the resource is gone.
    package func form() async throws -> Form? {
        guard let root = try await collection(at: .root) else { return nil }
        if !target.isCollection { return target.path.last.map(Form.file) }
        return root.info.kind.presentation?.collection == nil ? .folder : .document
    }

    /// What changes whenever the document that stands for the collection does; `nil` if it cannot be told.
    package func version() async throws -> [UInt8]? {
        guard let root = try await linked(.root) else { return nil }
        let entry = try await root.entries(.itself, fields: [.syncToken, .deadProperties]).first
        guard let entry, let token = entry.syncToken else { return nil }
        var version = Array(token.uri.utf8) + [0, UInt8(truncatingIfNeeded: try sight(of: root.info).rawValue)]
        for property in entry.deadProperties where LinkedCollection.isTold(property) {
            version += [0] + property.name.description.utf8 + [0] + property.xml
        }
        return version
    }

    package func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        try await collection(at: path)
    }

    private func collection(at path: DAVPath) async throws -> LinkedCollection? {
        guard let found = try await linked(path) else { return nil }
        try await demandOpen()
        return try LinkedCollection(found, at: path, in: self, only: target.isCollection ? nil : target.path.last)
    }

    private func linked(_ path: DAVPath) async throws -> (any DAVCollection)? {
        guard target.isCollection || path.isRoot else { return nil }
        let place = target.isCollection ? target.path.appending(path.names) : target.path.parent
        let found = try await backend.collection(at: place, for: .principal(link.owner))
        guard let found, isOwners(found.info), path.isRoot || found.info.kind === CollectionKind.folder else {
            return nil
        }
        return ShareeView.of(found, granted: ShareGrant(try sight(of: found.info)))
    }

    /// How much of a collection's content is shown.
    func sight(of info: CollectionInfo) throws -> ShareGrant.Sight {
        try link.terms.sight ?? info.kind.linkSight(nil) ?? .everything
    }

    /// Only what is the owner's can be passed on: not what others share with them.
    private func isOwners(_ info: CollectionInfo) -> Bool { info.owner == link.owner && info.share.instance == nil }

    /// Whether a collection in a linked folder is told of.
    func isTold(_ info: CollectionInfo) -> Bool { isOwners(info) && info.kind === CollectionKind.folder }

    /// Called after something was read and before it is sent: what was written after the link ended reaches nobody.
    ///
    /// - Throws: 404
    func demandOpen() async throws {
        guard try await isOpen() else { throw DAVError.notFound }
    }
}

/// A collection of a ``LinkView``.
struct LinkedCollection: DAVCollection {
    let info: CollectionInfo
    private let inner: any DAVCollection
    private let view: LinkView
    /// The one member that is shown; `nil`: all are.
    private let only: Name?
    private let sight: ShareGrant.Sight

    init(_ inner: any DAVCollection, at path: DAVPath, in view: LinkView, only: Name?) throws {
        self.inner = inner
        self.view = view
        self.only = only
        sight = try view.sight(of: inner.info)
        info = CollectionInfo(path: path, kind: inner.info.kind, owner: nil, capabilities: [])
    }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        let fields = fields.intersection([.deadProperties, .content])
        let found = try await page(members, fields)
        try await view.demandOpen()
        return found
    }

    private func page(_ members: Members, _ fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            return try await inner.entries(.itself, fields: fields).map { entry in
                var told = told(entry, as: info)
                told.name = info.path.last ?? .root
                return told
            }
        case .named(let names):
            let names = names.filter { only == nil || $0 == only }
            return names.isEmpty ? [] : try await inner.entries(.named(names), fields: fields).compactMap(told)
        case .all(let after, let limit):
            if let only {
                let isNext = limit > 0 && after.map { $0 < only } ?? true
                return isNext ? try await page(.named([only]), fields) : []
            }
            return try await all(after: after, limit: limit, fields)
        }
    }

    /// A page that is shorter than `limit` means the end, so what is left out is made up for.
    private func all(after: Name?, limit: Int, _ fields: Fields) async throws -> [Entry] {
        var entries: [Entry] = []
        var last = after
        while entries.count < limit {
            let page = try await inner.entries(.all(after: last, limit: limit), fields: fields)
            entries += page.compactMap(told)
            guard page.count >= limit, let name = page.last?.name else { break }
            last = name
        }
        return Array(entries.prefix(limit))
    }

    /// - Returns: `nil` for what is not told of.
    private func told(_ entry: Entry) -> Entry? {
        guard let collection = entry.collection else { return told(entry, as: nil) }
        guard only == nil, view.isTold(collection) else { return nil }
        return told(
            entry,
            as: CollectionInfo(
                path: info.path.appending(entry.name), kind: collection.kind, owner: nil, capabilities: []))
    }

    private func told(_ entry: Entry, as collection: CollectionInfo?) -> Entry {
        var told = Entry(
            name: entry.name, collection: collection, etag: entry.etag?.seen(sight, own: nil),
            contentType: entry.contentType, contentLanguage: entry.contentLanguage, contentLength: entry.contentLength,
            created: entry.created, modified: entry.modified)
        told.deadProperties = entry.deadProperties.filter(LinkedCollection.isTold)
        told.content = entry.content
        return told
    }

    /// Properties say all sorts of things; these are about the content.
    static func isTold(_ property: DeadProperty) -> Bool { toldProperties.contains(property.name) }

    private static let toldProperties: Set<XMLName> = [
        .dav("displayname"), .calDAV("calendar-description"), .cardDAV("addressbook-description"),
        .calDAV("calendar-timezone-id"), XMLName("http://apple.com/ns/ical/", "calendar-color"),
    ]

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard only == nil || name == only, let found = try await inner.open(name, fields: []) else { return nil }
        try await view.demandOpen()
        return OpenedMember(entry: told(found.entry, as: nil), body: LinkedBody(inner: found.body, view: view))
    }
}

/// A body that ends when the link does: a long download is cut off.
private struct LinkedBody: MemberBody {
    let inner: any MemberBody
    let view: LinkView

    var length: Int64 { inner.length }

    func read(at offset: Int64, count: Int) async throws -> [UInt8] {
        let bytes = try await inner.read(at: offset, count: count)
        try await view.demandOpen()
        return bytes
    }
}
