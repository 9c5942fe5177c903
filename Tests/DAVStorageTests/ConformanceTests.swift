import DAV
import DAVStorage
import DAVTesting
import Testing

struct SQLiteConformanceTests {
    @Test(arguments: BackendConformance.cases)
    func sqliteConforms(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .sqlite(clock) }
        #expect(outcome == .passed, "SQLite offers everything, so no case is skipped")
    }
}

extension BackendConformance.Subject {
    static func sqlite(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) async throws -> Self {
        let test = try TestStore(clock: clock)
        try await test.store.add(
            Account(id: TestStore.alice, displayName: "Alice", passwordHash: "", quotaBytes: quotaBytes))
        var subject = Self(backend: test.backend, home: test.home, owner: test.caller, clock: clock)
        subject.stranger = .principal(PrincipalID(Name("mallory")!))
        subject.barredKind = TestStore.box
        subject.makesNotes = true
        subject.quotaBytes = quotaBytes
        subject.prune = { token in
            guard let cursor = SyncCursor(token) else { return }
            try await test.store.prune(through: cursor.revision)
        }
        subject.restart = {
            try test.close()
            try test.open()
            return test.backend
        }
        subject.backUp = {
            let copy = test.folder + "/backups-" + ResourceID.random().uuidString
            try await test.store.backup(to: copy)
            return {
                try test.close()
                try await SQLiteStore.restore(from: copy, to: test.folder, replacing: true)
                try test.open()
                return test.backend
            }
        }
        subject.close = {
            #expect(try await test.store.check() == [])
            try test.close()
        }
        return subject
    }
}
