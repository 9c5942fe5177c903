import DAV

/// COPY and MOVE (RFC 4918 §9.8, §9.9), each judged and carried out in one transaction.
extension Transaction {
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
            try moveLinks(to: member, at: place)
        }
        try removeStrayRegistrations(on: source, in: place)
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
}
