extension MemoryCollection: Personalizing {
    func put(_ name: Name, _ upload: Upload?, own: [UInt8]?, if condition: Condition) async throws -> WriteResult {
        if let upload {
            return try await put(name, upload, if: condition) { tree, member in
                tree.setOwnPart(own, at: member, now: condition.now)
            }
        }
        let member = path.appending(name)
        return try transaction(condition) { tree in
            guard let node = tree[tree.base(member)], node.file != nil else { throw DAVError.notFound }
            try store.judge(condition, at: member, in: tree)
            tree.setOwnPart(own, at: member, now: condition.now)
            return WriteResult(
                created: false, etag: tree.etag(at: member),
                modified: max(node.modified, tree.ownPart(at: member)?.modified ?? node.modified))
        }
    }
}
