import DAV
import DAVStorage
import DAVTesting
import Foundation
import Synchronization

/// A store in a folder of its own, which goes when the test ends.
final class TestStore: Sendable {
    static let alice = PrincipalID(Name("alice")!)
    static let box = CollectionKind(id: "box", resourceTypes: [.dav("collection")], isSyncable: false)

    let folder: String
    let clock: TestClock
    let statements = Mutex<[String]?>(nil)
    private let current: Mutex<SQLiteStore?> = Mutex(nil)
    private let homes: [HomeTemplate]
    private let kinds: [CollectionKind]
    private let sharing: ShareRules

    init(
        clock: TestClock = TestClock(), homes: [HomeTemplate] = [.files], kinds: [CollectionKind] = [],
        sharing: ShareRules = ShareRules()
    ) throws {
        self.sharing = sharing
        self.clock = clock
        self.homes = homes
        self.kinds = kinds
        // In memory where that can be had: hundreds of stores are opened, and what is tested does not need the disk.
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
        folder = base + "martlet-test-" + ResourceID.random().uuidString
        try open()
    }

    deinit {
        try? current.withLock { try $0?.close() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var options: SQLiteStore.Options {
        var options = SQLiteStore.Options()
        let clock = clock
        options.clock = { clock.now }
        options.kinds = [TestStore.box, .desk, .notes] + kinds
        options.homes = homes
        options.sharing = sharing
        options.observer = { [weak self] text in self?.statements.withLock { $0?.append(text) } }
        return options
    }

    var store: SQLiteStore { current.withLock { $0! } }
    var backend: any Backend { store.backend }
    var home: DAVPath { store.homePath(of: TestStore.alice) }
    var caller: Caller { .principal(TestStore.alice) }

    func open() throws {
        let store = try SQLiteStore(folder: folder, options: options)
        current.withLock { $0 = store }
    }

    func close() throws {
        try current.withLock { store in
            try store?.close()
            store = nil
        }
    }

    /// The statements that `body` runs.
    func counting(_ body: () async throws -> Void) async rethrows -> [String] {
        statements.withLock { $0 = [] }
        try await body()
        return statements.withLock { all in
            defer { all = nil }
            return all ?? []
        }
    }

    // MARK: Shorthands

    func path(_ text: String) -> DAVPath { home.appending(text.split(separator: "/").map { Name(String($0))! }) }

    func collection(_ text: String = "") async throws -> any DAVCollection {
        guard let collection = try await backend.collection(at: path(text), for: caller) else {
            throw DAVError.notFound
        }
        return collection
    }

    func writing(_ text: String = "") async throws -> any Writing {
        guard let writing = try await collection(text).writing else { throw DAVError.methodNotAllowed }
        return writing
    }

    var condition: Condition { Condition(caller: caller, now: clock.now) }

    @discardableResult
    func put(_ text: String, _ body: [UInt8], type: String? = nil) async throws -> WriteResult {
        let path = path(text)
        let writing = try await backend.collection(at: path.parent, for: caller)?.writing
        guard let writing, let name = path.last else { throw DAVError.conflict }
        return try await writing.put(name, .init(contentType: type, body: body.stream), if: condition)
    }

    func mkcol(_ text: String) async throws {
        let path = path(text)
        try await backend.collection(at: path.parent, for: caller)!.writing!.makeCollection(
            path.last!, kind: .folder, properties: [], if: condition)
    }

    func delete(_ text: String) async throws {
        let path = path(text)
        try await backend.collection(at: path.parent, for: caller)!.writing!.delete(path.last!, if: condition)
    }

    func read(_ text: String) async throws -> [UInt8]? {
        let path = path(text)
        guard let opened = try await backend.collection(at: path.parent, for: caller)?.open(path.last!, fields: [])
        else { return nil }
        return try await opened.body.read(at: 0, count: Int(opened.body.length))
    }

    func sync(_ text: String = "", _ token: SyncToken? = nil, level: SyncLevel = .infinite, limit: Int = 10_000)
        async throws -> ChangePage
    {
        try await collection(text).syncing!.changes(since: token, level: level, limit: limit, fields: [])
    }
}

extension [UInt8] {
    /// The bytes as a body, in chunks of 16 KB.
    var stream: BodyStream {
        let rest = Mutex(self[...])
        return BodyStream {
            rest.withLock { rest in
                if rest.isEmpty { return nil }
                defer { rest = rest.dropFirst(16 << 10) }
                return Array(rest.prefix(16 << 10))
            }
        }
    }
}
