extension MemoryCollection: Personalizing {
    func put(_ name: Name, _ upload: Upload?, own: [UInt8]?, if condition: Condition) async throws -> WriteResult {
        if let upload { return try await put(name, upload, .set(own), if: condition) }
        return try transaction(condition) { try keep(.set(own), as: name, if: condition, in: &$0) }
    }

    /// Replaces the own part of a member, and nothing else.
    func keep(_ own: WriteStep.OwnPart, as name: Name, if condition: Condition, in tree: inout MemoryTree) throws
        -> WriteResult
    {
        let member = path.appending(name)
        guard let node = tree[tree.base(member)], node.file != nil else { throw DAVError.notFound }
        try store.judge(condition, at: member, in: tree)
        if case .set(let octets) = own { tree.setOwnPart(octets, at: member, now: condition.now) }
        return WriteResult(
            created: false, etag: tree.etag(at: member),
            modified: max(node.modified, tree.ownPart(at: member)?.modified ?? node.modified))
    }
}
