import DAV
import DAVGroupware
import DAVHummingbird
import DAVStorage
import Testing

@testable import MartletServer

/// Where the collections lie that people share.
enum ShareBacking: String, CaseIterable, Sendable {
    case memory, sqlite
}

/// A whole server on a port of its own on which people share. Accounts and groups are in SQLite, whatever holds the collections.
struct ShareServer: Sendable {
    static let people = ["olga", "sam", "sue", "xena", "adam"]

    /// What a test changes before the server starts.
    struct Setup: Sendable {
        var rules: ShareRules
        var privacy = DirectoryPrivacy.everyone
        /// Room in each home of the owner.
        var quotaBytes: Int64?
        var transports: [any PushTransport] = []
        /// Whether time passes by itself.
        var isInRealTime = false
        /// Started by a test that has a server already.
        var isSecond = false
    }

    let port: Int
    let accounts: SQLiteStore
    /// What holds the collections, if it is not ``accounts``.
    let memory: MemoryBackend?
    let handler: DAVHandler
    let clock: ShareClock
    let clients: [Client]

    var olga: Client { clients[0] }
    var sam: Client { clients[1] }
    var sue: Client { clients[2] }
    var xena: Client { clients[3] }
    var adam: Client { clients[4] }

    /// A client with connections of its own.
    func client(_ name: String) -> Client { Client(port: port, user: name) }

    static func run(
        _ backing: ShareBacking, _ setup: Setup, _ body: @Sendable @escaping (ShareServer) async throws -> Void
    ) async throws {
        if !setup.isSecond { await Turnstile.servers.enter() }
        do {
            try await serve(backing, setup, body)
        } catch {
            if !setup.isSecond { await Turnstile.servers.leave() }
            throw error
        }
        if !setup.isSecond { await Turnstile.servers.leave() }
    }

    private static func serve(
        _ backing: ShareBacking, _ setup: Setup, _ body: @Sendable @escaping (ShareServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let clock = ShareClock(isReal: setup.isInRealTime)
        let calendars = CalDAV(scheduling: SchedulingRules(calendars: Assembly.calendarRoot))
        let assembly = Assembly(calendars: calendars, sharing: setup.rules)
        let store = try await openStore(folder, setup, assembly, clock)
        let memory = backing == .memory ? content(of: store, setup, assembly, clock) : nil
        let handler = handler(store, memory, setup, assembly, clock)
        let service = try await RunningService(handler, store)
        let clients = people.map { Client(port: service.port, user: $0) }
        let outcome: Result<Void, any Error>
        do {
            try await body(
                ShareServer(
                    port: service.port, accounts: store, memory: memory, handler: handler, clock: clock,
                    clients: clients))
            outcome = .success(())
        } catch { outcome = .failure(error) }
        for client in clients { await client.close() }
        try await service.stop()
        try store.close()
        withExtendedLifetime(folder) {}
        try outcome.get()
    }

    private static func openStore(_ folder: TemporaryFolder, _ setup: Setup, _ assembly: Assembly, _ clock: ShareClock)
        async throws
        -> SQLiteStore
    {
        var options = SQLiteStore.Options.martlet(assembly)
        options.clock = { clock.now }
        let store = try SQLiteStore(folder: folder.path, options: options)
        for name in people {
            let id = PrincipalID(Name(name)!)
            try await store.add(
                Account(
                    id: id, displayName: name.prefix(1).uppercased() + name.dropFirst(),
                    addresses: ["\(name)@example.org"], passwordHash: ""))
        }
        if let bytes = setup.quotaBytes { try await store.setQuota(bytes, of: PrincipalID(Name("olga")!)) }
        return store
    }

    private static func content(of store: SQLiteStore, _ setup: Setup, _ assembly: Assembly, _ clock: ShareClock)
        -> MemoryBackend
    {
        MemoryBackend(
            templates: assembly.homes, homes: people.map { PrincipalID(Name($0)!) },
            kinds: [.folder] + assembly.kinds, authorizer: store.authorizer, quotaBytes: setup.quotaBytes,
            epoch: .random(in: 1 ... .max), clock: { clock.now })
    }

    private static func handler(
        _ store: SQLiteStore, _ memory: MemoryBackend?, _ setup: Setup, _ assembly: Assembly, _ clock: ShareClock
    ) -> DAVHandler {
        let directory = AccountDirectory(store, path: DAVPath([Name("principals")!]), privacy: setup.privacy)
        let authorizer = store.authorizer
        let backend = SchedulingBackend(
            memory ?? store.backend(authorizer: authorizer), calendars: assembly.calendars, directory: directory,
            authorizer: authorizer)
        let routes = Routes(stores: [
            (names: assembly.homes.compactMap(\.root.last), backend: backend),
            (names: [Name("principals")!], backend: PrincipalsBackend(directory: directory)),
        ])
        var facts = ServerFacts(principals: directory)
        facts.challenges = ["Basic realm=\"test\""]
        facts.kinds = assembly.makeable
        facts.complianceClasses = assembly.complianceClasses
        facts.sharing = assembly.sharing
        if !setup.transports.isEmpty {
            facts.push = backend.pushRegistry.map { PushOffer(registry: $0, transports: setup.transports) }
        }
        return DAVHandler(
            backend: routes, authorizer: authorizer, facts: facts, methods: assembly.methods,
            properties: assembly.properties, logger: .silent, clock: { clock.now })
    }
}

extension Client {
    private var name: String { user ?? "" }
    var home: String { "/calendars/\(name)/" }
    var notices: String { "/calendars/\(name)/notifications/" }
    var principal: String { "/principals/\(name)/" }
    var mail: String { "mailto:\(name)@example.org" }
}

/// The time of a server: one moment, or the real one.
struct ShareClock: Sendable {
    var isReal: Bool
    var now: Timestamp { isReal ? .now : Timestamp(seconds: 1_700_000_000) }
}

extension ShareServer {
    /// A server with nothing but what everybody begins with.
    static func scheduling(
        _ backing: ShareBacking, _ change: (inout Setup) -> Void = { _ in },
        _ body: @Sendable @escaping (ShareServer) async throws -> Void
    ) async throws {
        var setup = Setup(rules: ShareRules(mode: .instant))
        change(&setup)
        try await run(backing, setup, body)
    }
}
