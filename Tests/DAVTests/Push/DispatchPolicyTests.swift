import DAVTesting
import Testing

@testable import DAV

/// Answers of push services: one row each (specification of the transport: RFC 8030, RFC 6585 §4; N33).
struct DispatchPolicyTests {
    static let now = Timestamp(seconds: 1_700_000_000)
    static let minute: Int64 = 60
    static let hour: Int64 = 3600
    static let day: Int64 = 86_400

    enum Expected: Sendable {
        case settle, drop
        /// Within so many seconds from now.
        case retry(ClosedRange<Int64>)
        case pause(ClosedRange<Int64>)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var outcome: PushOutcome.Kind
        /// Refusals before, and how long ago the first was, in seconds.
        var failures = 0
        var ago: Int64 = 0
        var tries = 0
        var expected: Expected
        var testDescription: String { "\(outcome) after \(failures) refusals in \(ago) s, \(tries) tries" }
    }

    static let rows: [Row] = [
        Row(outcome: .accepted, expected: .settle),
        Row(outcome: .accepted, failures: 40, ago: 9 * day, tries: 9, expected: .settle),
        Row(outcome: .gone, expected: .drop),
        Row(outcome: .forbidden, expected: .drop),
        // 401, 403: five over three days.
        Row(outcome: .unauthorized, expected: .retry(600...660)),
        Row(outcome: .unauthorized, failures: 3, ago: 9 * day, tries: 3, expected: .retry(hour...3960)),
        Row(outcome: .unauthorized, failures: 4, ago: 3 * day - 1, tries: 4, expected: .retry(hour...3960)),
        Row(outcome: .unauthorized, failures: 4, ago: 3 * day, expected: .drop),
        Row(outcome: .unauthorized, failures: 90, ago: day, tries: 90, expected: .retry(hour...3960)),
        // 400: three over a day, and never soon.
        Row(outcome: .rejected, expected: .retry(hour...3960)),
        Row(outcome: .rejected, failures: 1, ago: 2 * day, expected: .retry(hour...3960)),
        Row(outcome: .rejected, failures: 2, ago: day - 1, expected: .retry(hour...3960)),
        Row(outcome: .rejected, failures: 2, ago: day, expected: .drop),
        // Redirects: three over an hour.
        Row(outcome: .redirected, failures: 2, ago: hour - 1, expected: .retry(600...660)),
        Row(outcome: .redirected, failures: 1, ago: day, expected: .retry(600...660)),
        Row(outcome: .redirected, failures: 2, ago: hour, expected: .drop),
        // 429
        Row(outcome: .throttled(3), expected: .pause(3...4)),
        Row(outcome: .throttled(0), expected: .pause(1...2)),
        Row(outcome: .throttled(-5), expected: .pause(1...2)),
        Row(outcome: .throttled(.max), expected: .pause(hour...3960)),
        Row(outcome: .throttled(nil), expected: .pause(30...33)),
        Row(outcome: .throttled(nil), tries: 3, expected: .pause(240...264)),
        Row(outcome: .throttled(nil), tries: .max, expected: .pause(hour...3960)),
        // 507: slow from the beginning, dropped only by expiry.
        Row(outcome: .unclaimed, expected: .retry(600...660)),
        Row(outcome: .unclaimed, tries: 1, expected: .retry(1200...1320)),
        Row(outcome: .unclaimed, failures: 99, ago: 9 * day, tries: 99, expected: .retry(hour...3960)),
        // 5xx, 408, no connection, no answer
        Row(outcome: .unavailable, expected: .retry(1...5)),
        Row(outcome: .unavailable, tries: 1, expected: .retry(1...30)),
        Row(outcome: .unavailable, tries: 2, expected: .retry(1...120)),
        Row(outcome: .unavailable, tries: 3, expected: .retry(1...600)),
        Row(outcome: .unavailable, tries: 4, expected: .retry(1...hour)),
        Row(outcome: .unavailable, failures: 99, ago: 9 * day, tries: .max, expected: .retry(1...hour)),
    ]

    @Test(arguments: rows)
    func eachAnswerHasItsConsequence(_ row: Row) {
        var random = SeededGenerator(seed: 1)
        var health = PushHealth()
        health.failures = row.failures
        if row.failures > 0 { health.firstFailure = Self.now.adding(seconds: -row.ago) }
        for _ in 0..<50 {
            let (next, action) = PushPolicy().next(
                health, after: PushOutcome(row.outcome, "as told"), tries: row.tries, now: Self.now, using: &random)
            #expect(next.lastOutcome == "as told")
            #expect(next.lastAttempt == Self.now)
            switch (action, row.expected) {
            case (.settle, .settle), (.dropSubscription, .drop): break
            case (.retry(let at), .retry(let range)), (.pauseLane(let at), .pause(let range)):
                #expect(at >= Self.now.adding(seconds: range.lowerBound))
                #expect(at <= Self.now.adding(seconds: range.upperBound))
            default: Issue.record("\(action)")
            }
        }
    }

    @Test func whatIsTriedAgainTogetherIsSpread() {
        var random = SeededGenerator(seed: 2)
        let moments = (0..<100).map { _ in
            PushPolicy().next(
                PushHealth(), after: PushOutcome(.unavailable, ""), tries: 2, now: Self.now, using: &random
            ).action
        }
        #expect(Set(moments).count > 90)
    }

    @Test func aMessageThatIsTakenEndsTheCountOfRefusalsAndAServiceThatIsDownDoesNotAddToIt() {
        var random = SeededGenerator(seed: 3)
        func after(_ kinds: [PushOutcome.Kind]) -> PushHealth {
            kinds.reduce(PushHealth()) { health, kind in
                PushPolicy().next(health, after: PushOutcome(kind, ""), tries: 0, now: Self.now, using: &random).health
            }
        }
        let refused = after([.unavailable, .unauthorized, .throttled(nil), .unclaimed, .rejected])
        #expect(refused.failures == 2)
        #expect(refused.firstFailure == Self.now)
        let taken = after([.unauthorized, .rejected, .accepted])
        #expect(taken.failures == 0)
        #expect(taken.firstFailure == nil)
        #expect(taken.lastSuccess == Self.now)
    }

    /// A service that comes back from days of silence with one refusal has not refused for days.
    @Test func oneRefusalAfterDaysOfSilenceDropsNothing() {
        var random = SeededGenerator(seed: 4)
        var health = PushHealth()
        var action = PushPolicy.Action.settle
        for hour in 0..<100 {
            let kind: PushOutcome.Kind = hour == 99 ? .unauthorized : .unavailable
            (health, action) = PushPolicy().next(
                health, after: PushOutcome(kind, ""), tries: hour, now: Self.now.adding(seconds: Int64(hour) * 3600),
                using: &random)
        }
        #expect(action != .dropSubscription)
    }
}
