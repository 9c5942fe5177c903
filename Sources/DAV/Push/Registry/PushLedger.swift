/// Registrations, loud revisions and told revisions as one value: what ``PushRegistry`` means, without a store.
///
/// A change is noted with the chain of resources it concerns: the changed one, what holds it, and all above. Each of them gets
/// loud at the ``PushReach`` of its distance. Cost of a change: the length of the chain, and what ``Condition/dontNotify`` names.
struct PushLedger: Sendable {
    /// A registration and what it has been told.
    private struct Row: Sendable {
        var registration: PushRegistration
        var toldContent: Int64
        var toldProperty: Int64
        var gone: CollectionInfo?
        /// A message that took off before is not the last.
        var goneAt: Int64?
    }

    /// What a resource is loud about: the revision of the last loud change, for each reach and each trigger.
    fileprivate struct Levels: Sendable {
        var content: [PushReach: Int64] = [:]
        var property: [PushReach: [XMLName: Int64]] = [:]
    }

    /// What happened to a resource, as far as it is told.
    enum Update: Sendable, Hashable {
        case content
        case properties(Set<XMLName>)
    }

    private var rows: [PushRegistration.ID: Row] = [:]
    private var subscribed: [ResourceID: Set<PushRegistration.ID>] = [:]
    private var levels: [ResourceID: Levels] = [:]
    /// The revision of the last change.
    private(set) var revision: Int64 = 0

    /// Nobody is registered.
    var isEmpty: Bool { rows.isEmpty }

    // MARK: Changes

    /// Notes a change of `chain.first` at `revision`. `nil` stands for what is not concerned.
    ///
    /// - Returns: whether anybody may have fallen behind.
    @discardableResult
    mutating func note(_ update: Update, of chain: [ResourceID?], at revision: Int64, if condition: Condition?) -> Bool
    {
        self.revision = max(self.revision, revision)
        let dontNotify = condition?.dontNotify ?? .nobody
        guard dontNotify != .everybody else { return false }
        let listening = chain.enumerated().compactMap { steps, resource in
            resource.flatMap { subscribed[$0] == nil ? nil : (offset: steps, element: $0) }
        }
        guard !listening.isEmpty else { return false }
        let spared = upToDate(
            with: update, named: dontNotify, by: condition?.caller.principal, among: listening.map(\.element))
        for (steps, resource) in listening {
            levels[resource, default: Levels()].rise(update, PushReach(steps: steps), to: revision)
        }
        for id in spared {
            switch update {
            case .content: rows[id]?.toldContent = revision
            case .properties: rows[id]?.toldProperty = revision
            }
        }
        return true
    }

    /// Notes that a resource is no more: its registrations are due one last message.
    ///
    /// - Parameter info: what it was, or what held it: whom to tell is judged by it.
    mutating func noteRemoval(
        of resource: ResourceID, from info: CollectionInfo, at revision: Int64, if condition: Condition?
    )
        -> Bool
    {
        guard let ids = subscribed[resource] else { return false }
        self.revision = max(self.revision, revision)
        let dontNotify = condition?.dontNotify ?? .nobody
        let named = names(dontNotify, by: condition?.caller.principal, among: [resource])
        for id in ids {
            let isTold =
                dontNotify != .everybody && rows[id]?.registration.triggers.content != nil && !named.contains(id)
            guard isTold else {
                remove(id)
                continue
            }
            rows[id]?.gone = info
            rows[id]?.goneAt = revision
        }
        levels[resource, default: Levels()].rise(.content, .itself, to: revision)
        return true
    }

    /// Ends registrations without a last message: whoever has no access any more is told nothing.
    mutating func forget(where isOver: (PushRegistration) -> Bool) {
        for row in rows.values where isOver(row.registration) { remove(row.registration.id) }
    }

    /// Keeps where a resource is, as it moves.
    mutating func relocate(_ resource: ResourceID, to path: DAVPath) {
        for id in subscribed[resource] ?? [] { rows[id]?.registration.path = path }
    }

    /// Keeps where everything is, as each who registered knows it; `nil` ends the registration without a last message.
    mutating func relocate(_ place: (PushRegistration) -> DAVPath?) {
        for (id, row) in rows where row.gone == nil {
            guard let path = place(row.registration) else {
                remove(id)
                continue
            }
            rows[id]?.registration.path = path
        }
    }

    /// Registrations of the caller that the header names.
    private func names(_ dontNotify: PushDontNotify, by principal: PrincipalID?, among resources: [ResourceID])
        -> Set<PushRegistration.ID>
    {
        guard case .registrations(let urls) = dontNotify, let principal else { return [] }
        let named = resources.flatMap { subscribed[$0] ?? [] }.filter { id in
            guard let registration = rows[id]?.registration, registration.principal == principal else { return false }
            return urls.contains { $0.hasSameBytes(as: registration.location) }
        }
        return Set(named)
    }

    /// Those named that are up to date with changes of this sort: one that is due a word about properties is not told of
    /// content for that.
    private func upToDate(
        with update: Update, named dontNotify: PushDontNotify, by principal: PrincipalID?, among resources: [ResourceID]
    ) -> [PushRegistration.ID] {
        names(dontNotify, by: principal, among: resources).filter { id in
            guard let row = rows[id] else { return false }
            return switch update {
            case .content: loudContent(row) <= row.toldContent
            case .properties: loudProperty(row) <= row.toldProperty
            }
        }
    }

    // MARK: Being behind

    private func loudContent(_ row: Row) -> Int64 {
        guard let depth = row.registration.triggers.content, let levels = levels[row.registration.resource] else {
            return 0
        }
        return levels.content.reduce(0) { $1.key.rawValue <= depth.reach.rawValue ? max($0, $1.value) : $0 }
    }

    private func loudProperty(_ row: Row) -> Int64 {
        let triggers = row.registration.triggers
        guard let depth = triggers.property, let levels = levels[row.registration.resource] else { return 0 }
        return levels.property.reduce(0) { loudest, level in
            guard level.key.rawValue <= depth.reach.rawValue else { return loudest }
            return level.value.reduce(loudest) { loudest, property in
                let counts = triggers.properties?.contains(property.key) ?? PushSupport.isTold(of: property.key)
                return counts ? max(loudest, property.value) : loudest
            }
        }
    }

    private func isBehind(_ row: Row, since revision: Int64) -> Bool {
        row.gone != nil || loudContent(row) > max(row.toldContent, revision)
            || loudProperty(row) > max(row.toldProperty, revision)
    }

    // MARK: What PushRegistry asks

    mutating func register(_ new: PushRegistration, limits: PushLimits) throws -> PushRegistration {
        // What expired is not there, swept or not.
        removeExpired(now: new.created)
        let mine = rows.values.filter { $0.registration.principal == new.principal }
        let same = mine.filter { $0.registration.subscription.isSame(as: new.subscription) }
        // Whoever registers again brings the newest keys, for all they registered (draft-bitfire-webdav-push §6.3).
        for row in same { rows[row.registration.id]?.registration.subscription = new.subscription }
        if let old = same.first(where: { $0.registration.resource == new.resource && $0.gone == nil })?.registration {
            rows[old.id]?.registration.triggers = new.triggers
            rows[old.id]?.registration.expires = new.expires
            return rows[old.id]?.registration ?? old
        }
        guard mine.count < limits.perPrincipal,
            mine.count(where: { $0.registration.resource == new.resource }) < limits.perPrincipalAndResource
        else { throw DAVError.quotaNotExceeded }
        let known = Set(
            mine.filter { $0.registration.created.seconds > new.created.seconds - 86_400 }.map(
                \.registration.subscription.lane))
        guard known.contains(new.subscription.lane) || known.count < limits.newLanesPerDay else {
            throw DAVError.quotaNotExceeded
        }
        rows[new.id] = Row(registration: new, toldContent: revision, toldProperty: revision)
        subscribed[new.resource, default: []].insert(new.id)
        return new
    }

    mutating func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) -> Bool {
        guard let row = rows[id], row.gone == nil, row.registration.expires > now,
            principal == nil || row.registration.principal == principal
        else { return false }
        remove(id)
        return true
    }

    func registration(_ id: PushRegistration.ID) -> PushRegistration? { rows[id]?.registration }

    func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp)
        -> [PushRegistration]
    {
        let found = rows.values.filter { row in
            row.gone == nil && row.registration.expires > now
                && (principal == nil || row.registration.principal == principal)
                && (after.map { $0 < row.registration.id } ?? true)
        }
        return found.map(\.registration).sorted { $0.id < $1.id }.prefix(limit).map(\.self)
    }

    func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) -> PushBacklog {
        let found = rows.values.filter { row in
            row.registration.expires > now && (after.map { $0 < row.registration.id } ?? true)
                && isBehind(row, since: revision)
        }
        let items = found.map { PushBacklog.Item(id: $0.registration.id, lane: $0.registration.subscription.lane) }
        return PushBacklog(items: items.sorted { $0.id < $1.id }.prefix(limit).map(\.self), revision: self.revision)
    }

    func delivery(of id: PushRegistration.ID, now: Timestamp) -> PushDelivery? {
        guard let row = rows[id], row.registration.expires > now, isBehind(row, since: 0) else { return nil }
        return PushDelivery(
            registration: row.registration,
            hasContentUpdate: row.gone != nil || loudContent(row) > row.toldContent,
            hasPropertyUpdate: loudProperty(row) > row.toldProperty, told: revision, gone: row.gone)
    }

    mutating func record(_ record: PushRecord) {
        guard let row = rows[record.id] else { return }
        let subscription = row.registration.subscription
        let siblings = rows.values.filter {
            $0.registration.principal == row.registration.principal
                && $0.registration.subscription.isSame(as: subscription)
        }
        if let health = record.health {
            for sibling in siblings { rows[sibling.registration.id]?.registration.health = health }
        }
        if let told = record.told {
            rows[record.id]?.toldContent = max(told, row.toldContent)
            rows[record.id]?.toldProperty = max(told, row.toldProperty)
            if let gone = row.goneAt, told >= gone { remove(record.id) }
        }
        switch record.removal {
        case .none: break
        case .registration: remove(record.id)
        case .subscription: for sibling in siblings { remove(sibling.registration.id) }
        }
    }

    mutating func removeExpired(now: Timestamp) {
        for row in rows.values where row.registration.expires <= now { remove(row.registration.id) }
    }

    private mutating func remove(_ id: PushRegistration.ID) {
        guard let resource = rows.removeValue(forKey: id)?.registration.resource else { return }
        subscribed[resource]?.remove(id)
        if subscribed[resource]?.isEmpty == true {
            subscribed[resource] = nil
            levels[resource] = nil
        }
    }
}

extension PushLedger.Levels {
    fileprivate mutating func rise(_ update: PushLedger.Update, _ reach: PushReach, to revision: Int64) {
        switch update {
        case .content: content[reach] = revision
        case .properties(let names):
            for name in names where PushSupport.isTold(of: name) { property[reach, default: [:]][name] = revision }
        }
    }
}

extension PushSubscription {
    /// Whether both are one subscription (draft-bitfire-webdav-push §3.2), whatever their keys.
    func isSame(as other: PushSubscription) -> Bool {
        transport == other.transport && identity.hasSameBytes(as: other.identity)
    }
}
