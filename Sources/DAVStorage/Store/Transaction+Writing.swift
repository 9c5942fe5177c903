import DAV

/// The methods that write, each judged and carried out in one transaction.
extension Transaction {
    /// - Throws: ``DAVError/conflict`` (409) if the collection that would hold the member is not there any more.
    func locateMember(_ path: DAVPath, of holder: Holder) throws -> Place {
        guard let place = try standing(path, holder), place.parents.last?.id == holder.collection else {
            throw DAVError.conflict
        }
        return place
    }

    func locate(_ path: DAVPath, _ identity: Identity) throws -> Place {
        switch identity {
        case .memberOf(let holder): return try locateMember(path, of: holder)
        case .collection(let holder):
            guard let place = try standing(path, holder), place.collection?.id == holder.binding else {
                throw DAVError.notFound
            }
            return place
        }
    }

    /// What a write finds that may race the end of a share: the place, if the caller still has what they had.
    ///
    /// - Throws: ``DAVError/notFound`` if the instance is gone by which they came, `need-privileges` if less is granted.
    func standing(_ path: DAVPath, _ holder: Holder) throws -> Place? {
        let place = try tree.locate(path)
        guard let known = holder.view else { return place }
        guard let view = place?.view, view.facade.id == known.facade.id, view.share.sharee == known.share.sharee else {
            throw DAVError.notFound
        }
        guard view.share.grant.covers(known.share.grant) else {
            throw DAVError.needPrivileges([.init(resource: holder.path, privilege: .write)])
        }
        guard view.share.grant.sight == known.share.grant.sight else { throw DAVError.changedMeanwhile }
        return place
    }

    // MARK: PUT

    func mayPut(_ place: Place, _ condition: Condition) throws {
        if place.collection != nil { throw DAVError.methodNotAllowed }
        if let parent = place.parents.last { try facts.kind(parent.kind).demandHoldsMembers() }
        try check(condition, at: place.visible)
        let locks = try locks.covering(place.path)
        try place.spelled {
            if place.isMapped {
                try condition.mayChange(place.path, under: locks)
            } else {
                try condition.mayBind(into: place.path.parent, under: locks)
            }
        }
    }

    func put(
        _ received: ReceivedBody, _ own: WriteStep.OwnPart, at path: DAVPath, of holder: Holder, if condition: Condition
    ) throws -> WriteResult {
        var result = try put(received, at: path, of: holder, if: condition)
        if case .set(let octets) = own { try keep(octets, at: path, if: condition) }
        if holder.view?.isPersonal == true { result = try seen(result, at: path) }
        // Whoever is told an ETag may keep what they sent (RFC 4791 §5.3.4).
        if received.admitted?.replacement != nil { result.etag = nil }
        return result
    }

    private func put(_ received: ReceivedBody, at path: DAVPath, of holder: Holder, if condition: Condition) throws
        -> WriteResult
    {
        let place = try locateMember(path, of: holder)
        try mayPut(place, condition)
        if let admitted = received.admitted { try demandUnique(admitted.index, at: place) }
        if let entry = place.entry, let member = entry.member {
            if received.type == member.type, received.language == member.language, try holds(member, received.body) {
                return WriteResult(created: false, etag: member.etag, modified: member.modified)
            }
            let result = try replace(entry, member, with: received, at: place, condition)
            try keep(received.admitted, at: place)
            return result
        }
        try room.demand(received.body.size, in: place.parents)
        let member = try newMember(received.body, type: received.type, language: received.language)
        try add(member, at: place, condition)
        try keep(received.admitted, at: place)
        return WriteResult(created: true, etag: member.etag, modified: member.modified)
    }

    /// Maps a new member.
    private func add(_ member: MemberContent, at place: Place, _ condition: Condition) throws {
        let revision = nextRevision()
        try bind(place, to: .member(member), revision)
        try touch(place.parents, revision, bytes: member.size)
        try tell(.content, in: place.parents, revision, condition)
    }

    private func replace(
        _ entry: EntryRow, _ member: MemberContent, with received: ReceivedBody, at place: Place, _ condition: Condition
    ) throws -> WriteResult {
        let body = received.body
        try room.demand(body.size - member.size, in: place.parents)
        let revision = nextRevision()
        var content = member
        content.epoch = facts.epoch
        content.version = nextSerial()
        content.body = try insert(body)
        content.size = body.size
        content.type = received.type
        content.language = received.language
        content.modified = now
        try replace(entry, with: content, revision)
        try touch(place.parents, revision, bytes: body.size - member.size, membersChanged: false)
        try tell(.content, of: member.uuid, in: place.parents, revision, condition)
        return WriteResult(created: false, etag: content.etag, modified: now)
    }

    // MARK: MKCOL

    func makeCollection(
        _ kind: CollectionKind, _ changes: [PropertyChange], at path: DAVPath, of holder: Holder,
        if condition: Condition
    ) throws {
        let place = try locateMember(path, of: holder)
        if place.isMapped { throw DAVError.methodNotAllowed }
        try check(condition, at: path)
        try place.spelled { try condition.mayBind(into: place.path.parent, under: locks.covering(place.path)) }
        if let parent = place.parents.last { try facts.kind(parent.kind).demandMayHold(kind) }
        let revision = nextRevision()
        let new = try newCollection(
            kind: kind.id, owner: place.parents.last?.owner, revision, grants: place.inheritedGrants)
        try bind(place, to: .collection(new), revision)
        for change in changes { try apply(change, toCollection: new) }
        if !changes.isEmpty { try demandPropertyRoom(of: new) }
        try touch(place.parents, revision)
        try tell(.content, in: place.parents, revision, condition)
    }

    // MARK: DELETE

    func delete(_ path: DAVPath, of holder: Holder, if condition: Condition) throws {
        let place = try locateMember(path, of: holder)
        guard place.isMapped else { throw DAVError.notFound }
        try check(condition, at: path)
        try mayUnbind(place, condition)
        try remove(place, nextRevision(), condition)
    }

    func mayUnbind(_ place: Place, _ condition: Condition) throws {
        try place.spelled { try condition.mayUnbind(place.path, under: locks.around(place.path)) }
    }

    /// Unmaps, and tells the enclosing collections. Of an instance that is all that goes: the binding.
    func remove(_ place: Place, _ revision: Int64, _ condition: Condition) throws {
        if let collection = place.collection {
            try release(place, revision, condition)
            if let instance = collection.instance {
                // What somebody may not write any more they do not keep others from writing either.
                try locks.removeAll(of: instance.sharee, within: place.content)
                return try unbindFacade(collection.uuid, revision, condition)
            }
        }
        let bytes = size(of: place)
        try endRegistrations(at: place, revision, condition)
        try unbind(place, revision)
        try touch(place.parents, revision, bytes: -bytes)
        try tell(.content, in: place.parents, revision, condition)
    }

    func height(of place: Place) throws -> Int { try place.collection.map { try height(of: $0.content) } ?? 0 }

    /// What a place adds to the size of what holds it.
    func size(of place: Place) -> Int64 { place.collection?.ownBytes ?? place.entry?.member?.size ?? 0 }

    // MARK: PROPPATCH

    func patch(_ path: DAVPath, _ changes: [PropertyChange], _ identity: Identity, if condition: Condition) throws {
        let place = try locate(path, identity)
        guard place.isMapped else { throw DAVError.notFound }
        try check(condition, at: path)
        try patch(place, changes, if: condition)
    }

    /// Applies changes for a condition that was judged.
    func patch(_ place: Place, _ changes: [PropertyChange], if condition: Condition) throws {
        try place.spelled { try condition.mayChange(place.path, under: locks.covering(place.path)) }
        var changed: Set<XMLName> = []
        for change in changes {
            if let collection = place.collection {
                if try apply(change, toCollection: collection.id) { changed.insert(change.property) }
            } else if let entry = place.entry, let member = entry.member {
                if try apply(change, to: entry.id, member) { changed.insert(change.property) }
            }
        }
        guard !changed.isEmpty, let entry = place.entry else { return }
        if let resource = place.collection?.id ?? entry.member?.resource { try demandPropertyRoom(of: resource) }
        let revision = nextRevision()
        try sql.run("UPDATE entry SET rev = ?2 WHERE id = ?1", .int(entry.id), .int(revision))
        try touch(place.parents, revision, membersChanged: false)
        let resource = place.collection?.uuid ?? entry.member?.uuid
        try tell(.properties(changed), of: resource, in: place.parents, revision, condition)
    }

    @discardableResult
    func apply(_ change: PropertyChange, toCollection id: Int64) throws -> Bool {
        switch change {
        case .set(let property): return try set(property, of: id)
        case .remove(let name): return try remove(name, of: id)
        case .setContentType, .setContentLanguage: throw DAVError.cannotModifyProtectedProperty
        }
    }

    private func apply(_ change: PropertyChange, to entry: Int64, _ member: MemberContent) throws -> Bool {
        switch change {
        case .set(let property): return try set(property, of: member.resource)
        case .remove(let name): return try remove(name, of: member.resource)
        case .setContentType(let type):
            return try sql.run("UPDATE entry SET type = ?2 WHERE id = ?1 AND type IS NOT ?2", .int(entry), .text(type))
                > 0
        case .setContentLanguage(let language):
            return try sql.run(
                "UPDATE entry SET language = ?2 WHERE id = ?1 AND language IS NOT ?2", .int(entry), .optional(language))
                > 0
        }
    }

    /// - Returns: whether that changed anything.
    private func set(_ property: DeadProperty, of resource: Int64) throws -> Bool {
        try sql.run(
            """
            INSERT INTO property (resource, namespace, name, xml) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET xml = excluded.xml WHERE xml <> excluded.xml
            """, .int(resource), .text(property.name.namespace), .text(property.name.local), .blob(property.xml)) > 0
    }

    func demandPropertyRoom(of resource: Int64) throws {
        let held = try sql.first("SELECT sum(length(xml)) FROM property WHERE resource = ?1", .int(resource)) {
            $0.optionalInt(0)
        }
        guard (held ?? nil) ?? 0 <= DeadProperty.mostBytesPerResource else { throw DAVError.tooManyProperties }
    }

    private func remove(_ name: XMLName, of resource: Int64) throws -> Bool {
        try sql.run(
            "DELETE FROM property WHERE resource = ?1 AND namespace = ?2 AND name = ?3", .int(resource),
            .text(name.namespace),
            .text(name.local)) > 0
    }

    // MARK: LOCK

    /// Creates an empty member for a lock on an unmapped URL (RFC 4918 §7.3).
    func addEmpty(at place: Place, _ condition: Condition) throws {
        if let parent = place.parents.last {
            let kind = facts.kind(parent.kind)
            try kind.demandHoldsMembers()
            // Where bodies are judged, an empty one has to pass too.
            _ = try kind.content?.admit([], contentType: nil, settings: [])
        }
        try add(newMember(.bytes([]), type: nil, language: nil), at: place, condition)
    }
}
