import NIOCore
import NIOHTTPTypes

/// Closes a connection (or an HTTP/2 stream) whose client sends a body too slowly, or stops taking its answer.
///
/// On a stream it also ends what HTTP/1 ends by closing: an answer given before the body was read resets the stream once a
/// bounded rest has been dropped (RFC 9113 §8.1).
final class TransferGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let isStream: Bool

    private var isReceiving = false
    private var bytes = 0
    /// Time spent waiting for the client since the last verdict; the server's own pauses do not count.
    private var waited: TimeAmount = .zero
    private var waitingSince: NIODeadline?
    private var bodyTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var dropping: Int?
    /// The guard of the connection this is a stream of.
    private var connection: HTTP2ConnectionGuard?

    init(_ limits: ConnectionLimits, isStream: Bool) {
        self.limits = limits
        self.isStream = isStream
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard isStream, let parent = context.channel.parent, parent.eventLoop.inEventLoop else { return }
        connection = try? parent.pipeline.syncOperations.handler(type: HTTP2ConnectionGuard.self)
        connection?.streamOpened()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        connection?.streamClosed()
        connection = nil
        bodyTimer?.cancel()
        writeTimer?.cancel()
        bodyTimer = nil
        writeTimer = nil
    }

    // MARK: A body that trickles in

    func read(context: ChannelHandlerContext) {
        if waitingSince == nil { waitingSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReceiving = true
            bytes = 0
            waited = .zero
            waitingSince = nil
        case .body(let buffer):
            countWait()
            bytes += buffer.readableBytes
            if let allowance = dropping { return drop(buffer.readableBytes, of: allowance, context) }
        case .end:
            isReceiving = false
            bodyTimer?.cancel()
            bodyTimer = nil
        }
        if dropping == nil { context.fireChannelRead(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Almost every body is complete by now; only one that is not needs a timer.
        if isReceiving, bodyTimer == nil { scheduleVerdict(in: limits.stallTimeout, context) }
        if dropping != nil { context.read() }
    }

    private func countWait() {
        if let waitingSince { waited = waited + (.now() - waitingSince) }
        waitingSince = nil
    }

    private func scheduleVerdict(in time: TimeAmount, _ context: ChannelHandlerContext) {
        bodyTimer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) { self.judge(context) }
    }

    private func judge(_ context: ChannelHandlerContext) {
        bodyTimer = nil
        guard isReceiving else { return }
        let isWaiting = waitingSince != nil
        countWait()
        if isWaiting { waitingSince = .now() }
        guard waited >= limits.stallTimeout else {
            return scheduleVerdict(in: limits.stallTimeout - waited + .milliseconds(1), context)
        }
        let due = Int64(limits.minimumBodyBytesPerSecond) * limits.stallTimeout.nanoseconds / 1_000_000_000
        guard bytes >= max(1, due) else { return context.close(promise: nil) }
        bytes = 0
        waited = .zero
        scheduleVerdict(in: limits.stallTimeout, context)
    }

    // MARK: A client that does not read

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer = nil
        if !context.channel.isWritable {
            writeTimer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: limits.stallTimeout) {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: An answer before the end of the body

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isStream, isReceiving, case .end = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        context.writeAndFlush(data, promise: promise)
        dropping = limits.lingerBytes
        bodyTimer?.cancel()
        bodyTimer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: limits.lingerTimeout) {
            context.close(promise: nil)
        }
        context.read()
    }

    private func drop(_ count: Int, of allowance: Int, _ context: ChannelHandlerContext) {
        dropping = allowance - count
        if allowance < count { context.close(promise: nil) }
    }
}
