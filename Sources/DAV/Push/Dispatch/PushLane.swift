/// A push service as it has been found lately: how many messages may be under way to it at once.
///
/// One that nothing is known of gets few; each that is taken allows one more, each that is not halves them. After several
/// failures in a row nothing is sent for a while, and then a single one to find out.
struct PushLane: Sendable {
    private(set) var underWay = 0
    private var window = 4
    /// Messages in a row that got no answer.
    private(set) var failures = 0
    /// Pauses asked for in a row.
    private(set) var throttles = 0
    private var pausedUntil: Timestamp?
    private var openUntil: Timestamp?

    private static let mostFailures = 5
    private static let openFor = Duration.seconds(30)

    /// When something may be sent again; `nil`: nothing is in the way but what is under way.
    var closedUntil: Timestamp? {
        guard let pausedUntil else { return openUntil }
        return openUntil.map { max($0, pausedUntil) } ?? pausedUntil
    }

    func mayBegin(at now: Timestamp, most: Int) -> Bool {
        if let closedUntil, now < closedUntil { return false }
        return underWay < (failures >= PushLane.mostFailures ? 1 : min(window, most))
    }

    mutating func begin() { underWay += 1 }
    mutating func end() { underWay = max(0, underWay - 1) }

    mutating func note(_ outcome: PushOutcome.Kind, at now: Timestamp, most: Int) {
        switch outcome {
        case .unavailable:
            failures += 1
            window = max(1, window / 2)
            if failures >= PushLane.mostFailures { openUntil = now.adding(PushLane.openFor) }
        case .throttled:
            // It answers, so it is not down.
            (failures, openUntil) = (0, nil)
            throttles += 1
            window = max(1, window / 2)
        case .accepted:
            (failures, openUntil) = (0, nil)
            throttles = 0
            window = min(most, window + 1)
        case .gone, .unauthorized, .rejected, .redirected, .unclaimed:
            (failures, openUntil) = (0, nil)
        case .forbidden: break
        }
    }

    mutating func pause(until moment: Timestamp) { pausedUntil = pausedUntil.map { max($0, moment) } ?? moment }
}
