import HTTPTypes
import Synchronization

/// What `/metrics` tells: counts only, no names, no paths.
public final class ServerMetrics: Sendable {
    /// How a sign-in failed.
    public enum AuthenticationFailure: String, Sendable, CaseIterable { case wrong, throttled, insecure }

    /// A figure some other part of the server keeps.
    public struct Gauge: Sendable {
        public var name: String
        public var help: String
        public var isCounter: Bool
        public var read: @Sendable () -> Double
        public init(_ name: String, isCounter: Bool = false, _ help: String, read: @escaping @Sendable () -> Double) {
            self.name = name
            self.help = help
            self.isCounter = isCounter
            self.read = read
        }
    }

    private struct Counts {
        var requests: [RequestClass: Int] = [:]
        var buckets = [Int](repeating: 0, count: ServerMetrics.bounds.count + 1)
        var seconds = 0.0
        var failures: [AuthenticationFailure: Int] = [:]
        var inFlight = 0
        var bytesIn: Int64 = 0
        var bytesOut: Int64 = 0
    }

    private struct RequestClass: Hashable {
        var method: String
        var statusClass: Int
    }

    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    // A client can invent methods; a label per invention would grow without end.
    private static let methods: Set<String> = [
        "OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK",
        "UNLOCK", "REPORT",
    ]

    private let counts = Mutex(Counts())
    private let started = Uptime.milliseconds()
    private let gauges: [Gauge]
    private let push: PushFigures?

    init(gauges: [Gauge] = [], push: PushFigures? = nil) {
        self.gauges = gauges
        self.push = push
    }

    func began() { counts.withLock { $0.inFlight += 1 } }

    func finished(_ method: HTTPRequest.Method, status: Int, nanoseconds: Int64, bytesIn: Int64, bytesOut: Int64) {
        let name = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        let seconds = Double(nanoseconds) / 1e9
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts.withLock { counts in
            counts.inFlight -= 1
            counts.requests[RequestClass(method: name, statusClass: status / 100), default: 0] += 1
            counts.buckets[bucket] += 1
            counts.seconds += seconds
            counts.bytesIn += bytesIn
            counts.bytesOut += bytesOut
        }
    }

    func authenticationFailed(_ failure: AuthenticationFailure) {
        counts.withLock { $0.failures[failure, default: 0] += 1 }
    }

    /// The Prometheus text format, version 0.0.4.
    public func text() -> String {
        let counts = counts.withLock { $0 }
        var page = MetricsPage()
        page.family("martlet_requests_total", "counter", "Requests answered.")
        for (key, count) in counts.requests.sorted(by: {
            ($0.key.method, $0.key.statusClass) < ($1.key.method, $1.key.statusClass)
        }) {
            page.sample(
                "martlet_requests_total", [("method", key.method), ("status", "\(key.statusClass)xx")], Double(count))
        }
        page.histogram(
            "martlet_request_duration_seconds", "Time from head to the end of the answer.", Self.bounds, counts.buckets,
            counts.seconds)
        page.single("martlet_requests_in_flight", "gauge", "Requests being answered.", Double(counts.inFlight))
        page.single("martlet_received_bytes_total", "counter", "Bytes of request bodies.", Double(counts.bytesIn))
        page.single("martlet_sent_bytes_total", "counter", "Bytes of response bodies.", Double(counts.bytesOut))
        page.family("martlet_authentication_failures_total", "counter", "Sign-ins refused.")
        for failure in AuthenticationFailure.allCases {
            page.sample(
                "martlet_authentication_failures_total", [("reason", failure.rawValue)],
                Double(counts.failures[failure] ?? 0))
        }
        for gauge in gauges { page.single(gauge.name, gauge.isCounter ? "counter" : "gauge", gauge.help, gauge.read()) }
        push?.write(on: &page)
        page.single(
            "martlet_uptime_seconds", "gauge", "Time since the server started.",
            Double(Uptime.milliseconds() - started) / 1000)
        page.single("process_resident_memory_bytes", "gauge", "Memory in use.", Double(ProcessMemory.residentBytes()))
        return page.text
    }
}
