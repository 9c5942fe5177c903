import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// As much of ntfy as a watch sees: what is posted to a topic comes out of its stream.
enum FakeDistributor {
    private final class Topics: Sendable {
        let streams = Mutex<[String: AsyncStream<ByteBuffer>.Continuation]>([:])
    }

    /// Runs one as long as `body` takes, which is told the port.
    static func run(_ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let topics = Topics()
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "distributor")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in try await answer(request, topics) },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { report.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await body(port)
            }
            try await group.next()
            topics.streams.withLock { for stream in $0.values { stream.finish() } }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private static func answer(_ request: Request, _ topics: Topics) async throws -> Response {
        let path = request.uri.path
        if request.method == .get, path.hasSuffix("/json") {
            let (messages, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
            topics.streams.withLock { $0[String(path.dropLast(5))] = continuation }
            let open = ByteBuffer(string: "{\"id\":\"o1\",\"event\":\"open\"}\n")
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(open)
                    for await message in messages { try await writer.write(message) }
                    try await writer.finish(nil)
                })
        }
        let body = try await request.body.collect(upTo: 4096)
        let line = """
            {"id":"m1","event":"message","encoding":"base64","message":"\(Data(body.readableBytesView).base64EncodedString())"}\n
            """
        let isHeard = topics.streams.withLock { $0[path]?.yield(ByteBuffer(string: line)) != nil }
        return Response(status: isHeard && request.uri.query == "up=1" ? .ok : .init(code: 507))
    }
}
