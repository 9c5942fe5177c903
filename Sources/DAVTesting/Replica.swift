public import DAV

/// A client that knows a collection only through its sync reports (RFC 6578 §3).
public struct Replica: Sendable {
    public private(set) var listing = Listing()
    public private(set) var token: SyncToken?
    /// After a refused token: what has been seen since; whatever is not, goes when the walk ends.
    private var seen: Set<[Name]>?

    public init() {}

    /// A replica that already holds a state.
    public init(listing: Listing, token: SyncToken) {
        self.listing = listing
        self.token = token
    }

    /// Takes in one page. The order of its changes must not matter; give them in any.
    public mutating func apply(_ changes: [Change], token: SyncToken, isComplete: Bool, level: SyncLevel) {
        for change in changes {
            switch change {
            case .removed(let path, _):
                listing.members = listing.members.filter { !$0.key.starts(with: path) }
                seen = seen?.filter { !$0.starts(with: path) }
            case .changed(let path, let entry):
                listing.members[path] = Listing.Member(entry, level)
                seen?.insert(path)
            case .barred(let path, let entry):
                // A collection that does sync may have stood here. What is in this one is no matter of this report, so nothing
                // more will be told of it.
                listing.members = listing.members.filter { !$0.key.starts(with: path) }
                listing.members[path] = Listing.Member(entry, level)
                seen?.insert(path)
            }
        }
        self.token = token
        if isComplete, let seen {
            listing.members = listing.members.filter { seen.contains($0.key) }
            self.seen = nil
        }
    }

    /// The token was refused: begin again, keeping what is there until the walk has shown what is left.
    public mutating func startOver() {
        token = nil
        seen = []
    }
}

extension Replica {
    /// Asks until nothing more is known; starts over if the token is refused.
    public mutating func catchUp(with syncing: any Syncing, level: SyncLevel, limit: Int) async throws {
        var isComplete = false
        while !isComplete {
            do {
                let page = try await syncing.changes(since: token, level: level, limit: limit, fields: [])
                apply(page.changes.shuffled(), token: page.token, isComplete: page.isComplete, level: level)
                isComplete = page.isComplete
            } catch let error as DAVError where error == .validSyncToken && token != nil {
                startOver()
            }
        }
    }
}
