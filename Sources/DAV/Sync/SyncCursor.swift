/// What the tokens of Martlet's own stores say: a place in a collection's history.
///
/// `http://martlet.invalid/sync/EPOCH/INCARNATION/REVISION[/AFTER/BASE]`. The host name can never exist (RFC 6761), so
/// nobody will try to fetch it; a token survives renaming the server. Only characters that need no escape in XML and in `If`
/// occur, and both `:` and `/` do, since some clients look for them.
public struct SyncCursor: Sendable, Hashable {
    /// Which life of the store: a restored backup begins a new one, so that tokens of a lost future are refused.
    public var epoch: UInt64
    /// Which life of the collection: a new one per mapping of its path.
    public var incarnation: Int64
    /// Changes up to this revision are delivered…
    public var revision: Int64
    /// …and of this revision itself only the entries with an identifier up to this one; `nil`: all of them.
    public var after: Int64?
    /// The revision at which the initial walk began: removals up to it need not be told, the client never saw those members.
    public var base: Int64

    public static let prefix = "http://martlet.invalid/sync/"

    public init(epoch: UInt64, incarnation: Int64, revision: Int64, after: Int64? = nil, base: Int64 = 0) {
        self.epoch = epoch
        self.incarnation = incarnation
        self.revision = revision
        self.after = after
        self.base = base
    }

    /// Whether this is the token of a whole state rather than of a page: the only sort that `If` can match (RFC 6578 §5).
    public var isComplete: Bool { after == nil }

    /// The last revision whose changes were all delivered.
    public var deliveredRevision: Int64 { after == nil ? revision : revision - 1 }

    public var token: SyncToken {
        var uri = SyncCursor.prefix + String(epoch, radix: 16) + "/\(incarnation)/\(revision)"
        if let after { uri += "/\(after)/\(base)" }
        return SyncToken(uri: uri)
    }

    /// - Returns: `nil` for anything this type did not make.
    public init?(_ token: SyncToken) {
        guard token.uri.utf8.count <= 255, token.uri.hasPrefix(SyncCursor.prefix) else { return nil }
        let parts = token.uri.dropFirst(SyncCursor.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 5, let epoch = UInt64(parts[0], radix: 16),
            let incarnation = Int64(parts[1]), let revision = Int64(parts[2])
        else { return nil }
        self.init(epoch: epoch, incarnation: incarnation, revision: revision)
        if parts.count == 5 {
            guard let after = Int64(parts[3]), let base = Int64(parts[4]) else { return nil }
            self.after = after
            self.base = base
        }
        // Revisions count from 0.
        guard revision >= 0 else { return nil }
        // One spelling only: "+5" and "005" are not tokens of ours.
        guard self.token == token else { return nil }
    }

    /// Whether the collection can still tell what happened since (specs: valid ⇔ same life, not from the future, nothing
    /// that was not yet delivered has been pruned).
    public func isValid(epoch: UInt64, incarnation: Int64, current: Int64, floor: Int64) -> Bool {
        self.epoch == epoch && self.incarnation == incarnation && revision >= 0 && revision <= current
            && max(deliveredRevision, base) >= floor
    }
}
