/// One collection of a ``MemoryBackend``, as one caller sees it.
struct MemoryCollection: DAVCollection {
    let store: MemoryBackend
    let caller: Caller
    let info: CollectionInfo

    var path: DAVPath { info.path }

    var writing: (any Writing)? { info.capabilities.contains(.writing) ? self : nil }
    var syncing: (any Syncing)? { info.capabilities.contains(.syncing) ? self : nil }
    var accessControl: (any AccessControlling)? { info.capabilities.contains(.accessControl) ? self : nil }
    var locking: (any Locking)? { info.capabilities.contains(.locking) ? self : nil }
    var querying: (any Querying)? { info.kind.content == nil ? nil : self }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        store.read { tree in
            var seen: Set<Name> = []
            let paths: [DAVPath] =
                switch members {
                case .itself: [path]
                case .named(let names): names.filter { seen.insert($0).inserted }.map(path.appending)
                case .all(let after, let limit): page(of: tree.members(of: path), after: after, limit: limit, in: tree)
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
        store.read { tree in
            let member = path.appending(name)
            guard store.isVisible(member, to: caller, in: tree), let node = tree[member], let file = node.file else {
                return nil
            }
            return OpenedMember(entry: store.describe(node, at: member, in: tree, fields), body: MemoryBody(file.body))
        }
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
            return try tree.changes(in: path, since: token, level: level, limit: limit) { member, node in
                var entry = store.describe(node, at: member, in: tree, fields)
                if member.parent != path { entry.holder = store.info(member.parent, in: tree) }
                return entry
            }
        }
    }
}
