/// An instance as its sharee sees it: what the back-end keeps, shown in the words of the kind's ``PersonalContent``.
///
/// The one place where a grant hides something and where what is somebody's own comes in: methods, properties and reports are
/// given this collection instead of the back-end's. Entry tags are the back-end's, which knows what they depend on.
struct ShareeView: DAVCollection {
    let base: any DAVCollection
    let policy: any ContentPolicy
    let content: any PersonalContent
    let grant: ShareGrant

    /// What callers see of a collection.
    ///
    /// - Returns: `nil` if less is granted than everything, and nobody can say what that is.
    static func of(_ collection: any DAVCollection) -> (any DAVCollection)? {
        guard let instance = collection.info.share.instance else { return collection }
        return ShareeView.of(collection, granted: instance.grant)
    }

    /// What is seen of a collection by whoever has that grant, and nothing of their own in it.
    ///
    /// - Returns: `nil` if less is granted than everything, and nobody can say what that is.
    static func of(_ collection: any DAVCollection, granted grant: ShareGrant) -> (any DAVCollection)? {
        guard let policy = collection.info.kind.content, let content = policy.personal else {
            return grant.sight == .everything ? collection : nil
        }
        return ShareeView(base: collection, policy: policy, content: content, grant: grant)
    }

    var sight: ShareGrant.Sight { grant.sight }
    var info: CollectionInfo { base.info }
    var writing: (any Writing)? { base.writing.map { ShareeWriting(view: self, base: $0) } }
    var copying: (any Copying)? { base.copying.map { ShareeCopying(view: self, base: $0) } }
    var syncing: (any Syncing)? { base.syncing.map { ShareeSyncing(view: self, base: $0) } }
    var querying: (any Querying)? { base.querying.map { ShareeQuerying(base: $0) } }
    var locking: (any Locking)? { base.locking }
    var accessControl: (any AccessControlling)? { base.accessControl }
    var sharing: (any Sharing)? { base.sharing }
    var personalizing: (any Personalizing)? { base.personalizing }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        if members == .itself { return try await base.entries(.itself, fields: fields) }
        var result: [Entry] = []
        for entry in try await base.entries(members, fields: fetched(fields)) {
            result.append(try await shown(entry, fields))
        }
        return result
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let member = try await base.open(name, fields: fields) else { return nil }
        let octets = try await member.octets()
        let shown = content.shown(octets, with: member.entry.own, to: sight)
        return OpenedMember(entry: described(member.entry, as: shown, fields), body: MemoryBody(shown.octets))
    }

    /// Whether the body has to be looked at to say what is asked for.
    private func dependsOnBody(_ fields: Fields) -> Bool {
        fields.contains(.contentLength) || sight == .withoutPrivate && fields.contains(.deadProperties)
    }

    func fetched(_ fields: Fields) -> Fields { dependsOnBody(fields) ? fields.union(.content) : fields }

    /// A member's entry as the sharee sees it. Without its body nothing is told that could depend on it.
    func shown(_ entry: Entry, _ fields: Fields) async throws -> Entry {
        if entry.isCollection { return entry }
        if let body = entry.content {
            return described(entry, as: content.shown(body, with: entry.own, to: sight), fields)
        }
        if dependsOnBody(fields), let member = try await base.open(entry.name, fields: fields) {
            let shown = content.shown(try await member.octets(), with: member.entry.own, to: sight)
            return described(member.entry, as: shown, fields)
        }
        var entry = entry
        (entry.contentLength, entry.own) = (nil, nil)
        if sight != .everything { (entry.deadProperties, entry.contentLanguage) = ([], nil) }
        return entry
    }

    private func described(_ entry: Entry, as shown: ShownContent, _ fields: Fields) -> Entry {
        var entry = entry
        entry.contentLength = Int64(shown.octets.count)
        entry.content = fields.contains(.content) ? shown.octets : nil
        entry.own = nil
        if shown.isMasked { (entry.deadProperties, entry.contentLanguage) = ([], nil) }
        return entry
    }
}

private struct ShareeSyncing: Syncing {
    let view: ShareeView
    let base: any Syncing

    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        var page = try await base.changes(since: token, level: level, limit: limit, fields: view.fetched(fields))
        for index in page.changes.indices {
            guard case .changed(let path, let entry) = page.changes[index], path.count == 1 else { continue }
            page.changes[index] = .changed(path: path, try await view.shown(entry, fields))
        }
        return page
    }
}

/// The index is of the owner's bodies, whose components, instances and times are those that are shown. Of their words it may know
/// too many or too few.
private struct ShareeQuerying: Querying {
    let base: any Querying

    func names(matching query: ContentQuery) async throws -> [Name] {
        var query = query
        query.text = nil
        return try await base.names(matching: query)
    }
}

/// A back-end whose instances are seen as their sharees see them. Every requirement of ``Backend`` is answered here, also those that
/// have a default.
struct ShareeViews: Backend {
    let base: any Backend

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        try await base.collection(at: path, for: caller).flatMap(ShareeView.of)
    }

    func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try await seen(base.resolve(path, for: caller, fields: fields), fields)
    }

    func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try await seen(base.resolveBinding(path, for: caller, fields: fields), fields)
    }

    func canTransfer(from source: DAVPath, to destination: DAVPath) -> Bool {
        base.canTransfer(from: source, to: destination)
    }

    var invitations: (any Invitations)? { base.invitations }
    var links: (any Links)? { base.links }
    var pushRegistry: (any PushRegistry)? { base.pushRegistry }
    /// There is no way from here around what a grant hides; who writes jointly stands below.
    var jointWriting: (any JointWriting)? { nil }

    private func seen(_ resolution: Resolution?, _ fields: Fields) async throws -> Resolution? {
        guard var resolution, let collection = ShareeView.of(resolution.collection) else { return nil }
        guard let view = collection as? ShareeView else { return resolution }
        resolution.collection = view
        if case .member = resolution.target, let entry = resolution.entry {
            resolution.entry = try await view.shown(entry, fields)
        }
        return resolution
    }
}
