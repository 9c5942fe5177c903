import DAV
import DAVTesting
import Testing

@testable import DAVStorage

/// Several homes for each person, made from templates.
@Suite struct HomesTests {
    private static let desks = HomeTemplate(
        root: DAVPath([Name("desks")!]), kind: .desk,
        children: [.init(Name("notes")!, .notes, properties: [.displayName("My notes")])])

    private func store(quota: Int64? = nil) async throws -> TestStore {
        let test = try TestStore(homes: [.files, HomesTests.desks])
        try await test.store.add(
            Account(id: TestStore.alice, displayName: "Alice", passwordHash: "", quotaBytes: quota))
        return test
    }

    private let desk = DAVPath([Name("desks")!, TestStore.alice.name])
    private let notes = Name("notes")!

    @Test func aHomeBeginsWithWhatItsTemplateSays() async throws {
        let test = try await store()
        let entry = try await test.backend.resolve(desk.appending(notes), for: test.caller, fields: .deadProperties)?
            .entry
        #expect(entry?.collection?.kind === CollectionKind.notes)
        #expect(entry?.collection?.owner == TestStore.alice)
        #expect(entry?.deadProperties == [.displayName("My notes")])
        #expect(try await test.store.check() == [])
    }

    @Test func whatWasRemovedDoesNotComeBack() async throws {
        let test = try await store()
        let home = try #require(try await test.backend.collection(at: desk, for: test.caller)?.writing)
        try await home.delete(notes, if: test.condition)
        try test.close()
        try test.open()
        try await test.store.ensureHome(for: TestStore.alice)
        #expect(try await test.backend.collection(at: desk.appending(notes), for: test.caller) == nil)
    }

    @Test func aStoreWithOneRootGetsTheOthersWhenItIsOpenedWithThem() async throws {
        let clock = TestClock()
        let old = try TestStore(clock: clock)
        try await old.store.add(Account(id: TestStore.alice, displayName: "", passwordHash: ""))
        try await old.put("a", [1])
        let file = old.path("a")
        try old.close()
        var options = old.options
        options.homes = [.files, HomesTests.desks]
        let store = try SQLiteStore(folder: old.folder, options: options)
        defer { try? store.close() }
        #expect(try await store.backend.collection(at: desk, for: old.caller) == nil)
        try await store.ensureHome(for: TestStore.alice)
        #expect(try await store.backend.collection(at: desk.appending(notes), for: old.caller) != nil)
        let resolution = try await store.backend.resolve(file, for: old.caller, fields: [])
        #expect(resolution?.entry?.contentLength == 1)
        #expect(try await store.check() == [])
    }

    /// RFC 4331: what is available is what the person has left, wherever it is used.
    @Test func theQuotaIsOneForAllHomes() async throws {
        let test = try await store(quota: 100)
        try await test.put("a", Array(repeating: 65, count: 60))
        let shelf = try #require(try await test.backend.collection(at: desk.appending(notes), for: test.caller))
        let writing = try #require(shelf.writing)
        let long = Array("uid: 1\ntext: ".utf8) + [UInt8](repeating: 65, count: 50)
        await #expect(throws: DAVError.quotaNotExceeded) {
            try await writing.put(Name("n")!, Upload(body: BodyStream(of: long)), if: test.condition)
        }
        for path in [test.home, desk, shelf.info.path] {
            let entry = try await test.backend.resolve(path, for: test.caller, fields: .quota)?.entry
            #expect(entry?.quota?.availableBytes == 40, "\(path)")
        }
        // What moves from one home of a person to another needs no more room than it has.
        try await test.put("b", Array("uid: 2\ntext: is twenty!".utf8) + [UInt8](repeating: 65, count: 15))
        let files = try await test.writing()
        _ = try await files.move(
            Name("b")!, to: shelf.info.path.appending(Name("b")!), overwrite: false, if: test.condition)
        #expect(try await shelf.entries(.named([Name("b")!]), fields: []).count == 1)
        #expect(try await test.store.check() == [])
    }
}
