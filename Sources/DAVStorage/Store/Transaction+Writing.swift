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
        _ body: StoredBody, _ admitted: AdmittedContent?, type: String?, language: String?, at path: DAVPath,
        of holder: Holder, if condition: Condition
    ) throws -> WriteResult {
        let place = try locateMember(path, of: holder)
        try mayPut(place, condition)
        if let admitted { try demandUnique(admitted.index, at: place) }
        if let entry = place.entry, let member = entry.member {
            if type == member.type, language == member.language, try holds(member, body) {
                return WriteResult(created: false, etag: member.etag, modified: member.modified)
            }
            let result = try replace(entry, member, with: body, type: type, language: language, at: place, condition)
            try keep(admitted, at: place)
            return result
        }
        try room.demand(body.size, in: place.parents)
        let member = try newMember(body, type: type, language: language)
        try add(member, at: place, condition)
        try keep(admitted, at: place)
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
        _ entry: EntryRow, _ member: MemberContent, with body: StoredBody, type: String?, language: String?,
        at place: Place, _ condition: Condition
    ) throws -> WriteResult {
        try room.demand(body.size - member.size, in: place.parents)
        let revision = nextRevision()
        var content = member
        content.epoch = facts.epoch
        content.version = nextSerial()
        content.body = try insert(body)
        content.size = body.size
        content.type = type
        content.language = language
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

    private func mayUnbind(_ place: Place, _ condition: Condition) throws {
        try place.spelled { try condition.mayUnbind(place.path, under: locks.around(place.path)) }
    }

    /// Unmaps, and tells the enclosing collections. Of an instance that is all that goes: the binding.
    private func remove(_ place: Place, _ revision: Int64, _ condition: Condition) throws {
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

    private func height(of place: Place) throws -> Int { try place.collection.map { try height(of: $0.content) } ?? 0 }

    /// What a place adds to the size of what holds it.
    private func size(of place: Place) -> Int64 { place.collection?.ownBytes ?? place.entry?.member?.size ?? 0 }

    // MARK: COPY, MOVE

    /// What COPY and MOVE share: the destination is there to be written, and is not above or below the source.
    ///
    /// - Parameter path: where the source's own content lies; of an instance that is to be moved where it is bound.
    private func locateDestination(
        _ destination: DAVPath, for source: Place, at path: DAVPath, overwrite: Bool, height: Int,
        if condition: Condition
    ) throws -> Place {
        try demandApart(destination, from: source.visible, isCollection: source.collection != nil)
        guard destination.names.count + height <= DAVPath.maxDepth else {
            throw DAVError.forbidden("The destination is nested too deeply.")
        }
        guard let place = try tree.locate(destination), let parent = place.parents.last else { throw DAVError.conflict }
        guard facts.kind(parent.kind) !== CollectionKind.system else {
            throw DAVError.forbidden("The server itself keeps this collection.")
        }
        if place.isMapped {
            guard overwrite else { throw DAVError.preconditionFailed }
            try mayUnbind(place, condition)
        } else {
            try place.spelled { try condition.mayBind(into: place.path.parent, under: locks.around(place.path)) }
        }
        // The same once more, where two URLs lead to one place.
        try demandApart(place.path, from: path, isCollection: source.collection != nil)
        guard place.path.names.count + height <= DAVPath.maxDepth else {
            throw DAVError.forbidden("The destination is nested too deeply.")
        }
        try demandWritable(place)
        return place
    }

    private func demandApart(_ destination: DAVPath, from source: DAVPath, isCollection: Bool) throws {
        guard destination != source, !destination.isWithin(source) || !isCollection, !source.isWithin(destination)
        else {
            throw DAVError.forbidden("The destination must lie neither at, above nor below the source.")
        }
    }

    /// What was granted may be less by now than it was when the request was authorised.
    private func demandWritable(_ place: Place) throws {
        guard let share = place.view?.share, share.path != place.visible else { return }
        guard share.grant.allowsWriting else {
            throw DAVError.needPrivileges([.init(resource: place.visible.parent, privilege: .write)])
        }
    }

    func copy(
        _ path: DAVPath, _ identity: Identity, to destination: DAVPath, _ admission: Admission?, depth: Depth,
        overwrite: Bool, if condition: Condition
    ) throws -> WriteResult {
        let source = try locate(path, identity)
        guard source.isMapped else { throw DAVError.notFound }
        try check(condition, at: path)
        let isDeep = depth == .infinity
        let height = try isDeep ? self.height(of: source) : 0
        var place = try locateDestination(
            destination, for: source, at: source.content, overwrite: overwrite, height: height, if: condition)
        try demandPlacement(of: source, at: place, admission)
        let created = !place.isMapped
        let bytes = source.collection.map { isDeep ? $0.bytes : 0 } ?? size(of: source)
        try room.demand(bytes - size(of: place), in: place.parents)
        let revision = nextRevision()
        try clear(&place, revision, condition)
        if let admission { try demandUnique(admission.content.index, at: place) }
        var etag: ETag?
        if let collection = source.collection {
            let copy = try copyCollection(
                collection, owner: place.parents.last?.owner, inheriting: place.inheritedGrants, depth: depth, revision)
            try bind(place, to: .collection(copy), revision)
        } else if var member = source.entry?.member {
            let old = member.resource
            (member.resource, member.version, member.epoch) = (nextSerial(), nextSerial(), facts.epoch)
            (member.created, member.modified, member.uuid) = (now, now, .random())
            if let admission { member.type = admission.content.contentType }
            try bind(place, to: .member(member), revision)
            try keep(admission?.content, at: place)
            try copyProperties(from: old, to: member.resource)
            etag = member.etag
        }
        try touch(place.parents, revision, bytes: bytes)
        try tell(.content, in: place.parents, revision, condition)
        return WriteResult(created: created, etag: etag, modified: now)
    }

    func move(
        _ path: DAVPath, of holder: Holder, to destination: DAVPath, _ admission: Admission?, overwrite: Bool,
        if condition: Condition
    ) throws -> WriteResult {
        let source = try locateMember(path, of: holder)
        guard source.isMapped else { throw DAVError.notFound }
        try check(condition, at: path)
        try mayUnbind(source, condition)
        let height = try self.height(of: source)
        var place = try locateDestination(
            destination, for: source, at: source.path, overwrite: overwrite, height: height, if: condition)
        try demandStaysHome(source, place)
        try demandPlacement(of: source, at: place, admission)
        let created = !place.isMapped
        let bytes = size(of: source)
        try room.demand(bytes - size(of: place), in: place.parents, from: source.parents)
        let revision = nextRevision()
        // Whom the former owner invited is no matter of the new one.
        let isHandedOver = source.collection != nil && source.parents.last?.owner != place.parents.last?.owner
        if isHandedOver { try release(source, revision, condition) }
        try clear(&place, revision, condition)
        try vacate(source, revision)
        try touch(source.parents, revision, bytes: -bytes)
        let resource = source.collection?.uuid ?? source.entry?.member?.uuid
        try tell(.content, of: resource, in: source.parents, revision, condition)
        if let admission { try demandUnique(admission.content.index, at: place) }
        if let moved = source.collection {
            try bind(place, to: .collection(moved.id), revision)
            try renew(moved.id, owner: place.parents.last?.owner, inheriting: place.inheritedGrants, revision)
        } else if var member = source.entry?.member {
            if let admission { member.type = admission.content.contentType }
            try bind(place, to: .member(member), revision)
            try keep(admission?.content, at: place)
            try moveRegistrations(of: member.uuid, to: place)
        }
        try touch(place.parents, revision, bytes: bytes)
        try tell(.content, in: place.parents, revision, condition)
        let member = source.entry?.member
        return WriteResult(
            created: created, etag: member?.etag, modified: member?.modified ?? source.collection?.modified)
    }

    /// - Throws: 403 for an instance that would leave the home it stands in: whoever saw it elsewhere was not invited.
    private func demandStaysHome(_ source: Place, _ place: Place) throws {
        guard source.collection?.instance != nil, source.parents.last?.id != place.parents.last?.id else { return }
        throw DAVError.forbidden("What others share stays in the home it came to.")
    }

    /// Unmaps what an overwriting COPY or MOVE replaces (RFC 4918 §9.8.4).
    private func clear(_ place: inout Place, _ revision: Int64, _ condition: Condition) throws {
        guard place.isMapped else { return }
        func reread() throws {
            guard let parent = place.parents.last, let name = place.path.last else { return }
            place.row = try tree.row(in: parent.id, name)
        }
        // An instance may have gone with what was handed over.
        if place.collection?.instance != nil { try reread() }
        guard place.isMapped else { return }
        try remove(place, revision, condition)
        try reread()
    }

    // MARK: PROPPATCH

    func patch(_ path: DAVPath, _ changes: [PropertyChange], _ identity: Identity, if condition: Condition) throws {
        let place = try locate(path, identity)
        guard place.isMapped else { throw DAVError.notFound }
        try check(condition, at: path)
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
