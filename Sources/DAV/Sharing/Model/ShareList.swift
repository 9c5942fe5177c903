/// Who is invited to one collection, and what became of it.
///
/// A plain value. Each change is a function from one list to the next and to the effects it has; a store keeps the list and does
/// what the effects say, in one transaction. What was asked for are ``invites``; what follows from them for each person, through
/// whatever groups, are ``seats``: ``settle(asking:_:_:_:)`` is the one place that knows how.
public struct ShareList: Sendable, Hashable {
    public let owner: PrincipalID
    /// In the order in which they were first invited, each sharee once.
    public private(set) var invites: [Invite]
    /// One for each person who is invited, by name.
    public internal(set) var seats: [ShareSeat]

    /// - Parameters:
    ///   - invites: what a store kept.
    ///   - seats: what a store kept.
    public init(owner: PrincipalID, invites: [Invite] = [], seats: [ShareSeat] = []) {
        self.owner = owner
        self.invites = invites
        self.seats = seats.sorted { $0.person < $1.person }
    }

    /// Of the owner's own collection.
    public var access: ShareAccess { invites.isEmpty ? .notShared : .sharedOwner }

    public func seat(of person: PrincipalID) -> ShareSeat? { seats.first { $0.person == person } }

    /// Of a group the best that any member answered.
    public func status(of invite: Invite) -> InviteStatus {
        invite.status(Set(seats.lazy.filter { $0.invites.contains(invite.sharee) }.map(\.status)))
    }

    /// All invitations with their status, in one pass over the seats: a list may be long, and every look at a home comes by.
    var statuses: [(invite: Invite, status: InviteStatus)] {
        var answers: [ShareeRef: Set<InviteStatus>] = [:]
        for seat in seats { for sharee in seat.invites { answers[sharee, default: []].insert(seat.status) } }
        return invites.map { ($0, $0.status(answers[$0.sharee] ?? [])) }
    }

    /// The result of all `changes`, or a refusal. Of several about one sharee the last counts.
    ///
    /// - Parameters:
    ///   - hasHome: whether an instance has a place to stand. Who has none is asked instead, also where instances appear at once:
    ///     they can accept as soon as there is one.
    ///   - newID: makes identities that nobody can guess.
    public func apply(
        _ changes: [ShareChange], _ rules: ShareRules, _ roster: ShareRoster = .empty,
        hasHome: (PrincipalID) -> Bool = { _ in true }, newID: () -> ResourceID = ResourceID.random
    ) throws(ShareRefusal) -> (list: ShareList, effects: [ShareEffect]) {
        var next = self
        for change in changes { try next.note(change, rules) }
        guard next.invites.count <= max(rules.mostInvites, invites.count) else { throw .tooManyInvites }
        let asked = changes.compactMap { change in
            if case .set(let sharee, _, _, _) = change { sharee } else { nil }
        }
        let effects = next.settle(asking: Set(asked), rules, roster, hasHome, newID)
        return (next, next.closing(effects, since: self))
    }

    private mutating func note(_ change: ShareChange, _ rules: ShareRules) throws(ShareRefusal) {
        switch change {
        case .revoke(let sharee): invites.removeAll { $0.sharee == sharee }
        case .set(let sharee, let grant, let displayName, let comment):
            guard sharee.principal != owner else { throw .isOwner }
            var invite = Invite(sharee, grant, displayName: displayName, comment: comment)
            invite.isInvalid = sharee.principal == nil && !rules.hidesUnknown
            if let index = invites.firstIndex(where: { $0.sharee == sharee }) {
                invite.displayName = displayName ?? invites[index].displayName
                invites[index] = invite
            } else {
                invites.append(invite)
            }
        }
    }

    /// Groups have other members now.
    public func regroup(
        _ rules: ShareRules, _ roster: ShareRoster, hasHome: (PrincipalID) -> Bool = { _ in true },
        newID: () -> ResourceID = ResourceID.random
    ) -> (list: ShareList, effects: [ShareEffect]) {
        var next = self
        let effects = next.settle(asking: [], rules, roster, hasHome, newID)
        return (next, next.closing(effects, since: self))
    }

    /// A person, or a group, is removed from the server: what they were invited to stays in the list until the owner takes it
    /// back, but nobody comes to it that way.
    public func forget(
        _ principal: PrincipalID, _ rules: ShareRules, _ roster: ShareRoster
    ) -> (list: ShareList, effects: [ShareEffect]) {
        var next = self
        for index in next.invites.indices where next.invites[index].sharee.principal == principal {
            next.invites[index].isInvalid = true
        }
        var roster = roster
        roster.remove(principal)
        // Nobody is left to be told; but an open invitation is not left to whoever comes to have the name.
        let effects = next.settle(asking: [], rules, roster, { _ in false }, ResourceID.random).filter {
            if case .notify(principal, let notice) = $0 { notice.content == .withdrawn } else { true }
        }
        return (next, next.closing(effects, since: self))
    }

    /// The collection is removed, by its owner or with them.
    public func destroy() -> [ShareEffect] {
        var next = self
        next.invites = []
        let effects = next.settle(asking: [], ShareRules(), .empty, { _ in false }, ResourceID.random)
        return next.closing(effects, since: self)
    }

    /// What was done, and that the list is another one, if it is.
    func closing(_ effects: [ShareEffect], since old: ShareList) -> [ShareEffect] {
        self == old ? effects : effects + [.inviteListChanged]
    }
}

extension Invite {
    /// - Parameter answers: of all who come by it.
    fileprivate func status(_ answers: Set<InviteStatus>) -> InviteStatus {
        if isInvalid { return .invalid }
        if answers.contains(.accepted) { return .accepted }
        return answers == [.declined] ? .declined : .noResponse
    }
}
