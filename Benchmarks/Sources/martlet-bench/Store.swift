import DAV
import DAVStorage

/// Uses the store without HTTP.
enum Store {
    /// Fills collections `c1000`, `c100000`, … of the user's home with that many small members.
    static func populate(folder: String, user: String, sizes: [Int]) async throws {
        let bench = try await Bench(folder: folder, user: user)
        for size in sizes {
            let collection = try await bench.makeCollection("c\(size)")
            try await inParallel(64) { worker in
                for number in stride(from: worker, to: size, by: 64) {
                    try await bench.put(in: collection, "member-\(number).txt", body(number))
                }
            }
        }
        try bench.store.close()
    }

    /// How many durable PUTs of 1 KB does the store's group commit make in a second? Prints the rate.
    static func puts(folder: String, user: String, clients: Int, seconds: Int) async throws {
        let bench = try await Bench(folder: folder, user: user)
        let collection = try await bench.makeCollection("bare-\(clients)")
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        let counts = try await inParallel(clients) { worker in
            var count = 0
            while clock.now < end {
                // As the load over HTTP does: new names, then replacements.
                try await bench.put(in: collection, "w\(worker)-\(count % 1000)", body(count))
                count += 1
            }
            return count
        }
        print(counts.reduce(0, +) / seconds)
        try bench.store.close()
    }

    private static func body(_ number: Int) -> [UInt8] {
        let text = Array(String(number).utf8)
        return text + [UInt8](repeating: UInt8(ascii: "x"), count: 1024 - text.count)
    }

    @discardableResult
    private static func inParallel<T: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) async throws -> T)
        async throws -> [T]
    {
        try await withThrowingTaskGroup(of: T.self) { group in
            for worker in 0..<count { group.addTask { try await work(worker) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// A store and somebody's home in it.
struct Bench: Sendable {
    let store: SQLiteStore
    let backend: any Backend
    let caller: Caller
    let home: any DAVCollection

    init(folder: String, user: String) async throws {
        store = try SQLiteStore(folder: folder)
        backend = store.backend
        let owner = PrincipalID(Name(user)!)
        caller = .principal(owner)
        _ = try await store.ensureHome(for: owner)
        home = try await backend.collection(at: DAVPath([Name("files")!, owner.name]), for: caller)!
    }

    var condition: Condition { Condition(caller: caller, now: SQLiteStore.Options().clock()) }

    func makeCollection(_ text: String) async throws -> any DAVCollection {
        let name = Name(text)!
        try await home.writing!.makeCollection(name, kind: .folder, properties: [], if: condition)
        return try await backend.collection(at: home.info.path.appending(name), for: caller)!
    }

    func put(in collection: any DAVCollection, _ name: String, _ body: [UInt8]) async throws {
        let once = Once(body)
        var upload = Upload(
            contentType: "text/plain", declaredLength: Int64(body.count), body: BodyStream { await once.take() })
        // As over HTTP, where nobody waits for leave to send a kilobyte.
        upload.isOnItsWay = true
        _ = try await collection.writing!.put(Name(name)!, upload, if: condition)
    }
}

/// A body of one chunk.
actor Once {
    private var bytes: [UInt8]?
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func take() -> [UInt8]? {
        defer { bytes = nil }
        return bytes
    }
}
