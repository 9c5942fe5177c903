/// One setting: its name in files (`tls.key`), flags and environment (`MARTLET_TLS_KEY`), what it does, how it is read.
public struct ConfigurationKey: Sendable {
    public let name: String
    public let summary: String
    /// Not to be shown.
    public let isSecret: Bool
    /// What a value must look like.
    public let form: String
    public let read: @Sendable (Configuration) -> String
    /// - Returns: whether the text is a legal value.
    let write: @Sendable (inout Configuration, String) -> Bool

    public var environmentName: String {
        "MARTLET_" + name.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    init<Value: ConfigurationValue>(
        _ name: String, _ path: any WritableKeyPath<Configuration, Value> & Sendable, isSecret: Bool = false,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.isSecret = isSecret
        form = Value.form
        read = { $0[keyPath: path].configurationText }
        write = { configuration, text in
            guard let value = Value(configuration: text) else { return false }
            configuration[keyPath: path] = value
            return true
        }
    }

    /// All there are, in the order they are printed.
    public static let all: [ConfigurationKey] = [
        .init("data", \.data, "Folder that holds the store; created if it does not exist."),
        .init("listen", \.listen, "Where clients connect."),
        .init("base-url", \.baseURL, "How clients reach the server, if a proxy in front changes the name."),
        .init("realm", \.realm, "What a client shows when it asks for the password."),
        .init(
            "allow-insecure", \.allowInsecure,
            "Accept passwords over plain HTTP from other machines. They can be read on the way."),
        .init("first-user", \.firstUser, "Create this user with a generated password if there is none yet."),
        .init(
            "tls.certificate", \.certificate, "PEM file with the certificate and its chain; read again when it changes."
        ),
        .init("tls.key", \.key, "PEM file with the certificate's private key."),
        .init("proxies.trusted", \.trustedProxies, "Networks whose X-Forwarded-* and Forwarded headers are believed."),
        .init(
            "cors.origins", \.crossOrigins,
            "Web sites whose pages may use the server from a browser: origins, or * without the browser's credentials."),
        .init("log.level", \.logLevel, "How much is logged."),
        .init("log.format", \.logFormat, "Lines for people, or JSON."),
        .init("metrics.listen", \.metricsListen, "A second address that serves /metrics and /health."),
        .init(
            "metrics.token", \.metricsToken, isSecret: true, "Serve /metrics to whoever sends this as a bearer token."),
        .init("limits.connections", \.maxConnections, "Most connections at a time."),
        .init("limits.header-timeout", \.headerTimeout, "How long a request's header may take."),
        .init("limits.idle-timeout", \.idleTimeout, "How long a connection may be idle between requests."),
        .init(
            "limits.stall-timeout", \.stallTimeout,
            "How long a transfer may stand still before its connection is closed."),
        .init("limits.body-rate", \.minimumBodyRate, "Least bytes a second a client must send of a request body."),
        .init(
            "limits.shutdown-timeout", \.shutdownTimeout, "How long requests may take to finish when the server stops."),
        .init("limits.upload", \.maxUpload, "Largest file a client may store; empty: as the disk allows."),
        .init("limits.xml", \.maxXML, "Largest XML request body."),
        .init("dav.infinite-propfind", \.infinitePropfind, "Answer PROPFIND with Depth: infinity."),
        .init(
            "dav.strict-sync-depth", \.strictSyncDepth,
            "Refuse sync reports with Depth other than 0; some clients send 1."),
        .init("dav.sync-page", \.syncPage, "Most changes in one answer to a sync report."),
        .init("dav.max-lock", \.maxLock, "Longest time a lock is granted for."),
        .init(
            "calendars.strict", \.strictCalendars,
            "Refuse calendar objects with mistakes that are otherwise kept as they came."),
        .init(
            "calendars.strip-method", \.stripsMethod,
            "Take calendar objects that have a METHOD, and cut it out; otherwise they are refused."),
        .init("contacts.strict", \.strictContacts, "Refuse cards with mistakes that are otherwise kept as they came."),
        .init("store.history", \.history, "How long removed names are remembered for clients that sync seldom."),
        .init("store.maintenance", \.maintenanceInterval, "How often history, locks and unused files are cleaned up."),
        .init(
            "directory.search", \.directorySearch,
            "Whom people find: everyone, those in their groups, who is asked for by the exact name or address, or nobody."
        ),
        .init(
            "sharing.mode", \.sharing,
            "How people share calendars, address books and folders: by invitation, which has to be accepted; instant, which puts them into the other's home at once; or off."
        ),
        .init(
            "sharing.hide-unknown", \.sharingHidesUnknown,
            "Do not tell who shares that nobody here has the address: the invitation looks as if it waited for an answer."
        ),
        .init("sharing.invitations", \.sharingMost, "Most invitations to one collection; a group counts as one."),
        .init(
            "sharing.invitations-per-hour", \.sharingMostPerHour,
            "Most invitations that one person sends in an hour."),
        .init(
            "scheduling.enabled", \.scheduling,
            "Deliver invitations and answers between the people of this server, and tell them when others are busy."),
        .init(
            "scheduling.deliver", \.schedulingDelivery,
            "Whose invitations reach a person: everyone's, or only theirs to whom that was granted."),
        .init("push.enabled", \.push, "Tell clients of changes through the push services they name."),
        .init(
            "push.contact", \.pushContact,
            "E-mail address at which push services can reach you. Without it only receivers on this machine are told."),
        .init(
            "push.allow", \.pushAllowed,
            "Push services to be sent to although they are not on the public Internet: origins or networks."),
        .init(
            "push.trust", \.pushTrust,
            "PEM file with certificates that push services are trusted by besides the system's."),
        .init("push.delay", \.pushDelay, "How long a change waits for others before it is told."),
        .init(
            "push.interval", \.pushInterval, "Least time between two messages about the same collection to a device."),
        .init("push.lifetime", \.pushLifetime, "Longest time a client is registered without asking again."),
        .init("push.registrations", \.pushMost, "Most registrations of one person."),
        .init(
            "links.enabled", \.links,
            "Let people make links by which others read a calendar, an address book, a folder or a file without an account."
        ),
        .init("links.lifetime", \.linkLifetime, "Longest time a link lasts; empty: until it is removed."),
        .init("links.most", \.linkMost, "Most links of one person."),
        .init("links.requests", \.linkRequests, "Requests by one link in five minutes before it has to wait."),
        .init(
            "links.requests-per-address", \.linkRequestsPerAddress,
            "Requests by any links from one address in five minutes before it has to wait."),
        .init(
            "auth.domain", \.signInDomain,
            "Domain that people whose user names are e-mail addresses may leave out when they sign in."),
        .init(
            "auth.cache", \.credentialCache,
            "How long a verified password is remembered, in memory only and as a keyed hash."),
        .init(
            "auth.failures-per-account", \.failuresPerAccount,
            "Wrong passwords for one account in five minutes before it has to wait."),
        .init(
            "auth.failures-per-address", \.failuresPerAddress,
            "Wrong passwords from one address in five minutes before it has to wait."),
    ]

    public static func named(_ name: String) -> ConfigurationKey? { all.first { $0.name == name } }
}
