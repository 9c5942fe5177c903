import Logging

/// Tells registrations that are behind, at its own pace: a server syncing its subscribers.
///
/// It keeps nothing that matters. What is to be told follows from the levels in the ``PushRegistry``; what it has in memory is
/// when to look at whom, so a dispatcher that ended at any moment is replaced by a new one, and at worst somebody is told
/// twice. No request waits for it, and no service that is slow or down holds up another.
///
/// Before each message it asks anew whether the registration's principal may read the resource; if not, nothing is sent and the
/// registration is forgotten. Run one per store: ``run()`` until its task is cancelled.
public actor PushDispatcher {
    nonisolated let handler: DAVHandler
    nonisolated let offer: PushOffer
    nonisolated let options: Options
    nonisolated let bell = PushBell()
    private nonisolated let sleep: @Sendable (Duration) async throws -> Void

    // Only the loop of ``turn()`` and ``finish(_:_:)`` change these, and neither holds a part of them over an `await`.
    var schedule: PushSchedule
    var random: any RandomNumberGenerator & Sendable
    var counters = PushMetrics()
    var scan = PushScan()
    var sweeping = PushPause()
    var recording = PushPause()
    /// What is to be recorded, and then done.
    var finished: [PushFinished] = []
    let policy = PushPolicy()
    /// How often it looked for something to do.
    var turns = 0
    var lastTurn = Timestamp(microseconds: .min)

    private var sending: [PushRegistration.ID: Task<Void, Never>] = [:]
    private var alarm: (at: Timestamp, task: Task<Void, Never>)?
    private var lastClock = Timestamp(microseconds: .min)
    private var setBack: Int64 = 0

    /// - Parameter sleep: waits; replaced in tests.
    /// - Returns: `nil` if the handler offers no push.
    public init?(
        handler: DAVHandler, options: Options = Options(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        guard let offer = handler.facts.push else { return nil }
        self.handler = handler
        self.offer = offer
        self.options = options
        self.random = random
        self.sleep = sleep
        schedule = PushSchedule(mostPerLane: options.mostPerLane, most: options.most)
    }

    /// What it did, and what it has before it. Cost: O(registrations that are due).
    public var metrics: PushMetrics {
        var metrics = counters
        metrics.wakes = bell.wakes
        metrics.due = schedule.dueCount
        metrics.underWay = schedule.underWay
        metrics.oldestDue = schedule.oldest.map { max(.zero, time().since($0)) }
        return metrics
    }

    /// Sends until the task is cancelled. Messages under way then get ``Options/grace`` to end; what was not told is told by
    /// the next dispatcher.
    public func run() async {
        let signals = bell.attach()
        observe()
        bell.ring()
        for await _ in signals {
            while !Task.isCancelled, let batch = await turn() {
                for message in batch { send(message) }
            }
            if let next = nextWake { arm(at: next) }
        }
        alarm?.task.cancel()
        alarm = nil
        // A task of its own: this one is cancelled, and so would be all that is waited for in it.
        await Task.detached { await self.drain() }.value
    }

    /// Has the registry wake it.
    package func observe() { offer.registry.observe { [bell] in bell.wake() } }

    /// The host's clock, except that it never goes back: a clock that is set must not stretch every pause.
    func time() -> Timestamp {
        let clock = handler.clock()
        if clock < lastClock { setBack &+= lastClock.microseconds &- clock.microseconds }
        lastClock = clock
        return Timestamp(microseconds: clock.microseconds &+ setBack)
    }

    // MARK: Sending

    private func send(_ message: PushSending) {
        sending[message.id] = Task.detached {
            let outcome = await message.transport.send(message.notice, to: message.delivery.registration.subscription)
            await self.end(message, outcome)
        }
    }

    private func end(_ message: PushSending, _ outcome: PushOutcome) {
        sending[message.id] = nil
        finish(message, outcome)
        bell.ring()
    }

    private func arm(at moment: Timestamp) {
        if let alarm, alarm.at == moment { return }
        alarm?.task.cancel()
        let duration = max(.milliseconds(1), moment.since(time()))
        let task = Task.detached { [bell, sleep] in
            guard (try? await sleep(duration)) != nil else { return }
            await self.disarm(moment)
            bell.ring()
        }
        alarm = (moment, task)
    }

    private func disarm(_ moment: Timestamp) {
        if alarm?.at == moment { alarm = nil }
    }

    /// Waits a little for what is under way, and keeps what became of it.
    private func drain() async {
        let signals = bell.attach()
        let isOver = PushFlag()
        let timer = Task.detached { [bell, sleep, options] in
            try? await sleep(options.grace)
            isOver.raise()
            bell.ring()
        }
        bell.ring()
        for await _ in signals where sending.isEmpty || isOver.isRaised { break }
        timer.cancel()
        for task in sending.values { task.cancel() }
        await record(at: time())
    }
}
