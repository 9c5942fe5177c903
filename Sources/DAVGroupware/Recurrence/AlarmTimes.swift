/// When an alarm rings (RFC 5545 §3.6.6), relative to what it belongs to.
struct AlarmTimes: Sendable {
    enum Trigger: Sendable {
        case at(Int64)
        case afterStart(Int64)
        case afterEnd(Int64)
    }

    var trigger: Trigger
    /// How often it rings again, and after which time.
    var count = 0
    var interval: Int64 = 0

    /// `nil` without a trigger that can be read. A day before is 24 hours before, also when a clock changes in between.
    init?(_ alarm: Component) {
        guard let line = alarm["TRIGGER"] else { return nil }
        if let duration = CalendarDuration(line.value) {
            let isEnd = line["RELATED"]?.isASCIIEqual(to: "END") ?? false
            trigger = isEnd ? .afterEnd(duration.nominalSeconds) : .afterStart(duration.nominalSeconds)
        } else if let date = DateValue(line) {
            trigger = .at(date.civil.seconds)
        } else {
            return nil
        }
        guard let repeats = alarm["REPEAT"], let times = Int(repeats.value), times > 0,
            let pause = alarm["DURATION"].flatMap({ CalendarDuration($0.value) }), pause.nominalSeconds > 0
        else { return }
        (count, interval) = (min(times, 100_000), pause.nominalSeconds)
    }

    /// How far from the bounds of an instance it can ring, in seconds.
    var reach: Int64 {
        switch trigger {
        case .at: 0
        case .afterStart(let distance), .afterEnd(let distance): abs(distance) + Int64(count) * interval
        }
    }

    func overlaps(_ range: Range<Int64>, _ instance: CalendarInstance) -> Bool {
        let first: Int64? =
            switch trigger {
            case .at(let instant): instant
            case .afterStart(let distance): (instance.start ?? instance.end).map { $0 + distance }
            case .afterEnd(let distance): (instance.end ?? instance.start).map { $0 + distance }
            }
        return first.map { Overlap.alarm(range, trigger: $0, count: count, interval: interval) } ?? false
    }
}
