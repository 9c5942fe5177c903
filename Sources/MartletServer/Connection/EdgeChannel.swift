import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOTLS
import Synchronization

/// One accepted connection: HTTP/1.1 in the clear, or TLS with HTTP/2 or HTTP/1.1 as ALPN settles it, each behind the
/// handlers that keep a client from holding it for ever.
///
/// HTTP/2 is the HTTP library's from the streams on; HTTP/1.1, which nearly all clients speak, has a shorter way of its own
/// (``HTTP1Connection``).
struct EdgeChannel: ServerChildChannel {
    enum Negotiated: Sendable {
        case http1(HTTP1Connection)
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
    private let answer: EdgeAnswer
    private let http2: HTTP2Channel

    /// - Parameters:
    ///   - answer: what HTTP/1.1 is answered with.
    ///   - responder: the same, as the HTTP library passes it on.
    init(
        limits: ConnectionLimits, tls: NIOSSLContext?, answer: @escaping EdgeAnswer,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.limits = limits
        self.tls = tls
        self.answer = answer
        // A stream that has begun may take its time, however old its connection is: no limit to closing gracefully. The
        // guards end those that stall, the end of the process those that outlast it.
        var configuration = HTTP2ChannelConfiguration(
            idleTimeout: .nanoseconds(limits.idleTimeout.nanoseconds), gracefulCloseTimeout: nil,
            streamConfiguration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [TransferGuard(limits, isStream: true)]))
        // The initialiser has a parameter of that name and drops it.
        configuration.maxAgeTimeout = limits.maxHTTP2Age
        http2 = HTTP2Channel(responder: responder, configuration: configuration)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let value = try tls.map { try negotiate(channel, $0, logger) } ?? setupHTTP1(channel)
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
            return setupHTTP1(channel)
        }
        try pipeline.addHandler(alpn)
        return alpn.protocolNegotiationResult
    }

    private func setupHTTP1(_ channel: any Channel) -> EventLoopFuture<Negotiated> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let headerTimeout = HeaderTimeout(limits)
            let connection = HTTP1Connection(channel: channel)
            var decoder = NIOHTTPDecoderLimitConfiguration()
            decoder.maxHeaderFieldSize = limits.maxHeaderBytes
            decoder.maxHeaderListSize = limits.maxHeaderBytes
            decoder.maxHeaderFieldCount = limits.maxHeaderCount
            try pipeline.addHandler(headerTimeout)
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false,
                // HTTPTypes lets nothing else through.
                withOutboundHeaderValidation: false, withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: decoder)
            try pipeline.addHandlers([
                HTTP1Rules(limits, headerTimeout: headerTimeout), HTTP1ToHTTPServerCodec(secure: false),
                TransferGuard(limits, isStream: false), connection,
            ])
            return .http1(connection)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) { await value.connection.serve() }
    }

    private func serve(_ negotiated: EventLoopFuture<Negotiated>, _ channel: any Channel, _ logger: Logger) async {
        do {
            switch try await negotiated.get() {
            case .http1(let connection): await serve(connection)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            // A handshake that failed: a scanner, or a client that does not trust the certificate.
            logger.debug("TLS handshake failed", metadata: ["error": "\(error)"])
            try? await channel.close()
        }
    }

    private func serve(_ connection: HTTP1Connection) async {
        let context = EdgeContext(connection.channel)
        await withTaskCancellationHandler {
            do {
                while let request = await connection.nextRequest() {
                    var (response, isStreaming) = await answer(request, context)
                    response.headers[.date] = AnswerDate.now
                    try await connection.send(response, isStreaming: isStreaming)
                }
                try await connection.endOutput()
            } catch {
                // A truncated answer must not look complete.
                try? await connection.channel.close()
            }
        } onCancel: {
            connection.cancel()
        }
    }
}

/// Answers a request that came over HTTP/1.1, and tells whether the body is made while it is written.
typealias EdgeAnswer = @Sendable (Request, EdgeContext) async -> (Response, isStreaming: Bool)
