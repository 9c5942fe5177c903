import Synchronization

/// A store that lives in memory: the executable specification of what every back-end must do.
///
/// It has every capability of the seam, and no other virtue: each operation looks at every path. Use it in tests and examples,
/// and read it to see what a rule means. Below ``root`` stand the homes, each owned by the person it is named after; a
/// member has the rights of the home it lies in. There may be several roots, as ``HomeTemplate`` tells.
///
/// One lock makes each operation a transaction; the state behind it is a value, assigned only when all of an operation
/// succeeded.
public final class MemoryBackend: Backend {
    /// `/files`, where the product mounts its store.
    public static let files = HomeTemplate.files.root
    /// What each person's homes begin with.
    public let templates: [HomeTemplate]
    /// Kinds of collection that may be made here.
    public let kinds: [CollectionKind]
    /// Most bytes below one home; `nil`: no limit.
    public let quotaBytes: Int64?
    let authorizer: any Authorizer
    let clock: @Sendable () -> Timestamp
    private let tree: Mutex<MemoryTree>
    /// Who is to be told that a registration fell behind.
    let observers = Mutex<[@Sendable () -> Void]>([])

    /// - Parameters:
    ///   - root: where the list of homes is mapped, below the handler's prefix.
    ///   - homes: a home is made for each.
    ///   - epoch: which life of the store this is; two stores that a client could confuse need different ones.
    public convenience init(
        root: DAVPath = MemoryBackend.files, homes: [PrincipalID], kinds: [CollectionKind] = [.folder],
        authorizer: any Authorizer = GrantAuthorizer(memberships: NoMemberships()), quotaBytes: Int64? = nil,
        epoch: UInt64 = 1,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.init(
            templates: [HomeTemplate(root: root)], homes: homes, kinds: kinds, authorizer: authorizer,
            quotaBytes: quotaBytes, epoch: epoch, clock: clock)
    }

    /// - Parameter templates: the roots, at least one, none within another; the first one's homes are the principals' own.
    public init(
        templates: [HomeTemplate], homes: [PrincipalID], kinds: [CollectionKind] = [.folder],
        authorizer: any Authorizer = OwnerAuthorizer(), quotaBytes: Int64? = nil, epoch: UInt64 = 1,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.templates = templates
        self.kinds = kinds
        self.authorizer = authorizer
        self.quotaBytes = quotaBytes
        self.clock = clock
        var tree = MemoryTree(epoch: epoch)
        for template in templates {
            let root = MemoryNode(.collection(.init(kind: .system, owner: nil)), at: 0, now: clock())
            tree.bind(root, at: template.root)
        }
        self.tree = Mutex(tree)
        for home in homes { makeHome(of: home) }
    }

    /// The collection that lists the homes; of several roots the first.
    public var root: DAVPath { templates.first?.root ?? MemoryBackend.files }

    /// The root a path lies in.
    func root(of path: DAVPath) -> DAVPath? { templates.lazy.map(\.root).first(where: path.isWithin) }

    /// Makes the homes of `principal`, unless they are there.
    public func makeHome(of principal: PrincipalID) {
        let now = clock()
        tree.withLock { tree in
            for template in templates where tree[template.root.appending(principal.name)] == nil {
                tree.advance()
                tree.makeHome(of: principal, template, now: now)
            }
        }
    }

    /// Runs `body` on the present state.
    func read<T: Sendable>(_ body: (MemoryTree) throws -> T) rethrows -> T {
        try tree.withLock { try body($0) }
    }

    /// Runs `body` as one transaction: what it did stays if it returns, and nothing of it if it throws.
    func transaction<T: Sendable>(_ condition: Condition, _ body: (inout MemoryTree) throws -> T) rethrows -> T {
        try transaction { tree, isLoud in try step(condition, &tree, &isLoud, body) }
    }

    /// The same of several steps.
    ///
    /// - Parameter body: sets `isLoud` if anybody may have fallen behind.
    func transaction<T: Sendable>(_ body: (_ tree: inout MemoryTree, _ isLoud: inout Bool) throws -> T) rethrows -> T {
        let (result, isLoud) = try tree.withLock { tree in
            var next = tree
            var isLoud = false
            let result = try body(&next, &isLoud)
            tree = next
            return (result, isLoud)
        }
        if isLoud { for wake in observers.withLock({ $0 }) { wake() } }
        return result
    }

    /// One step of a transaction: its changes are told as its condition says.
    func step<T>(
        _ condition: Condition, _ tree: inout MemoryTree, _ isLoud: inout Bool,
        _ body: (inout MemoryTree) throws -> T
    ) rethrows -> T {
        let old = tree
        let result = try body(&tree)
        tree.forgetOwnPartsOfTheGone()
        if tree.notePush(since: old, if: condition, info: { info($0, in: $1) }) { isLoud = true }
        return result
    }

    /// Runs `body` on the state, whatever it does: nobody is told.
    func edit<T: Sendable>(_ body: (inout MemoryTree) throws -> T) rethrows -> T {
        try tree.withLock { try body(&$0) }
    }

    // MARK: Backend

    public func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        read { visibleCollection(at: path, for: caller, in: $0) }
    }

    public func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        read { tree in
            if let collection = visibleCollection(at: path, for: caller, in: tree) {
                return Resolution(collection: collection, target: .itself, entry: describe(path, in: tree, fields))
            }
            guard let name = path.last, let parent = visibleCollection(at: path.parent, for: caller, in: tree) else {
                return nil
            }
            let entry = isVisible(path, to: caller, in: tree) ? describe(path, in: tree, fields) : nil
            return Resolution(collection: parent, target: .member(name), entry: entry)
        }
    }

    // MARK: Test hooks

    /// A copy of the whole store.
    public struct Snapshot: Sendable {
        fileprivate let tree: MemoryTree
    }

    public func snapshot() -> Snapshot { Snapshot(tree: read { $0 }) }

    /// Puts an earlier state back, as restoring a backup does: a new epoch begins, and every token given out so far is invalid.
    public func restore(_ snapshot: Snapshot) {
        tree.withLock { tree in
            let epoch = tree.epoch
            tree = snapshot.tree
            tree.epoch = epoch + 1
        }
    }

    /// Begins a new life of the store: every token given out so far becomes invalid.
    public func bumpEpoch() { tree.withLock { $0.epoch += 1 } }

    /// Forgets the removals up to `revision`.
    public func prune(through revision: Int64) { tree.withLock { $0.prune(through: revision) } }

    /// The revision of the last change.
    public var revision: Int64 { read { $0.clock } }
}

extension MemoryTree {
    fileprivate mutating func makeHome(of principal: PrincipalID, _ template: HomeTemplate, now: Timestamp) {
        func node(_ kind: CollectionKind, _ properties: [DeadProperty]) -> MemoryNode {
            var node = MemoryNode(.collection(.init(kind: kind, owner: principal)), at: clock, now: now)
            node.deadProperties = properties
            return node
        }
        let path = template.root.appending(principal.name)
        bind(node(template.kind, [.displayName(principal.name.string)]), at: path)
        for child in template.children { bind(node(child.kind, child.properties), at: path.appending(child.name)) }
    }
}

// MARK: - What callers see

extension MemoryBackend {
    /// Whether the caller may read what is mapped at the path, or the collection that would hold it.
    func isVisible(_ path: DAVPath, to caller: Caller, in tree: MemoryTree) -> Bool {
        var path = path
        while let root = root(of: path) {
            if let info = info(path, in: tree) { return authorizer.privileges(of: caller, on: info).contains(.read) }
            if path == root { return false }
            path = path.parent
        }
        return false
    }

    /// Of a collection less than `read` may be enough to know of it.
    func isKnown(_ path: DAVPath, to caller: Caller, in tree: MemoryTree) -> Bool {
        guard let info = info(path, in: tree) else { return isVisible(path, to: caller, in: tree) }
        return authorizer.privileges(of: caller, on: info).revealExistence
    }

    func visibleCollection(at path: DAVPath, for caller: Caller, in tree: MemoryTree) -> MemoryCollection? {
        guard let info = info(path, in: tree), authorizer.privileges(of: caller, on: info).revealExistence else {
            return nil
        }
        return MemoryCollection(store: self, caller: caller, info: info)
    }

    func info(_ path: DAVPath, in tree: MemoryTree) -> CollectionInfo? {
        let view = tree.view(of: path)
        guard let collection = tree.collection(at: view?.base(path) ?? path) else { return nil }
        var info = info(collection, at: path, in: tree)
        if let view, let instance = tree[view.top]?.instance {
            // What is shared is passed on by its owner only.
            info.capabilities.subtract([.sharing, .accessControl])
            info.grants = []
            info.share = .instance(
                ShareInstance(at: view.top, of: instance.sharee, instance.grant, source: view.source))
        }
        return info
    }

    private func info(_ collection: MemoryNode.Collection, at path: DAVPath, in tree: MemoryTree) -> CollectionInfo {
        var capabilities: Capabilities =
            collection.kind.id == CollectionKind.system.id ? [] : [.writing, .locking, .accessControl, .copying]
        if collection.kind.isSyncable { capabilities.insert(.syncing) }
        if collection.kind.sharing != nil, collection.owner != nil, home(of: path) != path {
            capabilities.insert(.sharing)
        }
        var info = CollectionInfo(
            path: path, kind: collection.kind, owner: collection.owner, capabilities: capabilities,
            grants: grants(at: path, in: tree))
        if collection.shares?.access == .sharedOwner { info.share = .owner }
        return info
    }

    /// The collection's own grants, then those of the collections above, nearest first.
    private func grants(at path: DAVPath, in tree: MemoryTree) -> [AccessControlEntry] {
        guard path != root(of: path), let collection = tree.collection(at: path) else { return [] }
        return collection.grants + grants(at: path.parent, in: tree).compactMap(\.inherited)
    }

    func describe(_ path: DAVPath, in tree: MemoryTree, _ fields: Fields) -> Entry? {
        let view = tree.view(of: path)
        let base = view?.base(path) ?? path
        guard let node = tree[base] else { return nil }
        let own = view?.top == path ? tree[path] : nil
        var entry = describe(own.map { node.seen(by: $0) } ?? node, at: path, base, in: tree, fields)
        if let view {
            entry.locks = entry.locks.map(view.visible)
            if node.file != nil { entry.etag = tree.etag(at: path) }
            if let part = tree.ownPart(at: path) {
                entry.own = part.octets
                entry.modified = max(entry.modified, part.modified)
            }
        }
        // What stands in an instance is shared with others by its owner, which is told at the owner's URL.
        if fields.contains(.shares), view == nil || own != nil, let shares = node.collection?.shares,
            !shares.invites.isEmpty
        {
            let lines = own?.instance.map { shares.lines(of: $0.sharee) } ?? shares.lines
            entry.shares = ShareView(id: node.resourceID, lines: lines)
        }
        return entry
    }

    private func describe(
        _ node: MemoryNode, at path: DAVPath, _ base: DAVPath, in tree: MemoryTree, _ fields: Fields
    ) -> Entry {
        var entry = Entry(name: path.last ?? .root, created: node.created, modified: node.modified)
        switch node.content {
        case .file(let file):
            entry.etag = file.etag
            entry.contentType = file.contentType
            entry.contentLanguage = file.contentLanguage
            entry.contentLength = Int64(file.body.count)
        case .collection:
            entry.collection = info(path, in: tree)
            if fields.contains(.syncToken) { entry.syncToken = tree.syncToken(at: path) }
            if fields.contains(.quota) { entry.quota = quota(at: base, in: tree) }
        }
        if fields.contains(.content) { entry.content = node.file?.body }
        if fields.contains(.resourceID) { entry.resourceID = node.resourceID }
        if fields.contains(.deadProperties) { entry.deadProperties = node.deadProperties }
        if fields.contains(.locks) {
            let now = clock()
            entry.locks = tree.locks.filter { $0.covers(base) && !$0.isExpired(at: now) }
        }
        return entry
    }

    private func quota(at path: DAVPath, in tree: MemoryTree) -> Quota {
        let available = quotaBytes.flatMap { quota in
            home(of: path).map { max(0, quota - tree.chargedBytes(in: $0)) }
        }
        return Quota(usedBytes: tree.usedBytes(below: path), availableBytes: available)
    }

    /// The home a path lies in.
    func home(of path: DAVPath) -> DAVPath? {
        root(of: path).flatMap { root in path == root ? nil : path.prefix(root.names.count + 1) }
    }
}

extension DeadProperty {
    /// `DAV:displayname` holding `text`.
    package static func displayName(_ text: String) -> DeadProperty {
        var xml = Array("<D:displayname xmlns:D=\"DAV:\">".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): xml += "&lt;".utf8
            case UInt8(ascii: ">"): xml += "&gt;".utf8
            case UInt8(ascii: "&"): xml += "&amp;".utf8
            default: xml.append(byte)
            }
        }
        return DeadProperty(name: .dav("displayname"), xml: xml + "</D:displayname>".utf8)
    }
}
