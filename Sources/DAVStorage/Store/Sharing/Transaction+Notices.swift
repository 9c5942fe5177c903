import DAV

/// What people are told of shares: members of their notification collections, and to everything else members like any.
extension Transaction {
    /// Puts a notice among those of a person, in the place of an earlier one with its key; `withdrawn` takes that away. Saying the
    /// same again changes nothing.
    ///
    /// A notice is the server's doing: it needs no room, whatever quota the person has, and no client can ask that it not be told.
    /// - Parameters:
    ///   - collection: the owner's, still bound, as are its instances.
    ///   - revision: of the change that is told of.
    func deliver(_ notice: ShareNotice, to person: PrincipalID, about collection: CollectionRow, revision: Int64) throws
    {
        guard notice.content != .withdrawn else { return try withdraw(notice.key.name, from: person, revision) }
        guard let record = try record(of: notice, to: person, about: collection),
            let holder = try notifications(of: person),
            let place = try tree.locate(holder.appending(notice.key.name))
        else { return }
        // Homes that were made just now bear a later revision.
        let revision = max(revision, state.clock)
        let body = StoredBody.bytes(record.octets)
        if let entry = place.entry, var member = entry.member {
            if try holds(member, body) { return }
            let bytes = body.size - member.size
            (member.epoch, member.version, member.modified) = (facts.epoch, nextSerial(), now)
            (member.body, member.size) = (try insert(body), body.size)
            try replace(entry, with: member, revision)
            try touch(place.parents, revision, bytes: bytes, membersChanged: false)
            try tell(.content, of: member.uuid, in: place.parents, revision, nil)
        } else if !place.isMapped {
            let member = try newMember(body, type: ShareNoticeRecord.contentType, language: nil)
            try bind(place, to: .member(member), revision)
            try touch(place.parents, revision, bytes: member.size)
            try tell(.content, in: place.parents, revision, nil)
        }
    }

    /// Takes away all that a person was told: it is not for whoever comes to have the name.
    func removeNotices(of person: PrincipalID) throws {
        guard let path = notificationPath(of: person), let holder = try tree.locate(path)?.collection else { return }
        let names = try sql.rows(
            "SELECT name FROM entry WHERE parent = ?1 AND removed = 0 AND is_collection = 0", .int(holder.id)
        ) { Name(stored: $0.text(0)) }
        for name in names { try withdraw(name, from: person, nextRevision()) }
    }

    private func withdraw(_ name: Name, from person: PrincipalID, _ revision: Int64) throws {
        guard let path = notificationPath(of: person), let place = try tree.locate(path.appending(name)),
            let member = place.entry?.member
        else { return }
        try endRegistrations(at: place, revision, nil)
        try unbind(place, revision)
        try touch(place.parents, revision, bytes: -member.size)
        try tell(.content, in: place.parents, revision, nil)
    }

    // MARK: Where it stands

    private var notifications: (template: HomeTemplate, child: HomeTemplate.Child)? {
        for root in facts.roots {
            for child in root.template.children where child.kind.id == CollectionKind.notifications.id {
                return (root.template, child)
            }
        }
        return nil
    }

    private func notificationPath(of person: PrincipalID) -> DAVPath? {
        notifications.map { $0.template.root.appending([person.name, $0.child.name]) }
    }

    /// The person's collection of notifications, made if it is not there; `nil`: this store has none.
    private func notifications(of person: PrincipalID) throws -> DAVPath? {
        guard let path = notificationPath(of: person), let child = notifications?.child else { return nil }
        // What somebody is told who never signed in waits for them.
        try ensureHomes(of: person)
        guard let place = try tree.locate(path) else { return nil }
        if !place.isMapped {
            // The home is older than the collection.
            let revision = nextRevision()
            let new = try newCollection(
                kind: child.kind.id, owner: person, revision, grants: place.inheritedGrants)
            try bind(place, to: .collection(new), revision)
            for property in child.properties { try apply(.set(property), toCollection: new) }
            try touch(place.parents, revision)
        }
        return path
    }

    // MARK: What it says

    private func record(of notice: ShareNotice, to person: PrincipalID, about collection: CollectionRow) throws
        -> ShareNoticeRecord?
    {
        guard let owner = collection.owner, let path = try PushPaths(sql: sql, facts: facts).path(of: collection.id)
        else { return nil }
        var replierName: String?
        if case .reply(let replier, _, _) = notice.content { replierName = try displayName(of: replier) }
        let properties = try sql.rows(Transaction.described, .int(collection.id), .text(person.name.string)) {
            DeadProperty(name: XMLName($0.text(0), $0.text(1)), xml: $0.blob(2))
        }
        return ShareNoticeRecord(
            notice, for: person, from: .init(owner, name: try displayName(of: owner)), replierName: replierName,
            share: collection.uuid, at: path, kind: collection.kind, properties: properties)
    }

    /// What the person's own instance is called comes last, and counts.
    private static let described = """
        SELECT p.namespace, p.name, p.xml FROM property p
        WHERE p.resource IN (SELECT ?1 UNION ALL SELECT id FROM collection WHERE source = ?1 AND sharee = ?2)
        AND p.name IN ('displayname', 'supported-calendar-component-set') ORDER BY p.resource <> ?1
        """

    private func displayName(of person: PrincipalID) throws -> String? {
        try sql.first("SELECT display FROM account WHERE name = ?1", .text(person.name.string)) { $0.text(0) }
    }
}
