import DAV
import DAVHummingbird
import HTTPTypes
import Logging
import Synchronization

@testable import MartletServer

/// An assembled server on a port of its own inside the test process.
///
/// ```swift
/// try await TestServer.run { server in
///     let client = try await server.connect()
///     try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
///     #expect(try await client.response().status == 401)
/// }
/// ```
struct TestServer: Sendable {
    let port: Int
    let metricsPort: Int?
    let log: LogCapture

    /// What a test changes before the server starts.
    struct Setup {
        var configuration = Configuration()
        var limits: ConnectionLimits?
        /// Stands in for the WebDAV handler.
        var handle: DAVBridge.Handle?
        /// Who may sign in, with which password.
        var users = ["ann": "secret"]
        var store: (any ServerStore)?
    }

    static func run(
        _ change: (inout Setup) -> Void = { _ in }, _ body: @Sendable @escaping (TestServer) async throws -> Void
    ) async throws {
        var setup = Setup()
        setup.configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
        setup.configuration.shutdownTimeout = Seconds(5)
        change(&setup)
        let log = LogCapture()
        let store = try setup.store ?? ephemeralStore(setup.users)
        var service = MartletService(setup.configuration, store: store, logger: log.logger)
        service.passwordCost = .trivial
        service.handle = setup.handle
        if let limits = setup.limits { service.limits = limits }
        try await serve(service, log, body)
    }

    private static func ephemeralStore(_ users: [String: String]) throws -> EphemeralStore {
        let store = EphemeralStore()
        for (name, password) in users {
            let hash = try PasswordHash.make(Array(password.utf8), cost: .trivial)
            store.setPasswordHash(hash.text, of: PrincipalID(Name(name)!))
        }
        return store
    }

    private static func serve(
        _ service: MartletService, _ log: LogCapture, _ body: @Sendable @escaping (TestServer) async throws -> Void
    ) async throws {
        let (ports, report) = AsyncStream.makeStream(of: MartletService.Listening.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { report.finish() }
                try await service.run(signals: []) { report.yield($0) }
            }
            group.addTask {
                guard let listening = await ports.first(where: { _ in true }) else { return }
                try await body(TestServer(port: listening.port, metricsPort: listening.metricsPort, log: log))
            }
            // Whichever ends first, the test or a server that could not start, ends both.
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    func connect(tls: Bool = false, reads: Bool = true) async throws -> RawClient {
        try await RawClient.connect(port: port, tls: tls, reads: reads)
    }

    /// One request on a connection of its own.
    func request(_ text: String) async throws -> RawResponse {
        let client = try await connect()
        try await client.send(text)
        let response = try await client.response(isHead: text.hasPrefix("HEAD"))
        await client.close()
        return response
    }
}

/// The lines a server logged.
final class LogCapture: Sendable {
    private let captured = Mutex<[String]>([])

    var lines: [String] { captured.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { label in
            LineLogHandler(label: label, level: .info, format: .text) { [self] bytes in
                captured.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
        }
    }
}

/// Handlers that show what the edge does with a request, without WebDAV in between.
enum Probe {
    /// `/read` takes the body and tells its length; `/refuse` answers 413 unread; `/stream/N` sends N megabytes; `/broken` fails
    /// half-way; `/slow` takes 300 ms; anything else tells who asked for what.
    static let handle: DAVBridge.Handle = { request in
        switch request.target {
        case "/read":
            var count = 0
            do {
                for try await chunk in request.body { count += chunk.count }
            } catch {
                return DAVResponse(.internalServerError)
            }
            return text("read \(count)")
        case "/refuse": return DAVResponse(.contentTooLarge)
        case "/broken":
            return DAVResponse(
                .ok,
                body: .stream(length: 100_000) { writer in
                    try await writer.write([UInt8](repeating: 1, count: 1000))
                    throw DAVError.notFound
                })
        case "/slow":
            try? await Task.sleep(for: .milliseconds(300))
            return text("slow")
        case let target where target.hasPrefix("/stream/"):
            let megabytes = Int(target.dropFirst(8)) ?? 1
            return DAVResponse(
                .ok,
                body: .stream(length: Int64(megabytes) << 20) { writer in
                    for _ in 0..<megabytes * 4 { try await writer.write([UInt8](repeating: 120, count: 256 << 10)) }
                })
        case "/unknown-length":
            let stream = DAVResponse.Body.stream(length: nil) { try await $0.write(Array("abc".utf8)) }
            return DAVResponse(.ok, body: request.method == .head ? .head(length: nil) : stream)
        default:
            let user = request.caller.principal?.description ?? "nobody"
            return text("\(request.method) \(request.scheme)://\(request.authority)\(request.target) \(user)")
        }
    }

    static func text(_ text: String) -> DAVResponse { DAVResponse(.ok, body: .bytes(Array(text.utf8))) }
}
