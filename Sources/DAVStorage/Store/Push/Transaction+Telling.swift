import DAV

/// How a change becomes loud, in the transaction that makes it. The cost goes by the depth of what changed, however many
/// registered: levels are raised, registrations are not looked at.
extension Transaction {
    /// Makes a change loud where somebody registered for it: at the resource itself, and at the collections around it as far
    /// as their sync reports would tell of it (draft-bitfire-webdav-push §3.1.1, RFC 6578 §3.3).
    ///
    /// - Parameters:
    ///   - resource: what changed and goes on; `nil`: it is new, and nobody can have registered for it, or gone.
    ///   - condition: of the request; `nil`: the server made the change by itself.
    func tell(
        _ update: PushUpdate, of resource: ResourceID? = nil, in parents: [CollectionRow], _ revision: Int64,
        _ condition: Condition?
    ) throws {
        guard state.isListenedTo else { return }
        let reached = enclosing(parents).filter(\.isInScope).map {
            Reached($0.collection.uuid, PushReach(steps: $0.steps))
        }
        try tell(update, (resource.map { [Reached($0, .itself)] } ?? []) + reached, revision, condition)
    }

    /// Makes a change of a principal's properties loud.
    func tell(_ properties: Set<XMLName>, ofPrincipal resource: ResourceID) throws {
        guard state.isListenedTo, try !listenedTo([Reached(resource, .itself)]).isEmpty else { return }
        try tell(.properties(properties), [Reached(resource, .itself)], nextRevision(), nil)
    }

    /// A resource that a change can be loud at.
    private struct Reached {
        var resource: ResourceID
        var reach: PushReach
        init(_ resource: ResourceID, _ reach: PushReach) { (self.resource, self.reach) = (resource, reach) }
    }

    private func tell(_ update: PushUpdate, _ reached: [Reached], _ revision: Int64, _ condition: Condition?) throws {
        let triggers = update.triggers
        if triggers.isEmpty { return }
        let loud = try listenedTo(reached)
        if loud.isEmpty { return }
        if condition?.dontNotify == .everybody {
            state.effects.suppressed += 1
            return
        }
        if let condition { try moveAlong(condition, update, revision) }
        let list = JSONText.array(of: triggers)
        for place in loud {
            try sql.run(
                PushQueries.raise, .blob(place.resource.bytes), .int(place.reach.rawValue), .int(revision), .text(list))
        }
        state.effects.isLoud = true
    }

    private func listenedTo(_ reached: [Reached]) throws -> [Reached] {
        var found: [Reached] = []
        for start in stride(from: 0, to: reached.count, by: PushQueries.mostResources) {
            let part = Array(reached[start..<min(reached.count, start + PushQueries.mostResources)])
            let values = part.map { SQL.Value.blob($0.resource.bytes) }
            try sql.each(PushQueries.listenedTo[part.count], values: values) { row in
                found.append(part[Int(row.int(0))])
                return true
            }
        }
        return found
    }

    /// Counts those as told whom the request names (§4.2): the caller's own, if they were up to date. To be called before the
    /// levels rise.
    private func moveAlong(_ condition: Condition, _ update: PushUpdate, _ revision: Int64) throws {
        guard case .registrations(let locations) = condition.dontNotify, let caller = condition.caller.principal else {
            return
        }
        let text: String
        switch update {
        case .content: text = Transaction.moveAlongContent
        case .properties: text = Transaction.moveAlongProperties
        }
        for location in locations {
            state.effects.suppressed += try sql.run(
                text, .text(location), .text(caller.description), .int(revision))
        }
    }

    static let moveAlongContent = """
        UPDATE push_registration AS r SET told_content = ?3
        WHERE r.location = ?1 AND r.principal = ?2 AND r.gone IS NULL AND NOT \(PushQueries.isBehindOnContent)
        """
    static let moveAlongProperties = """
        UPDATE push_registration AS r SET told_property = ?3
        WHERE r.location = ?1 AND r.principal = ?2 AND r.gone IS NULL AND NOT \(PushQueries.isBehindOnProperties)
        """

    // MARK: What goes, and what moves

    /// Ends the registrations on what is about to be unmapped, and on everything below it. To be called before it is.
    ///
    /// A removal is a content update (§3.1.2), so those who asked for content are due one last message, unless it is kept
    /// from them (§4.2). The others end here. Cost: the collections below, and the registrations that end.
    func endRegistrations(at place: Place, _ revision: Int64, _ condition: Condition?) throws {
        guard state.isListenedTo else { return }
        if let collection = place.collection {
            let below = try sql.rows(Transaction.registeredBelow, .int(collection.id)) { $0.int(0) }
            let paths = PushPaths(sql: sql, facts: facts)
            for id in below {
                guard let row = try tree.collection(id), let path = try paths.path(of: id) else { continue }
                try end(Transaction.endInCollection, row, at: path, named: nil, revision, condition)
            }
        } else if let parent = place.parents.last, let name = place.path.last {
            try end(Transaction.endMember, parent, at: place.path.parent, named: name, revision, condition)
        }
    }

    private func end(
        _ text: String, _ row: CollectionRow, at path: DAVPath, named name: Name?, _ revision: Int64,
        _ condition: Condition?
    ) throws {
        var suppressed: [String]? = []
        switch condition?.dontNotify ?? .nobody {
        case .nobody: break
        case .everybody: suppressed = nil
        case .registrations(let locations): suppressed = locations
        }
        let ended = try sql.run(
            text, .int(row.id), .optional(name?.string), .int(revision), .blob(PushPaths.bytes(path)), .text(row.kind),
            .optional(row.owner?.description), .optional(StoredGrants.encode(row.grants)),
            .optional(suppressed.map(JSONText.array)), .optional(condition?.caller.principal?.description))
        if ended > 0 { state.effects.isLoud = true }
    }

    static let registeredBelow = """
        WITH RECURSIVE below(id) AS (
            SELECT ?1 UNION ALL
            SELECT c.id FROM below CROSS JOIN collection c ON c.parent = below.id WHERE c.dead = 0)
        SELECT id FROM below WHERE EXISTS (SELECT 1 FROM push_registration r WHERE r.collection = below.id)
        """

    /// What is not due has expired, and is swept up with what else has.
    private static let end = """
        UPDATE push_registration AS r
        SET gone = ?3, collection = NULL, path = ?4, kind = ?5, owner = ?6, acl = ?7,
        expires = CASE WHEN r.content IS NULL OR \(isKeptFrom) THEN 0 ELSE expires END
        """
    private static let isKeptFrom =
        "(?8 IS NULL OR (r.principal IS ?9 AND r.location IN (SELECT value FROM json_each(?8))))"
    static let endInCollection = end + " WHERE r.collection = ?1 AND ?2 IS NULL"
    static let endMember = end + " WHERE r.collection = ?1 AND r.name = ?2"

    /// Lets the registrations on a member follow it. Those on a collection, and on what is in it, do so by themselves.
    func moveRegistrations(of resource: ResourceID, to place: Place) throws {
        guard state.isListenedTo, let parent = place.parents.last, let name = place.path.last else { return }
        try sql.run(
            "UPDATE push_registration SET collection = ?2, name = ?3 WHERE resource = ?1 AND gone IS NULL",
            .blob(resource.bytes), .int(parent.id), .text(name.string))
    }
}
