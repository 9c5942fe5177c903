public import DAV

/// Everything an operator can decide. Every value has a default that works; ``ConfigurationKey/all`` names and explains them.
public struct Configuration: Sendable {
    public var data = "martlet-data"
    public var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// How clients reach the server, if it differs from what their requests say; `nil`: believe the requests.
    public var baseURL: BaseURL?
    public var realm = "Martlet"
    public var allowInsecure = false
    /// Created with a generated password when the store has no user.
    public var firstUser: String?

    public var certificate: String?
    public var key: String?
    public var trustedProxies: [AddressRange] = []
    /// Web sites whose pages may use the server from a browser.
    public var crossOrigins: [WebOrigin] = []

    public var logLevel = LogLevel.info
    public var logFormat = LogFormat.text
    public var metricsListen: ListenAddress?
    public var metricsToken: String?

    public var maxConnections = 4096
    public var headerTimeout = Seconds(20)
    public var idleTimeout = Seconds(120)
    public var stallTimeout = Seconds(30)
    public var minimumBodyRate = ByteSize(256)
    public var shutdownTimeout = Seconds(20)
    public var maxUpload: ByteSize?
    public var maxXML = ByteSize(8 << 20)

    public var infinitePropfind = false
    public var strictSyncDepth = false
    public var syncPage = 10_000
    public var maxLock = Seconds(7 * 86_400)
    /// Whether calendars and address books refuse what clients get wrong and is otherwise kept as it came.
    public var strictCalendars = false
    public var strictContacts = false
    /// Whether METHOD is cut out of objects instead of refusing them.
    public var stripsMethod = false
    public var history = Seconds(400 * 86_400)
    public var maintenanceInterval = Seconds(3600)

    /// Whom people find by listing and searching principals.
    public var directorySearch = DirectoryPrivacy.everyone

    public var sharing = SharingMode.invitation
    /// Whether the owner is not told that nobody is known by an address.
    public var sharingHidesUnknown = false
    public var sharingMost = 1000
    public var sharingMostPerHour = 2000

    /// Whether people of the server invite each other, and answer.
    public var scheduling = true
    public var schedulingDelivery = SchedulingDelivery.everyone

    /// Whether changes are pushed to clients that ask for it.
    public var push = true
    public var pushContact: PushContact?
    /// Push services that may be sent to although they are not on the global Internet.
    public var pushAllowed: [PushAllowance] = []
    /// PEM file with certificates that push services are trusted by besides those of the system.
    public var pushTrust: String?
    public var pushDelay = Milliseconds(700)
    public var pushInterval = Milliseconds(10_000)
    public var pushLifetime = Seconds(14 * 86_400)
    public var pushMost = 1000

    /// Whether people can make links for those who have no account, and links lead anywhere.
    public var links = true
    public var linkLifetime: Seconds?
    public var linkMost = 200
    public var linkRequests = 30_000
    public var linkRequestsPerAddress = 3000

    /// `example.org`: people whose names end in `@example.org` may leave that out when they sign in.
    public var signInDomain: String?
    public var credentialCache = Seconds(300)
    public var failuresPerAccount = 20
    public var failuresPerAddress = 60

    public init() {}

    /// What no single value can tell.
    func validate() throws {
        if (certificate == nil) != (key == nil) {
            throw ConfigurationError("TLS needs both files: set `tls.certificate` and `tls.key`, or neither.")
        }
        if let metricsListen, metricsToken == nil, !metricsListen.isLoopback {
            throw ConfigurationError(
                "`metrics.listen` is open to others than this machine; set `metrics.token` too, so that not everybody can read it."
            )
        }
    }
}

/// A configuration that cannot be used, in words for the person who wrote it.
public struct ConfigurationError: Error, CustomStringConvertible, Equatable {
    public var description: String
    public init(_ description: String) { self.description = description }
}

public enum LogLevel: String, Sendable, CaseIterable { case trace, debug, info, notice, warning, error }
public enum LogFormat: String, Sendable, CaseIterable { case text, json }
/// Whose invitations and questions reach somebody.
public enum SchedulingDelivery: String, Sendable, CaseIterable {
    case everyone
    /// Only theirs to whom the person granted it.
    case granted
}
/// What happens when somebody shares a collection.
public enum SharingMode: String, Sendable, CaseIterable {
    /// People are asked first.
    case invitation
    /// It appears in their home at once.
    case instant
    /// Nobody can share or answer. What was shared before stays reachable.
    case off
}
