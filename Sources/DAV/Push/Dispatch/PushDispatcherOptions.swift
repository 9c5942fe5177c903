extension PushDispatcher {
    /// How fast messages go out, and how many.
    public struct Options: Sendable {
        /// How long a registration that fell behind waits for more to come (draft-bitfire-webdav-push §4.3).
        public var debounce = Duration.milliseconds(700)
        /// Time between two messages to one registration, and where they are of low urgency.
        public var interval = Duration.seconds(10)
        public var lowInterval = Duration.seconds(60)
        /// Messages under way to one service, and to all.
        public var mostPerLane = 32
        public var most = 256
        /// When one change is told to many, so many are told a second: each of them comes back with a sync report.
        public var perSecond = 500
        /// Each message is late by up to this, so that the moment says less about who is told of the same change.
        public var jitter = Duration.milliseconds(100)
        /// How many seconds a service is asked to keep a message for a device that sleeps (RFC 8030 §5.2).
        public var lifetime: Int64 = 3 * 86_400
        /// Time between two looks at everything that is behind, which also forget what expired.
        public var sweepInterval = Duration.seconds(600)
        /// Time between two looks at what changed when nothing wakes the dispatcher: other processes may write to the store.
        public var pollInterval = Duration.seconds(60)
        /// How long messages under way are waited for at the end.
        public var grace = Duration.seconds(2)
        /// Most registrations in memory; the others wait in the store.
        public var capacity = 100_000
        /// How urgent it is to tell of a change in, or of, a collection (RFC 8030 §5.3). The default is what its kind says.
        public var urgency: @Sendable (CollectionInfo) -> PushNotice.Urgency = { $0.kind.push.urgency }

        public init() {}
    }
}
