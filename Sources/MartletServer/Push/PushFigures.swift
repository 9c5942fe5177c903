import DAV
import Synchronization

/// What `/metrics` tells of push: the dispatcher's figures as they were a second ago.
final class PushFigures: Sendable {
    private let latest = Mutex(PushMetrics())

    func update(_ metrics: PushMetrics) { latest.withLock { $0 = metrics } }

    /// Milliseconds, as the dispatcher counts them: powers of two.
    private static let bounds = (0..<23).map { Double(1 << $0) / 1000 }

    func write(on page: inout MetricsPage) {
        let metrics = latest.withLock { $0 }
        page.single(
            "martlet_push_wakes_total", "counter", "Commits that made a registration fall behind.",
            Double(metrics.wakes))
        page.single("martlet_push_behind_total", "counter", "Registrations that fell behind.", Double(metrics.behind))
        page.single(
            "martlet_push_merged_total", "counter", "Changes told with the one before them.", Double(metrics.merged))
        page.single("martlet_push_sent_total", "counter", "Messages handed to push services.", Double(metrics.sent))
        page.family("martlet_push_answers_total", "counter", "What push services answered.")
        for (service, outcomes) in metrics.outcomes.sorted(by: { $0.key < $1.key }) {
            for (outcome, count) in outcomes.sorted(by: { $0.key < $1.key }) {
                page.sample(
                    "martlet_push_answers_total", [("service", service), ("outcome", outcome)], Double(count))
            }
        }
        page.family("martlet_push_dropped_total", "counter", "Registrations that were forgotten.")
        for reason in PushMetrics.Drop.allCases {
            page.sample("martlet_push_dropped_total", [("reason", reason.rawValue)], Double(metrics.drops[reason] ?? 0))
        }
        page.single("martlet_push_due", "gauge", "Registrations that are to be told.", Double(metrics.due))
        page.single(
            "martlet_push_oldest_due_seconds", "gauge", "How long the first of them has been waiting.",
            (metrics.oldestDue ?? .zero) / .seconds(1))
        page.single(
            "martlet_push_faults_total", "counter", "Times that the store could not be asked.", Double(metrics.faults))
        page.histogram(
            "martlet_push_delay_seconds", "From the commit to the message.", Self.bounds, metrics.delays, nil)
    }
}
