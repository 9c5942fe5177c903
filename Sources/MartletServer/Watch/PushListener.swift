import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import WebPush

/// A push service for one: takes messages at a port of this machine, by ``DeliveryRules``.
final class PushListener: Sendable {
    /// Where messages go. A secret.
    let url: String
    private let channel: any Channel
    private let desk: Desk

    private init(url: String, channel: any Channel, desk: Desk) {
        self.url = url
        self.channel = channel
        self.desk = desk
    }

    /// What connections ask. The rules are `nil` until the port is known, of which they speak.
    private final class Desk: Sendable {
        let rules = Mutex<DeliveryRules?>(nil)
        private let take: @Sendable ([UInt8]) -> Void
        private let refuse: @Sendable (Int, String) -> Void

        init(_ take: @escaping @Sendable ([UInt8]) -> Void, _ refuse: @escaping @Sendable (Int, String) -> Void) {
            self.take = take
            self.refuse = refuse
        }

        func judge(_ delivery: PushDelivery) -> DeliveryRules.Verdict {
            guard let rules = rules.withLock({ $0 }) else { return .refused(503, "Not yet.") }
            let verdict = rules.verdict(on: delivery, now: WallClock.now())
            switch verdict {
            case .taken: take(delivery.body)
            // Strangers who try paths are none of the user's business.
            case .refused(404, _): break
            case .refused(let status, let why): refuse(status, why)
            }
            return verdict
        }
    }

    /// Listens on `host`, on a free port if `port` is 0.
    ///
    /// - Parameters:
    ///   - name: the path, which nobody must be able to guess.
    ///   - publicURL: how the sender reaches the port, if not directly.
    ///   - take: gets each message that was accepted; called on an event loop.
    static func start(
        host: String, port: Int, name: String, publicURL: ProbeURL?, take: @escaping @Sendable ([UInt8]) -> Void,
        refuse: @escaping @Sendable (Int, String) -> Void
    ) async throws -> PushListener {
        let desk = Desk(take, refuse)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(60)))
                    try pipeline.addHandler(DeliveryHandler { desk.judge($0) })
                }
            }
            .bind(host: host, port: port).get()
        let bound = channel.localAddress?.port ?? port
        let base = publicURL ?? ProbeURL(host: host, port: bound)
        let path = (base.path.hasSuffix("/") ? base.path : base.path + "/") + name
        desk.rules.withLock {
            $0 = DeliveryRules(path: path, audience: "\(base.scheme)://\(base.authority)", keys: [])
        }
        return PushListener(url: base.at(path).description, channel: channel, desk: desk)
    }

    /// The keys by which the sender may sign from now on.
    func accept(_ keys: [String]) { desk.rules.withLock { $0?.keys = keys } }

    func stop() async { try? await channel.close() }
}

extension ProbeURL {
    /// `http` to an address or name.
    init(host: String, port: Int) {
        scheme = "http"
        self.host = host
        self.port = port
        path = "/"
    }
}

/// Collects one request after the other, and answers as it is told.
private final class DeliveryHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let judge: (PushDelivery) -> DeliveryRules.Verdict
    private var delivery: PushDelivery?

    init(judge: @escaping (PushDelivery) -> DeliveryRules.Verdict) { self.judge = judge }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            delivery = PushDelivery(
                method: head.method.rawValue, path: head.uri, headers: head.headers.map { ($0.name, $0.value) })
        case .body(let part):
            // One octet too many is enough to be refused.
            let room = DeliveryRules.mostBody + 1 - (delivery?.body.count ?? 0)
            delivery?.body += part.readableBytesView.prefix(max(0, room))
        case .end:
            guard let delivery else { return }
            self.delivery = nil
            answer(judge(delivery), to: delivery, context)
        }
    }

    private func answer(_ verdict: DeliveryRules.Verdict, to delivery: PushDelivery, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders()
        var body = ""
        let status: HTTPResponseStatus
        switch verdict {
        case .taken(let lifetime):
            status = .created
            // RFC 8030 §5: the message has a URL, and the service says how long it keeps it.
            headers.add(
                name: "Location", value: delivery.path + "/" + String(UInt64.random(in: .min ... .max), radix: 36))
            headers.add(name: "TTL", value: String(lifetime))
        case .refused(let code, let why):
            status = HTTPResponseStatus(statusCode: code)
            body = why + "\n"
            headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        }
        headers.add(name: "Content-Length", value: String(body.utf8.count))
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
