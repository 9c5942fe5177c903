import NIOCore
import NIOHTTP1
import NIOPosix

/// One HTTP/1.1 connection to a server: requests one after the other, each answered whole.
///
/// Nothing blocks: the server under test shares the process and its few threads.
final class Connection: Sendable {
    struct Closed: Error {}

    private let channel: any Channel

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var encoding = HTTPRequestEncoder.Configuration()
                    encoding.automaticallySetFramingHeaders = false
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(
                        enableOutboundHeaderValidation: false, encoderConfiguration: encoding)
                    try channel.pipeline.syncOperations.addHandler(Collector())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// - Throws: ``Closed`` if the server ends the connection before the answer is whole.
    func send(_ method: String, _ target: String, _ headers: [(String, String)], _ body: [UInt8]) async throws -> Reply
    {
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: target)
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let promise = channel.eventLoop.makePromise(of: Reply.self)
        channel.writeAndFlush(Call(head: head, body: ByteBuffer(bytes: body), answer: promise)).cascadeFailure(
            to: promise)
        return try await promise.futureResult.get()
    }

    var isOpen: Bool { channel.isActive }

    func close() async { try? await channel.close() }
}

private struct Call: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer
    var answer: EventLoopPromise<Reply>
}

/// Turns calls into requests, and the parts that come back into replies.
private final class Collector: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Call
    typealias OutboundOut = HTTPClientRequestPart

    private var answer: EventLoopPromise<Reply>?
    private var reply: Reply?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let call = unwrapOutboundIn(data)
        guard context.channel.isActive else { return call.answer.fail(Connection.Closed()) }
        answer = call.answer
        context.write(wrapOutboundOut(.head(call.head)), promise: nil)
        if call.body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(call.body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            reply = Reply(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: [])
        case .body(let part): reply?.body += part.readableBytesView
        case .end:
            guard let reply, reply.status >= 200 else { return }
            self.reply = nil
            answer?.succeed(reply)
            answer = nil
            if reply["Connection"]?.lowercased() == "close" { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer?.fail(Connection.Closed())
        answer = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer?.fail(error)
        answer = nil
        context.close(promise: nil)
    }
}
