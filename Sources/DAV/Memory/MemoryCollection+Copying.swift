extension MemoryCollection {
    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try standing(condition) { tree in
            try copy(source, to: destination, depth: depth, overwrite: overwrite, if: condition, in: &tree)
        }
    }

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition,
        in tree: inout MemoryTree
    ) throws -> WriteResult {
        let visible = destination
        try judge(path(of: source), to: visible, overwrite: overwrite, if: condition, in: tree)
        let (source, destination) = (tree.base(path(of: source)), tree.binding(visible))
        try demandApart(source, destination)
        // What others share stays theirs: below the top of what is copied it is left out.
        let copied = depth == .zero ? [source] : tree.subtree(of: source).filter { tree[$0]?.instance == nil }
        try demandRoom(for: copied, at: destination, in: tree)
        let admitted = try tree.spelled(forThoseAt: visible) { try tree.admit(source, to: destination) }
        let copies = copied.compactMap { path in tree[path].map { (path.relative(to: source) ?? [], $0) } }
        let isNew = tree[destination] == nil
        tree.advance()
        if !isNew { tree.replace(destination, now: condition.now) }
        for (names, original) in copies {
            var node = tree.copy(of: original, owner: tree.collection(at: destination.parent)?.owner, condition.now)
            if names.isEmpty { node.become(admitted) }
            tree.bind(node, at: destination.appending(names))
        }
        return WriteResult(created: isNew, etag: tree.etag(at: visible), modified: condition.now)
    }

    func move(
        _ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try standing(condition) { tree in
            try move(name, to: destination, overwrite: overwrite, if: condition, in: &tree)
        }
    }

    func move(
        _ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition, in tree: inout MemoryTree
    ) throws -> WriteResult {
        let visible = destination
        let source = tree.binding(path.appending(name))
        try judge(path.appending(name), to: visible, overwrite: overwrite, if: condition, in: tree) {
            try condition.mayUnbind(source, under: tree.locks)
        }
        let destination = tree.binding(visible)
        try demandApart(source, destination)
        try tree.demandStaysHome(source, destination)
        let moved = tree.subtree(of: source)
        try demandRoom(for: moved, at: destination, in: tree, leaving: source)
        let admitted = try tree.spelled(forThoseAt: visible) {
            try tree.admit(source, to: destination, leaving: source)
        }
        let nodes = moved.compactMap { path in tree[path].map { (path.relative(to: source) ?? [], $0) } }
        let isNew = tree[destination] == nil
        tree.advance()
        let owner = tree.collection(at: destination.parent)?.owner
        // Whom the former owner invited is no matter of the new one.
        let isHandedOver = tree.collection(at: source.parent)?.owner != owner
        if isHandedOver { tree.release(source, now: condition.now) }
        tree.unbind(source)
        if !isNew { tree.replace(destination, now: condition.now) }
        for (names, node) in nodes {
            var node = node.instance == nil ? node.owned(by: owner) : node
            if isHandedOver { node.forgetShares() }
            if names.isEmpty { node.become(admitted) }
            tree.bind(node, at: destination.appending(names))
        }
        return WriteResult(created: isNew, etag: tree.etag(at: visible), modified: nodes.first?.1.modified)
    }

    /// The same once more, where two URLs lead to one place.
    private func demandApart(_ source: DAVPath, _ destination: DAVPath) throws {
        guard !destination.isWithin(source), !source.isWithin(destination) else {
            throw DAVError.forbidden("Both URLs lead to the same resource, or one into the other.")
        }
    }

    /// The rules COPY and MOVE share, in the order of X-01: what is there, conditions, locks.
    private func judge(
        _ source: DAVPath, to destination: DAVPath, overwrite: Bool, if condition: Condition, in tree: MemoryTree,
        sourceLocks: () throws -> Void = {}
    ) throws {
        guard tree[tree.base(source)] != nil else { throw DAVError.notFound }
        guard !destination.isWithin(source), !source.isWithin(destination) else {
            throw DAVError.forbidden(
                "A resource cannot be copied or moved onto itself, into itself, or over what holds it.")
        }
        guard store.root(of: destination) != nil, !destination.isRoot,
            let parent = store.visibleCollection(at: destination.parent, for: caller, in: tree)
        else { throw DAVError.conflict }
        guard parent.writing != nil else { throw DAVError.forbidden("Nothing can be stored there.") }
        try store.judge(condition, at: source, in: tree)
        let isMapped = tree[tree.base(destination)] != nil
        if isMapped, !overwrite { throw DAVError.preconditionFailed }
        try tree.spelled(forThoseAt: source, sourceLocks)
        try tree.spelled(forThoseAt: destination) {
            if isMapped {
                try condition.mayUnbind(tree.binding(destination), under: tree.locks)
            } else {
                try condition.mayBind(into: tree.base(destination.parent), under: tree.locks)
            }
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
            collection.shares = nil
            content = .collection(collection)
        }
        var node = MemoryNode(content, at: clock, now: now).owned(by: owner)
        node.deadProperties = original.deadProperties
        return node
    }
}

extension MemoryTree {
    /// Makes room at a mapped path.
    fileprivate mutating func replace(_ path: DAVPath, now: Timestamp) {
        release(path, now: now)
        if self[path] != nil { unbind(path) }
    }

    /// - Throws: 403 for an instance that would leave the home it stands in: whoever saw it elsewhere was not invited.
    fileprivate func demandStaysHome(_ source: DAVPath, _ destination: DAVPath) throws {
        guard instances.contains(where: { $0.isWithin(source) }), source.parent != destination.parent else { return }
        throw DAVError.forbidden("What others share stays in the home it came to.")
    }
}

extension MemoryNode {
    fileprivate mutating func forgetShares() {
        guard var collection else { return }
        collection.shares = nil
        content = .collection(collection)
    }

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
