/// One collection of a ``MemoryBackend``, as one caller sees it.
struct MemoryCollection: DAVCollection {
    let store: MemoryBackend
    let caller: Caller
    let info: CollectionInfo

    /// Where the caller reached it. What is kept is found by ``MemoryTree/base(_:)``, within each transaction: what was shared a
    /// moment ago is not found any more.
    var path: DAVPath { info.path }

    var writing: (any Writing)? { info.capabilities.contains(.writing) ? self : nil }
    var syncing: (any Syncing)? { info.capabilities.contains(.syncing) ? self : nil }
    var accessControl: (any AccessControlling)? { info.capabilities.contains(.accessControl) ? self : nil }
    var locking: (any Locking)? { info.capabilities.contains(.locking) ? self : nil }
    var sharing: (any Sharing)? { info.capabilities.contains(.sharing) ? self : nil }
    var personalizing: (any Personalizing)? {
        info.share.instance != nil && info.kind.content?.personal != nil ? self : nil
    }
    var querying: (any Querying)? { info.kind.content == nil ? nil : self }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        try store.read { tree in
            guard try isStanding(in: tree) else { return [] }
            var seen: Set<Name> = []
            let paths: [DAVPath] =
                switch members {
                case .itself: [path]
                case .named(let names): names.filter { seen.insert($0).inserted }.map(path.appending)
                case .all(let after, let limit):
                    page(
                        of: tree.members(of: tree.base(path)).compactMap { $0.last.map(path.appending) }, after: after,
                        limit: limit, in: tree)
                }
            return paths.compactMap {
                store.isKnown($0, to: caller, in: tree) ? store.describe($0, in: tree, fields) : nil
            }
        }
    }

    /// The limit counts what the caller sees, so hidden members leave no short pages.
    private func page(of paths: [DAVPath], after: Name?, limit: Int, in tree: MemoryTree) -> [DAVPath] {
        let visible = paths.lazy.filter { path in
            guard let name = path.last else { return false }
            return after.map { $0 < name } ?? true && store.isKnown(path, to: caller, in: tree)
        }
        return Array(visible.prefix(max(0, limit)))
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        try store.read { tree in
            guard try isStanding(in: tree) else { return nil }
            let member = path.appending(name)
            guard store.isVisible(member, to: caller, in: tree), let file = tree[tree.base(member)]?.file,
                let entry = store.describe(member, in: tree, fields)
            else { return nil }
            return OpenedMember(entry: entry, body: MemoryBody(file.body))
        }
    }

    /// Runs `body` as one transaction in which the caller still has what they had when the request was resolved.
    ///
    /// - Throws: ``DAVError/notFound`` if an instance is gone, `need-privileges` if less is granted than was.
    func transaction<T: Sendable>(_ condition: Condition, _ body: (inout MemoryTree) throws -> T) throws -> T {
        try standing(condition) { tree in
            try spelled(tree.view(of: path)) { try body(&tree) }
        }
    }

    /// Runs `body`, whose refusals name what is kept, for somebody who came by the view.
    func spelled<T>(_ view: InstanceView?, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DAVError { throw view?.visible(error) ?? error }
    }

    /// The same for what has two URLs, each of which may be one of an instance: refusals are spelled where they arise.
    func standing<T: Sendable>(_ condition: Condition, _ body: (inout MemoryTree) throws -> T) throws -> T {
        try store.transaction(condition) { tree in
            try demandStanding(in: tree)
            return try body(&tree)
        }
    }

    /// Whether the instance through which the caller came is theirs still, and shows no less than it did.
    ///
    /// - Throws: 503 if it shows more by now: nobody is shown the one under the entry tags of the other.
    private func isStanding(in tree: MemoryTree) throws -> Bool {
        guard let known = info.share.instance else { return true }
        guard let instance = store.info(path, in: tree)?.share.instance, instance.sharee == known.sharee,
            instance.grant.sight >= known.grant.sight
        else { return false }
        guard instance.grant.sight == known.grant.sight else { throw DAVError.changedMeanwhile }
        return true
    }

    func demandStanding(in tree: MemoryTree) throws {
        guard let known = info.share.instance else { return }
        if let grant = store.info(path, in: tree)?.share.instance?.grant, !grant.covers(known.grant) {
            throw DAVError.needPrivileges([.init(resource: path, privilege: .write)])
        }
        guard try isStanding(in: tree) else { throw DAVError.notFound }
    }

    func path(of target: Target) -> DAVPath {
        switch target {
        case .itself: path
        case .member(let name): path.appending(name)
        }
    }
}

extension MemoryCollection: Syncing {
    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        try store.read { tree in
            guard store.isVisible(path, to: caller, in: tree) else { throw DAVError.notFound }
            guard try isStanding(in: tree) else { throw DAVError.notFound }
            let view = tree.view(of: path)
            return try tree.changes(
                in: tree.base(path), through: view?.top == path ? path : nil, since: token, level: level, limit: limit
            ) { member in
                let member = view?.visible(member) ?? member
                var entry = store.describe(member, in: tree, fields)
                if member.parent != path { entry?.holder = store.info(member.parent, in: tree) }
                return entry
            }
        }
    }
}
