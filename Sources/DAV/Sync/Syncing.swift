/// The capability to tell what changed (RFC 6578).
///
/// The whole of WebDAV Sync stands in this folder. A client sends a ``SyncToken`` in a `sync-collection` report
/// (`SyncCollectionRequest` reads it), this capability answers with a ``ChangePage``, and `SyncMultistatus` spells that out.
/// ``SyncCursor`` is what Martlet's own stores put into a token; other back-ends may put there what they like.
public protocol Syncing: Sendable {
    /// The changes since `token`, oldest first, from one snapshot.
    ///
    /// The page carries the token of that very snapshot (or, when cut, of the state its changes lead to), so there is no
    /// "token of now" to send by mistake. Reading it changes nothing: every token stays valid until it is pruned.
    ///
    /// - Parameters:
    ///   - token: `nil` for an initial synchronisation: everything mapped, nothing removed.
    ///   - limit: the most changes a page may hold, at least 1.
    /// - Throws: ``DAVError/validSyncToken`` (403) exactly if the token is not one of this collection, or the changes
    ///   since then are no longer known.
    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage
}

/// `DAV:sync-level` (RFC 6578 §6.3).
public enum SyncLevel: Sendable, Hashable {
    /// The direct members.
    case one
    /// Everything below.
    case infinite
}

/// `DAV:sync-token`: an absolute URI, opaque to all but the back-end that made it.
public struct SyncToken: Sendable, Hashable {
    public var uri: String
    public init(uri: String) { self.uri = uri }
}

/// One answer to "what changed?".
public struct ChangePage: Sendable {
    /// Each path once. Clients may apply them in any order.
    public var changes: [Change]
    public var token: SyncToken
    /// `false`: ask again with ``token``; more is known.
    public var isComplete: Bool
    public init(changes: [Change], token: SyncToken, isComplete: Bool) {
        self.changes = changes
        self.token = token
        self.isComplete = isComplete
    }
}

/// What became of one name below the collection.
public enum Change: Sendable {
    /// Mapped, or changed while mapped.
    case changed(path: [Name], Entry)
    /// No longer mapped. Says the same of everything below it. `wasCollection` decides the href's slash (Y-15).
    case removed(path: [Name], wasCollection: Bool)
    /// A collection this report does not descend into; sent once per mapping, at level infinite only (RFC 6578 §3.3).
    /// What was known below the path is no matter of this report any more.
    case barred(path: [Name], Entry)

    public var path: [Name] {
        switch self {
        case .changed(let path, _), .removed(let path, _), .barred(let path, _): path
        }
    }
}
