public import DAV

extension SQLiteStore {
    /// The tree of homes, as `authorizer` lets callers see it.
    public func backend(authorizer: any Authorizer = OwnerAuthorizer()) -> any Backend {
        StoreBackend(store: self, authorizer: authorizer)
    }

    /// The tree of homes, each for its owner alone.
    public var backend: any Backend { backend() }
}

struct StoreBackend: Backend {
    let store: SQLiteStore
    let authorizer: any Authorizer

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        try locate(path) { place, _ in
            place.collection.flatMap { StoreCollection(self, at: path, $0, caller) }
        }
    }

    func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try locate(path) { place, sql in
            let reader = EntryReader(sql: sql, store: store)
            if let row = place.collection {
                guard let collection = StoreCollection(self, at: path, row, caller) else { return nil }
                let entry = try reader.fill([reader.entry(row, at: path)], in: path.parent, fields)
                return Resolution(collection: collection, target: .itself, entry: entry.first)
            }
            guard let name = path.last, let parent = place.parents.last,
                let collection = StoreCollection(self, at: path.parent, parent, caller)
            else { return nil }
            let found = try place.entry.map {
                try reader.fill([reader.entry($0, in: path.parent)], in: path.parent, fields)
            }
            return Resolution(collection: collection, target: .member(name), entry: found?.first)
        }
    }

    /// One snapshot, on the caller's thread: a lookup per name of the path.
    private func locate<T>(_ path: DAVPath, _ body: (Place, SQL) throws -> T?) throws -> T? {
        guard path.isWithin(store.facts.root) else { return nil }
        return try store.connections.read { sql in
            guard let place = try Tree(sql: sql, facts: store.facts).locate(path) else { return nil }
            return try body(place, sql)
        }
    }

    func mayRead(_ info: CollectionInfo, _ caller: Caller) -> Bool {
        authorizer.privileges(of: caller, on: info).contains(.read)
    }
}

extension SQLiteStore {
    func info(_ row: CollectionRow, at path: DAVPath) -> CollectionInfo {
        let kind = facts.kind(row.kind)
        var capabilities: Capabilities = []
        if kind !== CollectionKind.system {
            capabilities = [.writing, .locking]
            if kind.isSyncable { capabilities.insert(.syncing) }
        }
        return CollectionInfo(path: path, kind: kind, owner: row.owner, capabilities: capabilities)
    }
}
