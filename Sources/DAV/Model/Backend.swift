/// Where collections come from. Together with ``DAVCollection`` this is all a back-end author implements to be readable.
public protocol Backend: Sendable {
    /// The collection mapped at `path`, as `caller` may see it.
    ///
    /// - Returns: `nil` if nothing is mapped there, if it is not a collection, or if the caller must not learn that it exists.
    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)?

    /// What a request is about. The default asks ``collection(at:for:)`` twice at most; a store that can answer from one
    /// snapshot should.
    ///
    /// - Returns: `nil` if the collection that would hold the resource does not exist, or is hidden from the caller.
    func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution?

    /// The binding at `path`: always a ``Target/member(_:)`` of the collection that holds, or would hold, the name; also where a
    /// collection is mapped. What methods ask that create, replace or remove.
    ///
    /// The default asks the collection that holds it; a store that can answer from one snapshot should.
    /// - Returns: `nil` for the root, and as ``resolve(_:for:fields:)`` does.
    func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution?

    /// Whether COPY and MOVE can go from one path to the other in one transaction. Otherwise they answer 502 (RFC 4918
    /// §9.8.5). The default says yes: a back-end is one store.
    func canTransfer(from source: DAVPath, to destination: DAVPath) -> Bool

    /// Has invitations to share answered. `nil`: there are none (the default).
    var invitations: (any Invitations)? { get }

    /// Keeps links to what it holds. `nil`: there are none (the default).
    var links: (any Links)? { get }

    /// Keeps registrations for push, and knows which are behind. `nil`: no push (the default).
    var pushRegistry: (any PushRegistry)? { get }

    /// Writes at several places as one step. `nil`: it cannot (the default), and nobody is invited by writing an event.
    var jointWriting: (any JointWriting)? { get }
}

extension Backend {
    public var pushRegistry: (any PushRegistry)? { nil }
    public var jointWriting: (any JointWriting)? { nil }
    public var invitations: (any Invitations)? { nil }
    public var links: (any Links)? { nil }

    public func canTransfer(from source: DAVPath, to destination: DAVPath) -> Bool { true }

    public func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        if let collection = try await collection(at: path, for: caller) {
            let entry = try await collection.entries(.itself, fields: fields).first
            return Resolution(collection: collection, target: .itself, entry: entry)
        }
        return try await resolveBinding(path, for: caller, fields: fields)
    }

    public func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        guard let name = path.last, let parent = try await collection(at: path.parent, for: caller) else { return nil }
        let entry = try await parent.entries(.named([name]), fields: fields).first
        return Resolution(collection: parent, target: .member(name), entry: entry)
    }
}

/// What stands at a path: a collection, a member of one, or nothing yet inside a collection that exists.
public struct Resolution: Sendable {
    /// The collection itself, or the one that holds (or would hold) the member.
    public var collection: any DAVCollection
    public var target: Target
    /// `nil`: the URL is unmapped.
    public var entry: Entry?

    public init(collection: any DAVCollection, target: Target, entry: Entry?) {
        self.collection = collection
        self.target = target
        self.entry = entry
    }
}

/// The object of an operation of a collection: itself, or one of its members (mapped or not).
public enum Target: Sendable, Hashable {
    case itself
    case member(Name)
}
