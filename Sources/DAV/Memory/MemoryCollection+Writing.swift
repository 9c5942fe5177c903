extension MemoryCollection: Writing {
    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        try await put(name, upload, if: condition) { _, _ in }
    }

    /// - Parameter more: what the same transaction does besides, with the path the member was reached by.
    func put(
        _ name: Name, _ upload: Upload, if condition: Condition, and more: (inout MemoryTree, DAVPath) -> Void
    ) async throws -> WriteResult {
        let member = path.appending(name)
        try store.read { tree in
            try demandStanding(in: tree)
            let view = tree.view(of: path)
            do {
                try judgePut(at: member, if: condition, in: tree)
            } catch let error as DAVError { throw view?.visible(error) ?? error }
            try store.demandRoom(for: upload.declaredLength ?? 0, at: tree.base(member), in: tree)
        }
        let (room, settings) = store.read { tree in
            (store.room(at: tree.base(member), in: tree), tree[tree.base(path)]?.deadProperties ?? [])
        }
        let storedUID = store.read { $0[$0.base(member)]?.file?.index?.uid }
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
        return try transaction(condition) { [file] tree in
            try judgePut(at: member, if: condition, in: tree)
            let base = tree.base(member)
            try tree.demandUnique(file.index, at: base)
            try store.demandRoom(for: Int64(file.body.count), at: base, in: tree)
            var result = tree.put(file, at: base, now: condition.now)
            more(&tree, member)
            result.etag = tree.etag(at: member)
            // Whoever is told an ETag may keep what they sent (RFC 4791 §5.3.4).
            if admitted?.replacement != nil { result.etag = nil }
            return result
        }
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
        let member = path.appending(name)
        try transaction(condition) { tree in
            let base = tree.binding(member)
            guard tree[base] != nil else { throw DAVError.notFound }
            try store.judge(condition, at: member, in: tree)
            try condition.mayUnbind(base, under: tree.locks)
            tree.advance()
            tree.release(base, now: condition.now)
            if tree[base] != nil { tree.unbind(base) }
        }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        let path = path(of: target)
        try standing(condition) { tree in
            // The root of an instance has properties of its own (draft-pot-webdav-resource-sharing-04 §4.8.1).
            let base = tree.binding(path)
            guard let old = tree[base] else { throw DAVError.notFound }
            try store.judge(condition, at: path, in: tree)
            try tree.spelled(forThoseAt: path) { try condition.mayChange(base, under: tree.locks) }
            var node = old
            try node.apply(changes)
            if node.describes(sameAs: old) { return }
            tree.advance()
            // The body stays, and with it the ETag and the modification date (W-17).
            tree.change(base) { $0 = node }
        }
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
