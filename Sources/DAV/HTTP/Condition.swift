/// Everything a request demands of the state before it acts: HTTP's conditional headers (RFC 9110 §13), WebDAV's `If`
/// (RFC 4918 §10.4) and the lock tokens submitted with it.
///
/// A condition travels *into* the store, which judges it inside the transaction that writes. That is the only place where
/// the answer still holds when the write happens.
public struct Condition: Sendable {
    public var ifMatch: EntityTags?
    public var ifNoneMatch: EntityTags?
    public var ifModifiedSince: Timestamp?
    public var ifUnmodifiedSince: Timestamp?
    public var ifHeader: IfHeader?
    public var caller: Caller
    public var now: Timestamp
    /// Whom the change is not told (draft-bitfire-webdav-push §4.2): no demand, but judged where the change is made, too.
    public var dontNotify = PushDontNotify.nobody
    /// What the write was computed from, where that is more than the request says.
    package var standings: [Standing] = []
    /// For whoever schedules (RFC 6638 §8); stores have nothing to do about it.
    public var scheduling = SchedulingHeaders()

    /// No demand at all.
    public init(caller: Caller, now: Timestamp) {
        self.caller = caller
        self.now = now
    }

    /// Lock tokens that appear anywhere in `If`, even in a list that is false (RFC 4918 §10.4.1, G-03).
    public var submittedTokens: Set<String> { ifHeader?.stateTokens ?? [] }

    /// `If-Match` and `If-None-Match`: `*` or a list.
    public enum EntityTags: Sendable, Hashable {
        case any
        /// Weak tags are kept apart: they match only where weak comparison is asked for.
        case list([ETag], weak: [ETag])
    }
}

/// What the store tells about one resource so that a ``Condition`` can be judged.
public struct ResourceState: Sendable {
    public var isMapped: Bool
    public var etag: ETag?
    public var modified: Timestamp?
    /// Tokens of the unexpired locks whose scope includes the resource, whoever holds them.
    public var lockTokens: [LockToken]
    /// The current complete sync token, if the resource is a collection that syncs.
    public var syncToken: SyncToken?

    public static let unmapped = ResourceState(isMapped: false)

    public init(
        isMapped: Bool, etag: ETag? = nil, modified: Timestamp? = nil, lockTokens: [LockToken] = [],
        syncToken: SyncToken? = nil
    ) {
        self.isMapped = isMapped
        self.etag = etag
        self.modified = modified
        self.lockTokens = lockTokens
        self.syncToken = syncToken
    }
}

extension Condition {
    /// What a POST demands of the collection at `path`, in words that still mean it when the store judges them for the member
    /// it adds (RFC 4918 §10.4.2: lists without a tag speak of the request-URI).
    ///
    /// Entity tags and dates are left out: a collection has neither, so they can be judged beforehand.
    func ofCollection(at path: DAVPath) -> Condition {
        var condition = Condition(caller: caller, now: now)
        condition.dontNotify = dontNotify
        condition.ifHeader = ifHeader.map { header in
            IfHeader(
                lists: header.lists.map { list in
                    list.resource == .requestURI
                        ? IfHeader.List(resource: .path(path), conditions: list.conditions) : list
                })
        }
        return condition
    }

    /// Whether the request reads or writes: `If-None-Match` answers 304 to the one and 412 to the other.
    public enum Purpose: Sendable, Hashable { case read, write }

    /// Judges the conditional headers and `If`, in the order of RFC 9110 §13.2.2.
    ///
    /// Pure: the same state gives the same answer. Call it in the transaction that acts.
    /// - Parameters:
    ///   - path: the request-URI's path, which untagged lists of `If` speak about.
    ///   - state: gives a resource's state *in that transaction*. It is asked only for what the condition names.
    /// - Throws: ``DAVError/preconditionFailed`` (412); for reads also ``DAVError/notModified`` (304).
    public func check(_ purpose: Purpose, at path: DAVPath, in state: (DAVPath) throws -> ResourceState) throws {
        if ifMatch != nil || ifNoneMatch != nil || ifModifiedSince != nil || ifUnmodifiedSince != nil {
            try checkEntityTags(purpose, of: state(path))
        }
        if let ifHeader, try !ifHeader.holds(at: path, in: state) { throw DAVError.preconditionFailed }
        for standing in standings where try !standing.holds(in: state(standing.path)) { throw DAVError.changedMeanwhile }
    }

    private func checkEntityTags(_ purpose: Purpose, of state: ResourceState) throws {
        if let ifMatch {
            switch ifMatch {
            case .any: if !state.isMapped { throw DAVError.preconditionFailed }
            case .list(let tags, weak: _):
                guard let etag = state.etag, tags.contains(etag) else { throw DAVError.preconditionFailed }
            }
        } else if let ifUnmodifiedSince, let modified = state.modified, modified.seconds > ifUnmodifiedSince.seconds {
            throw DAVError.preconditionFailed
        }
        if let ifNoneMatch {
            let matches =
                switch ifNoneMatch {
                case .any: state.isMapped
                case .list(let tags, let weak): state.etag.map { tags.contains($0) || weak.contains($0) } ?? false
                }
            if matches { throw purpose == .read ? DAVError.notModified : .preconditionFailed }
        } else if purpose == .read, let ifModifiedSince, let modified = state.modified,
            modified.seconds <= ifModifiedSince.seconds
        {
            throw DAVError.notModified
        }
    }
}
