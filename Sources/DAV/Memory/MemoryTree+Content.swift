/// What the kinds of collections demand of what is put into them (``ContentPolicy``, ``CollectionKind/Placement``).
extension MemoryTree {
    /// - Throws: 409 with the policy's element, if another member of the collection has the UID, or this one has another.
    func demandUnique(_ index: ContentIndex?, at member: DAVPath, leaving source: DAVPath? = nil) throws {
        guard let uid = index?.uid, let policy = collection(at: member.parent)?.kind.content else { return }
        let holder = members(of: member.parent).first {
            $0 != member && $0 != source && self[$0]?.file?.index?.uid == uid
        }
        // Whoever uses the UID is named first (RFC 4791 §5.3.2.1).
        if let holder { throw policy.uidConflict(with: holder) }
        if let present = self[member]?.file?.index?.uid, present != uid { throw policy.uidConflict(with: member) }
    }

    /// Whether what stands at `source` may be copied or moved to `destination`.
    ///
    /// - Returns: what a member is at its new place.
    /// - Throws: what PUT or MKCOL there would be refused with.
    func admit(_ source: DAVPath, to destination: DAVPath, leaving: DAVPath? = nil) throws -> AdmittedContent? {
        guard let node = self[source], let holder = collection(at: destination.parent) else { return nil }
        if let kind = node.collection?.kind {
            try holder.kind.demandMayHold(kind)
            return nil
        }
        try holder.kind.demandHoldsMembers()
        guard let policy = holder.kind.content, let file = node.file else { return nil }
        let settings = self[destination.parent]?.deadProperties ?? []
        guard file.body.count <= policy.maxBytes else { throw policy.tooLarge }
        let admitted = try policy.admit(file.body, contentType: file.contentType, settings: settings)
        // What needs repair is to be repaired by whoever brings it: a copy has the octets of its source.
        if admitted.replacement != nil { throw policy.needsRepair }
        // The member replaced is gone before the new one comes.
        let conflict = members(of: destination.parent).first {
            $0 != destination && $0 != leaving && self[$0]?.file?.index?.uid == admitted.index.uid
        }
        if admitted.index.uid != nil, let conflict { throw policy.uidConflict(with: conflict) }
        return admitted
    }

    /// - Throws: what the kind of the collection says to an empty body, which is what LOCK creates.
    func demandMayBeEmpty(_ path: DAVPath) throws {
        guard let kind = collection(at: path.parent)?.kind else { return }
        try kind.demandHoldsMembers()
        _ = try kind.content?.admit([], contentType: nil, settings: self[path.parent]?.deadProperties ?? [])
    }
}

extension MemoryNode {
    /// What the collection keeps beside a member's body is its own; a collection brings that of its members along.
    mutating func become(_ admitted: AdmittedContent?) {
        guard var file else { return }
        file.index = admitted?.index
        if let admitted { file.contentType = admitted.contentType }
        content = .file(file)
    }
}

extension MemoryCollection: Querying {
    func names(matching query: ContentQuery) async throws -> [Name] {
        store.read { tree in
            guard store.isVisible(path, to: caller, in: tree) else { return [] }
            return tree.members(of: tree.base(path)).filter { tree[$0]?.file?.index.map(query.mayMatch) ?? false }
                .compactMap(
                    \.last)
        }
    }
}
