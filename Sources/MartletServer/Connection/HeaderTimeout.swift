import NIOCore

/// Limits how long an HTTP/1 connection may be silent between requests, and how long a header section may take.
///
/// It sits in front of the parser, where the first byte of a request is seen; ``HTTP1Rules`` tells it what the bytes meant.
final class HeaderTimeout: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Sent through the pipeline when a header section was begun but not finished: answered 408.
    struct Expired: Sendable {}

    private enum Phase { case idle, header, busy }

    private let limits: ConnectionLimits
    private var phase = Phase.header
    private var deadline: NIODeadline?
    private var hasBytes = false
    private var timer: Scheduled<Void>?
    private var timerDue: NIODeadline?

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func headerReceived() {
        phase = .busy
        deadline = nil
    }

    func becameIdle(context: ChannelHandlerContext) {
        phase = .idle
        hasBytes = false
        wait(limits.idleTimeout, context)
    }

    func handlerAdded(context: ChannelHandlerContext) { wait(limits.headerTimeout, context) }
    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasBytes = true
        if phase == .idle {
            phase = .header
            wait(limits.headerTimeout, context)
        }
        context.fireChannelRead(data)
    }

    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        let due = NIODeadline.now() + time
        deadline = due
        if let timerDue, timerDue <= due { return }
        timer?.cancel()
        schedule(at: due, context)
    }

    // One timer per connection, moved lazily: a busy keep-alive connection must not pay for one per request.
    private func schedule(at due: NIODeadline, _ context: ChannelHandlerContext) {
        timerDue = due
        timer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(deadline: due) {
            self.timerDue = nil
            guard let deadline = self.deadline else { return }
            guard deadline <= .now() else { return self.schedule(at: deadline, context) }
            if self.phase == .header, self.hasBytes {
                context.fireUserInboundEventTriggered(Expired())
            } else {
                context.close(promise: nil)
            }
        }
    }
}
