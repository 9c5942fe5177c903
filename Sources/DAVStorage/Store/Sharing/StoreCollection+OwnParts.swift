import DAV

extension StoreCollection: Personalizing {
    func put(_ name: Name, _ upload: Upload?, own: [UInt8]?, if condition: Condition) async throws -> WriteResult {
        if let upload { return try await put(name, upload, .set(own), if: condition) }
        let target = path.appending(name)
        return try await store.commits.write { try $0.keep(.set(own), at: target, of: holder, if: condition) }
    }
}

extension Transaction {
    /// Replaces the own part of a member, and nothing else.
    func keep(_ own: WriteStep.OwnPart, at path: DAVPath, of holder: Holder, if condition: Condition) throws
        -> WriteResult
    {
        let place = try locateMember(path, of: holder)
        guard place.entry?.member != nil else { throw DAVError.notFound }
        try check(condition, at: path)
        if case .set(let octets) = own { try keep(octets, at: path, if: condition) }
        return try seen(WriteResult(created: false), at: path)
    }

    /// Keeps an own part beside the member that somebody reached by `path`: a change in their instance, their home, and nowhere
    /// else.
    func keep(_ own: [UInt8]?, at path: DAVPath, if condition: Condition) throws {
        guard let place = try tree.locate(path), let view = place.view, let entry = place.entry,
            let member = entry.member
        else { return }
        let table = PersonalTable(sql: sql)
        let facade = view.facade.id
        guard try table.row(of: facade, member: member.resource)?.part != own else { return }
        let revision = nextRevision()
        let row = PersonalTable.Row(version: nextSerial(), modified: now, part: own)
        try table.keep(row, of: facade, member: member.resource, binding: entry.id, revision)
        try sql.run("UPDATE collection SET cur = ?2 WHERE id = ?1", .int(facade), .int(revision))
        guard let bound = try self.place(of: facade), let binding = bound.entry else { return }
        try sql.run("UPDATE entry SET rev = ?2 WHERE id = ?1", .int(binding.id), .int(revision))
        try touch(bound.parents, revision, membersChanged: false)
        try tell(.content, in: bound.parents + [view.facade], revision, condition)
    }

    /// What a write did, as whoever came by `path` sees it.
    func seen(_ result: WriteResult, at path: DAVPath) throws -> WriteResult {
        let state = try tree.state(of: path, at: now)
        return WriteResult(created: result.created, etag: state.etag, modified: state.modified)
    }
}
