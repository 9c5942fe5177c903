/// What a zone's clocks show at every instant.
///
/// Immutable and shared: a few kilobytes, made once a zone. Whoever converts many times that lie close together keeps a
/// ``ZoneClock``.
package final class ZoneRules: Sendable {
    /// What holds between two changes.
    package struct Observance: Sendable, Hashable {
        /// East of Greenwich, in seconds.
        package var offset: Int
        package var isDaylight: Bool
        /// `CET`; may be empty.
        package var name: String

        package init(offset: Int, isDaylight: Bool = false, name: String = "") {
            self.offset = offset
            self.isDaylight = isDaylight
            self.name = name
        }
    }

    /// A stretch of time between two changes; `start` belongs to it, `end` does not.
    package struct Span: Sendable, Hashable {
        package var start: Int64
        package var end: Int64
        package var observance: Observance
    }

    /// What holds from an instant on.
    package struct Change: Sendable, Hashable {
        package var start: Int64
        package var observance: Observance
    }

    /// Before the first and after the last change: further than any date, and sums of it do not overflow.
    package static let beginning: Int64 = -1 << 60
    package static let end: Int64 = 1 << 60

    let initial: Observance
    /// In order.
    let changes: [Change]
    /// What goes on after the last change.
    let yearly: YearlyChanges?

    package init(initial: Observance, changes: [Change] = [], yearly: YearlyChanges? = nil) {
        self.initial = initial
        self.changes = changes
        self.yearly = yearly
    }

    package static let utc = ZoneRules(initial: Observance(offset: 0, name: "UTC"))

    /// A zone whose clocks never change.
    package static func fixed(_ offset: UTCOffset) -> ZoneRules {
        ZoneRules(initial: Observance(offset: offset.seconds, name: offset.text))
    }

    package func span(at instant: Int64) -> Span {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].start <= instant { low = middle + 1 } else { high = middle }
        }
        let start = low == 0 ? Self.beginning : changes[low - 1].start
        if low == changes.count, let yearly { return yearly.span(at: instant, notBefore: start) }
        return Span(
            start: start, end: low == changes.count ? Self.end : changes[low].start,
            observance: low == 0 ? initial : changes[low - 1].observance)
    }

    /// Seconds east of Greenwich.
    package func offset(at instant: Int64) -> Int { span(at: instant).observance.offset }

    package func local(_ instant: Int64) -> CivilDateTime {
        CivilDateTime(seconds: instant + Int64(offset(at: instant)))
    }

    /// The instant at which a clock shows that (RFC 5545 §3.3.5): the first one of two, and where a change leaves the time out,
    /// the one that the offset before the change makes of it.
    package func instant(of local: CivilDateTime) -> Int64 {
        // No zone is further than 26 hours from UTC in any file, so the changes that matter lie between these two.
        let before = span(at: local.seconds - 93_600).observance.offset
        let after = span(at: local.seconds + 93_600).observance.offset
        let early = local.seconds - Int64(before)
        guard before != after else { return early }
        if offset(at: early) == before { return early }
        let late = local.seconds - Int64(after)
        return offset(at: late) == after ? late : early
    }
}

/// Converts by the rules of a zone, and remembers the last stretch, so that most conversions are one subtraction.
package struct ZoneClock: Sendable {
    package let rules: ZoneRules
    private var span: ZoneRules.Span

    package init(_ rules: ZoneRules) {
        self.rules = rules
        span = rules.span(at: 0)
    }

    /// As ``ZoneRules/instant(of:)``.
    package mutating func instant(of local: CivilDateTime) -> Int64 {
        // Farther than this from both ends of the stretch no other offset can matter.
        let margin: Int64 = 4 * 93_600
        let guess = local.seconds - Int64(span.observance.offset)
        if guess >= span.start + margin && guess < span.end - margin { return guess }
        let instant = rules.instant(of: local)
        span = rules.span(at: instant)
        return instant
    }

    package mutating func local(_ instant: Int64) -> CivilDateTime {
        if instant < span.start || instant >= span.end { span = rules.span(at: instant) }
        return CivilDateTime(seconds: instant + Int64(span.observance.offset))
    }
}
