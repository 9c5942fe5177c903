extension MemoryCollection: Writing {
    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        try await put(name, upload, .untouched, if: condition)
    }

    func put(_ name: Name, _ upload: Upload, _ own: WriteStep.OwnPart, if condition: Condition) async throws
        -> WriteResult
    {
        let draft = try await draft(upload, for: name, if: condition)
        return try transaction(condition) { try put(draft, own, as: name, if: condition, in: &$0) }
    }

    /// A body that was taken to its end, and judged.
    struct Draft: Sendable {
        var file: MemoryNode.File
        /// Other octets are stored than those that came.
        var isRepaired: Bool
    }

    /// Takes a body, unless it is refused before.
    func draft(_ upload: Upload, for name: Name, if condition: Condition) async throws -> Draft {
        let member = path.appending(name)
        try store.read { tree in
            try demandStanding(in: tree)
            try spelled(tree.view(of: path)) { try judgePut(at: member, if: condition, in: tree) }
            try store.demandRoom(for: upload.declaredLength ?? 0, at: tree.base(member), in: tree)
        }
        let room = store.read { tree in store.room(at: tree.base(member), in: tree) }
        return try await draft(upload, for: name, atMost: room)
    }

    func draft(_ upload: Upload, for name: Name, atMost room: Int = .max) async throws -> Draft {
        let member = path.appending(name)
        let (settings, storedUID) = store.read { tree in
            (tree[tree.base(path)]?.deadProperties ?? [], tree[tree.base(member)]?.file?.index?.uid)
        }
        let policy = info.kind.content
        var body: [UInt8] = []
        for try await chunk in upload.body {
            guard chunk.count <= room - body.count else { throw DAVError.quotaNotExceeded }
            body += chunk
            if let policy, body.count > policy.maxBytes { throw policy.tooLarge }
        }
        let admitted = try policy?.admit(
            body, contentType: upload.contentType, settings: settings, storedUID: storedUID)
        var file = MemoryNode.File(
            etag: nil, body: admitted?.replacement ?? body, contentType: admitted?.contentType ?? upload.contentType,
            contentLanguage: upload.contentLanguage)
        file.index = admitted?.index
        return Draft(file: file, isRepaired: admitted?.replacement != nil)
    }

    func put(
        _ draft: Draft, _ own: WriteStep.OwnPart, as name: Name, if condition: Condition, in tree: inout MemoryTree
    ) throws -> WriteResult {
        let member = path.appending(name)
        try judgePut(at: member, if: condition, in: tree)
        let base = tree.base(member)
        try tree.demandUnique(draft.file.index, at: base)
        try store.demandRoom(for: Int64(draft.file.body.count), at: base, in: tree)
        var result = tree.put(draft.file, at: base, now: condition.now)
        if case .set(let octets) = own { tree.setOwnPart(octets, at: member, now: condition.now) }
        // Whoever is told an ETag may keep what they sent (RFC 4791 §5.3.4).
        result.etag = draft.isRepaired ? nil : tree.etag(at: member)
        return result
    }

    private func judgePut(at member: DAVPath, if condition: Condition, in tree: MemoryTree) throws {
        try demandCollection(in: tree)
        try info.kind.demandHoldsMembers()
        let node = tree[tree.base(member)]
        if node?.collection != nil { throw DAVError.methodNotAllowed }
        try store.judge(condition, at: member, in: tree)
        if node == nil {
            try condition.mayBind(into: tree.base(path), under: tree.locks)
        } else {
            try condition.mayChange(tree.base(member), under: tree.locks)
        }
    }

    func makeCollection(
        _ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition
    ) async throws {
        let member = path.appending(name)
        try transaction(condition) { tree in
            try demandCollection(in: tree)
            let base = tree.base(member)
            guard tree[base] == nil else { throw DAVError.methodNotAllowed }
            try store.judge(condition, at: member, in: tree)
            try condition.mayBind(into: base.parent, under: tree.locks)
            guard let kind = store.kinds.first(where: { $0.id == kind.id }) else { throw DAVError.validResourceType }
            try info.kind.demandMayHold(kind)
            tree.advance()
            let owner = tree.collection(at: base.parent)?.owner
            var node = MemoryNode(.collection(.init(kind: kind, owner: owner)), at: tree.clock, now: condition.now)
            try node.apply(properties)
            tree.bind(node, at: base)
        }
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        try transaction(condition) { try delete(name, if: condition, in: &$0) }
    }

    func delete(_ name: Name, if condition: Condition, in tree: inout MemoryTree) throws {
        let member = path.appending(name)
        let base = tree.binding(member)
        guard tree[base] != nil else { throw DAVError.notFound }
        try store.judge(condition, at: member, in: tree)
        try condition.mayUnbind(base, under: tree.locks)
        tree.advance()
        tree.release(base, now: condition.now)
        if tree[base] != nil { tree.unbind(base) }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        try standing(condition) { tree in
            try store.judge(path(of: target), existsFor: condition, in: tree)
            try patch(path(of: target), changes, if: condition, in: &tree)
        }
    }

    /// Applies changes for a condition that was judged.
    func patch(
        _ path: DAVPath, _ changes: [PropertyChange], if condition: Condition, in tree: inout MemoryTree
    ) throws {
        // The root of an instance has properties of its own (draft-pot-webdav-resource-sharing-04 §4.8.1).
        let base = tree.binding(path)
        guard let old = tree[base] else { throw DAVError.notFound }
        try tree.spelled(forThoseAt: path) { try condition.mayChange(base, under: tree.locks) }
        var node = old
        try node.apply(changes)
        if node.describes(sameAs: old) { return }
        tree.advance()
        // The body stays, and with it the ETag and the modification date (W-17).
        tree.change(base) { $0 = node }
    }

    /// The collection may have been removed since the request was resolved.
    private func demandCollection(in tree: MemoryTree) throws {
        guard tree.collection(at: tree.base(path)) != nil else { throw DAVError.conflict }
    }
}

extension MemoryTree {
    /// Stores a body that was judged. Equal octets of an equal type change nothing at all (Y-45).
    fileprivate mutating func put(_ new: MemoryNode.File, at member: DAVPath, now: Timestamp) -> WriteResult {
        let old = self[member]
        if let old, let file = old.file, file.body == new.body, file.contentType == new.contentType,
            file.contentLanguage == new.contentLanguage
        {
            return WriteResult(created: false, etag: file.etag, modified: old.modified)
        }
        advance()
        var file = new
        file.etag = nextETag()
        if old == nil {
            bind(MemoryNode(.file(file), at: clock, now: now), at: member)
        } else {
            change(member) {
                $0.content = .file(file)
                $0.modified = now
            }
        }
        return WriteResult(created: old == nil, etag: file.etag, modified: now)
    }
}

extension MemoryNode {
    /// Applies every instruction in order (RFC 4918 §9.2).
    ///
    /// - Throws: ``DAVError/cannotModifyProtectedProperty`` (403) for a property that only bodies have.
    fileprivate mutating func apply(_ changes: [PropertyChange]) throws {
        for change in changes {
            switch change {
            case .set(let property):
                if deadProperties.contains(property) { continue }
                deadProperties.removeAll { $0.name == property.name }
                deadProperties.append(property)
            case .remove(let name):
                deadProperties.removeAll { $0.name == name }
            case .setContentType(let type):
                try editFile { $0.contentType = type }
            case .setContentLanguage(let language):
                try editFile { $0.contentLanguage = language }
            }
        }
        let held = deadProperties.reduce(0) { $0 + $1.xml.count }
        guard held <= DeadProperty.mostBytesPerResource else { throw DAVError.tooManyProperties }
    }

    /// Whether nothing was changed that PROPPATCH changes.
    fileprivate func describes(sameAs other: MemoryNode) -> Bool {
        deadProperties == other.deadProperties && file?.contentType == other.file?.contentType
            && file?.contentLanguage == other.file?.contentLanguage
    }

    private mutating func editFile(_ edit: (inout File) -> Void) throws {
        guard var file else { throw DAVError.cannotModifyProtectedProperty }
        edit(&file)
        content = .file(file)
    }
}
