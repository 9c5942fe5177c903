import HTTPTypes
import Logging
import Synchronization

/// One request as the log and the metrics will tell of it; it is told once, when the answer is out or has failed.
final class RequestRecord: Sendable {
    let id: String
    let method: HTTPRequest.Method
    let path: String
    private let started = Uptime.nanoseconds()
    private let state = Mutex(State())
    private let metrics: ServerMetrics
    private let logger: Logger

    private struct State {
        var status = 0
        var bytesIn: Int64 = 0
        var bytesOut: Int64 = 0
        var user: String?
        var client: IPAddress?
        var isFinished = false
    }

    init(_ method: HTTPRequest.Method, target: String, id: String, metrics: ServerMetrics, logger: Logger) {
        self.id = id
        self.method = method
        // A query can carry what must not be logged, and the path of a link is what opens it.
        path = String(
            decoding: LinkPaths.redacted(target).utf8.prefix { $0 != UInt8(ascii: "?") }.prefix(1024), as: UTF8.self)
        self.metrics = metrics
        self.logger = logger
        metrics.began()
    }

    /// An answer nobody wrote to the end: the connection went away.
    deinit { finish(isWhole: false) }

    func sends(from client: IPAddress) { state.withLock { $0.client = client } }
    func signedIn(as user: String) { state.withLock { $0.user = user } }
    func received(_ bytes: Int) { state.withLock { $0.bytesIn += Int64(bytes) } }
    func sent(_ bytes: Int) { state.withLock { $0.bytesOut += Int64(bytes) } }
    func answers(_ status: HTTPResponse.Status) { state.withLock { $0.status = status.code } }

    func finish(isWhole: Bool = true) {
        let told: State? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            return state
        }
        guard let told else { return }
        let nanoseconds = Uptime.nanoseconds() - started
        metrics.finished(
            method, status: told.status, nanoseconds: nanoseconds, bytesIn: told.bytesIn, bytesOut: told.bytesOut)
        guard logger.logLevel <= .info else { return }
        // In the order of their keys.
        var fields: [LineLogHandler.Field] = []
        fields.reserveCapacity(10)
        if !isWhole { fields.append(("aborted", "true")) }
        fields.append(("bytes", String(told.bytesOut)))
        fields.append(("client", told.client?.description ?? "-"))
        fields.append(("method", method.rawValue))
        fields.append(("ms", Self.milliseconds(nanoseconds)))
        fields.append(("path", path))
        if told.bytesIn > 0 { fields.append(("received", String(told.bytesIn))) }
        fields.append(("request", id))
        fields.append(("status", String(told.status)))
        fields.append(("user", told.user ?? "-"))
        if let lines = logger.handler as? LineLogHandler, lines.log(.info, "request", sorted: fields) { return }
        let metadata = fields.map { ($0.key, Logger.MetadataValue.string($0.value)) }
        logger.info("request", metadata: Logger.Metadata(uniqueKeysWithValues: metadata))
    }

    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let tenths = nanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
