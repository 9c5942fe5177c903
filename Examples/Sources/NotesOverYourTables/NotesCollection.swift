import DAV

/// Finds the one collection there is.
struct NotesBackend: Backend {
    let table: NotesTable
    let owner: PrincipalID
    /// With this, clients can have themselves told of changes.
    let pushRegistry: (any PushRegistry)?

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        guard path.names.count == 1 else { return nil }
        let info = CollectionInfo(path: path, kind: .folder, owner: owner, capabilities: .syncing)
        return NotesCollection(info: info, table: table)
    }
}

/// Every note is a file, `1.txt`, `2.txt`. Read-only: there is no `writing`, so the server says 403 to a PUT and offers no `write`.
struct NotesCollection: DAVCollection {
    let info: CollectionInfo
    let table: NotesTable

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            var entry = Entry(
                name: info.path.last!, collection: info, created: Timestamp(seconds: 0), modified: Timestamp(seconds: 0)
            )
            // The property DAV:sync-token, of the present state.
            entry.syncToken = token(table.lastChange)
            // What registrations for push are about.
            entry.resourceID = table.resourceID
            return [entry]
        case .named(let names):
            return names.compactMap { id(of: $0).flatMap(table.note).map(entry) }
        case .all(let after, let limit):
            return table.notes(after: after.flatMap(id) ?? 0, limit: limit).map(entry)
        }
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let id = id(of: name), let row = table.note(id) else { return nil }
        return OpenedMember(entry: entry(row), body: MemoryBody(Array(row.text.utf8)))
    }

    // The whole of synchronisation; see the file beside.
    var syncing: (any Syncing)? { self }

    func entry(_ row: NotesTable.Row) -> Entry {
        let time = Timestamp(seconds: row.changedAt)
        return Entry(
            // A change's number is never used twice, which is what an ETag wants.
            name: name(of: row.id), etag: ETag(opaque: "\(table.life)-\(row.change)"),
            contentType: "text/plain; charset=utf-8",
            contentLength: Int64(row.text.utf8.count), created: time, modified: time)
    }

    /// Padded, so that the order of names is the order of numbers: a listing goes on after the last name of a page.
    func name(of id: Int) -> Name {
        let digits = String(id)
        return Name(String(repeating: "0", count: max(0, 9 - digits.count)) + digits + ".txt")!
    }

    func id(of name: Name) -> Int? {
        guard name.string.hasSuffix(".txt"), let id = Int(name.string.dropLast(4)), self.name(of: id) == name else {
            return nil
        }
        return id
    }
}
