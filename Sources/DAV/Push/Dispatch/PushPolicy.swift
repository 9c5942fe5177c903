/// What to do after an answer of a push service: a function of what is known of the subscription, the answer and the time.
///
/// One answer never costs a subscription that may yet work: only those that say it is gone, or lead where nothing may be
/// sent, do so at once; refusals do when they are all that was heard for long enough (draft-bitfire-webdav-push §4.4).
struct PushPolicy: Sendable {
    enum Action: Sendable, Hashable {
        /// The registration has been told.
        case settle
        /// It is told later.
        case retry(at: Timestamp)
        /// It is told later, and until then nothing goes to its service (RFC 6585 §4).
        case pauseLane(until: Timestamp)
        /// It and all others of its subscription are forgotten.
        case dropSubscription
    }

    /// So many refusals in a row, over so many seconds at least, and the subscription is forgotten.
    private struct Patience {
        var refusals: Int
        var seconds: Int64
    }

    /// The longest pause a service is granted, and the longest time between two tries, in seconds.
    static let longest: Int64 = 3600

    /// - Parameter tries: how often in a row this was met with before: by the registration, or, of pauses, by the lane.
    func next(
        _ health: PushHealth, after outcome: PushOutcome, tries: Int, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> (health: PushHealth, action: Action) {
        var health = health
        health.lastOutcome = outcome.summary
        health.lastAttempt = now
        switch outcome.kind {
        case .accepted:
            health.failures = 0
            health.firstFailure = nil
            health.lastSuccess = now
            return (health, .settle)
        case .gone, .forbidden:
            return (health, .dropSubscription)
        case .unauthorized:
            return refused(health, Patience(refusals: 5, seconds: 3 * 86_400), slow(tries, now, &random), now)
        case .rejected:
            // What was not understood will not be the next minute either.
            return refused(health, Patience(refusals: 3, seconds: 86_400), slow(tries + 3, now, &random), now)
        case .redirected:
            return refused(health, Patience(refusals: 3, seconds: 3600), slow(tries, now, &random), now)
        case .throttled(let seconds):
            return (health, .pauseLane(until: pause(seconds, tries, now, &random)))
        case .unclaimed:
            return (health, .retry(at: slow(tries, now, &random)))
        case .unavailable:
            return (health, .retry(at: quick(tries, now, &random)))
        }
    }

    private func refused(_ health: PushHealth, _ patience: Patience, _ later: Timestamp, _ now: Timestamp)
        -> (PushHealth, Action)
    {
        var health = health
        let first = health.firstFailure ?? now
        health.failures = min(health.failures, Int.max - 1) + 1
        health.firstFailure = first
        let isOver = health.failures >= patience.refusals && now >= first.adding(seconds: patience.seconds)
        return (health, isOver ? .dropSubscription : .retry(at: later))
    }

    /// 5 s, 30 s, 2 min, 10 min, 1 h: anywhere up to that, so that what failed together does not return together.
    private func quick(_ tries: Int, _ now: Timestamp, _ random: inout some RandomNumberGenerator) -> Timestamp {
        let steps: [Int64] = [5, 30, 120, 600, PushPolicy.longest]
        let bound = steps[min(max(tries, 0), steps.count - 1)]
        return now.adding(.milliseconds(Int64.random(in: 1000...bound * 1000, using: &random)))
    }

    /// 10 min, doubled up to an hour; up to a tenth more.
    private func slow(_ tries: Int, _ now: Timestamp, _ random: inout some RandomNumberGenerator) -> Timestamp {
        let seconds = min(PushPolicy.longest, 600 << min(max(tries, 0), 8))
        return now.adding(.milliseconds(withJitter(seconds, &random)))
    }

    /// At least as long as the service says, within bounds; otherwise half a minute, doubled each time.
    private func pause(
        _ seconds: Int64?, _ tries: Int, _ now: Timestamp, _ random: inout some RandomNumberGenerator
    ) -> Timestamp {
        let wanted = seconds ?? 30 << min(max(tries, 0), 8)
        return now.adding(.milliseconds(withJitter(min(max(wanted, 1), PushPolicy.longest), &random)))
    }

    private func withJitter(_ seconds: Int64, _ random: inout some RandomNumberGenerator) -> Int64 {
        seconds * 1000 + Int64.random(in: 0...seconds * 100, using: &random)
    }
}

extension Timestamp {
    func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(microseconds: microseconds &+ seconds &* 1_000_000 &+ attoseconds / 1_000_000_000_000)
    }

    /// How much later it is than `earlier`.
    func since(_ earlier: Timestamp) -> Duration { .microseconds(microseconds &- earlier.microseconds) }
}
