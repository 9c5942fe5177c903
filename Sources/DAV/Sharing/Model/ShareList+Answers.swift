extension ShareList {
    /// A sharee answers. Saying the same again changes nothing, and the instance stays the same.
    ///
    /// Whoever declined may still accept, as long as they are invited.
    /// - Parameter hasHome: whether the instance has a place to stand.
    /// - Throws: ``ShareRefusal/noSuchInvitation`` for an unknown identity, and for somebody else's; ``ShareRefusal/noHome``.
    public func reply(
        _ answer: ShareAnswer, to id: ResourceID, by person: PrincipalID, hasHome: Bool = true,
        newID: () -> ResourceID = ResourceID.random
    ) throws(ShareRefusal) -> (list: ShareList, effects: [ShareEffect], instance: ResourceID?) {
        guard let index = seats.firstIndex(where: { $0.id == id && $0.person == person }) else {
            throw .noSuchInvitation
        }
        let seat = seats[index]
        var next = self
        var effects: [ShareEffect] = []
        switch (seat.answer, answer.hasAccepted) {
        case (.accepted(let instance), true): return (self, [], instance)
        case (.declined, false): return (self, [], nil)
        case (.accepted(let instance), false):
            next.seats[index].answer = .declined
            effects.append(.instanceRemoved(instance, of: person))
        case (.none, false): next.seats[index].answer = .declined
        case (_, true):
            guard hasHome else { throw .noHome }
            let instance = newID()
            next.seats[index].answer = .accepted(instance)
            effects.append(.instanceAppeared(instance, of: person, seat.grant))
        }
        // What was answered, or is no news any more, is taken away (draft-pot-webdav-resource-sharing-04 §4.7.1).
        effects += [seat.notice(.withdrawn), told(seat, answer)]
        return (next, next.closing(effects, since: self), next.seats[index].instance)
    }

    /// A sharee removes their instance (§4.7.4): only that. The owner finds them to have declined, and may ask again.
    ///
    /// - Throws: ``ShareRefusal/noSuchInvitation`` if there is no such instance.
    public func leave(_ instance: ResourceID) throws(ShareRefusal) -> (list: ShareList, effects: [ShareEffect]) {
        guard let seat = seats.first(where: { $0.instance == instance }) else { throw .noSuchInvitation }
        let (list, effects, _) = try reply(ShareAnswer(hasAccepted: false), to: seat.id, by: seat.person)
        return (list, effects)
    }

    private func told(_ seat: ShareSeat, _ answer: ShareAnswer) -> ShareEffect {
        let content = ShareNotice.Content.reply(
            from: seat.person, hasAccepted: answer.hasAccepted, comment: answer.comment)
        return .notify(owner, ShareNotice(ShareNotice.Key(seat: seat.id, isReply: true), content))
    }
}
