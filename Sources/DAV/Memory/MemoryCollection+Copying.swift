extension MemoryCollection {
    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        let source = path(of: source)
        return try store.transaction(condition) { tree in
            try judge(source, to: destination, overwrite: overwrite, if: condition, in: tree)
            let copied = depth == .zero ? [source] : tree.subtree(of: source)
            try demandRoom(for: copied, at: destination, in: tree)
            let admitted = try tree.admit(source, to: destination)
            let copies = copied.compactMap { path in tree[path].map { (path.relative(to: source) ?? [], $0) } }
            let isNew = tree[destination] == nil
            tree.advance()
            if !isNew { tree.unbind(destination) }
            for (names, original) in copies {
                var node = tree.copy(of: original, owner: tree.collection(at: destination.parent)?.owner, condition.now)
                if names.isEmpty { node.become(admitted) }
                tree.bind(node, at: destination.appending(names))
            }
            return WriteResult(created: isNew, etag: tree[destination]?.file?.etag, modified: condition.now)
        }
    }

    func move(
        _ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        let source = path.appending(name)
        return try store.transaction(condition) { tree in
            try judge(source, to: destination, overwrite: overwrite, if: condition, in: tree) {
                try condition.mayUnbind(source, under: tree.locks)
            }
            let moved = tree.subtree(of: source)
            try demandRoom(for: moved, at: destination, in: tree, leaving: source)
            let admitted = try tree.admit(source, to: destination, leaving: source)
            let nodes = moved.compactMap { path in tree[path].map { (path.relative(to: source) ?? [], $0) } }
            let isNew = tree[destination] == nil
            tree.advance()
            tree.unbind(source)
            if !isNew { tree.unbind(destination) }
            let owner = tree.collection(at: destination.parent)?.owner
            for (names, node) in nodes {
                var node = node.owned(by: owner)
                if names.isEmpty { node.become(admitted) }
                tree.bind(node, at: destination.appending(names))
            }
            return WriteResult(created: isNew, etag: tree[destination]?.file?.etag, modified: nodes.first?.1.modified)
        }
    }

    /// The rules COPY and MOVE share, in the order of X-01: what is there, conditions, locks.
    private func judge(
        _ source: DAVPath, to destination: DAVPath, overwrite: Bool, if condition: Condition, in tree: MemoryTree,
        sourceLocks: () throws -> Void = {}
    ) throws {
        guard tree[source] != nil else { throw DAVError.notFound }
        guard !destination.isWithin(source), !source.isWithin(destination) else {
            throw DAVError.forbidden(
                "A resource cannot be copied or moved onto itself, into itself, or over what holds it.")
        }
        guard store.root(of: destination) != nil, !destination.isRoot,
            let parent = store.visibleCollection(at: destination.parent, for: caller, in: tree)
        else { throw DAVError.conflict }
        guard parent.writing != nil else { throw DAVError.forbidden("Nothing can be stored there.") }
        try store.judge(condition, at: source, in: tree)
        let isMapped = tree[destination] != nil
        if isMapped, !overwrite { throw DAVError.preconditionFailed }
        try sourceLocks()
        if isMapped {
            try condition.mayUnbind(destination, under: tree.locks)
        } else {
            try condition.mayBind(into: destination.parent, under: tree.locks)
        }
    }

    private func demandRoom(
        for paths: [DAVPath], at destination: DAVPath, in tree: MemoryTree, leaving source: DAVPath? = nil
    ) throws {
        if let source, store.home(of: source) == store.home(of: destination) { return }
        let size = paths.reduce(Int64(0)) { $0 + Int64(tree[$1]?.file?.body.count ?? 0) }
        try store.demandRoom(for: size, at: destination, in: tree)
    }
}

extension MemoryTree {
    /// A copy is another resource: only body and properties are the same (RFC 4918 §9.8.2).
    fileprivate mutating func copy(of original: MemoryNode, owner: PrincipalID?, _ now: Timestamp) -> MemoryNode {
        var content = original.content
        if case .file(var file) = content {
            file.etag = nextETag()
            content = .file(file)
        }
        if case .collection(var collection) = content {
            // A copy has the rights of the place it is put in.
            collection.grants = []
            content = .collection(collection)
        }
        var node = MemoryNode(content, at: clock, now: now).owned(by: owner)
        node.deadProperties = original.deadProperties
        return node
    }
}

extension MemoryNode {
    /// What lies in a home belongs to the home's owner.
    fileprivate func owned(by owner: PrincipalID?) -> MemoryNode {
        guard var collection else { return self }
        // Whom the former owner trusted is no matter of the new one.
        if collection.owner != owner { collection.grants = [] }
        collection.owner = owner
        var node = self
        node.content = .collection(collection)
        return node
    }
}
