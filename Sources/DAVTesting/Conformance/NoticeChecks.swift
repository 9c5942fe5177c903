import DAV

extension BackendConformance {
    /// What ``DAV/Sharing`` promises of notices (``DAV/ShareEffect/notify(_:_:)``), for back-ends that share and were given
    /// ``Subject/notifications``.
    public static let noticeCases: [Case] = [
        Case(id: "notice-N1", title: "an invitation arrives; the same again is no news, another is, in its place") {
            world in
            let scene = try await NoticeScene(world)
            let start = try await scene.changes(of: scene.sharee).token
            try await scene.invite(comment: "Rota")
            let first = try await scene.one(of: scene.sharee)
            try demand(
                first.record.notice.content == .invitation(.read, comment: "Rota"), "\(first.record.notice.content)")
            try demand(first.record.title == "Team" && first.record.source == world.path("C"), "\(first.record)")
            try demand(first.record.recipient == scene.sharee.principal, "for \(first.record.recipient)")
            try demand(first.record.sharer.id == world.subject.owner.principal, "from \(first.record.sharer)")
            let arrived = try await scene.changes(of: scene.sharee, since: start)
            try demand(arrived.changes.map(\.path) == [[first.entry.name]], "\(arrived.changes.map(\.path))")
            try await scene.invite(comment: "Rota")
            try demand(try await scene.changes(of: scene.sharee, since: arrived.token).changes.isEmpty, "told twice")
            world.subject.clock.advance(seconds: 60)
            try await scene.invite(.readWrite, comment: "Please")
            let second = try await scene.one(of: scene.sharee)
            try demand(second.entry.name == first.entry.name, "there under another name")
            try demand(second.entry.resourceID == first.entry.resourceID, "another resource")
            try demand(second.entry.etag != first.entry.etag, "the ETag was used before")
            try demand(second.entry.modified > first.entry.modified, "as old as the other")
            try demand(second.record.notice.content == .invitation(.readWrite, comment: "Please"), "\(second.record)")
            try await world.restart()
            try demand(try await scene.one(of: scene.sharee).record == second.record, "lost")
        },
        Case(id: "notice-N3", title: "an answer takes the invitation away and tells the sharer") { world in
            let scene = try await NoticeScene(world)
            try await scene.invite(comment: nil)
            let invitation = try await scene.one(of: scene.sharee)
            let before = try await scene.changes(of: scene.sharee).token
            try await scene.answer(true, to: invitation.record, comment: "Yes")
            try demand(try await scene.notices(of: scene.sharee).isEmpty, "the invitation is still there")
            let gone = try await scene.changes(of: scene.sharee, since: before).changes
            guard gone.count == 1, case .removed([invitation.entry.name], wasCollection: false) = gone[0] else {
                throw Mismatch("\(gone)")
            }
            let reply = try await scene.one(of: world.subject.owner)
            guard let sharee = scene.sharee.principal else { throw Skip(reason: "the sharee is nobody") }
            try demand(
                reply.record.notice.content == .reply(from: sharee, hasAccepted: true, comment: "Yes"),
                "\(reply.record)")
            try demand(reply.record.notice.key.seat == invitation.record.notice.key.seat, "of another seat")
            try await scene.answer(true, to: invitation.record, comment: "Yes")
            try demand(try await scene.one(of: world.subject.owner).entry.etag == reply.entry.etag, "N7: told twice")
            try await scene.answer(false, to: invitation.record, comment: nil)
            let other = try await scene.one(of: world.subject.owner)
            try demand(
                other.record.notice.content == .reply(from: sharee, hasAccepted: false, comment: nil), "\(other.record)"
            )
        },
        Case(id: "notice-N8", title: "whoever removes a notice removes nothing else, and may be told again") { world in
            let scene = try await NoticeScene(world)
            try await scene.invite(comment: nil)
            let invitation = try await scene.one(of: scene.sharee)
            try await scene.remove(invitation.entry.name, of: scene.sharee)
            try demand(try await scene.notices(of: scene.sharee).isEmpty, "it is still there")
            try demand(try await scene.notices(of: world.subject.owner).isEmpty, "the sharer was told")
            try demand(try await scene.shares().seats.map(\.status) == [.noResponse], "it counts as an answer")
            try await scene.invite(comment: nil)
            let again = try await scene.one(of: scene.sharee)
            try demand(again.entry.name == invitation.entry.name, "another name")
            try demand(again.entry.etag != invitation.entry.etag, "the ETag was used before")
        },
        Case(id: "notice-N10", title: "another level is told to whoever accepted, and so is its end") { world in
            let scene = try await NoticeScene(world)
            try await scene.invite(comment: nil)
            try await scene.revoke()
            try demand(try await scene.notices(of: scene.sharee).isEmpty, "N11: who never answered has nothing to hear")
            try await scene.invite(comment: nil)
            let invitation = try await scene.one(of: scene.sharee).record
            try await scene.answer(true, to: invitation, comment: nil, called: "Mine")
            try await scene.invite(.readWrite, comment: nil)
            let changed = try await scene.one(of: scene.sharee).record
            try demand(changed.notice.content == .changed(.readWrite), "\(changed)")
            try demand(changed.title == "Mine", "called \(changed.title ?? "nothing")")
            try await scene.revoke()
            let ended = try await scene.one(of: scene.sharee).record
            try demand(ended.notice.content == .changed(nil) && ended.title == "Mine", "\(ended)")
        },
        Case(id: "notice-U2", title: "what is removed takes open invitations along, and tells who had it") { world in
            let scene = try await NoticeScene(world)
            try await scene.invite(comment: nil)
            try await world.delete("C")
            try demand(try await scene.notices(of: scene.sharee).isEmpty, "the invitation is still there")
            try await scene.makeCollection()
            try await scene.invite(comment: nil)
            try await scene.answer(true, to: try await scene.one(of: scene.sharee).record, comment: nil)
            try await world.delete("C")
            let ended = try await scene.one(of: scene.sharee).record
            try demand(ended.notice.content == .changed(nil) && ended.title == "Team", "\(ended)")
        },
        Case(id: "notice-X14", title: "who has no room left is told all the same") { world in
            let scene = try await NoticeScene(world)
            guard let quota = world.subject.quotaBytes else { throw Skip(reason: "no quota") }
            try await scene.invite(comment: nil)
            let invitation = try await scene.one(of: scene.sharee).record
            try await world.put("full", String(repeating: "x", count: Int(quota)))
            try await scene.answer(true, to: invitation, comment: String(repeating: "y", count: 4000))
            _ = try await scene.one(of: world.subject.owner)
            try await demandRefusal(507) { try await world.put("more", "x") }
        },
        Case(
            id: "notice-W3",
            title: "who registered is due when a notice arrives, changes and goes, whatever the sharer wants"
        ) { world in
            let scene = try await NoticeScene(world)
            let listener = try await PushListener(world)
            _ = try await scene.register(with: listener)
            try demand(try await listener.due().isEmpty, "due from the beginning")
            for comment in ["a", "b"] {
                try await scene.invite(comment: comment, quietly: true)
                try demand(try await listener.due().count == 1, "nobody was told of \(comment)")
                try await listener.tellAll()
            }
            try await scene.revoke()
            try demand(try await listener.due().count == 1, "nobody was told that it went")
        },
    ]
}

/// The owner's collection `C`, and somebody it is shared with.
private struct NoticeScene {
    let world: World
    let sharee: Caller
    private let place: @Sendable (PrincipalID) -> DAVPath

    typealias Notice = (entry: Entry, record: ShareNoticeRecord)

    init(_ world: World) async throws {
        guard let place = world.subject.notifications else { throw Skip(reason: "tells nobody of shares") }
        self.world = world
        self.place = place
        guard let sharee = world.subject.sharees.first else { throw Skip(reason: "nobody to share with") }
        self.sharee = sharee
        try await makeCollection()
    }

    func makeCollection() async throws {
        try await world.makeCollection("C")
        try await world.patch("C", [.set(world.property(.dav("displayname"), "Team"))])
    }

    // MARK: What people do

    private func sharing() async throws -> any Sharing {
        guard let sharing = try await world.collection("C").sharing else { throw Skip(reason: "is not shared") }
        return sharing
    }

    func shares() async throws -> ShareList { try await sharing().shareList() }

    private func apply(_ change: (ShareeRef) -> ShareChange, quietly: Bool = false) async throws {
        guard let person = sharee.principal else { throw Skip(reason: "the sharee is nobody") }
        var condition = world.condition()
        if quietly { condition.dontNotify = .everybody }
        try await sharing().share([change(.principal(person))], rules: ShareRules(), roster: .empty, if: condition)
    }

    func invite(_ grant: ShareGrant = .read, comment: String?, quietly: Bool = false) async throws {
        try await apply({ .set($0, grant, comment: comment) }, quietly: quietly)
    }

    func revoke() async throws { try await apply { .revoke($0) } }

    func answer(_ hasAccepted: Bool, to record: ShareNoticeRecord, comment: String?, called name: String? = nil)
        async throws
    {
        guard let invitations = world.backend.invitations, let person = sharee.principal else {
            throw Skip(reason: "invitations are not answered")
        }
        _ = try await invitations.answer(
            ShareAnswer(hasAccepted: hasAccepted, comment: comment), to: record.notice.key.seat, by: person,
            placing: SharePlacement(displayName: name), if: world.condition(by: sharee))
    }

    // MARK: What they find

    private func collection(of caller: Caller) async throws -> (any DAVCollection)? {
        guard let person = caller.principal else { return nil }
        return try await world.backend.collection(at: place(person), for: caller)
    }

    func notices(of caller: Caller) async throws -> [Notice] {
        // Who was never told anything may have no place for it yet.
        guard let collection = try await collection(of: caller) else { return [] }
        return try await collection.entries(.all(after: nil, limit: 100), fields: [.content, .resourceID]).map {
            entry in
            guard let record = entry.content.flatMap({ ShareNoticeRecord(octets: $0) }) else {
                throw Mismatch("\(entry.name) is no notice")
            }
            try demand(record.notice.key.name == entry.name, "\(record.notice.key) is called \(entry.name)")
            return (entry, record)
        }
    }

    func one(of caller: Caller) async throws -> Notice {
        let all = try await notices(of: caller)
        try demand(all.count == 1, "there are \(all.count) notices")
        return all[0]
    }

    func changes(of caller: Caller, since token: SyncToken? = nil) async throws -> ChangePage {
        guard let syncing = try await collection(of: caller)?.syncing else { throw Mismatch("it does not sync") }
        return try await syncing.changes(since: token, level: .one, limit: 100, fields: [])
    }

    func remove(_ name: Name, of caller: Caller) async throws {
        guard let writing = try await collection(of: caller)?.writing else { throw Mismatch("nothing can be removed") }
        try await writing.delete(name, if: world.condition(by: caller))
    }

    func register(with listener: PushListener) async throws -> PushRegistration {
        guard let person = sharee.principal, let collection = try await collection(of: sharee),
            let id = try await collection.entries(.itself, fields: .resourceID).first?.resourceID
        else { throw Skip(reason: "has no resource-id") }
        var registration = world.registration(
            of: person, on: id, at: [], identity: "1", PushTriggers(content: .one), lifetime: 1000)
        registration.path = place(person)
        return try await listener.registry.register(registration, limits: listener.limits)
    }
}
