import DAV
import DAVHummingbird
import DAVStorage
import DAVTesting
import Logging

@testable import MartletServer

/// A whole server on a port of its own: the HTTP edge, sign-in, handler, and SQLite on disk.
///
/// ```swift
/// try await Server.run { server in
///     #expect(try await server.alice.put("/files/alice/a").status == 201)
/// }
/// ```
struct Server: Sendable {
    let port: Int
    let store: SQLiteStore
    let clock: TestClock
    let alice: Client
    let bob: Client
    let mallory: Client
    /// Somebody without credentials.
    let nobody: Client
    private let service: RunningService
    private let folder: TemporaryFolder

    /// What a test changes before the server starts.
    struct Setup: Sendable {
        var options = ServerFacts.Options()
        var privacy = DirectoryPrivacy.everyone
        /// Calendars and contacts beside files, as the product has them.
        var servesCalendars = false
        var clock = TestClock()
        /// The data folder, if it is to outlive the server; `nil`: a new one, removed at the end.
        var folder: TemporaryFolder?
    }

    /// A kind of collection that does not sync, and that MKCOL can make.
    static let box = CollectionKind(
        id: "box", resourceTypes: [.dav("collection"), XMLName("urn:test", "box")], isSyncable: false)

    static func run(
        _ change: (inout Setup) -> Void = { _ in }, _ body: @Sendable @escaping (Server) async throws -> Void
    ) async throws {
        var setup = Setup()
        change(&setup)
        let server = try await start(setup)
        do {
            try await body(server)
        } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }

    static func start(_ setup: Setup) async throws -> Server {
        await Turnstile.servers.enter()
        do {
            let folder = try setup.folder ?? TemporaryFolder()
            let store = try await open(folder, setup)
            let service = try await RunningService(handler(over: store, setup), store)
            return Server(store, service, folder, setup.clock)
        } catch {
            await Turnstile.servers.leave()
            throw error
        }
    }

    private init(_ store: SQLiteStore, _ service: RunningService, _ folder: TemporaryFolder, _ clock: TestClock) {
        self.store = store
        self.service = service
        self.folder = folder
        self.clock = clock
        port = service.port
        alice = Client(port: port, user: "alice")
        bob = Client(port: port, user: "bob")
        mallory = Client(port: port, user: "mallory")
        nobody = Client(port: port, user: nil)
    }

    /// Lets nothing of it run on: connections, listener and store are closed.
    func stop() async throws {
        for client in [alice, bob, mallory, nobody] { await client.close() }
        let outcome: Result<Void, any Error>
        do {
            try await service.stop()
            outcome = Result { try store.close() }
        } catch {
            outcome = .failure(error)
        }
        await Turnstile.servers.leave()
        try outcome.get()
    }

    private static func open(_ folder: TemporaryFolder, _ setup: Setup) async throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        let clock = setup.clock
        options.clock = { clock.now }
        options.kinds = [box]
        if setup.servesCalendars {
            options.kinds += Assembly.standard.kinds
            options.homes = Assembly.standard.homes
        }
        let store = try SQLiteStore(folder: folder.path, options: options)
        for id in People.all where try store.account(id) == nil {
            try await store.add(
                Account(
                    id: id, displayName: "\(id) of Wonderland", addresses: ["\(id)@example.com"], passwordHash: ""))
        }
        return store
    }

    private static func handler(over store: SQLiteStore, _ setup: Setup) -> DAVHandler {
        let clock = setup.clock
        let people = AccountDirectory(
            store, path: DAVPath([Name("principals")!]), privacy: setup.privacy)
        let authorizer = store.authorizer
        let homes = store.backend(authorizer: authorizer)
        let names = setup.servesCalendars ? ["files", "calendars", "contacts"] : ["files"]
        let routes = Routes(stores: [
            (names: names.map { Name($0)! }, backend: homes),
            (names: [Name("principals")!], backend: PrincipalsBackend(directory: people)),
        ])
        let assembly = setup.servesCalendars ? Assembly.standard : nil
        var facts = ServerFacts(principals: people, options: setup.options)
        facts.challenges = ["Basic realm=\"test\""]
        facts.kinds = (assembly?.makeable ?? facts.kinds) + [box]
        return DAVHandler(
            backend: routes, authorizer: authorizer, facts: facts, methods: assembly?.methods ?? .standard,
            properties: assembly?.properties ?? .standard, logger: .silent, clock: { clock.now })
    }
}

/// Lets a few in at a time: hundreds of tests would start as many servers at once.
actor Turnstile {
    static let servers = Turnstile(8)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ places: Int) { free = places }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// The service with its edge in front of a handler, until it is stopped.
final class RunningService: Sendable {
    let port: Int
    private let task: Task<Void, any Error>

    init(_ handler: DAVHandler, _ store: SQLiteStore) async throws {
        var configuration = Configuration()
        configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.shutdownTimeout = Seconds(5)
        var service = MartletService(configuration, store: try WireStore(store), logger: .silent)
        service.passwordCost = .trivial
        service.handle = { await handler.handle($0) }
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        task = Task { [service] in
            defer { report.finish() }
            try await service.run(signals: []) { report.yield($0.port) }
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await task.value
            throw CancellationError()
        }
        self.port = port
    }

    func stop() async throws {
        task.cancel()
        do {
            try await task.value
        } catch is CancellationError {}
    }
}

/// What the service needs of a store. The people of these tests share a password, whose hash costs nothing.
private struct WireStore: ServerStore, AccountStore {
    private let store: SQLiteStore
    private let hash: String

    init(_ store: SQLiteStore) throws {
        self.store = store
        hash = try PasswordHash.make(Array(People.password.utf8), cost: .trivial).text
    }

    var backend: any Backend { store.backend }
    var accounts: any AccountStore { self }
    var secrets: any SecretStore { store }
    var gauges: [ServerMetrics.Gauge] { [] }

    func passwordHash(of id: PrincipalID) async throws -> String? { try store.account(id).map { _ in hash } }
    func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {}
    func principal(_ id: PrincipalID) async throws -> Principal? { try await People().principal(id) }
    func principals(after: PrincipalID?, limit: Int) async throws -> [Principal] {
        try await People().principals(after: after, limit: limit, visibleTo: .anonymous)
    }
    func ensureHome(of principal: PrincipalID) async throws {}
    func check() async throws {}
    func maintain(historySeconds: Int64) async throws {}
    /// ``Server/stop()`` does.
    func close() async {}
}

extension Logger {
    static let silent = Logger(label: "wire") { _ in SwiftLogNoOpLogHandler() }
}
