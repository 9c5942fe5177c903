extension ShareList {
    /// What the invitations, all taken together, give one person.
    fileprivate struct Claim {
        var grant: ShareGrant
        var comment: String?
        var invites: Set<ShareeRef>
        /// Whether one of them was made, or made again, just now.
        var isAsked: Bool

        /// The best counts; of those who give as much, what the first says.
        mutating func add(_ invite: Invite, isAsked: Bool) {
            let joined = grant.joined(with: invite.grant)
            if joined != grant { (grant, comment) = (joined, invite.comment) }
            invites.insert(invite.sharee)
            if isAsked { self.isAsked = true }
        }
    }

    /// Makes ``seats`` what ``invites`` and groups say, and tells what that does.
    ///
    /// - Parameter asked: whose invitation was made just now: members who declined are asked again.
    mutating func settle(
        asking asked: Set<ShareeRef>, _ rules: ShareRules, _ roster: ShareRoster, _ hasHome: (PrincipalID) -> Bool,
        _ newID: () -> ResourceID
    ) -> [ShareEffect] {
        let claims = claims(asking: asked, roster)
        var effects: [ShareEffect] = []
        var settled: [ShareSeat] = []
        for seat in seats {
            guard let claim = claims[seat.person] else {
                effects += seat.ending
                continue
            }
            settled.append(seat.following(claim, rules, hasHome, newID, &effects))
        }
        let seated = Set(seats.map(\.person))
        for (person, claim) in claims.sorted(by: { $0.key < $1.key }) where !seated.contains(person) {
            let seat = ShareSeat(
                id: newID(), person: person, grant: claim.grant, answer: .none, invites: claim.invites)
            settled.append(seat.asked(claim, rules, hasHome, newID, &effects))
        }
        seats = settled.sorted { $0.person < $1.person }
        return effects
    }

    private func claims(asking asked: Set<ShareeRef>, _ roster: ShareRoster) -> [PrincipalID: Claim] {
        var claims: [PrincipalID: Claim] = [:]
        for invite in invites where !invite.isInvalid {
            let isAsked = asked.contains(invite.sharee)
            // Whoever owns it has it already, also as a member of a group (G5).
            for person in invite.people(roster) where person != owner {
                if claims[person]?.add(invite, isAsked: isAsked) == nil {
                    claims[person] = Claim(
                        grant: invite.grant, comment: invite.comment, invites: [invite.sharee], isAsked: isAsked)
                }
            }
        }
        return claims
    }
}

extension Invite {
    fileprivate func people(_ roster: ShareRoster) -> Set<PrincipalID> {
        switch sharee {
        case .principal(let id): [id]
        case .group(let id): roster.people(in: id)
        case .external: []
        }
    }
}

extension ShareSeat {
    /// What it does that nobody invites the person any more: who had it is told, who was still asked is not (N11).
    fileprivate var ending: [ShareEffect] {
        switch answer {
        case .none: [notice(.withdrawn)]
        // Told first, while what the person calls it is still known.
        case .accepted(let instance): [notice(.changed(nil)), .instanceRemoved(instance, of: person)]
        case .declined: []
        }
    }

    /// The seat of somebody who was invited before, and is.
    fileprivate func following(
        _ claim: ShareList.Claim, _ rules: ShareRules, _ hasHome: (PrincipalID) -> Bool, _ newID: () -> ResourceID,
        _ effects: inout [ShareEffect]
    ) -> ShareSeat {
        var seat = self
        seat.grant = claim.grant
        seat.invites = claim.invites
        switch answer {
        case .accepted(let instance):
            // The status is retained (draft-pot-webdav-resource-sharing-04 §4.3).
            guard grant != claim.grant else { return seat }
            effects += [.accessChanged(instance, of: person, claim.grant), notice(.changed(claim.grant))]
            return seat
        case .none:
            guard claim.isAsked || grant != claim.grant else { return seat }
            seat = seat.asked(claim, rules, hasHome, newID, &effects)
            // The invitation may be open from when people were asked first.
            if seat.instance != nil { effects.append(notice(.withdrawn)) }
            return seat
        case .declined:
            return claim.isAsked ? seat.asked(claim, rules, hasHome, newID, &effects) : seat
        }
    }

    /// Gives the person the instance at once where that is the rule and there is a place for it, and else asks them.
    fileprivate func asked(
        _ claim: ShareList.Claim, _ rules: ShareRules, _ hasHome: (PrincipalID) -> Bool, _ newID: () -> ResourceID,
        _ effects: inout [ShareEffect]
    ) -> ShareSeat {
        var seat = self
        guard rules.mode == .instant, hasHome(person) else {
            seat.answer = .none
            effects.append(seat.notice(.invitation(claim.grant, comment: claim.comment)))
            return seat
        }
        let instance = newID()
        seat.answer = .accepted(instance)
        effects.append(.instanceAppeared(instance, of: person, claim.grant))
        return seat
    }

    func notice(_ content: ShareNotice.Content) -> ShareEffect {
        .notify(person, ShareNotice(ShareNotice.Key(seat: id, isReply: false), content))
    }
}
