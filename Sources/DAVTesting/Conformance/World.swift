import DAV

/// A back-end under test, spoken to with paths relative to its home: `C/a`.
final class World {
    private(set) var backend: any Backend
    let subject: BackendConformance.Subject
    private var bodies = 0

    init(_ subject: BackendConformance.Subject) {
        self.subject = subject
        backend = subject.backend
    }

    // MARK: Paths

    func path(_ text: String) -> DAVPath {
        subject.home.appending(text.split(separator: "/").compactMap { Name(String($0)) })
    }

    func collection(_ text: String) async throws -> any DAVCollection {
        guard let found = try await backend.collection(at: path(text), for: subject.owner) else {
            throw Mismatch("there is no collection \(text)")
        }
        return found
    }

    /// The collection that holds the path, and the path's name in it.
    func place(_ text: String) async throws -> (any DAVCollection, Name) {
        let path = path(text)
        guard let name = path.last, path != subject.home else { throw Mismatch("\(text) is not a member") }
        guard let parent = try await backend.collection(at: path.parent, for: subject.owner) else {
            throw DAVError.conflict
        }
        return (parent, name)
    }

    func condition(by caller: Caller? = nil) -> Condition {
        Condition(caller: caller ?? subject.owner, now: subject.clock.now)
    }

    // MARK: Capabilities

    func writing(_ collection: any DAVCollection) throws -> any Writing {
        guard let writing = collection.writing else { throw Skip(reason: "read-only") }
        return writing
    }

    func syncing(_ collection: any DAVCollection) throws -> any Syncing {
        guard let syncing = collection.syncing else { throw Skip(reason: "does not sync") }
        return syncing
    }

    func locking(_ collection: any DAVCollection) throws -> any Locking {
        guard let locking = collection.locking else { throw Skip(reason: "does not lock") }
        return locking
    }

    // MARK: Writing

    /// Octets that were never stored before.
    func freshBody() -> String {
        bodies += 1
        return "body \(bodies)"
    }

    @discardableResult
    func put(_ text: String, _ body: String? = nil, type: String = "text/plain", if condition: Condition? = nil)
        async throws -> WriteResult
    {
        let (parent, name) = try await place(text)
        let upload = Upload(contentType: type, body: .bytes(Array((body ?? freshBody()).utf8)))
        return try await writing(parent).put(name, upload, if: condition ?? self.condition())
    }

    func makeCollection(_ text: String, kind: CollectionKind = .folder, if condition: Condition? = nil) async throws {
        let (parent, name) = try await place(text)
        try await writing(parent).makeCollection(name, kind: kind, properties: [], if: condition ?? self.condition())
    }

    func delete(_ text: String, if condition: Condition? = nil) async throws {
        let (parent, name) = try await place(text)
        try await writing(parent).delete(name, if: condition ?? self.condition())
    }

    @discardableResult
    func move(_ from: String, _ to: String, overwrite: Bool = true, if condition: Condition? = nil) async throws
        -> WriteResult
    {
        let (parent, name) = try await place(from)
        return try await writing(parent).move(
            name, to: path(to), overwrite: overwrite, if: condition ?? self.condition())
    }

    /// COPY reaches a collection as the handler does: as itself.
    @discardableResult
    func copy(
        _ from: String, _ to: String, depth: Depth = .infinity, overwrite: Bool = true, if condition: Condition? = nil
    ) async throws -> WriteResult {
        let (holder, target) = try await locate(from)
        return try await writing(holder).copy(
            target, to: path(to), depth: depth, overwrite: overwrite, if: condition ?? self.condition())
    }

    func patch(_ text: String, _ changes: [PropertyChange], if condition: Condition? = nil) async throws {
        let (holder, target) = try await locate(text)
        try await writing(holder).patchProperties(of: target, changes, if: condition ?? self.condition())
    }

    func locate(_ text: String) async throws -> (any DAVCollection, Target) {
        guard let found = try await backend.resolve(path(text), for: subject.owner, fields: []) else {
            throw DAVError.conflict
        }
        return (found.collection, found.target)
    }

    // MARK: Reading

    func entry(_ text: String, _ fields: Fields = []) async throws -> Entry? {
        try await backend.resolve(path(text), for: subject.owner, fields: fields)?.entry
    }

    func demandEntry(_ text: String, _ fields: Fields = []) async throws -> Entry {
        guard let entry = try await entry(text, fields) else { throw Mismatch("\(text) is not mapped") }
        return entry
    }

    func body(_ text: String) async throws -> String? {
        let (parent, name) = try await place(text)
        guard let opened = try await parent.open(name, fields: []) else { return nil }
        return String(decoding: try await opened.body.read(at: 0, count: 1 << 20), as: UTF8.self)
    }

    func token(_ text: String) async throws -> SyncToken {
        guard let token = try await demandEntry(text, .syncToken).syncToken else { throw Skip(reason: "does not sync") }
        return token
    }

    /// What PROPFIND would list: paths below the collection with their ETags; collections end in a slash.
    func listing(_ text: String, _ level: SyncLevel) async throws -> Listing {
        try await Listing(of: collection(text), level, in: backend, for: subject.owner)
    }

    // MARK: Hooks

    func prune(through token: SyncToken) async throws {
        guard let prune = subject.prune else { throw Skip(reason: "does not prune") }
        try await prune(token)
    }

    func restart() async throws {
        guard let restart = subject.restart else { throw Skip(reason: "does not restart") }
        backend = try await restart()
    }

    func backUp() async throws -> @Sendable () async throws -> any Backend {
        guard let backUp = subject.backUp else { throw Skip(reason: "does not back up") }
        return try await backUp()
    }

    func restore(_ backup: @Sendable () async throws -> any Backend) async throws { backend = try await backup() }

    func barredKind() throws -> CollectionKind {
        guard let kind = subject.barredKind else { throw Skip(reason: "has no kind that does not sync") }
        return kind
    }
}

extension BodyStream {
    /// A body that is all there.
    static func bytes(_ bytes: [UInt8]) -> BodyStream {
        BodyStream(of: bytes)
    }
}
