import NIOCore
import NIOHTTP1

/// What RFC 9112 asks of a server beyond parsing, for one HTTP/1 connection.
///
/// - `Host`: exactly one, except in HTTP/1.0 (§3.2); no transfer coding but `chunked` (§6.1).
/// - Persistence: `Connection` is a list of tokens, whatever their case; HTTP/1.0 connections end with their answer (§9.3).
/// - Parser errors get the status that says what is wrong (400, 414, 431, 501), in order behind earlier answers.
/// - An answer given before a long body was read ends the connection: half-closed first, so that the client can take it (§9.6).
///
/// It sits between the parser and everything that knows HTTP without versions.
final class HTTP1Rules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Request {
        var isHead: Bool
        var version: HTTPVersion
        var closes: Bool
    }

    private let limits: ConnectionLimits
    private let headerTimeout: HeaderTimeout
    /// Requests handed on whose answers are not complete.
    private var outstanding: CircularBuffer<Request> = []
    /// The request that is being received, if any.
    private var incoming: IncomingBody?
    /// Nothing more is handed on: the connection ends with the answers still owed.
    private var isDeaf = false
    private var rejection: HTTPResponseStatus?
    private var closesAfterAnswer = false
    private var isQuiescing = false
    private var linger: Linger?

    private struct IncomingBody {
        /// `nil`: chunked, so nobody knows.
        var remaining: Int64?
        var awaitsContinue: Bool
    }

    init(_ limits: ConnectionLimits, headerTimeout: HeaderTimeout) {
        self.limits = limits
        self.headerTimeout = headerTimeout
    }

    func handlerRemoved(context: ChannelHandlerContext) { linger?.cancel() }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if let linger, case .body(let buffer) = part { return linger.drop(buffer.readableBytes, context) }
        if isDeaf { return }
        switch part {
        case .head(let head): receive(head, context)
        case .body(let buffer):
            incoming?.remaining? -= Int64(buffer.readableBytes)
            incoming?.awaitsContinue = false
            context.fireChannelRead(data)
        case .end:
            incoming = nil
            context.fireChannelRead(data)
            if outstanding.last?.closes == true { isDeaf = true }
            noteIdle(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody above asks for more while lingering; what the client still sends is read to be dropped.
        if linger != nil { context.read() }
    }

    private func receive(_ received: HTTPRequestHead, _ context: ChannelHandlerContext) {
        headerTimeout.headerReceived()
        var head = received
        if let status = HTTP1Head.fault(of: head, limits) { return reject(status, context) }
        HTTP1Head.preferAbsoluteForm(&head)
        let closes = HTTP1Head.asksToClose(head)
        if closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if head.version == .http1_0 {
            head.headers.remove(name: "expect")
            if !head.headers.contains(name: "host") {
                head.headers.add(name: "host", value: HTTP1Head.localHost(context.channel))
            }
        }
        incoming = IncomingBody(
            remaining: head.headers.contains(name: "transfer-encoding") ? nil : HTTP1Head.contentLength(head),
            awaitsContinue: head.headers.contains(name: "expect"))
        outstanding.append(Request(isHead: head.method == .HEAD, version: head.version, closes: closes))
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Inside a body the reader must learn of it; between requests it is answered here.
        guard let error = error as? HTTPParserError, incoming == nil else { return context.fireErrorCaught(error) }
        guard !isDeaf else { return }
        reject(HTTP1Head.status(for: error), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is HeaderTimeout.Expired: reject(.requestTimeout, context)
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            context.fireUserInboundEventTriggered(event)
        case ChannelEvent.inputClosed where linger != nil: closeNow(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): write(head, context, promise)
        case .body:
            if outstanding.first?.isHead == true { return promise?.succeed() ?? () }
            context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            context.write(data, promise: written)
            _ = outstanding.popFirst()
            // A server that is stopping ends the connection even if the head, written earlier, did not say so.
            if isQuiescing, outstanding.isEmpty { closesAfterAnswer = true }
            answerIsComplete(written.futureResult, context)
        }
    }

    private func write(_ answer: HTTPResponseHead, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?)
    {
        var head = answer
        guard head.status.code >= 200 else {
            incoming?.awaitsContinue = false
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
        }
        let request = outstanding.first
        if request?.closes == true || isQuiescing
            || head.headers.contains(name: "connection") && head.headers[canonicalForm: "connection"].contains("close")
            || leavesBodyUnread
        {
            closesAfterAnswer = true
        }
        let unframed =
            request?.isHead == true && head.status.mayHaveResponseBody && !head.headers.contains(name: "content-length")
        if unframed || request.map({ $0.version == .http1_0 }) == true {
            // The encoder would frame the answer as chunked: HTTP/1.0 has no such thing, and HEAD has no body to frame.
            head.version = .http1_0
            closesAfterAnswer = closesAfterAnswer || !head.headers.contains(name: "content-length")
        }
        if closesAfterAnswer { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Whether the request being answered is still bringing a body, longer than it is worth reading to its end.
    private var leavesBodyUnread: Bool {
        guard outstanding.count == 1, let incoming else { return false }
        if incoming.awaitsContinue { return true }
        return incoming.remaining.map { $0 > limits.drainBytes } ?? true
    }

    private func answerIsComplete(_ written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        if closesAfterAnswer {
            context.flush()
            startLingering(written, context)
        } else if let rejection, outstanding.isEmpty {
            write(rejection: rejection, context)
        } else {
            noteIdle(context)
        }
    }

    private func noteIdle(_ context: ChannelHandlerContext) {
        if outstanding.isEmpty, incoming == nil, !isDeaf { headerTimeout.becameIdle(context: context) }
    }

    private func reject(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isDeaf = true
        rejection = status
        if outstanding.isEmpty { write(rejection: status, context) }
    }

    private func write(rejection status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        let text = "\(status.code) \(status.reasonPhrase)\n"
        let head = HTTPResponseHead(
            version: .http1_1, status: status,
            headers: [
                "content-type": "text/plain; charset=utf-8", "content-length": "\(text.utf8.count)",
                "connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        startLingering(written.futureResult, context)
    }

    // MARK: The end

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard linger != nil else { return context.close(mode: mode, promise: promise) }
        // The connection is ending by itself; closing it now could lose what is still in buffers. So could the end of the
        // process, which waits for this promise.
        if let promise { context.channel.closeFuture.cascade(to: promise) }
    }

    private func startLingering(_ written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        guard linger == nil else { return }
        isDeaf = true
        let linger = Linger(limits, context.eventLoop) { self.closeNow(context) }
        self.linger = linger
        context.close(mode: .output, promise: nil)
        context.read()
        written.assumeIsolatedUnsafeUnchecked().whenSuccess { linger.answerIsOut() }
    }

    private func closeNow(_ context: ChannelHandlerContext) {
        linger?.cancel()
        context.close(promise: nil)
    }
}

/// The time between the last answer and the end of its connection. A client that reads slowly has some of the answer still
/// to take: it gets the time of a stall for that, and the short one only then.
private final class Linger {
    private let limits: ConnectionLimits
    private let eventLoop: any EventLoop
    private let close: () -> Void
    private var timer: Scheduled<Void>?
    private var bytesLeft: Int

    init(_ limits: ConnectionLimits, _ eventLoop: any EventLoop, close: @escaping () -> Void) {
        self.limits = limits
        self.eventLoop = eventLoop
        self.close = close
        bytesLeft = limits.lingerBytes
        schedule(in: limits.stallTimeout)
    }

    func answerIsOut() { if timer != nil { schedule(in: limits.lingerTimeout) } }

    func cancel() {
        timer?.cancel()
        timer = nil
    }

    func drop(_ count: Int, _ context: ChannelHandlerContext) {
        bytesLeft -= count
        if bytesLeft < 0 { close() }
    }

    private func schedule(in time: TimeAmount) {
        timer?.cancel()
        timer = eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) { self.close() }
    }
}
