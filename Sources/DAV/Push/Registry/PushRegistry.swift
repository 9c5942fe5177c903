/// Keeps registrations and knows which are *behind*: the one capability a back-end needs for push.
///
/// Push is a level, not an edge. Each resource has the revision of the last change that it is *loud* about, for each
/// ``PushReach`` and for each property; each registration has the revisions it was *told*. A registration is behind, and due a
/// message, as long as a loud revision is greater than the one told. So nothing is queued per change, changes merge by themselves,
/// a crash loses nothing since the comparison is still true afterwards, and a write costs the same however many subscribe.
///
/// In the transaction that changes something the back-end judges ``Condition/dontNotify``: ``PushDontNotify/everybody`` leaves the
/// loud revisions as they are; a named registration of the caller that was up to date is moved along with them.
///
/// ``PushLedger`` does all of it for back-ends that live in memory, or that keep registrations apart from their data.
public protocol PushRegistry: Sendable {
    /// Registers, or updates what the same principal registered with the same ``PushSubscription/identity`` on the same
    /// resource: triggers, expiry, and the details of the subscription for all its registrations. The ``PushRegistration/id`` and
    /// ``PushRegistration/location`` of a registration never change. A new one is told of what happens from now on.
    ///
    /// - Throws: ``DAVError/notFound`` (404) if the resource is not at `registration.path` any more,
    ///   ``DAVError/quotaNotExceeded`` (507) beyond ``PushLimits``.
    func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration

    /// Removes one.
    ///
    /// - Parameter principal: whose it must be; `nil`: anybody's.
    /// - Returns: whether it was there, theirs, and not expired.
    func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool

    /// All registrations of a principal, or of everybody, by ``PushRegistration/id``, those that expired left out.
    func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> [PushRegistration]

    /// Registrations that are behind because of something louder than `revision`, by ``PushRegistration/id``.
    func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> PushBacklog

    /// What is to be told now, as it stands at this moment; `nil`: nothing, the registration is up to date, expired or gone.
    func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery?

    /// Keeps what became of messages, all in one transaction.
    func record(_ records: [PushRecord]) async throws

    /// Forgets what expired. Cost: bounded; call it again while it returns `true`.
    func removeExpired(now: Timestamp) async throws -> Bool

    /// Has `wake` called, from any thread and without delay, after each commit that made a registration fall behind.
    func observe(_ wake: @escaping @Sendable () -> Void)
}

/// How many registrations are kept (507 `quota-not-exceeded` beyond).
public struct PushLimits: Sendable, Hashable {
    public var perPrincipal = 1000
    public var perPrincipalAndResource = 64
    /// Lanes (push services) new to a principal within a day.
    public var newLanesPerDay = 50
    public init() {}
}

/// A page of registrations that are behind.
public struct PushBacklog: Sendable {
    public struct Item: Sendable, Hashable {
        public var id: PushRegistration.ID
        public var lane: String
        public init(id: PushRegistration.ID, lane: String) {
            self.id = id
            self.lane = lane
        }
    }

    public var items: [Item]
    /// The store's revision when the page was read: once all pages are read, ask for what is louder than the first page's.
    public var revision: Int64

    public init(items: [Item], revision: Int64) {
        self.items = items
        self.revision = revision
    }
}

/// What one registration is to be told.
public struct PushDelivery: Sendable {
    public var registration: PushRegistration
    public var hasContentUpdate: Bool
    public var hasPropertyUpdate: Bool
    /// Up to where it is told once the message is taken.
    public var told: Int64
    /// Not `nil`: the resource is gone, and this is what it was, or what held it, when it went. The message is the last one.
    public var gone: CollectionInfo?

    public init(
        registration: PushRegistration, hasContentUpdate: Bool, hasPropertyUpdate: Bool, told: Int64,
        gone: CollectionInfo? = nil
    ) {
        self.registration = registration
        self.hasContentUpdate = hasContentUpdate
        self.hasPropertyUpdate = hasPropertyUpdate
        self.told = told
        self.gone = gone
    }
}

/// What became of one message.
public struct PushRecord: Sendable, Hashable {
    public var id: PushRegistration.ID
    /// Not `nil`: the registration has been told up to this revision. The last message about what is gone ends it.
    public var told: Int64?
    /// Not `nil`: what is now known of the subscription.
    public var health: PushHealth?
    public var removal: Removal = .none

    public enum Removal: Sendable, Hashable {
        case none
        /// The registration is forgotten.
        case registration
        /// Every registration of the subscription is.
        case subscription
    }

    public init(id: PushRegistration.ID, told: Int64? = nil, health: PushHealth? = nil, removal: Removal = .none) {
        self.id = id
        self.told = told
        self.health = health
        self.removal = removal
    }
}
