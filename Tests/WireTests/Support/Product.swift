import DAV
import DAVStorage
import Logging

@testable import MartletServer

/// The server as it is delivered: a data folder, accounts, sign-in, files, calendars and contacts, on a port of its own.
///
/// ```swift
/// try await Product.run { product in
///     let alice = product.client("alice")
///     #expect(try await alice.send("PROPFIND", "/calendars/alice/").status == 207)
/// }
/// ```
struct Product: Sendable {
    let port: Int
    let store: SQLiteStore

    /// Somebody who signs in under that name, as it is typed; the password is everybody's (``People/password``).
    func client(_ name: String?) -> Client { Client(port: port, user: name) }

    static func run(
        users: [String] = ["alice", "bob"], _ configure: (inout Configuration) -> Void = { _ in },
        _ body: @Sendable @escaping (Product) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var configuration = Configuration()
        configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.shutdownTimeout = Seconds(5)
        configure(&configuration)
        let assembly = Assembly(configuration)
        let store = try SQLiteStore(folder: folder.path, options: .martlet(assembly))
        let hash = try PasswordHash.make(Array(People.password.utf8), cost: .trivial).text
        for user in users {
            let id = PrincipalID(Name(user)!)
            try await store.add(Account(id: id, displayName: user.capitalized, passwordHash: hash))
        }
        let logger = Logger(label: "product") { _ in SwiftLogNoOpLogHandler() }
        var service = MartletService(configuration, store: DataFolder(store, assembly), logger: logger)
        service.passwordCost = .trivial
        try await serve(service, store, body)
        // Until here, so that the folder outlives the server.
        withExtendedLifetime(folder) {}
    }

    private static func serve(
        _ service: MartletService, _ store: SQLiteStore, _ body: @Sendable @escaping (Product) async throws -> Void
    ) async throws {
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { report.finish() }
                try await service.run(signals: []) { report.yield($0.port) }
            }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return }
                try await body(Product(port: port, store: store))
            }
            // Whichever ends first, the test or a server that could not start, ends both.
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
