import DAV
import Synchronization

/// What people do, and what the model makes of it.
extension SharePushRun {
    private func reserve(_ person: String) -> SharePushModel.Reserve {
        let all = read { $0.listeners.values.map(\.registration.location).sorted() }
        let some = all.filter { _ in pick(2) == 0 }
        let dontNotify: PushDontNotify =
            switch pick(10) {
            case 0..<5: .nobody
            case 5: .everybody
            default: .registrations(some)
            }
        return .init(person: person, dontNotify: dontNotify)
    }

    /// The URL somebody has it at; `nil`: they have not, or may not write there.
    private func place(_ path: [String], by person: String, writing: Bool) -> DAVPath? {
        let names = path.map { Name(unique: $0) }
        if person == "alice" { return subject.home.appending(names) }
        guard let seat = read({ $0.seats[person] }), let instance = seat.instance,
            path.starts(with: SharePushModel.top), !writing || seat.grant.allowsWriting
        else { return nil }
        return instance.appending(Array(names.dropFirst()))
    }

    func write(by person: String) async throws {
        let path = [["c", "a"], ["c", "b"], ["c", "d"], ["c", "d", "x"], ["out"]][pick(5)]
        // No folder is written over, and nothing into one that is not there.
        let isFree = read { !$0.isFolder(path) && (path.count < 3 || $0.isFolder(["c", "d"])) }
        guard isFree, let place = place(path, by: person, writing: true), let name = place.last else { return }
        let reserve = reserve(person)
        note("\(person) writes \(path) \(reserve.dontNotify)")
        let writing = try await writing(place.parent, of: person)
        if path.last == "d" {
            try await writing.makeCollection(name, kind: .folder, properties: [], if: condition(reserve))
        } else {
            let body = Array("after \(read(\.number))".utf8)
            let upload = Upload(contentType: "text/plain", body: .bytes(body))
            _ = try await writing.put(name, upload, if: condition(reserve))
        }
        edit { model in
            if model.member(at: path) == nil {
                model.made += 1
                model.members[model.made] = path
                if path.last == "d" { model.folders.insert(model.made) }
            }
            model.contentChanged(path, reserve)
        }
    }

    func delete(by person: String) async throws {
        guard let path = anyMember(), let place = place(path, by: person, writing: true), let name = place.last else {
            return
        }
        let reserve = reserve(person)
        note("\(person) deletes \(path) \(reserve.dontNotify)")
        try await writing(place.parent, of: person).delete(name, if: condition(reserve))
        edit { $0.deleted(path, reserve) }
    }

    /// Within what is shared, out of it, or into it.
    func move() async throws {
        let known = read { Set($0.members.values) }
        let new = [["c", "a"], ["c", "b"], ["c", "e"], ["out"], ["out2"]][pick(5)]
        guard let path = anyMember(), !known.contains(new), let from = place(path, by: "alice", writing: true),
            let to = place(new, by: "alice", writing: true), let name = from.last, path.last != "d" || new.count == 1
        else { return }
        let reserve = reserve("alice")
        note("alice moves \(path) to \(new) \(reserve.dontNotify)")
        _ = try await writing(from.parent, of: "alice").move(name, to: to, overwrite: false, if: condition(reserve))
        edit { $0.moved(path, to: new, reserve) }
    }

    /// Alice everybody's, sharees their own; and Alice's members everybody's.
    func paint(by person: String) async throws {
        let path = person == "alice" ? anyMember() ?? SharePushModel.top : SharePushModel.top
        guard let place = place(path, by: person, writing: false),
            let found = try await subject.backend.resolve(place, for: caller(person), fields: []),
            let writing = found.collection.writing
        else { return }
        let reserve = reserve(person)
        note("\(person) paints \(path) \(reserve.dontNotify)")
        let name = XMLName("urn:x", person)
        let xml = "<x:\(person) xmlns:x=\"urn:x\">\(read(\.number))</x:\(person)>"
        try await writing.patchProperties(
            of: found.target, [.set(DeadProperty(name: name, xml: Array(xml.utf8)))], if: condition(reserve))
        edit { model in
            let spot = model.member(at: path).map { SharePushModel.Spot.member($0) } ?? .top
            model.propertyChanged(spot, only: person == "alice" ? nil : person, reserve)
        }
    }

    // MARK: Sharing

    /// Another level, or an invitation that is accepted.
    func share(with person: String) async throws {
        guard let principal = caller(person).principal, let sharing = try await sharing() else { return }
        let reserve = reserve("alice")
        let grant: ShareGrant = pick(2) == 0 ? .read : .readWrite
        note("alice shares with \(person) \(grant) \(reserve.dontNotify)")
        try await sharing.share(
            [.set(.principal(principal), grant)], rules: rules, roster: .empty, if: condition(reserve))
        let before = read { $0.seats[person] }
        edit { $0.seats[person] = .init(grant: grant, instance: before?.instance) }
        if before?.instance != nil {
            if before?.grant != grant { edit { $0.propertyChanged(.top, only: person, reserve) } }
            return
        }
        var teller = reserve
        if rules.mode == .invitation {
            if pick(4) == 0 { return }
            teller = self.reserve(person)
            note("\(person) accepts \(teller.dontNotify)")
            guard let seat = try await sharing.shareList().seat(of: principal) else { throw Mismatch("no seat") }
            _ = try await subject.backend.invitations?.answer(
                ShareAnswer(hasAccepted: true), to: seat.id, by: principal, placing: SharePlacement(),
                if: condition(teller))
        }
        let home = try await collection(root.appending(principal.name), of: person)
        let found = try await home.entries(.all(after: nil, limit: 1000), fields: [])
        guard let entry = found.first(where: { $0.collection?.share.instance != nil }) else {
            throw Mismatch("\(person) has nothing")
        }
        edit { model in
            model.seats[person]?.instance = root.appending([principal.name, entry.name])
            model.homeChanged(person, teller)
        }
    }

    func revoke(_ person: String) async throws {
        guard read({ $0.seats[person] }) != nil, let principal = caller(person).principal else { return }
        let reserve = reserve("alice")
        note("alice takes it from \(person) \(reserve.dontNotify)")
        try await sharing()?.share(
            [.revoke(.principal(principal))], rules: rules, roster: .empty, if: condition(reserve))
        for listener in edit({ $0.revoked(person, reserve) }) where fault == .listensOn {
            guard case .member(let id) = listener.spot, let member = read({ $0.members[id] }),
                let path = place(member, by: "alice", writing: false)
            else { continue }
            var registration = listener.registration
            registration.path = path
            _ = try await post.registry.register(registration, limits: PushLimits())
        }
    }

    // MARK: Listening

    func listen(as person: String) async throws {
        guard let principal = caller(person).principal else { return }
        let home = root.appending(principal.name)
        var (spot, path): (SharePushModel.Spot, DAVPath?) = (.home, home)
        switch pick(4) {
        case 0: break
        case 1: (spot, path) = (.top, place(SharePushModel.top, by: person, writing: false))
        default:
            guard let member = anyMember(), let id = read({ $0.member(at: member) }) else { return }
            (spot, path) = (.member(id), place(member, by: person, writing: false))
        }
        let device = "\(person) \(pick(3))"
        guard let path, !read({ model in model.listeners.values.contains { $0.isSame(spot, of: person, device) } }),
            let resource = try await subject.backend.resolve(path, for: caller(person), fields: .resourceID)?.entry?
                .resourceID
        else { return }
        let number = state.withLock { state in
            state.registered += 1
            return state.registered
        }
        let triggers = PushTriggers(content: .infinity, property: pick(2) == 0 ? nil : .zero)
        note("\(person) listens at \(path): r\(number)")
        let now = post.clock.now
        let registration = PushRegistration(
            id: PushRegistration.ID("r\(number)"), location: "https://dav.example/push/r\(number)",
            principal: principal, resource: resource, path: path,
            subscription: PushSubscription(
                transport: "web-push", identity: device, details: [1], lane: "lane \(device)"),
            triggers: triggers, expires: now.adding(seconds: 1 << 32), created: now)
        let kept = try await post.registry.register(registration, limits: PushLimits())
        edit { model in
            model.listeners[kept.id] = .init(registration: kept, person: person, spot: spot, told: model.number)
        }
    }

    func unregister() async throws {
        let ids = read { $0.listeners.values.filter { !$0.isGone }.map(\.registration.id).sorted() }
        // A message that is being made may still go out then.
        guard !ids.isEmpty, !state.withLock({ $0.isMeanwhile }) else { return }
        let id = ids[pick(ids.count)]
        note("\(id) ends")
        if try await post.registry.unregister(id, of: nil, now: post.clock.now) { edit { $0.listeners[id] = nil } }
    }

    // MARK: Reaching

    private func anyMember() -> [String]? {
        let paths = read { $0.members.values.sorted { $0.joined(separator: "/") < $1.joined(separator: "/") } }
        return paths.isEmpty ? nil : paths[pick(paths.count)]
    }

    private func caller(_ person: String) -> Caller {
        person == "alice"
            ? subject.owner : subject.sharees.first { $0.principal?.name.string == person } ?? .anonymous
    }

    private func condition(_ reserve: SharePushModel.Reserve) -> Condition {
        var condition = Condition(caller: caller(reserve.person), now: post.clock.now)
        condition.dontNotify = reserve.dontNotify
        return condition
    }

    private func collection(_ path: DAVPath, of person: String) async throws -> any DAVCollection {
        guard let found = try await subject.backend.collection(at: path, for: caller(person)) else {
            throw Mismatch("there is no \(path)")
        }
        return found
    }

    private func writing(_ path: DAVPath, of person: String) async throws -> any Writing {
        guard let writing = try await collection(path, of: person).writing else { throw Mismatch("not writable") }
        return writing
    }

    private func sharing() async throws -> (any Sharing)? {
        try await collection(subject.home.appending(Name(unique: "c")), of: "alice").sharing
    }
}

extension SharePushModel.Listener {
    fileprivate func isSame(_ spot: SharePushModel.Spot, of person: String, _ device: String) -> Bool {
        self.spot == spot && self.person == person && registration.subscription.identity == device
    }
}
