import NIOCore

/// Closes an HTTP/2 connection whose client stops reading, or that has been without a stream for too long.
///
/// A client can stall the connection below all of its streams. And the library asks an idle client to leave (GOAWAY), but
/// waits for as long as it likes to stay. Once the last stream has ended it closes at once, with the end of that stream's
/// answer still unsent: here the answer goes first.
final class HTTP2ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny
    typealias OutboundOut = ByteBuffer

    private let stallTimeout: TimeAmount
    /// Longer than what the library waits before it asks.
    private let idleTimeout: TimeAmount
    private var writeTimer: Scheduled<Void>?
    private var idleTimer: Scheduled<Void>?
    private var closeTimer: Scheduled<Void>?
    private var openStreams = 0
    private var context: ChannelHandlerContext?

    init(_ limits: ConnectionLimits) {
        stallTimeout = limits.stallTimeout
        idleTimeout = limits.idleTimeout + limits.stallTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        startIdleTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        writeTimer?.cancel()
        idleTimer?.cancel()
        closeTimer?.cancel()
        context = nil
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, self.context != nil else { return context.close(mode: mode, promise: promise) }
        if let promise { context.channel.closeFuture.cascade(to: promise) }
        guard closeTimer == nil else { return }
        closeTimer = close(in: stallTimeout, context)
        // The frame that ended the stream is being written just now, below this call.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).assumeIsolatedUnsafeUnchecked().whenComplete {
                _ in
                context.close(promise: nil)
            }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer = context.channel.isWritable ? nil : close(in: stallTimeout, context)
        context.fireChannelWritabilityChanged()
    }

    // MARK: Streams, as each tells of itself

    func streamOpened() {
        openStreams += 1
        idleTimer?.cancel()
    }

    func streamClosed() {
        openStreams -= 1
        if openStreams == 0 { startIdleTimer() }
    }

    private func startIdleTimer() {
        idleTimer?.cancel()
        idleTimer = context.map { close(in: idleTimeout, $0) }
    }

    private func close(in time: TimeAmount, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) { context.close(promise: nil) }
    }
}
