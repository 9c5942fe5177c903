extension MemoryBackend {
    /// Judges the request's conditions in the state that the same transaction goes on to change.
    ///
    /// - Throws: ``DAVError/preconditionFailed`` (412).
    func judge(_ condition: Condition, at path: DAVPath, in tree: MemoryTree) throws {
        try condition.check(.write, at: path) { state(at: $0, for: condition, in: tree) }
    }

    /// The same for what has to be there.
    ///
    /// - Throws: ``DAVError/notFound`` too.
    func judge(_ path: DAVPath, existsFor condition: Condition, in tree: MemoryTree) throws {
        guard tree[tree.binding(path)] != nil else { throw DAVError.notFound }
        try judge(condition, at: path, in: tree)
    }

    /// Nothing is told of what the caller may not read: a condition must not be a way to ask.
    private func state(at path: DAVPath, for condition: Condition, in tree: MemoryTree) -> ResourceState {
        let base = tree.base(path)
        guard let node = tree[base], isVisible(path, to: condition.caller, in: tree) else { return .unmapped }
        let locks = tree.locks.filter { $0.covers(base) && !$0.isExpired(at: condition.now) }
        return ResourceState(
            isMapped: true, etag: tree.etag(at: path),
            modified: max(node.modified, tree.ownPart(at: path)?.modified ?? node.modified),
            lockTokens: locks.map(\.token),
            syncToken: tree.syncToken(at: path))
    }

    /// How many bytes the member at `path` may have.
    func room(at path: DAVPath, in tree: MemoryTree) -> Int {
        guard let quotaBytes, let home = home(of: path) else { return .max }
        // What is replaced gives its room back: a full home still takes a body of the same size (RFC 4331 §3).
        return Int(max(0, quotaBytes - tree.chargedBytes(in: home) + tree.usedBytes(below: path)))
    }

    /// - Throws: ``DAVError/quotaNotExceeded`` (507) if `size` bytes do not fit at `path`.
    func demandRoom(for size: Int64, at path: DAVPath, in tree: MemoryTree) throws {
        guard size <= room(at: path, in: tree) else { throw DAVError.quotaNotExceeded }
    }
}
