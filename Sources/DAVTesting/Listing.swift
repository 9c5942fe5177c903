public import DAV

/// What a full listing of a collection shows: the truth that a replica must equal.
///
/// Keys are paths below the collection, collections ending in a slash; values identify the state of the member.
public struct Listing: Sendable, Hashable {
    public var members: [[Name]: Member] = [:]

    public enum Member: Sendable, Hashable {
        case file(ETag)
        case collection
        /// A collection that is not looked into.
        case barred
    }

    public init() {}

    /// Lists a collection with the reading half of the seam.
    public init(of collection: any DAVCollection, _ level: SyncLevel, in backend: any Backend, for caller: Caller)
        async throws
    {
        try await add(collection, prefix: [], level, backend, caller)
    }

    private mutating func add(
        _ collection: any DAVCollection, prefix: [Name], _ level: SyncLevel, _ backend: any Backend, _ caller: Caller
    ) async throws {
        var last: Name?
        while true {
            let page = try await collection.entries(.all(after: last, limit: 100), fields: [])
            for entry in page {
                let path = prefix + [entry.name]
                members[path] = Member(entry, level)
                if level == .infinite, let child = entry.collection, members[path] != .barred,
                    let collection = try await backend.collection(at: child.path, for: caller)
                {
                    try await add(collection, prefix: path, level, backend, caller)
                }
            }
            guard page.count == 100 else { return }
            last = page.last?.name
        }
    }
}

extension Listing.Member {
    init(_ entry: Entry, _ level: SyncLevel) {
        if let collection = entry.collection {
            let isInstance = collection.share.instance?.path == collection.path
            self = level == .infinite && (isInstance || !collection.kind.isSyncable) ? .barred : .collection
        } else {
            self = entry.etag.map(Listing.Member.file) ?? .file(ETag(opaque: ""))
        }
    }
}

extension Listing: CustomStringConvertible {
    public var description: String {
        members.map { path, member in
            let text = path.map(\.string).joined(separator: "/")
            return switch member {
            case .file(let etag): "\(text)=\(etag.opaque)"
            case .collection: text + "/"
            case .barred: text + "/!"
            }
        }.sorted().joined(separator: " ")
    }
}
