import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request of the doctor.
struct ProbeRequest: Sendable {
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// In chunks of unannounced number, as clients send what they do not know the length of.
        case chunked([[UInt8]])
        /// Held back until the server says `100 Continue`, or a while has passed.
        case afterContinue([UInt8])
    }

    var method: String
    var url: ProbeURL
    var headers: [(name: String, value: String)] = []
    var body = Body.none
    /// Takes the body of a successful answer as it comes, for one that may have no end; it is then not collected, and only
    /// silence counts against the time limit.
    var receive: (@Sendable ([UInt8]) -> Void)?
}

/// What came back.
struct ProbeAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []
    /// `100 Continue` came before it.
    var wasContinued = false
    var certificate: ProbeCertificate?

    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// When a certificate is good, in seconds since 1970.
struct ProbeCertificate: Sendable {
    var validFrom: Int64
    var validUntil: Int64
}

/// Why there was no answer.
enum ProbeFailure: Error, Sendable {
    case unknownHost
    case unreachable(String)
    case untrusted(String)
    case closed
    case timedOut
}

/// A small HTTP/1.1 client that shows what others hide: informational answers, certificates, redirects, framing.
///
/// A request is one connection. Nothing is followed, repeated, decoded or remembered.
struct ProbeClient: Sendable {
    /// PEM file with the authority to trust instead of the system's.
    var authority: String?
    var timeout = TimeAmount.seconds(30)
    var userAgent = "martlet-doctor"
    /// How long a body waits for `100 Continue` (RFC 9110 §10.1.1).
    var patience = TimeAmount.seconds(3)
    static let mostBody = 64 << 20

    /// - Throws: ``ProbeFailure``; ``ProbeFailure/closed`` if the task is cancelled.
    func send(_ request: ProbeRequest) async throws -> ProbeAnswer {
        let tls = request.url.isTLS ? try makeTLS() : nil
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: ProbeAnswer.self)
        let (url, patience, timeout, userAgent) = (request.url, patience, timeout, userAgent)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls {
                            let name = IPAddress(url.host) == nil ? url.host : nil
                            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
                        }
                        var encoding = HTTPRequestEncoder.Configuration()
                        encoding.automaticallySetFramingHeaders = false
                        try pipeline.addHandler(HTTPRequestEncoder(configuration: encoding))
                        try pipeline.addHandler(
                            ByteToMessageHandler(
                                HTTPResponseDecoder(
                                    leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward)))
                        if request.receive != nil { try pipeline.addHandler(IdleStateHandler(readTimeout: timeout)) }
                        try pipeline.addHandler(
                            Exchanger(request, promise, patience: patience, userAgent: userAgent))
                    }
                }
                .connect(host: url.host, port: url.port).get()
        } catch {
            promise.fail(error)
            throw Self.failure(error)
        }
        let deadline =
            request.receive != nil
            ? nil
            : loop.scheduleTask(in: timeout) {
                promise.fail(ProbeFailure.timedOut)
                channel.close(promise: nil)
            }
        defer {
            deadline?.cancel()
            channel.close(promise: nil)
        }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private func makeTLS() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        if let authority { configuration.trustRoots = .file(authority) }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func failure(_ error: any Error) -> ProbeFailure {
        switch error {
        case let failure as ProbeFailure: failure
        case let error as NIOConnectionError where error.connectionErrors.isEmpty: .unknownHost
        case let error as NIOConnectionError: .unreachable("\(error.connectionErrors[0].error)")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: .untrusted("\(error)")
        case let error as ChannelError where error == .alreadyClosed || error == .ioOnClosedChannel: .closed
        case is IOError: .closed
        default: .unreachable("\(error)")
        }
    }
}

/// Sends the request when the connection stands, and collects the answer.
private final class Exchanger: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: ProbeRequest
    private let promise: EventLoopPromise<ProbeAnswer>
    private let patience: TimeAmount
    private let userAgent: String
    private var answer: ProbeAnswer?
    private var wasContinued = false
    private var pending: [UInt8]?

    init(
        _ request: ProbeRequest, _ promise: EventLoopPromise<ProbeAnswer>, patience: TimeAmount, userAgent: String
    ) {
        self.request = request
        self.promise = promise
        self.patience = patience
        self.userAgent = userAgent
    }

    func channelActive(context: ChannelHandlerContext) {
        var head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.url.path)
        head.headers.add(name: "Host", value: request.url.authority)
        head.headers.add(name: "User-Agent", value: userAgent)
        for (name, value) in request.headers { head.headers.add(name: name, value: value) }
        switch request.body {
        case .none: break
        case .bytes(let bytes), .afterContinue(let bytes):
            head.headers.add(name: "Content-Length", value: String(bytes.count))
        case .chunked: head.headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        if case .afterContinue = request.body { head.headers.add(name: "Expect", value: "100-continue") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        switch request.body {
        case .none: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .bytes(let bytes): send([bytes], context)
        case .chunked(let chunks): send(chunks, context)
        case .afterContinue(let bytes):
            pending = bytes
            context.flush()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: patience) {
                let (handler, context) = bound.value
                handler.sendPending(context)
            }
        }
        context.fireChannelActive()
    }

    private func send(_ chunks: [[UInt8]], _ context: ChannelHandlerContext) {
        for chunk in chunks where !chunk.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: chunk)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func sendPending(_ context: ChannelHandlerContext) {
        guard let bytes = pending, context.channel.isActive else { return }
        pending = nil
        send([bytes], context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where head.status.code == 100:
            wasContinued = true
            sendPending(context)
        case .head(let head) where head.status.code < 200: break
        case .head(let head):
            // A final answer instead of `100 Continue`: the body is not wanted.
            pending = nil
            answer = ProbeAnswer(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) },
                wasContinued: wasContinued, certificate: certificate(context))
        case .body(let part):
            if let receive = request.receive, answer?.isSuccess == true {
                receive(Array(part.readableBytesView))
                return
            }
            answer?.body += part.readableBytesView
            if (answer?.body.count ?? 0) > ProbeClient.mostBody { context.close(promise: nil) }
        case .end:
            if let answer { promise.succeed(answer) }
        }
    }

    private func certificate(_ context: ChannelHandlerContext) -> ProbeCertificate? {
        guard let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self),
            let certificate = handler.peerCertificate
        else { return nil }
        return ProbeCertificate(
            validFrom: Int64(certificate.notValidBefore), validUntil: Int64(certificate.notValidAfter))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        promise.fail(ProbeFailure.timedOut)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An answer may stand before the error: a server that refuses a long body closes while it is still being sent.
        if error is IOError, answer != nil { return }
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let answer { promise.succeed(answer) } else { promise.fail(ProbeFailure.closed) }
        context.fireChannelInactive()
    }
}
