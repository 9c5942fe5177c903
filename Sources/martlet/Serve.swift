import ArgumentParser
import DAV
import DAVStorage
import Glibc
import Logging
import MartletServer

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the files in a data folder.",
        discussion: """
            A folder that does not exist is created. The server stops on Ctrl-C or SIGTERM, after the requests it has begun.

            Examples:
              martlet serve --data ./martlet-data --first-user me
              martlet serve --data /var/lib/martlet --listen 0.0.0.0:443 --tls-certificate cert.pem --tls-key key.pem
              martlet serve --config /etc/martlet.toml
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Where clients connect; 127.0.0.1:8080 if not given.", valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "PEM file with the certificate and its chain; read again when it changes.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("PEM file with the certificate's private key.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("How clients reach the server, if a proxy stands in front of it.", valueName: "url"))
    var baseURL: String?

    @Option(help: ArgumentHelp("If there is no user yet, create this one and print its password.", valueName: "name"))
    var firstUser: String?

    @Option(
        help: ArgumentHelp(
            "Tell phones of changes: the e-mail address at which push services can reach you.", valueName: "address"))
    var pushContact: String?

    @Flag(help: "Accept passwords over plain HTTP from other machines. They can be read on the way.")
    var allowInsecure = false

    func run() async throws {
        let configuration = try options.load([
            ("listen", listen), ("tls.certificate", tlsCertificate), ("tls.key", tlsKey), ("base-url", baseURL),
            ("first-user", firstUser), ("push.contact", pushContact), ("allow-insecure", allowInsecure ? "true" : nil),
        ]).configuration
        LoggingSystem.bootstrap {
            LineLogHandler(label: $0, level: configuration.logLevel, format: configuration.logFormat)
        }
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.giveBackLargeBlocks()
        let logger = Logger(label: "martlet")
        let assembly = Assembly(configuration)
        let store = try open(configuration.data, assembly, logger)
        let first = try await firstUser(configuration, store)
        let service = MartletService(configuration, store: DataFolder(store, assembly), logger: logger)
        try await service.run { listening in
            let url = configuration.url(port: listening.port)
            logger.notice("Serving \(url)", metadata: ["data": .string(configuration.data)])
            if let first { Self.announce(first, url, configuration) }
        }
    }

    private func open(_ folder: String, _ assembly: Assembly, _ logger: Logger) throws -> SQLiteStore {
        var options = SQLiteStore.Options.martlet(assembly)
        options.logger = logger
        do {
            return try SQLiteStore(folder: folder, options: options)
        } catch let error as StoreError {
            throw Failure(error.description)
        }
    }

    private func firstUser(_ configuration: Configuration, _ store: SQLiteStore) async throws -> (
        name: PrincipalID, password: String
    )? {
        guard let text = configuration.firstUser else { return nil }
        let name = try Accounts.name(text)
        return try await Accounts(store: store).addFirst(name).map { (name, $0) }
    }

    /// On standard output, apart from the log: this is what the person came for.
    private static func announce(
        _ first: (name: PrincipalID, password: String), _ url: String, _ configuration: Configuration
    ) {
        print(
            """

              Martlet is ready.

                URL       \(url)
                User      \(first.name)
                Password  \(first.password)
                Push      \(configuration.pushText)

              The password is shown this once. `martlet user passwd \(first.name)` makes a new one.

            """)
        fflush(nil)
    }
}

extension Configuration {
    /// Who is told of changes, and what to do so that phones are.
    fileprivate var pushText: String {
        if !push { return "off (push.enabled)" }
        if pushContact != nil { return "on" }
        return (listen.isLoopback && baseURL == nil ? "on this machine only" : "off")
            + "; for phones: --push-contact YOUR-E-MAIL"
    }

    /// What to type into a client.
    func url(port: Int) -> String {
        if let baseURL { return baseURL.configurationText + "/" }
        let host =
            listen.host == "0.0.0.0" || listen.host == "::"
            ? "localhost" : ListenAddress(host: listen.host, port: port).hostText
        return "\(certificate == nil ? "http" : "https")://\(host):\(port)/"
    }
}

extension ListenAddress {
    fileprivate var hostText: String { host.contains(":") ? "[\(host)]" : host }
}
