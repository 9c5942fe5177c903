import DAV

/// Sharing and answering: each change of a list with all its effects, in one transaction.
extension Transaction {
    var shares: ShareTable { ShareTable(sql: sql) }

    // MARK: What the owner does

    /// - Throws: ``ShareRefusal``; 412 if the condition does not hold.
    func share(
        _ changes: [ShareChange], _ rules: ShareRules, _ roster: ShareRoster, at path: DAVPath, _ identity: Identity,
        if condition: Condition
    ) throws {
        let place = try locate(path, identity)
        guard let collection = place.collection, let owner = collection.owner else { throw DAVError.notFound }
        try check(condition, at: path)
        let old = try shares.shares(of: collection.id, owner: owner)
        let roster = try GroupTable(sql: sql).roster(roster, for: old.list, changes)
        let kind = facts.kind(collection.kind)
        let (list, effects) = try old.list.apply(changes, rules, roster, hasHome: { hasHome($0, for: kind) })
        try replace(old, with: list, effects, of: place, condition)
    }

    // MARK: What sharees do

    /// - Returns: where the instance is, if it was accepted.
    func answer(
        _ answer: ShareAnswer, to invitation: ResourceID, by person: PrincipalID, _ placing: SharePlacement,
        if condition: Condition
    ) throws -> DAVPath? {
        guard let id = try shares.collection(ofSeat: invitation), let place = try sharedPlace(id),
            let collection = place.collection, let owner = collection.owner
        else { throw ShareRefusal.noSuchInvitation }
        let old = try shares.shares(of: id, owner: owner)
        guard old.list.seat(of: person)?.id == invitation else { throw ShareRefusal.noSuchInvitation }
        let kind = facts.kind(collection.kind)
        let home = try placing.home.map { try demandHome($0, of: person, for: kind) } ?? home(of: person, for: kind)
        let (list, effects, instance) = try old.list.reply(answer, to: invitation, by: person, hasHome: home != nil)
        try replace(old, with: list, effects, of: place, condition, in: home)
        guard let instance, let facade = try facade(instance), let path = try self.place(of: facade)?.path else {
            return nil
        }
        if let name = placing.displayName, list != old.list {
            try apply(.set(.displayName(name)), toCollection: facade)
            try demandPropertyRoom(of: facade)
        }
        return path
    }

    /// - Throws: 403 unless `path` is a home of the person where collections of the kind may stand.
    private func demandHome(_ path: DAVPath, of person: PrincipalID, for kind: CollectionKind) throws -> Place {
        let isHome = facts.roots.contains { $0.template.root == path.parent } && path != .root
        guard isHome, let place = try tree.locate(path), let home = place.collection, home.owner == person else {
            throw DAVError.forbidden("An instance stands in a home of the sharee.")
        }
        try facts.kind(home.kind).demandMayHold(kind)
        return place
    }

    // MARK: What both come to

    /// Keeps the new list, and does what the change says.
    ///
    /// - Parameters:
    ///   - revision: of what else is done; `nil`: this is all, and draws its own.
    ///   - home: where an instance is to appear; `nil`: in the home for what is shared.
    func replace(
        _ old: StoredShares, with list: ShareList, _ effects: [ShareEffect], of place: Place, _ condition: Condition?,
        at revision: Int64? = nil, in home: Place? = nil
    ) throws {
        guard let collection = place.collection, list != old.list || !effects.isEmpty else { return }
        let revision = revision ?? nextRevision()
        try shares.save(list, over: old, of: collection.id)
        if !list.invites.isEmpty { state.isShared = true }
        for effect in effects { try carryOut(effect, of: place, collection, revision, condition, in: home) }
    }

    private func carryOut(
        _ effect: ShareEffect, of place: Place, _ source: CollectionRow, _ revision: Int64, _ condition: Condition?,
        in home: Place?
    ) throws {
        switch effect {
        case .instanceAppeared(let id, let person, let grant):
            guard let home = try home ?? self.home(of: person, for: facts.kind(source.kind)) else {
                throw ShareRefusal.noHome
            }
            try bindFacade(of: source, id: id, sharee: person, grant: grant, in: home, revision, condition)
        case .instanceRemoved(let id, let person):
            try locks.removeAll(of: person, within: place.path)
            try unbindFacade(id, revision, condition)
        case .accessChanged(let id, let person, let grant):
            if !grant.allowsWriting { try locks.removeAll(of: person, within: place.path) }
            try changeFacade(id, to: grant, revision, condition)
        case .inviteListChanged:
            guard let entry = place.entry else { return }
            try sql.run("UPDATE entry SET rev = ?2 WHERE id = ?1", .int(entry.id), .int(revision))
            try touch(place.parents, revision, membersChanged: false)
        case .notify(let person, let notice): try deliver(notice, to: person, about: source, revision: revision)
        }
    }

    /// The first of the person's homes that may hold collections of the kind, if there is one yet.
    private func home(of person: PrincipalID, for kind: CollectionKind) throws -> Place? {
        for root in facts.roots where root.template.kind.mayHold(kind) {
            let place = try tree.locate(root.template.root.appending(person.name))
            if let place, place.isMapped { return place }
        }
        return nil
    }

    /// Whether the person has a home for collections of the kind. Where that cannot be found out they are asked first.
    func hasHome(_ person: PrincipalID, for kind: CollectionKind) -> Bool {
        (try? home(of: person, for: kind)) ?? nil != nil
    }

    /// Where a collection that is shared is now.
    func sharedPlace(_ collection: Int64) throws -> Place? {
        guard let path = try PushPaths(sql: sql, facts: facts).path(of: collection) else { return nil }
        return try tree.locate(path).flatMap { $0.collection?.id == collection ? $0 : nil }
    }
}
