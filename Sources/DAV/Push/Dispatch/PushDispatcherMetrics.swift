/// What a ``PushDispatcher`` did since it was made, and what it has before it.
public struct PushMetrics: Sendable, Hashable {
    /// How often the store said that somebody fell behind.
    public var wakes = 0
    /// Registrations that fell behind, and how often one did that was still to be told.
    public var behind = 0
    public var merged = 0
    /// Messages handed to a transport.
    public var sent = 0
    /// Outcomes by lane and by kind (``PushOutcome/Kind/label``). Lanes beyond the first hundred count as `other`.
    public var outcomes: [String: [String: Int]] = [:]
    /// Registrations that were forgotten.
    public var drops: [Drop: Int] = [:]
    /// How often the store could not be asked.
    public var faults = 0
    /// Registrations that are to be told, and since when the first of them has been.
    public var due = 0
    public var underWay = 0
    public var oldestDue: Duration?
    /// From falling behind to the message: how many took less than 1 ms, 2 ms, 4 ms and so on; the last holds the rest.
    public var delays = [Int](repeating: 0, count: 24)

    /// Why a registration was forgotten.
    public enum Drop: String, Sendable, Hashable, CaseIterable {
        /// Its principal is no more, or may not read the resource.
        case access
        /// The service does not know the subscription.
        case gone
        /// It leads where nothing may be sent.
        case forbidden
        /// It was refused too often.
        case refused
    }

    public init() {}

    private static let mostLanes = 100

    mutating func count(_ outcome: PushOutcome.Kind, in lane: String) {
        let name = outcomes[lane] != nil || outcomes.count < PushMetrics.mostLanes ? lane : "other"
        outcomes[name, default: [:]][outcome.label, default: 0] += 1
    }

    mutating func count(delay: Duration) {
        let (seconds, attoseconds) = delay.components
        let milliseconds = max(0, seconds) &* 1000 &+ max(0, attoseconds) / 1_000_000_000_000_000
        let bucket = Int64.bitWidth - max(0, milliseconds).leadingZeroBitCount
        delays[min(bucket, delays.count - 1)] += 1
    }
}

extension PushOutcome.Kind {
    /// In one word, for metrics.
    public var label: String {
        switch self {
        case .accepted: "accepted"
        case .gone: "gone"
        case .forbidden: "forbidden"
        case .unauthorized: "unauthorized"
        case .rejected: "rejected"
        case .redirected: "redirected"
        case .throttled: "throttled"
        case .unclaimed: "unclaimed"
        case .unavailable: "unavailable"
        }
    }
}

extension PushMetrics.Drop {
    /// Why an outcome cost the subscription.
    init(_ outcome: PushOutcome.Kind) {
        switch outcome {
        case .gone: self = .gone
        case .forbidden: self = .forbidden
        default: self = .refused
        }
    }
}
