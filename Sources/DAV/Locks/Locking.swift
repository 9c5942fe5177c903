/// The capability to lock a collection and its members (RFC 4918 class 2). Locks survive a restart.
public protocol Locking: Sendable {
    /// Locks the target, creating an empty resource if its URL is unmapped (RFC 4918 §7.3).
    ///
    /// Judged and written in one transaction, with `condition`.
    /// - Throws: ``DAVError/noConflictingLock(_:)`` (423) naming the roots of the locks in the way, whether they are above,
    ///   at or (for depth infinity) below the target; ``DAVError/lockTokenSubmitted(_:)`` (423) if creating the resource
    ///   needs the token of the collection that would hold it.
    func lock(_ target: Target, _ request: LockRequest, if condition: Condition) async throws -> LockResult

    /// Restarts the timeout of the one lock whose token `condition` submits and whose scope includes the target (§9.10.2).
    ///
    /// - Throws: ``DAVError/preconditionFailed`` (412) if there is no such lock, or it is not the caller's.
    func refresh(_ target: Target, timeoutSeconds: Int64?, if condition: Condition) async throws -> Lock

    /// Removes the whole lock, whichever URL in its scope is named (§9.11).
    ///
    /// - Parameter mayBreak: the caller has the `unlock` privilege, and may remove a lock that is not theirs.
    /// - Throws: ``DAVError/lockTokenMatchesRequestURI`` (409); `403` if it is somebody else's and `mayBreak` is false.
    func unlock(_ target: Target, _ token: LockToken, mayBreak: Bool, if condition: Condition) async throws
}

/// What LOCK asks for.
public struct LockRequest: Sendable, Hashable {
    public var scope: Lock.Scope
    public var depth: Depth
    public var owner: [UInt8]?
    /// `nil`: no end.
    public var timeoutSeconds: Int64?
    public init(scope: Lock.Scope, depth: Depth, owner: [UInt8]?, timeoutSeconds: Int64?) {
        self.scope = scope
        self.depth = depth
        self.owner = owner
        self.timeoutSeconds = timeoutSeconds
    }
}

public struct LockResult: Sendable {
    public var lock: Lock
    /// The URL was unmapped: 201 rather than 200.
    public var created: Bool
    public init(lock: Lock, created: Bool) {
        self.lock = lock
        self.created = created
    }
}
