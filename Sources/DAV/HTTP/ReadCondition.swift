extension Exchange {
    /// Judges the conditions of a PROPFIND or REPORT (G-10): they read, but their answer is not a representation, so nothing
    /// is ever "not modified" (RFC 9110 §13.1.2).
    ///
    /// - Throws: ``DAVError/preconditionFailed`` (412)
    func checkForReading(_ located: Located) async throws { try await check(.write, try condition(), opened: nil) }

    /// Judges the conditions of a GET of a collection. `If-Modified-Since` does not count: members come and go without a date
    /// of the collection's own.
    ///
    /// - Throws: ``DAVError/notModified`` (304), ``DAVError/preconditionFailed`` (412)
    func checkForBrowsing() async throws {
        var condition = try await condition()
        condition.ifModifiedSince = nil
        try await check(.read, condition, opened: nil)
    }

    /// Judges the conditions of a GET against the very state its body is read from; only what `If` says of other resources,
    /// and of locks, is asked for besides.
    ///
    /// - Parameter etag: the header of a form that has an ETag of its own.
    /// - Throws: ``DAVError/notModified`` (304), ``DAVError/preconditionFailed`` (412)
    func checkForReading(opened entry: Entry, as etag: String?) async throws {
        var entry = entry
        if let etag, case .list(let tags, _) = try Condition.EntityTags.parse(etag) { entry.etag = tags.first }
        try await check(.read, try statedCondition(), opened: entry)
    }

    private func check(_ purpose: Condition.Purpose, _ condition: Condition, opened entry: Entry?) async throws {
        if condition.isUnconditional { return }
        var paths: Set<DAVPath> = entry == nil || condition.ifHeader != nil ? [path] : []
        for list in condition.ifHeader?.lists ?? [] {
            if case .path(let tagged) = list.resource { paths.insert(tagged) }
        }
        var states: [DAVPath: ResourceState] = [:]
        for path in paths { states[path] = try await state(of: path) }
        if let entry {
            states[path, default: ResourceState(isMapped: true)].etag = entry.etag
            states[path]?.modified = entry.modified
        }
        let known = states
        try condition.check(purpose, at: path) { known[$0] ?? .unmapped }
    }

    /// What the caller may know of the state of `path`: nothing, if they may not read it.
    private func state(of path: DAVPath) async throws -> ResourceState {
        guard let entry = try await locate(path, fields: [.locks, .syncToken])?.entry else { return .unmapped }
        let locks = entry.locks.filter { !$0.isExpired(at: now) }
        return ResourceState(
            isMapped: true, etag: entry.etag, modified: entry.modified, lockTokens: locks.map(\.token),
            syncToken: entry.syncToken)
    }
}
