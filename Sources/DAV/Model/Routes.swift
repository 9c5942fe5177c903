/// Several back-ends under one root: the first segment of a path decides which of them is asked.
///
/// The root itself is a collection of the server that lists the mounts the caller may see; its members never change.
/// Paths are handed on whole: a back-end mounted at `files` is asked for `/files/…`.
public struct Routes: Backend {
    private let mounts: [Name: any Backend]
    private let names: [Name]
    /// Names with the same number are of one store.
    private let stores: [Name: Int]
    private let since: Timestamp
    /// The first back-end's that keeps any. What lies in others cannot be registered for, unless they share it.
    public let pushRegistry: (any PushRegistry)?
    /// The first back-end's that has any.
    public let invitations: (any Invitations)?
    /// The first back-end's that keeps any.
    public let links: (any Links)?

    /// - Parameter since: what the root says it was created at.
    public init(_ mounts: [(name: Name, backend: any Backend)], since: Timestamp = Timestamp(seconds: 0)) {
        self.init(stores: mounts.map { (names: [$0.name], backend: $0.backend) }, since: since)
    }

    /// - Parameter stores: back-ends that serve several names each. COPY and MOVE go from one name of a store to another.
    public init(stores: [(names: [Name], backend: any Backend)], since: Timestamp = Timestamp(seconds: 0)) {
        var mounts: [Name: any Backend] = [:]
        var numbers: [Name: Int] = [:]
        for (number, store) in stores.enumerated() {
            for name in store.names where mounts[name] == nil {
                (mounts[name], numbers[name]) = (store.backend, number)
            }
        }
        self.mounts = mounts
        self.stores = numbers
        names = mounts.keys.sorted()
        self.since = since
        pushRegistry = stores.lazy.compactMap(\.backend.pushRegistry).first
        invitations = stores.lazy.compactMap(\.backend.invitations).first
        links = stores.lazy.compactMap(\.backend.links).first
    }

    public func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        guard let first = path.names.first else { return RootCollection(routes: self, caller: caller) }
        return try await mounts[first]?.collection(at: path, for: caller)
    }

    public func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        guard let first = path.names.first else {
            let root = RootCollection(routes: self, caller: caller)
            return Resolution(collection: root, target: .itself, entry: root.ownEntry)
        }
        if let backend = mounts[first] { return try await backend.resolve(path, for: caller, fields: fields) }
        // An unmapped name in the root: it exists as a place where nothing can be put.
        guard path.names.count == 1 else { return nil }
        return Resolution(collection: RootCollection(routes: self, caller: caller), target: .member(first), entry: nil)
    }

    public func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        guard let first = path.names.first else { return nil }
        if path.names.count > 1 { return try await mounts[first]?.resolveBinding(path, for: caller, fields: fields) }
        // The root's own members: a mount tells about itself.
        let root = RootCollection(routes: self, caller: caller)
        let entry = try await root.entries(.named([first]), fields: fields).first
        return Resolution(collection: root, target: .member(first), entry: entry)
    }

    public func canTransfer(from source: DAVPath, to destination: DAVPath) -> Bool {
        guard let from = source.names.first, let to = destination.names.first, let backend = mounts[from],
            stores[from] == stores[to]
        else { return false }
        return backend.canTransfer(from: source, to: destination)
    }

    /// The collection at `/`: static, read-only.
    private struct RootCollection: DAVCollection {
        let routes: Routes
        let caller: Caller

        var info: CollectionInfo { CollectionInfo(path: .root, kind: .system, owner: nil, capabilities: []) }
        var ownEntry: Entry {
            Entry(name: .root, collection: info, created: routes.since, modified: routes.since)
        }

        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            switch members {
            case .itself: return [ownEntry]
            case .named(let names): return try await entries(names, fields)
            case .all(let after, let limit):
                let following = routes.names.filter { name in after.map { $0 < name } ?? true }
                return try await entries(following, fields, limit: limit)
            }
        }

        /// A mount tells about itself.
        private func entries(_ names: [Name], _ fields: Fields, limit: Int = .max) async throws -> [Entry] {
            var entries: [Entry] = []
            for name in names where entries.count < limit {
                let path = DAVPath([name])
                guard let mount = try await routes.mounts[name]?.collection(at: path, for: caller) else { continue }
                entries += try await mount.entries(.itself, fields: fields).prefix(1)
            }
            return entries
        }
    }
}
