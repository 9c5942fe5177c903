import DAV
import DAVStorage
import DAVTesting
import Testing

/// The scenarios of the catalogue (SS-001 to SS-157, conditions, locks, namespace), over HTTP against the SQLite server.
@Suite(.timeLimit(.minutes(5))) struct RemoteConformance {
    /// What the wire cannot say, or says otherwise.
    static let notForTheWire: Set<String> = [
        // Octets of a property's value: on the wire it is an infoset (see RFC4918Properties).
        "W-03",
        // Whether a body was read: see the tests of 100-continue.
        "H-100", "E-06",
        // A body without a type gets one by its name.
        "W-32b",
        // An empty token is an initial report.
        "Y-24",
        // Somebody else's requests end at 404, long before locks.
        "W-52b", "W-53b", "W-55", "W-55b",
        // Kinds that judge content are calendars and address books there.
        "C-03", "C-10", "Y-42",
    ]

    private static func isForTheWire(_ conformance: BackendConformance.Case) -> Bool {
        !notForTheWire.contains(conformance.id) && !conformance.id.hasPrefix("content/")
    }

    @Test(arguments: BackendConformance.cases.filter(isForTheWire))
    func conformsOverHTTP(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .remote(clock) }
        #expect(outcome == .passed, "everything is offered, so no case is skipped")
    }
}

extension BackendConformance.Subject {
    /// A server of its own, with every hook that the suite knows.
    static func remote(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) async throws -> Self {
        var setup = Server.Setup()
        let folder = try TemporaryFolder()
        setup.clock = clock
        setup.folder = folder
        // The store's limit on all of them is what is judged.
        setup.options.maxPropertyBytes = 1 << 20
        let server = Restartable(setup)
        let backend = try await server.start()
        if let quotaBytes { try await server.running.store.setQuota(quotaBytes, of: People.alice) }
        let home = DAVPath([Name("files")!, People.alice.name])
        var subject = Self(backend: backend, home: home, owner: .principal(People.alice), clock: clock)
        subject.stranger = .principal(People.mallory)
        subject.barredKind = Server.box
        subject.quotaBytes = quotaBytes
        subject.prune = { token in
            if let cursor = SyncCursor(token) { try await server.running.store.prune(through: cursor.revision) }
        }
        subject.restart = {
            try await server.stop()
            return try await server.start()
        }
        subject.backUp = {
            let copy = try TemporaryFolder()
            try await server.running.store.backup(to: copy.path)
            return {
                try await server.stop()
                try await SQLiteStore.restore(from: copy.path, to: folder.path, replacing: true)
                return try await server.start()
            }
        }
        subject.close = {
            #expect(try await server.running.store.check() == [])
            try await server.stop()
        }
        return subject
    }
}

/// A server that comes and goes over one data folder.
actor Restartable {
    private let setup: Server.Setup
    private var server: Server?
    private var backend: RemoteBackend?

    init(_ setup: Server.Setup) { self.setup = setup }

    var running: Server {
        get throws {
            guard let server else { throw CancellationError() }
            return server
        }
    }

    func start() async throws -> RemoteBackend {
        let server = try await Server.start(setup)
        let backend = RemoteBackend(port: server.port)
        self.server = server
        self.backend = backend
        return backend
    }

    func stop() async throws {
        await backend?.close()
        try await server?.stop()
        server = nil
    }
}
