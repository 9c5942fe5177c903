import DAV

/// People who share, spoken of by paths below the collection of homes: `alice/c/a`. Whoever's home a path lies in acts.
final class ShareStage {
    let world: World
    private let root: DAVPath
    /// What the owner shares.
    let shared = "alice/c"
    private var bodies = 0

    var backend: any Backend { world.backend }
    var rules = ShareRules(mode: .instant)

    /// - Throws: ``Skip`` where nothing can be shared.
    init(_ world: World, kind: CollectionKind = .team) async throws {
        self.world = world
        root = world.subject.home.parent
        guard !world.subject.sharees.isEmpty else { throw Skip(reason: "nobody to share with") }
        try await make(shared, kind)
        guard try await collection(shared).sharing != nil else { throw Skip(reason: "shares nothing") }
    }

    // MARK: Who, and where

    func path(_ text: String) -> DAVPath {
        root.appending(text.split(separator: "/").map { $0 == "alice" ? ownerName : Name(unique: String($0)) })
    }

    private var ownerName: Name { world.subject.home.last ?? .root }

    /// The path, as texts go here.
    func text(_ path: DAVPath?) -> String {
        guard let names = path?.relative(to: root) else { return "elsewhere" }
        return names.map { $0 == ownerName ? "alice" : $0.string }.joined(separator: "/")
    }

    func caller(_ text: String) -> Caller {
        let name = text.prefix { $0 != "/" }
        if name == "alice" { return world.subject.owner }
        return world.subject.sharees.first { $0.principal?.name.string == String(name) } ?? .anonymous
    }

    private func person(_ name: String) throws -> PrincipalID {
        guard let principal = caller(name).principal else { throw Skip(reason: "there is no \(name)") }
        return principal
    }

    func condition(_ text: String) -> Condition { Condition(caller: caller(text), now: world.subject.clock.now) }

    // MARK: Finding

    func found(_ text: String, _ fields: Fields = []) async throws -> Resolution? {
        try await backend.resolve(path(text), for: caller(text), fields: fields)
    }

    func entry(_ text: String, _ fields: Fields = []) async throws -> Entry? { try await found(text, fields)?.entry }

    func collection(_ text: String) async throws -> any DAVCollection {
        guard let found = try await backend.collection(at: path(text), for: caller(text)) else {
            throw DAVError.notFound
        }
        return found
    }

    func writing(_ text: String) async throws -> any Writing {
        guard let writing = try await collection(text).writing else { throw DAVError.methodNotAllowed }
        return writing
    }

    /// The collection that holds it, and its name there.
    func place(_ text: String) async throws -> (holder: any DAVCollection, name: Name) {
        let path = path(text)
        guard let holder = try await backend.collection(at: path.parent, for: caller(text)), let name = path.last else {
            throw DAVError.conflict
        }
        return (holder, name)
    }

    private func writer(_ text: String) async throws -> (writing: any Writing, name: Name) {
        let (holder, name) = try await place(text)
        guard let writing = holder.writing else { throw DAVError.methodNotAllowed }
        return (writing, name)
    }

    // MARK: Sharing

    func share(_ name: String, _ grant: ShareGrant = .readWrite, dontNotify: PushDontNotify = .nobody) async throws {
        try await change([.set(.principal(try person(name)), grant)], dontNotify)
    }

    func revoke(_ name: String, dontNotify: PushDontNotify = .nobody) async throws {
        try await change([.revoke(.principal(try person(name)))], dontNotify)
    }

    /// Takes it from somebody, whenever and by whomever it is run.
    func revocation(_ name: String) throws -> @Sendable () async throws -> Void {
        let change = ShareChange.revoke(.principal(try person(name)))
        let (backend, path, condition, rules) = (backend, path(shared), condition(shared), rules)
        return {
            guard let sharing = try await backend.collection(at: path, for: condition.caller)?.sharing else {
                throw DAVError.notFound
            }
            try await sharing.share([change], rules: rules, roster: .empty, if: condition)
        }
    }

    private func change(_ changes: [ShareChange], _ dontNotify: PushDontNotify) async throws {
        guard let sharing = try await collection(shared).sharing else { throw Skip(reason: "shares nothing") }
        var condition = condition(shared)
        condition.dontNotify = dontNotify
        try await sharing.share(changes, rules: rules, roster: .empty, if: condition)
    }

    /// Answers the invitation to what is shared.
    func answer(_ name: String, _ hasAccepted: Bool) async throws {
        let person = try person(name)
        guard let sharing = try await collection(shared).sharing, let invitations = backend.invitations else {
            throw Skip(reason: "nothing can be answered")
        }
        guard let seat = try await sharing.shareList().seat(of: person) else {
            throw ShareRefusal.noSuchInvitation
        }
        _ = try await invitations.answer(
            ShareAnswer(hasAccepted: hasAccepted), to: seat.id, by: person, placing: SharePlacement(),
            if: condition(name))
    }

    /// What somebody has of others, by name.
    func instances(_ name: String) async throws -> [String] {
        let entries = try await collection(name).entries(.all(after: nil, limit: 1000), fields: [])
        return entries.filter { $0.collection?.share.instance != nil }.map { name + "/" + $0.name.string }
    }

    func instance(_ name: String) async throws -> String {
        guard let first = try await instances(name).first else { throw Mismatch("\(name) has no instance") }
        return first
    }

    /// What the owner is told of those who are invited.
    func answers() async throws -> [InviteStatus] {
        guard let sharing = try await collection(shared).sharing else { throw Skip(reason: "shares nothing") }
        return try await sharing.shareList().lines.map(\.status)
    }

    // MARK: Writing

    @discardableResult
    func put(_ text: String, _ body: String? = nil, if condition: Condition? = nil) async throws -> WriteResult {
        bodies += 1
        let (writing, name) = try await writer(text)
        let upload = Upload(contentType: "text/plain", body: .bytes(Array((body ?? "body \(bodies)").utf8)))
        return try await writing.put(name, upload, if: condition ?? self.condition(text))
    }

    func make(_ text: String, _ kind: CollectionKind = .folder) async throws {
        let (writing, name) = try await writer(text)
        try await writing.makeCollection(name, kind: kind, properties: [], if: condition(text))
    }

    func delete(_ text: String) async throws {
        let (writing, name) = try await writer(text)
        try await writing.delete(name, if: condition(text))
    }

    func move(_ text: String, _ destination: String, overwrite: Bool = true) async throws {
        let (writing, name) = try await writer(text)
        _ = try await writing.move(name, to: path(destination), overwrite: overwrite, if: condition(text))
    }

    func copy(_ text: String, _ destination: String, depth: Depth = .infinity) async throws {
        guard let found = try await found(text), let writing = found.collection.writing else { throw DAVError.notFound }
        _ = try await writing.copy(
            found.target, to: path(destination), depth: depth, overwrite: true, if: condition(text))
    }

    private static func property(_ value: String) -> DeadProperty {
        let name = XMLName("urn:x", "colour")
        return DeadProperty(name: name, xml: Array("<x:colour xmlns:x=\"urn:x\">\(value)</x:colour>".utf8))
    }

    /// `nil`: removes it.
    func colour(_ text: String, _ value: String?) async throws {
        guard let found = try await found(text), let writing = found.collection.writing else { throw DAVError.notFound }
        let property = Self.property(value ?? "")
        try await writing.patchProperties(
            of: found.target, [value == nil ? .remove(property.name) : .set(property)], if: condition(text))
    }

    func colour(_ text: String) async throws -> String? {
        let properties = try await entry(text, .deadProperties)?.deadProperties ?? []
        let found = properties.filter { $0.name.namespace == "urn:x" }
        try demand(found.count < 2, "\(text) has the property \(found.count) times")
        return found.first.map { xml in
            String(decoding: xml.xml, as: UTF8.self).split(separator: ">").dropFirst().first?.split(separator: "<")
                .first
                .map(String.init) ?? ""
        }
    }

    func lock(_ text: String, depth: Depth = .zero) async throws -> Lock {
        guard let found = try await found(text), let locking = found.collection.locking else {
            throw Skip(reason: "does not lock")
        }
        let request = LockRequest(scope: .exclusive, depth: depth, owner: nil, timeoutSeconds: 60)
        return try await locking.lock(found.target, request, if: condition(text)).lock
    }

    // MARK: Reading

    func body(_ text: String) async throws -> String? {
        let (holder, name) = try await place(text)
        guard let opened = try await holder.open(name, fields: []) else { return nil }
        return String(decoding: try await opened.body.read(at: 0, count: 1 << 20), as: UTF8.self)
    }

    func listing(_ text: String, _ level: SyncLevel = .one) async throws -> Listing {
        try await Listing(of: collection(text), level, in: backend, for: caller(text))
    }

    func token(_ text: String) async throws -> SyncToken {
        guard let token = try await entry(text, .syncToken)?.syncToken else { throw Skip(reason: "does not sync") }
        return token
    }

    func changes(_ text: String, _ token: SyncToken?, _ level: SyncLevel = .one, limit: Int = 1000) async throws
        -> ChangePage
    {
        guard let syncing = try await collection(text).syncing else { throw Skip(reason: "does not sync") }
        return try await syncing.changes(since: token, level: level, limit: limit, fields: [])
    }

    /// What is reported, in words: `a`, `b gone`, `c barred`.
    func news(_ text: String, _ token: SyncToken?, _ level: SyncLevel = .one) async throws -> [String] {
        try await changes(text, token, level).changes.map { change in
            let name = change.path.map(\.string).joined(separator: "/")
            switch change {
            case .changed: return name
            case .removed: return name + " gone"
            case .barred: return name + " barred"
            }
        }.sorted()
    }
}

extension String {
    /// The last of a path's names.
    var lastName: String { split(separator: "/").last.map(String.init) ?? "" }
}
