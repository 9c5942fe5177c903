public import DAV

extension SQLiteStore {
    /// The tree of homes, as `authorizer` lets callers see it.
    ///
    /// - Parameter authorizer: the one the handler has, too.
    public func backend(authorizer: any Authorizer) -> any Backend {
        StoreBackend(store: self, authorizer: authorizer)
    }

    /// The tree of homes, each for its owner and those they share with.
    public var backend: any Backend { backend(authorizer: authorizer) }
}

struct StoreBackend: Backend {
    let store: SQLiteStore
    let authorizer: any Authorizer

    var pushRegistry: (any PushRegistry)? { store.pushRegistry }
    var invitations: (any Invitations)? { StoreInvitations(store: store) }
    var links: (any Links)? { store.links }

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        if let (known, mark) = store.known.collection(at: path) {
            return StoreCollection(self, at: path, known, asOf: mark, caller)
        }
        return try locate(path) { place, mark, _ in
            place.collection.flatMap { StoreCollection(self, at: path, ($0, place.view), asOf: mark, caller) }
        }
    }

    func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        if fields.isDisjoint(with: EntryReader.queried), let (known, mark) = store.known.collection(at: path) {
            guard let collection = StoreCollection(self, at: path, known, asOf: mark, caller) else { return nil }
            var entry = store.found(known.row, at: path, in: known.view).entry
            if fields.contains(.syncToken) { entry.syncToken = store.facts.token(known.row) }
            return Resolution(collection: collection, target: .itself, entry: entry)
        }
        return try locate(path) { place, mark, sql in
            guard let row = place.collection else { return try binding(place, asOf: mark, sql, caller, fields) }
            guard let collection = StoreCollection(self, at: path, (row, place.view), asOf: mark, caller) else {
                return nil
            }
            let reader = EntryReader(sql: sql, store: store, view: place.view)
            let entry = try reader.fill([store.found(row, at: path, in: place.view)], in: path.parent, fields)
            return Resolution(collection: collection, target: .itself, entry: entry.first)
        }
    }

    func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try locate(path) { place, mark, sql in try binding(place, asOf: mark, sql, caller, fields) }
    }

    private func binding(_ place: Place, asOf mark: CommitMark?, _ sql: SQL, _ caller: Caller, _ fields: Fields) throws
        -> Resolution?
    {
        let parent = place.visible.parent
        // Of a home with instances more has to be asked before its token is known.
        guard let name = place.path.last, let holder = place.holder,
            let collection = StoreCollection(
                self, at: parent, holder, asOf: holder.row.holdsInstances ? nil : mark, caller)
        else { return nil }
        let reader = EntryReader(sql: sql, store: store, view: holder.view)
        let entry = try place.entry.map { reader.entry($0, in: parent) }.flatMap { collection.isVisible($0) ? $0 : nil }
            .flatMap { try reader.fill([$0], in: parent, fields).first }
        return Resolution(collection: collection, target: .member(name), entry: entry)
    }

    /// One snapshot, on the caller's thread: a lookup per name of the path.
    private func locate<T>(_ path: DAVPath, _ body: (Place, CommitMark?, SQL) throws -> T?) throws -> T? {
        guard store.facts.root(of: path) != nil else { return nil }
        let mark = store.known.mark()
        return try store.connections.read { sql in
            let tree = Tree(sql: sql, facts: store.facts)
            guard var place = try tree.locate(path) else { return nil }
            if let row = try place.collection.map(tree.settled) {
                place.row?.collection = row
                store.known.remember((row, place.view), at: path, asOf: mark)
            }
            return try body(place, mark, sql)
        }
    }

    /// A part of `read` is enough to know of a collection, but not to see it in a listing or to see its members.
    func mayKnow(_ info: CollectionInfo, _ caller: Caller) -> Bool {
        authorizer.privileges(of: caller, on: info).revealExistence
    }

    func mayRead(_ info: CollectionInfo, _ caller: Caller) -> Bool {
        authorizer.privileges(of: caller, on: info).contains(.read)
    }
}

extension StoreFacts {
    /// - Parameter view: the instance it lies in.
    func info(_ row: CollectionRow, at path: DAVPath, in view: FacadeView?) -> CollectionInfo {
        var info = info(row.kind, at: path, owner: row.owner, grants: row.grants)
        guard let share = FacadeView(row, at: path, self)?.share ?? view?.share else {
            if row.isShared { info.share = .owner }
            return info
        }
        // What is shared is passed on by its owner only.
        info.capabilities.subtract([.sharing, .accessControl])
        info.grants = []
        info.share = .instance(share)
        return info
    }

    func info(_ kind: String, at path: DAVPath, owner: PrincipalID?, grants: [AccessControlEntry]) -> CollectionInfo {
        let kind = self.kind(kind)
        var capabilities: Capabilities = []
        if kind !== CollectionKind.system {
            capabilities = [.writing, .locking, .accessControl, .copying]
            if kind.isSyncable { capabilities.insert(.syncing) }
            if kind.sharing != nil, owner != nil, isBelowHome(path) { capabilities.insert(.sharing) }
        }
        return CollectionInfo(path: path, kind: kind, owner: owner, capabilities: capabilities, grants: grants)
    }

    /// A home itself is nobody else's to have.
    private func isBelowHome(_ path: DAVPath) -> Bool {
        roots.contains { path.names.count > $0.template.root.names.count + 1 && path.isWithin($0.template.root) }
    }
}
