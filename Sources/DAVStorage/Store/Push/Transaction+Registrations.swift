import DAV

/// Registering and what comes of it, each in one transaction.
extension Transaction {
    private var table: PushTable { PushTable(sql: sql, facts: facts) }

    // MARK: Registering

    func register(_ new: PushRegistration, _ limits: PushLimits) throws -> PushRegistration {
        let target = try self.target(of: new)
        let lane = try demandLane(new, limits)
        let subscription = try keep(new.subscription, of: new.principal)
        let old = try sql.first(
            "SELECT number, id, expires FROM push_registration WHERE subscription = ?1 AND resource = ?2",
            .int(subscription), .blob(new.resource.bytes)
        ) { (number: $0.int(0), id: $0.text(1), isExpired: $0.int(2) <= now.microseconds) }
        var id = new.id
        if let old, !old.isExpired {
            try update(old.number, new)
            id = PushRegistration.ID(old.id)
        } else {
            if let old { try removeRow(old.number) }
            try demandRoom(for: new, limits)
            try insert(new, subscription, target)
        }
        if lane { try noteLane(new) }
        state.isListenedTo = true
        guard let kept = try table.registration(id, now: now) else { throw DAVError.notFound }
        return kept
    }

    /// What the row says of where the resource is.
    private struct Target {
        var collection: Int64?
        var name: Name?
        var path: DAVPath?
        /// The instance it was reached through.
        var via: Int64?
    }

    /// - Throws: 404 if another resource, or none, is at the path now.
    private func target(of registration: PushRegistration) throws -> Target {
        let path = registration.path
        if facts.root(of: path) == nil {
            guard let name = path.last, try uuid(ofPrincipal: name) == registration.resource else {
                throw DAVError.notFound
            }
            return Target(path: path)
        }
        guard let place = try tree.locate(path) else { throw DAVError.notFound }
        if let collection = place.collection, collection.uuid == registration.resource {
            return Target(collection: collection.id, via: place.instanceAround)
        }
        guard let member = place.entry?.member, member.uuid == registration.resource, let parent = place.parents.last
        else { throw DAVError.notFound }
        return Target(collection: parent.id, name: path.last, via: place.instanceAround)
    }

    /// - Returns: whether the lane is new to the principal.
    /// - Throws: 507 if there were too many new ones within a day, whatever became of them.
    private func demandLane(_ new: PushRegistration, _ limits: PushLimits) throws -> Bool {
        let principal = new.principal.description
        let known = try sql.first(
            "SELECT 1 FROM push_lane WHERE principal = ?1 AND lane = ?2", .text(principal), .text(new.subscription.lane)
        ) { _ in true }
        if known != nil { return false }
        let count = try sql.first(
            "SELECT count(*) FROM push_lane WHERE principal = ?1 AND created > ?2", .text(principal),
            .int(now.adding(seconds: -86_400).microseconds)
        ) { $0.int(0) }
        guard count ?? 0 < Int64(limits.newLanesPerDay) else { throw DAVError.quotaNotExceeded }
        return true
    }

    /// Forgets the principal's old ones on the way, if nothing goes through them any more.
    private func noteLane(_ new: PushRegistration) throws {
        let principal = new.principal.description
        try sql.run(
            """
            DELETE FROM push_lane WHERE principal = ?1 AND created <= ?2 AND NOT EXISTS
            (SELECT 1 FROM push_subscription s WHERE s.principal = ?1 AND s.lane = push_lane.lane)
            """, .text(principal), .int(now.adding(seconds: -86_400).microseconds))
        try sql.run(
            "INSERT INTO push_lane (principal, lane, created) VALUES (?1, ?2, ?3)", .text(principal),
            .text(new.subscription.lane), .int(now.microseconds))
    }

    /// - Returns: the number of the subscription, its details those given.
    private func keep(_ new: PushSubscription, of principal: PrincipalID) throws -> Int64 {
        let number = try sql.first(
            """
            INSERT INTO push_subscription (principal, transport, identity, details, lane, created)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (principal, transport, identity) DO UPDATE SET details = excluded.details, lane = excluded.lane
            RETURNING id
            """, .text(principal.description), .text(new.transport), .text(new.identity), .blob(new.details),
            .text(new.lane), .int(now.microseconds)
        ) { $0.int(0) }
        guard let number else { throw StoreError.closed }
        return number
    }

    /// - Throws: 507 if the principal has as many as they may.
    private func demandRoom(for new: PushRegistration, _ limits: PushLimits) throws {
        let counts = try sql.first(
            """
            SELECT count(*), coalesce(sum(resource = ?2), 0) FROM push_registration
            WHERE principal = ?1 AND gone IS NULL AND expires > ?3
            """, .text(new.principal.description), .blob(new.resource.bytes), .int(now.microseconds)
        ) { (all: $0.int(0), here: $0.int(1)) }
        guard let counts, counts.all < Int64(limits.perPrincipal), counts.here < Int64(limits.perPrincipalAndResource)
        else { throw DAVError.quotaNotExceeded }
    }

    private func insert(_ new: PushRegistration, _ subscription: Int64, _ target: Target) throws {
        try sql.run(
            """
            INSERT INTO push_registration (id, location, principal, subscription, resource, collection, name, path, content,
                property, filtered, told_content, told_property, expires, created, via)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?11, ?12, ?13, ?14)
            """, .text(new.id.description), .text(new.location), .text(new.principal.description), .int(subscription),
            .blob(new.resource.bytes), .optional(target.collection), .optional(target.name?.string),
            target.path.map { .blob(PushPaths.bytes($0)) } ?? .null, .optional(new.triggers.content?.reach.rawValue),
            .optional(new.triggers.property?.reach.rawValue), .int(state.clock), .int(new.expires.microseconds),
            .int(new.created.microseconds), .optional(target.via))
        let number = sql.lastInsertedRowID
        if let collection = target.collection, target.name == nil {
            try watchSources(for: number, on: collection)
        }
        try setFilter(of: number, new)
    }

    /// What was up to date is so of what it is told from now on, too: wider triggers tell nothing of the past.
    private func update(_ number: Int64, _ new: PushRegistration) throws {
        try sql.run(
            """
            UPDATE push_registration AS r SET
            told_content = CASE WHEN \(PushQueries.isBehindOnContent) THEN told_content ELSE ?2 END,
            told_property = CASE WHEN \(PushQueries.isBehindOnProperties) THEN told_property ELSE ?2 END
            WHERE number = ?1
            """, .int(number), .int(state.clock))
        try sql.run(
            "UPDATE push_registration SET content = ?2, property = ?3, expires = ?4 WHERE number = ?1", .int(number),
            .optional(new.triggers.content?.reach.rawValue), .optional(new.triggers.property?.reach.rawValue),
            .int(new.expires.microseconds))
        try setFilter(of: number, new)
        try forgetLevels(of: new.resource.bytes)
    }

    private func setFilter(of number: Int64, _ new: PushRegistration) throws {
        let names = new.triggers.property == nil ? nil : new.triggers.properties
        try sql.run("DELETE FROM push_filter WHERE registration = ?1", .int(number))
        try sql.run(
            "UPDATE push_registration SET filtered = ?2 WHERE number = ?1", .int(number), .int(names == nil ? 0 : 1))
        guard let names else { return }
        try sql.run(
            """
            INSERT INTO push_filter (resource, property, registration)
            SELECT at.resource, j.value, ?2 FROM json_each(?3) j
            CROSS JOIN (SELECT ?1 AS resource UNION SELECT resource FROM push_watch WHERE registration = ?2) at
            """, .blob(new.resource.bytes), .int(number), .text(JSONText.array(of: names.map(PushTrigger.text))))
    }

    // MARK: Removing

    func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) throws -> Bool {
        let number = try sql.first(
            """
            SELECT number FROM push_registration
            WHERE id = ?1 AND (?2 IS NULL OR principal = ?2) AND gone IS NULL AND expires > ?3
            """, .text(id.description), .optional(principal?.description), .int(now.microseconds)
        ) { $0.int(0) }
        guard let number else { return false }
        try remove(number)
        return true
    }

    /// Removes a registration, with its subscription if it was the last one's.
    func remove(_ number: Int64) throws {
        guard let subscription = try removeRow(number) else { return }
        try sql.run(
            """
            DELETE FROM push_subscription
            WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM push_registration r WHERE r.subscription = ?1)
            """, .int(subscription))
    }

    @discardableResult
    private func removeRow(_ number: Int64) throws -> Int64? {
        let row = try sql.first(
            "SELECT subscription, resource FROM push_registration WHERE number = ?1", .int(number)
        ) { (subscription: $0.int(0), resource: $0.blob(1)) }
        guard let row else { return nil }
        try sql.run("DELETE FROM push_registration WHERE number = ?1", .int(number))
        try sql.run("DELETE FROM push_filter WHERE registration = ?1", .int(number))
        try unwatchAll(for: number)
        try forgetLevels(of: row.resource)
        return row.subscription
    }

    /// Forgets how loud a resource was for nobody.
    func forgetLevels(of resource: [UInt8]) throws {
        try sql.run(
            """
            DELETE FROM push_level WHERE resource = ?1 AND CASE WHEN trigger IN ('', '*')
            THEN NOT EXISTS (SELECT 1 FROM push_registration r WHERE r.resource = ?1)
                AND NOT EXISTS (SELECT 1 FROM push_watch w WHERE w.resource = ?1)
            ELSE NOT EXISTS (SELECT 1 FROM push_filter f WHERE f.resource = ?1 AND f.property = push_level.trigger) END
            """, .blob(resource))
    }

    /// - Returns: whether there may be more.
    func removeExpiredRegistrations(now: Timestamp) throws -> Bool {
        let portion: Int64 = 200
        let expired = try sql.rows(
            "SELECT number FROM push_registration WHERE expires <= ?1 LIMIT ?2", .int(now.microseconds), .int(portion)
        ) { $0.int(0) }
        for number in expired { try remove(number) }
        return Int64(expired.count) == portion
    }

    /// Forgets all that a principal registered, as the account goes.
    func removeRegistrations(of principal: PrincipalID) throws {
        guard state.isListenedTo else { return }
        let numbers = try sql.rows(
            "SELECT number FROM push_registration WHERE principal = ?1", .text(principal.description)
        ) { $0.int(0) }
        for number in numbers { try remove(number) }
        try sql.run("DELETE FROM push_lane WHERE principal = ?1", .text(principal.description))
    }

    /// Forgets what others registered on a principal that goes: of properties alone there is no last message.
    func removeRegistrations(onPrincipal resource: ResourceID) throws {
        guard state.isListenedTo else { return }
        let numbers = try sql.rows(
            "SELECT number FROM push_registration WHERE resource = ?1", .blob(resource.bytes)
        ) { $0.int(0) }
        for number in numbers { try remove(number) }
    }

    /// Forgets what was registered on an instance and through it: whoever it is taken from is told nothing more.
    func removeRegistrations(through facade: Int64) throws {
        guard state.isListenedTo else { return }
        let numbers = try sql.rows(
            "SELECT number FROM push_registration WHERE via = ?1 UNION SELECT number FROM push_registration WHERE collection = ?1",
            .int(facade)
        ) { $0.int(0) }
        for number in numbers { try remove(number) }
    }

    // MARK: What became of messages

    func record(_ record: PushRecord) throws {
        let row = try sql.first(
            "SELECT number, subscription, gone FROM push_registration WHERE id = ?1", .text(record.id.description)
        ) { (number: $0.int(0), subscription: $0.int(1), gone: $0.optionalInt(2)) }
        guard let row else { return }
        if let health = record.health { try set(health, of: row.subscription) }
        switch record.removal {
        case .none: break
        case .registration: return try remove(row.number)
        case .subscription:
            let numbers = try sql.rows(
                "SELECT number FROM push_registration WHERE subscription = ?1", .int(row.subscription)
            ) { $0.int(0) }
            for number in numbers { try remove(number) }
            return
        }
        guard let told = record.told else { return }
        if let gone = row.gone, told >= gone { return try remove(row.number) }
        // Nobody can have been told of what is yet to come.
        try sql.run(
            """
            UPDATE push_registration SET told_content = max(told_content, ?2), told_property = max(told_property, ?2)
            WHERE number = ?1
            """, .int(row.number), .int(min(told, state.clock)))
    }

    private func set(_ health: PushHealth, of subscription: Int64) throws {
        try sql.run(
            """
            UPDATE push_subscription SET failures = ?2, first_failure = ?3, last_success = ?4, last_attempt = ?5,
            last_outcome = ?6 WHERE id = ?1
            """, .int(subscription), .int(Int64(health.failures)), .optional(health.firstFailure?.microseconds),
            .optional(health.lastSuccess?.microseconds), .optional(health.lastAttempt?.microseconds),
            .optional(health.lastOutcome))
    }
}
