import Logging

/// A message on its way.
package struct PushSending: Sendable {
    package var delivery: PushDelivery
    package var notice: PushNotice
    var transport: any PushTransport
    var urgency: PushNotice.Urgency { notice.urgency }
    var id: PushRegistration.ID { delivery.registration.id }
    var lane: String { delivery.registration.subscription.lane }
}

/// What is to be recorded, and what then becomes of the registration.
struct PushFinished: Sendable {
    var record: PushRecord
    var step: Step

    enum Step: Sendable, Hashable {
        case settle(rest: Duration)
        case retry(at: Timestamp)
        case drop
    }
}

/// How far the store has been read for what fell behind.
struct PushScan: Sendable {
    /// Everything up to here has been looked at.
    var seen: Int64 = 0
    /// The look that is under way: from where, after whom, and where the store stood when it began.
    var current: (since: Int64, after: PushRegistration.ID?, began: Int64?)?
    var isWanted = true
    /// The next one looks at everything.
    var isWhole = true
    /// How many it has found.
    var found = 0
    var nextPoll = Timestamp(microseconds: .min)
    var nextSweep = Timestamp(microseconds: .min)
    var pause = PushPause()

    static let pageSize = 500
}

/// Longer and longer, while the store cannot be asked.
struct PushPause: Sendable {
    private(set) var faults = 0
    private(set) var until: Timestamp?

    func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? true }

    mutating func fault(at now: Timestamp) {
        until = now.adding(.seconds(1 << Int64(min(faults, 6))))
        faults += 1
    }

    mutating func clear() { (faults, until) = (0, nil) }
}

extension PushDispatcher {
    /// Does a portion of what there is to do now.
    ///
    /// - Returns: the messages to be sent; `nil`: there is nothing more to do before ``nextWake``, or the next outcome.
    package func turn() async -> [PushSending]? {
        let now = time()
        lastTurn = now
        turns &+= 1
        let work = [await record(at: now), await look(at: now), await sweep(at: now)]
        let ids = schedule.begin(at: now, limit: 64)
        let batch = await prepare(ids, at: now)
        return ids.isEmpty && !work.contains(true) ? nil : batch
    }

    /// When there is something to do though nothing happens, once ``turn()`` found nothing.
    package var nextWake: Timestamp? {
        let moments = [
            schedule.nextWake, scan.nextPoll, scan.nextSweep, scan.pause.until, sweeping.until, recording.until,
        ]
        // What was due by then has been done, or waits for something else.
        return moments.compactMap(\.self).filter { $0 > lastTurn }.min()
    }

    // MARK: Who fell behind

    /// Reads a page of registrations that fell behind.
    ///
    /// - Returns: whether there is more.
    private func look(at now: Timestamp) async -> Bool {
        if bell.takeWake() || scan.nextPoll <= now {
            scan.isWanted = true
            scan.nextPoll = now.adding(options.pollInterval)
        }
        guard scan.pause.isOver(at: now), schedule.count < options.capacity else { return false }
        if scan.current == nil, scan.isWanted {
            scan.current = (scan.isWhole ? 0 : scan.seen, nil, nil)
            scan.isWanted = false
            scan.isWhole = false
            scan.found = 0
        }
        guard let current = scan.current else { return false }
        do {
            let page = try await offer.registry.behind(
                since: current.since, after: current.after, limit: PushScan.pageSize, now: handler.clock())
            scan.pause.clear()
            note(page, at: now)
            return true
        } catch {
            fault("Who is to be told of changes could not be read.", error)
            scan.pause.fault(at: now)
            return false
        }
    }

    private func note(_ page: PushBacklog, at now: Timestamp) {
        for item in page.items {
            // One after the other, so that a change told to thousands does not have them all come back in one moment.
            let turn = Duration.seconds(1) * scan.found / max(1, options.perSecond)
            let jitter = Int64.random(in: 0...max(0, options.jitter.microseconds), using: &random)
            let due = now.adding(options.debounce + turn + .microseconds(jitter))
            let isNews = schedule.note(item.id, lane: item.lane, due: due, now: now)
            if isNews { counters.behind += 1 } else { counters.merged += 1 }
            scan.found += isNews ? 1 : 0
        }
        let began = scan.current?.began ?? page.revision
        if page.items.count == PushScan.pageSize, let last = page.items.last {
            scan.current?.after = last.id
            scan.current?.began = began
        } else {
            scan.seen = began
            scan.current = nil
        }
    }

    /// Forgets what expired, and has everything looked at again: whoever was passed over, say by a clock that was wrong for
    /// a while, is behind because of changes long past.
    private func sweep(at now: Timestamp) async -> Bool {
        guard scan.nextSweep <= now, sweeping.isOver(at: now) else { return false }
        do {
            let hasMore = try await offer.registry.removeExpired(now: handler.clock())
            sweeping.clear()
            guard !hasMore else { return true }
            scan.nextSweep = now.adding(options.sweepInterval)
            (scan.isWanted, scan.isWhole) = (true, true)
            return true
        } catch {
            fault("Expired registrations could not be removed.", error)
            sweeping.fault(at: now)
            return false
        }
    }

    // MARK: What became of it

    /// Takes an outcome; it counts at once for the lane, and for the registration as soon as it is recorded.
    package func finish(_ message: PushSending, _ outcome: PushOutcome) {
        let now = time()
        counters.count(outcome.kind, in: message.lane)
        let isThrottled = if case .throttled = outcome.kind { true } else { false }
        let tries = isThrottled ? schedule.throttles(of: message.lane) : schedule.tries(of: message.id)
        let health = message.delivery.registration.health
        let (next, action) = decide(health, outcome, tries, now)
        schedule.note(outcome.kind, in: message.lane, at: now)
        var record = PushRecord(id: message.id, health: next)
        let step: PushFinished.Step
        switch action {
        case .settle:
            record.told = message.delivery.told
            step = .settle(rest: message.urgency == .low ? options.lowInterval : options.interval)
        case .retry(let moment): step = .retry(at: moment)
        case .pauseLane(let moment):
            schedule.pause(message.lane, until: moment)
            step = .retry(at: moment)
        case .dropSubscription:
            record.removal = .subscription
            counters.drops[PushMetrics.Drop(outcome.kind), default: 0] += 1
            log(dropped: message.delivery.registration, outcome)
            step = .drop
        }
        if case .rejected = outcome.kind { log(rejected: message.delivery.registration, outcome) }
        finished.append(PushFinished(record: record, step: step))
    }

    private func decide(_ health: PushHealth, _ outcome: PushOutcome, _ tries: Int, _ now: Timestamp)
        -> (PushHealth, PushPolicy.Action)
    {
        var generator = PushGenerator(random)
        defer { random = generator.base }
        let wall = handler.clock()
        // What is kept is by the host's clock, what is planned by the one that does not go back.
        let (next, action) = policy.next(health, after: outcome, tries: tries, now: wall, using: &generator)
        let ahead = Duration.microseconds(now.microseconds &- wall.microseconds)
        switch action {
        case .retry(let moment): return (next, .retry(at: moment.adding(ahead)))
        case .pauseLane(let moment): return (next, .pauseLane(until: moment.adding(ahead)))
        case .settle, .dropSubscription: return (next, action)
        }
    }

    /// Keeps all that is finished, in one call.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    func record(at now: Timestamp) async -> Bool {
        guard !finished.isEmpty, recording.isOver(at: now) else { return false }
        let group = finished
        do {
            try await offer.registry.record(group.map(\.record))
            recording.clear()
            finished.removeFirst(group.count)
            for end in group { close(end, at: now) }
            return true
        } catch {
            fault("What became of messages could not be recorded.", error)
            recording.fault(at: now)
            if recording.faults > 5 { letGo(group, at: now) }
            return false
        }
    }

    /// Told, and nobody knows of it: they will be told once more. Better than to hold on to all their slots.
    private func letGo(_ group: [PushFinished], at now: Timestamp) {
        finished.removeFirst(group.count)
        for end in group { schedule.retry(end.record.id, at: later(end.record.id, now)) }
    }

    private func close(_ end: PushFinished, at now: Timestamp) {
        switch end.step {
        case .settle(let rest): schedule.settle(end.record.id, at: now, rest: rest, debounce: options.debounce)
        case .retry(let moment): schedule.retry(end.record.id, at: moment)
        case .drop: schedule.drop(end.record.id)
        }
    }

    /// When to try again what the store kept from being done.
    func later(_ id: PushRegistration.ID, _ now: Timestamp) -> Timestamp {
        now.adding(.seconds(1 << Int64(min(schedule.tries(of: id), 6))))
    }

    // MARK: The log

    func fault(_ message: Logger.Message, _ error: any Error) {
        // The one who asked is going: no fault of the store's.
        guard !(error is CancellationError) else { return }
        counters.faults += 1
        handler.logger.error(message, metadata: ["error": .string(String(reflecting: error))])
    }

    private func log(dropped registration: PushRegistration, _ outcome: PushOutcome) {
        handler.logger.notice(
            "A push subscription was forgotten.", metadata: metadata(registration, outcome))
    }

    private func log(rejected registration: PushRegistration, _ outcome: PushOutcome) {
        handler.logger.warning(
            "A push service does not understand what it is sent.", metadata: metadata(registration, outcome))
    }

    private func metadata(_ registration: PushRegistration, _ outcome: PushOutcome) -> Logger.Metadata {
        [
            "principal": .stringConvertible(registration.principal),
            "subscription": .stringConvertible(registration.subscription), "outcome": .string(outcome.summary),
        ]
    }
}

/// Any generator where one of a known type is asked for.
struct PushGenerator: RandomNumberGenerator {
    var base: any RandomNumberGenerator & Sendable
    init(_ base: any RandomNumberGenerator & Sendable) { self.base = base }
    mutating func next() -> UInt64 { base.next() }
}

extension Duration {
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000 &+ attoseconds / 1_000_000_000_000
    }
}
