import DAV
import DAVHummingbird
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
public import UnixSignals

/// The whole server: store, handler, listeners, background work, started and stopped in order.
public struct MartletService: Sendable {
    public let configuration: Configuration
    private let store: any ServerStore
    private let logger: Logger
    /// Beyond what the configuration says; tests shorten what they wait for.
    var limits: ConnectionLimits
    var passwordCost = PasswordHash.Cost.standard
    /// Stands in for the WebDAV handler in tests of the edge.
    var handle: DAVBridge.Handle?

    public init(_ configuration: Configuration, store: any ServerStore, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        limits = ConnectionLimits(configuration)
    }

    /// The addresses a started server listens on.
    public struct Listening: Sendable {
        public var port: Int
        public var metricsPort: Int?
    }

    /// Serves until a signal arrives or the task is cancelled; then lets requests finish, up to the configured time.
    ///
    /// - Throws: ``ConfigurationError`` for certificates that cannot be used and addresses that cannot be listened on.
    public func run(
        signals: [UnixSignal] = [.sigterm, .sigint],
        whenListening: @escaping @Sendable (Listening) async -> Void = { _ in }
    ) async throws {
        let reloader = try makeReloader()
        let push = try await PushSetup(configuration, store, logger)
        let metrics = ServerMetrics(gauges: store.gauges, push: push?.figures)
        let pages = ServicePages(
            store: store, metrics: metrics, metricsToken: configuration.metricsToken, logger: logger)
        let signIn = makeSignIn()
        let links = LinkSetup(configuration, store, cost: passwordCost, logger: logger)
        let handler = makeHandler(challenge: signIn.challenge, push?.offer, links?.offer)
        var responder = makeResponder(handler, signIn, metrics, pages, isTLS: reloader != nil)
        responder.links = links?.gate(handler, cost: passwordCost)
        let started = Started(expecting: configuration.metricsListen == nil ? 1 : 2, whenListening)

        var services: [any Service] = [
            StoreService(store: store),
            MaintenanceService(
                store: store, intervalSeconds: configuration.maintenanceInterval.count,
                historySeconds: configuration.history.count,
                logger: logger),
        ]
        if let reloader { services.append(reloader) }
        if let push, let dispatcher = PushDispatcher(handler: handler, options: .init(configuration)) {
            services.append(PushDispatchService(dispatcher: dispatcher, setup: push, store: store, logger: logger))
        }
        if let address = configuration.metricsListen {
            services.append(
                listener(MetricsResponder(pages: pages), on: address, tls: nil) { await started.metrics($0) })
        }
        services.append(
            listener(responder, on: configuration.listen, tls: try reloader?.makeContext()) { await started.main($0) })

        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: signals, logger: quiet)
        group.maximumGracefulShutdownDuration = .seconds(max(1, configuration.shutdownTimeout.count))
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw ConfigurationError("Cannot listen on \(configuration.listen.configurationText): \(error)")
        }
    }

    /// The libraries below tell of every start and stop; that is for debugging.
    private var quiet: Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .warning }
        return logger
    }

    private func makeReloader() throws -> CertificateReloader? {
        guard let certificate = configuration.certificate, let key = configuration.key else { return nil }
        return try CertificateReloader(certificate: certificate, key: key, logger: logger)
    }

    private func listener(
        _ responder: some EdgeAnswering, on address: ListenAddress, tls: NIOSSLContext?,
        whenListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        let limits = limits
        return Application(
            responder: responder,
            server: HTTPServerBuilder {
                EdgeChannel(limits: limits, tls: tls, answer: { await responder.answer($0, $1) }, responder: $0)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.maxConnections, logger: quiet)),
            onServerRunning: { await whenListening($0.localAddress?.port ?? address.port) }, logger: quiet)
    }

    private func makeSignIn() -> SignIn {
        let verifier = CredentialVerifier(
            accounts: store.accounts, domain: configuration.signInDomain, cost: passwordCost,
            cacheSeconds: configuration.credentialCache.count, failuresPerAccount: configuration.failuresPerAccount,
            failuresPerAddress: configuration.failuresPerAddress)
        return SignIn(verifier: verifier, realm: configuration.realm)
    }

    private func makeResponder(
        _ handler: DAVHandler, _ signIn: SignIn, _ metrics: ServerMetrics, _ pages: ServicePages, isTLS: Bool
    ) -> EdgeResponder {
        return EdgeResponder(
            handle: handle ?? { await handler.handle($0) }, signIn: signIn, pages: pages, homes: Homes(store),
            proxies: TrustedProxies(networks: configuration.trustedProxies),
            crossOrigin: CrossOrigin(configuration.crossOrigins, methods: handler.methods),
            baseURL: configuration.baseURL, isTLS: isTLS, allowInsecure: configuration.allowInsecure, metrics: metrics,
            logger: logger)
    }

    private func makeHandler(challenge: String, _ push: PushOffer?, _ links: LinkOffer?) -> DAVHandler {
        store.assembly.handler(
            store, privacy: configuration.directorySearch, options: ServerFacts.Options(configuration), push: push,
            links: links, challenges: [challenge], logger: logger)
    }
}

/// Collects the ports the listeners got, and tells when all are there.
private actor Started {
    private var missing: Int
    private var listening = MartletService.Listening(port: 0, metricsPort: nil)
    private let tell: @Sendable (MartletService.Listening) async -> Void

    init(expecting count: Int, _ tell: @escaping @Sendable (MartletService.Listening) async -> Void) {
        missing = count
        self.tell = tell
    }

    func main(_ port: Int) async {
        listening.port = port
        await arrived()
    }

    func metrics(_ port: Int) async {
        listening.metricsPort = port
        await arrived()
    }

    private func arrived() async {
        missing -= 1
        if missing == 0 { await tell(listening) }
    }
}

extension ConnectionLimits {
    init(_ configuration: Configuration) {
        self.init()
        headerTimeout = .seconds(configuration.headerTimeout.count)
        idleTimeout = .seconds(configuration.idleTimeout.count)
        stallTimeout = .seconds(configuration.stallTimeout.count)
        minimumBodyBytesPerSecond = Int(clamping: configuration.minimumBodyRate.bytes)
        maxConnections = configuration.maxConnections
    }
}

extension ServerFacts.Options {
    init(_ configuration: Configuration) {
        self.init()
        allowsInfinitePropfind = configuration.infinitePropfind
        maxSyncPage = configuration.syncPage
        strictSyncDepth = configuration.strictSyncDepth
        maxXMLBytes = Int(clamping: configuration.maxXML.bytes)
        maxLockSeconds = configuration.maxLock.count
        maxMemberBytes = configuration.maxUpload?.bytes
    }
}

extension PushDispatcher.Options {
    init(_ configuration: Configuration) {
        self.init()
        debounce = configuration.pushDelay.duration
        interval = configuration.pushInterval.duration
        lowInterval = max(lowInterval, interval)
    }
}
