import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOTLS
import Synchronization

/// One accepted connection: HTTP/1.1 in the clear, or TLS with HTTP/2 or HTTP/1.1 as ALPN settles it, each behind the
/// handlers that keep a client from holding it for ever.
struct EdgeChannel: ServerChildChannel {
    enum Negotiated: Sendable {
        case http1(HTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
    }

    struct Value: ServerChildChannelValue {
        let connection: Connection
        var channel: any Channel { connection.channel }
    }

    /// A connection that is served, or else closed: what reads and writes it ends the process if it is let go of unused, as
    /// happens to a connection that is accepted while the server stops.
    final class Connection: Sendable {
        let negotiated: EventLoopFuture<Negotiated>
        let channel: any Channel
        private let edge: EdgeChannel
        private let logger: Logger
        private let isServed = Atomic(false)

        init(_ negotiated: EventLoopFuture<Negotiated>, _ channel: any Channel, _ edge: EdgeChannel, _ logger: Logger) {
            self.negotiated = negotiated
            self.channel = channel
            self.edge = edge
            self.logger = logger
        }

        func serve() async {
            isServed.store(true, ordering: .relaxed)
            await edge.serve(negotiated, channel, logger)
        }

        deinit {
            guard !isServed.load(ordering: .relaxed) else { return }
            channel.close(promise: nil)
            // Serving a connection that is closed is what lets go of it in order.
            Task { [edge, negotiated, channel, logger] in await edge.serve(negotiated, channel, logger) }
        }
    }

    private let limits: ConnectionLimits
    private let tls: NIOSSLContext?
    private let http1: HTTP1Channel
    private let http2: HTTP2Channel

    init(limits: ConnectionLimits, tls: NIOSSLContext?, responder: @escaping HTTPChannelHandler.Responder) {
        self.limits = limits
        self.tls = tls
        http1 = HTTP1Channel(responder: responder, configuration: Self.configuration(limits, isStream: false))
        // A stream that has begun may take its time, however old its connection is: no limit to closing gracefully. The
        // guards end those that stall, the end of the process those that outlast it.
        var configuration = HTTP2ChannelConfiguration(
            idleTimeout: .nanoseconds(limits.idleTimeout.nanoseconds), gracefulCloseTimeout: nil,
            streamConfiguration: Self.configuration(limits, isStream: true))
        // The initialiser has a parameter of that name and drops it.
        configuration.maxAgeTimeout = limits.maxHTTP2Age
        http2 = HTTP2Channel(responder: responder, configuration: configuration)
    }

    private static func configuration(_ limits: ConnectionLimits, isStream: Bool) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [TransferGuard(limits, isStream: isStream)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.maxHeaderBytes, maxHeaderListSize: limits.maxHeaderBytes,
                maxHeaderFieldCount: limits.maxHeaderCount))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let value = try tls.map { try negotiate(channel, $0, logger) } ?? setupHTTP1(channel, logger)
            return Value(connection: Connection(value, channel, self, logger))
        }
    }

    private func negotiate(_ channel: any Channel, _ tls: NIOSSLContext, _ logger: Logger) throws -> EventLoopFuture<
        Negotiated
    > {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        try pipeline.addHandler(HandshakeTimeout(limits.handshakeTimeout))
        let alpn = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result, channel in
            if case .negotiated("h2") = result {
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HTTP2ConnectionGuard(limits))
                }.flatMap { http2.setup(channel: channel, logger: logger) }.map { .http2($0) }
            }
            return setupHTTP1(channel, logger)
        }
        try pipeline.addHandler(alpn)
        return alpn.protocolNegotiationResult
    }

    private func setupHTTP1(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Negotiated> {
        let pipeline = channel.pipeline.syncOperations
        let headerTimeout = HeaderTimeout(limits)
        do {
            try pipeline.addHandler(headerTimeout)
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        let rules = NIOLoopBound(HTTP1Rules(limits, headerTimeout: headerTimeout), eventLoop: channel.eventLoop)
        return http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(rules.value, position: .before(pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
            return .http1(value)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) { await value.connection.serve() }
    }

    private func serve(_ negotiated: EventLoopFuture<Negotiated>, _ channel: any Channel, _ logger: Logger) async {
        do {
            switch try await negotiated.get() {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            // A handshake that failed: a scanner, or a client that does not trust the certificate.
            logger.debug("TLS handshake failed", metadata: ["error": "\(error)"])
            try? await channel.close()
        }
    }
}
