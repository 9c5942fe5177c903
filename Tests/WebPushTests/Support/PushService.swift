import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

/// A push service on this machine, over TLS, that answers as it is told.
final class PushService: Sendable {
    enum Answer: Sendable {
        case status(Int, [(String, String)] = [], body: String = "")
        /// Nothing, ever.
        case hang
        /// A head, then octets without end.
        case flood
        /// A head, then an octet now and then, without end.
        case drip
        /// The connection closes.
        case close
    }

    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8] = []
    }

    struct Record: Sendable {
        var requests: [Request] = []
        var serverNames: [String?] = []
        var connections = 0
        var openConnections = 0
        var octetsSent = 0
    }

    private let channel: any Channel
    private let state: State

    final class State: Sendable {
        let record = Mutex(Record())
        let answer: Mutex<Answer>
        init(_ answer: Answer) { self.answer = Mutex(answer) }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var record: Record { state.record.withLock { $0 } }

    func answer(_ answer: Answer) { state.answer.withLock { $0 = answer } }
    func stop() async throws { try await channel.close() }

    /// Two at one port of different addresses. Somebody else may have the other's port, so it may take more than one try.
    static func startTwo(at addresses: (String, String)) async throws -> (PushService, PushService) {
        for _ in 0..<50 {
            let first = try await start(at: addresses.0)
            if let second = try? await start(at: addresses.1, port: first.port) { return (first, second) }
            try await first.stop()
        }
        throw ChannelError.inappropriateOperationForState
    }

    static func start(
        _ answer: Answer = .status(201), at address: String = "127.0.0.1", port: Int = 0, isTLS: Bool = true,
        protocols: [String] = ["h2", "http/1.1"], authority: TestAuthority? = nil
    ) async throws -> PushService {
        let authority = try authority ?? TestAuthority.shared.get()
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: authority.certificate.map { .certificate($0) }, privateKey: .privateKey(authority.key))
        tls.applicationProtocols = protocols
        let state = State(answer)
        tls.sslContextCallback = { values, promise in
            state.record.withLock { $0.serverNames.append(values.serverHostname) }
            promise.succeed(.noChanges)
        }
        let context = try NIOSSLContext(configuration: tls)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                state.record.withLock {
                    $0.connections += 1
                    $0.openConnections += 1
                }
                channel.closeFuture.whenComplete { _ in state.record.withLock { $0.openConnections -= 1 } }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    guard isTLS else {
                        try pipeline.configureHTTPServerPipeline()
                        return try pipeline.addHandler(Handler(state: state))
                    }
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    channel.configureCommonHTTPServerPipeline { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(Handler(state: state))
                        }
                    }.whenFailure { _ in channel.close(promise: nil) }
                }
            }
            .bind(host: address, port: port).get()
        return PushService(channel: channel, state: state)
    }

    private init(channel: any Channel, state: State) {
        self.channel = channel
        self.state = state
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let state: State
        private var request: Request?

        init(state: State) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): request = Request(head: head)
            case .body(var part): request?.body += part.readBytes(length: part.readableBytes) ?? []
            case .end:
                guard let request else { return }
                state.record.withLock { $0.requests.append(request) }
                // Not from within the read: with HTTP/2 what several streams write there may wait for the next read.
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.execute {
                    bound.value.0.reply(context: bound.value.1, version: request.head.version)
                }
            }
        }

        private func reply(context: ChannelHandlerContext, version: HTTPVersion) {
            switch state.answer.withLock({ $0 }) {
            case .status(let status, let fields, let body):
                writeHead(status, fields + [("content-length", "\(body.utf8.count)")], context, version)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .hang: break
            case .close: context.close(promise: nil)
            case .flood:
                writeHead(201, [], context, version)
                flood(context: context)
            case .drip:
                writeHead(201, [], context, version)
                context.flush()
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { task in
                    let (handler, context) = bound.value
                    guard context.channel.isActive else { return task.cancel() }
                    let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "x")))
                    context.writeAndFlush(handler.wrapOutboundOut(part), promise: nil)
                }
            }
        }

        private func writeHead(
            _ status: Int, _ fields: [(String, String)], _ context: ChannelHandlerContext, _ version: HTTPVersion
        ) {
            let head = HTTPResponseHead(
                version: version, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(fields))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }

        /// Writes on as long as the other side takes it, up to 100 MB.
        private func flood(context: ChannelHandlerContext) {
            let chunk = ByteBuffer(repeating: 0x78, count: 64 << 10)
            let sent = state.record.withLock { record in
                record.octetsSent += chunk.readableBytes
                return record.octetsSent
            }
            guard sent < 100 << 20, context.channel.isActive else { return }
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk)))).whenSuccess {
                bound.value.0.flood(context: bound.value.1)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
