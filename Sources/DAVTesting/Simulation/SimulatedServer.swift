public import DAV

/// What a simulation asks of the server it judges: a back-end behind the seam, the model itself, or a whole server over HTTP.
public protocol SimulatedServer {
    /// Whether the server can do such a thing at all; what it cannot is left out. By default it can.
    func offers(_ operation: Operation) -> Bool
    /// Carries out a legal operation that changes (or must not change) the tree.
    mutating func perform(_ operation: Operation) async throws
    mutating func prune(through token: SyncToken) async throws
    mutating func restart() async throws
    mutating func backUp() async throws
    mutating func restore() async throws
    func token(of path: SyncModel.Path) async throws -> SyncToken?
    func listing(_ path: SyncModel.Path, _ level: SyncLevel) async throws -> Listing
    /// - Throws: ``DAVError/validSyncToken`` for a token that is refused.
    func changes(_ path: SyncModel.Path, since token: SyncToken?, _ level: SyncLevel, limit: Int) async throws
        -> ChangePage
    /// The members of a collection of notes whose UID it is, as its index knows them. Asked by ``Simulation/hasContent`` alone.
    func names(_ path: SyncModel.Path, uid: Int) async throws -> [Name]
}

extension SimulatedServer {
    public func offers(_ operation: Operation) -> Bool { true }
    public func names(_ path: SyncModel.Path, uid: Int) async throws -> [Name] {
        throw Mismatch("this server cannot be asked for UIDs")
    }
}

/// A back-end behind the seam.
struct BackendServer: SimulatedServer {
    private let world: World
    private var backup: (@Sendable () async throws -> any Backend)?

    init(_ subject: BackendConformance.Subject) { world = World(subject) }

    /// A run whose home is a collection of kind ``DAV/CollectionKind/desk``.
    init(deskOf subject: BackendConformance.Subject) async throws {
        guard subject.makesNotes else { throw Mismatch("the back-end makes no collections of notes") }
        try await World(subject).makeCollection("desk", kind: .desk)
        var subject = subject
        subject.home = subject.home.appending(Name(literal: "desk"))
        world = World(subject)
    }

    func offers(_ operation: Operation) -> Bool {
        switch operation {
        case .makeBarred: world.subject.barredKind != nil
        case .prune: world.subject.prune != nil
        case .restart: world.subject.restart != nil
        case .backUp, .restore: world.subject.backUp != nil
        default: true
        }
    }

    private func text(_ path: SyncModel.Path) -> String { path.map(\.string).joined(separator: "/") }

    func perform(_ operation: Operation) async throws {
        switch operation {
        case .put(let path): try await world.put(text(path))
        case .putNote(let path, let uid):
            let body = world.freshBody()
            try await world.put(text(path), uid.map { "uid: \($0)\ntext: \(body)" } ?? body)
        case .putSame(let path):
            // What was moved out of a collection of notes keeps the type it had there.
            let type = try await world.demandEntry(text(path)).contentType
            try await world.put(text(path), world.body(text(path)), type: type ?? "text/plain")
        case .makeCollection(let path): try await world.makeCollection(text(path))
        case .makeBarred(let path):
            try await world.makeCollection(text(path), kind: world.subject.barredKind ?? .folder)
        case .makeNotes(let path): try await world.makeCollection(text(path), kind: .notes)
        case .delete(let path): try await world.delete(text(path))
        case .patch(let path):
            let value = DeadProperty(
                name: XMLName("urn:test", "p"), xml: Array("<p xmlns=\"urn:test\">\(world.freshBody())</p>".utf8))
            try await world.patch(text(path), [.set(value)])
        case .move(let from, let to): try await world.move(text(from), text(to))
        case .copy(let from, let to, let deep):
            try await world.copy(text(from), text(to), depth: deep ? .infinity : .zero)
        case .lockAndUnlock(let path): try await lockAndUnlock(text(path))
        case .refused(let path): try await refused(text(path))
        default: break
        }
    }

    private func lockAndUnlock(_ path: String) async throws {
        let (holder, target) = try await world.locate(path)
        guard let locking = holder.locking else { return }
        let request = LockRequest(scope: .exclusive, depth: .infinity, owner: nil, timeoutSeconds: 60)
        let lock = try await locking.lock(target, request, if: world.condition()).lock
        try await locking.unlock(target, lock.token, mayBreak: false, if: world.condition())
    }

    private func refused(_ path: String) async throws {
        var condition = world.condition()
        condition.ifNoneMatch = .any
        // A body that the collection would take, were it not for the condition.
        let body = try await world.body(path).map { $0 + "\ntext: another" }
        try await demandRefusal(412) { try await world.put(path, body, if: condition) }
    }

    func prune(through token: SyncToken) async throws { try await world.subject.prune?(token) }
    func restart() async throws { try await world.restart() }
    mutating func backUp() async throws { backup = try await world.subject.backUp?() }
    func restore() async throws { if let backup { try await world.restore(backup) } }

    func token(of path: SyncModel.Path) async throws -> SyncToken? {
        try await world.entry(text(path), .syncToken)?.syncToken
    }

    func listing(_ path: SyncModel.Path, _ level: SyncLevel) async throws -> Listing {
        try await world.listing(text(path), level)
    }

    func changes(_ path: SyncModel.Path, since token: SyncToken?, _ level: SyncLevel, limit: Int) async throws
        -> ChangePage
    {
        try await world.syncing(world.collection(text(path))).changes(
            since: token, level: level, limit: limit, fields: [])
    }

    func names(_ path: SyncModel.Path, uid: Int) async throws -> [Name] {
        try await world.collection(text(path)).names(matching: ContentQuery(uid: String(uid)))
    }
}

/// The model itself, with or without faults: the test of the test.
struct ModelServer: SimulatedServer {
    private var model: SyncModel
    private var backup: SyncModel?
    private let tokens = TokenTable()

    init(faults: SyncModel.Fault, isDesk: Bool) { model = SyncModel(faults: faults, isDesk: isDesk) }

    mutating func perform(_ operation: Operation) throws {
        if let refusal = model.refusal(of: operation) { throw refusal }
        model.apply(operation)
    }
    func names(_ path: SyncModel.Path, uid: Int) -> [Name] { model.names(path, uid: uid) }
    mutating func prune(through token: SyncToken) {
        if let token = tokens[token] { model.prune(through: token.revision) }
    }
    func restart() {}
    mutating func backUp() { backup = model }
    mutating func restore() { if let backup { model = backup.restored(after: model) } }
    func token(of path: SyncModel.Path) -> SyncToken? { model.token(of: path).map(tokens.name) }

    func listing(_ path: SyncModel.Path, _ level: SyncLevel) -> Listing {
        var listing = Listing()
        for (member, _) in model.live where model.isInScope(member, of: path, level) {
            listing.members[Array(member.dropFirst(path.count))] = Listing.Member(entry(member), level)
        }
        return listing
    }

    func changes(_ path: SyncModel.Path, since token: SyncToken?, _ level: SyncLevel, limit: Int) throws -> ChangePage {
        do {
            let page = try model.report(path, since: token.flatMap { tokens[$0] }, level, limit: limit)
            let changes: [Change] = page.lines.map { line in
                let names = Array(line.path.dropFirst(path.count))
                return switch line.mark {
                case .changed: .changed(path: names, entry(line.path))
                case .removed: .removed(path: names, wasCollection: false)
                case .barred: .barred(path: names, entry(line.path))
                }
            }
            return ChangePage(changes: changes, token: tokens.name(page.token), isComplete: page.isComplete)
        } catch is SyncModel.InvalidToken {
            throw DAVError.validSyncToken
        }
    }

    private func entry(_ path: SyncModel.Path) -> Entry {
        let zero = Timestamp(seconds: 0)
        guard let node = model.live[path] else { return Entry(name: path.last ?? .root, created: zero, modified: zero) }
        let kind: CollectionKind? =
            switch node.kind {
            case .file: nil
            case .folder: .folder
            case .notes: .notes
            case .barred: .system
            }
        let info = kind.map { CollectionInfo(path: DAVPath(path), kind: $0, owner: nil, capabilities: []) }
        return Entry(
            name: path.last ?? .root, collection: info, etag: info == nil ? ETag(opaque: String(node.etag)) : nil,
            created: zero,
            modified: zero)
    }
}

/// Gives the model's tokens names, as clients see tokens.
private final class TokenTable {
    private var numbers: [SyncModel.Token: Int] = [:]
    private var all: [SyncModel.Token] = []

    func name(_ token: SyncModel.Token) -> SyncToken {
        let number = numbers[token] ?? all.count
        if number == all.count {
            numbers[token] = number
            all.append(token)
        }
        return SyncToken(uri: "model:\(number)")
    }

    subscript(name: SyncToken) -> SyncModel.Token? {
        Int(name.uri.dropFirst(6)).flatMap { all.indices.contains($0) ? all[$0] : nil }
    }
}
