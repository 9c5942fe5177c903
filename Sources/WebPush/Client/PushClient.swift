import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends messages to push services (RFC 8030), whoever chose the services.
///
/// - Addresses are found and judged here (``AddressPolicy``) and connections go to the judged addresses, with TLS asking
///   for the name: a name service that says one thing to the check and another to the connection gains nothing.
/// - Nothing is followed, unpacked or remembered: no redirects, proxies, cookies, compression.
/// - Connecting, answering and the length of the answer are bounded, as is the number of services connected to at once.
/// - HTTP/2 where the service takes it, with connections kept; else HTTP/1.1.
///
/// Call ``shutdown()`` before you let go of the client. All methods may be called concurrently. How often to try again,
/// and how many messages to have on their way, is for the caller to decide.
public final class PushClient: Sendable {
    public struct Configuration: Sendable {
        public var addressPolicy = AddressPolicy()
        /// Certificates in PEM, trusted besides those of the system: for push services with a CA of one's own.
        public var additionalTrustRoots: [[UInt8]] = []
        /// For finding the addresses, and for each connection with its handshake.
        public var connectTimeout: Duration = .seconds(5)
        /// From the call of ``PushClient/send(_:to:authorization:)`` to the end of the answer.
        public var totalTimeout: Duration = .seconds(15)
        /// How much of an answer's body is read.
        public var longestReply = 8192
        /// How long addresses that were found are used before they are searched and judged anew.
        public var addressLifetime: Duration = .seconds(60)
        /// How long unused connections are kept.
        public var idleTimeout: Duration = .seconds(60)
        /// How many services (origins at an address) are connected to at once.
        public var maximumServices = 256
        /// Connections to one service over HTTP/1.1. HTTP/2 needs one.
        public var connectionsPerOrigin = 32
        /// Whether HTTP/2 is offered to services (ALPN). Those that do not take it are spoken to over HTTP/1.1.
        public var allowsHTTP2 = true

        public init() {}
    }

    private let configuration: Configuration
    private let destinations: Destinations
    private let clients: PinnedClients
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - resolver: finds addresses; the system's by default.
    ///   - now: the clock, in seconds since 1970, for dates in answers.
    /// - Throws: ``PushClientError/invalidTrustRoot`` if a trust root is no certificate in PEM.
    public init(
        configuration: Configuration = Configuration(), resolver: any PushResolver = SystemResolver(),
        now: @escaping @Sendable () -> Int64 = WallClock.now
    ) throws(PushClientError) {
        var roots: [NIOSSLCertificate] = []
        for pem in configuration.additionalTrustRoots {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
                throw .invalidTrustRoot
            }
            roots += certificates
        }
        self.configuration = configuration
        self.now = now
        destinations = Destinations(
            policy: configuration.addressPolicy, resolver: resolver, lifetime: configuration.addressLifetime,
            timeout: configuration.connectTimeout, capacity: configuration.maximumServices * 4)
        clients = PinnedClients(
            configuration: .push(configuration, trustRoots: roots), capacity: configuration.maximumServices,
            idleTimeout: configuration.idleTimeout)
    }

    /// Whether messages to `endpoint` would be sent, as far as its addresses go: `nil`, or the answer that
    /// ``send(_:to:authorization:)`` would give. For the moment when somebody subscribes. Sends nothing.
    public func obstacle(to endpoint: PushEndpoint) async -> PushAnswer? {
        switch await destinations.addresses(for: endpoint) {
        case .success: nil
        case .failure(let refusal): Self.answer(to: refusal)
        }
    }

    /// Sends one message and waits for the service's answer, or for the lack of one.
    ///
    /// If a service has several addresses and one cannot be connected to, the next is tried within the same time.
    ///
    /// - Parameters:
    ///   - endpoint: where to.
    ///   - authorization: as ``VAPIDTokens/authorization(for:key:isFresh:)`` makes it.
    public func send(
        _ message: PushMessage, to endpoint: PushEndpoint, authorization: String?
    ) async -> PushResult {
        let deadline = ContinuousClock.now + configuration.totalTimeout
        switch await destinations.addresses(for: endpoint) {
        case .failure(let refusal):
            return PushResult(answer: Self.answer(to: refusal))
        case .success(let addresses):
            let request = Self.request(message, to: endpoint, authorization: authorization)
            return await send(request, to: endpoint, at: clients.order(addresses, for: endpoint), until: deadline)
        }
    }

    /// Ends all connections. Messages on their way fail, and further ones are not sent.
    public func shutdown() async {
        await clients.shutDown()
    }

    /// How many services there are connections for, in use or kept.
    public var serviceCount: Int { clients.count }

    private func send(
        _ request: HTTPClientRequest, to endpoint: PushEndpoint, at addresses: [IPAddress],
        until deadline: ContinuousClock.Instant
    ) async -> PushResult {
        var failure = PushFailure.noConnection
        for address in addresses where ContinuousClock.now < deadline {
            guard let client = clients.lease(for: endpoint, at: address) else { break }
            do {
                let reply = try await Exchange.run(
                    request, over: client.http, until: deadline, longestReply: configuration.longestReply)
                clients.release(client, of: endpoint, at: address, worked: true)
                return PushResult(reply, origin: endpoint.origin, now: now())
            } catch {
                clients.release(client, of: endpoint, at: address, worked: false)
                failure = error
                // What may have arrived is not sent again here.
                if error != .noConnection { break }
            }
        }
        return PushResult(answer: failure == .untrusted ? .untrusted : .unavailable(retryAfter: nil))
    }

    /// The URL is put together from parts in one spelling, so that the client finds the host under which the judged address
    /// stands.
    private static func request(
        _ message: PushMessage, to endpoint: PushEndpoint, authorization: String?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: endpoint.origin + endpoint.target)
        request.method = .POST
        for field in message.fields(authorization: authorization) {
            request.headers.add(name: field.name, value: field.value)
        }
        request.body = .bytes(ByteBuffer(bytes: message.content.body))
        return request
    }

    private static func answer(to refusal: Destinations.Refusal) -> PushAnswer {
        switch refusal {
        case .forbidden: .refusedAddress
        case .noSuchName: .untrusted
        case .unresolved: .unavailable(retryAfter: nil)
        }
    }
}

/// What came of a message.
public struct PushResult: Sendable {
    /// What it means.
    public let answer: PushAnswer
    /// The status code; `nil` if no answer came.
    public let status: Int?
    /// The version of HTTP that was spoken: `2.0` or `1.1`.
    public let httpVersion: String?
    /// The time to live that the service granted, if it said one; it may be less than was asked for (RFC 8030 §5.2).
    public let timeToLive: Int?
    /// The beginning of the answer's body. It may repeat the subscription's URL: not for logs.
    public let body: [UInt8]

    init(answer: PushAnswer) {
        self.answer = answer
        (status, httpVersion, timeToLive, body) = (nil, nil, nil, [])
    }

    init(_ reply: PushReply, origin: String, now: Int64) {
        answer = PushAnswer(
            status: reply.status, retryAfter: reply.retryAfter, body: reply.body, origin: origin, now: now)
        status = reply.status
        httpVersion = reply.version
        timeToLive = reply.timeToLive
        body = reply.body
    }
}

/// Why a client was not made.
public enum PushClientError: Error, Hashable, Sendable {
    /// One of ``PushClient/Configuration/additionalTrustRoots`` is no certificate in PEM.
    case invalidTrustRoot
}
