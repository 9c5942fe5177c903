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

struct SQLiteSharingConformanceTests {
    @Test(arguments: BackendConformance.sharingCases + BackendConformance.shareEffectCases)
    func sqliteShares(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .sharingSQLite(clock) }
        #expect(outcome == .passed, "SQLite offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.noticeCases)
    func sqliteTellsOfShares(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .sharingSQLite(clock) }
        #expect(outcome == .passed, "SQLite offers everything, so no case is skipped")
    }

    @Test(arguments: BackendConformance.jointCases)
    func sqliteWritesJointly(_ conformance: BackendConformance.Case) async throws {
        let outcome = try await conformance.run { clock in try await .sharingSQLite(clock) }
        #expect(outcome == .passed, "SQLite offers everything, so no case is skipped")
    }

    /// The law of push where people share (N26, N28, D11, U-44).
    @Test(arguments: 0..<6) func everybodyIsToldOfSharesWhatTheyAreOwedAndNobodyElseAnything(seed: UInt64) async throws {
        let subject = try await BackendConformance.Subject.sharingSQLite(TestClock())
        #expect(try await SharePushRun(subject, seed: seed).run(120) > 10)
        try await subject.close?()
    }

    /// Memory is the specification: the same script has the same outcome, step by step.
    @Test(arguments: 0..<12) func aScriptOfSharesComesToTheSameAsInMemory(seed: UInt64) async throws {
        let memory = try await ShareRun(.sharingMemory(TestClock()), seed: seed).run(200)
        let subject = try await BackendConformance.Subject.sharingSQLite(TestClock())
        let sqlite = try await ShareRun(subject, seed: seed).run(200)
        #expect(zip(memory, sqlite).first { $0 != $1 }.map { "\($0) in Memory, \($1) in SQLite" } == nil)
        #expect(memory.count == sqlite.count)
        #expect(memory.contains { $0.contains("jointly") && $0.hasSuffix("done") }, "several at once, and not in vain")
        try await subject.close?()
    }
}

extension BackendConformance.Subject {
    /// A store in which alice can share with sam and sue.
    static func sharingSQLite(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) async throws -> Self {
        let root = DAVPath([Name("halls")!])
        let test = try TestStore(
            clock: clock, homes: [HomeTemplate(root: root, kind: .hall), .news], kinds: [.team, .teamNotes])
        let people = [TestStore.alice] + ["sam", "sue"].map { PrincipalID(Name($0)!) }
        for id in people {
            try await test.store.add(Account(id: id, displayName: "\(id)", passwordHash: "", quotaBytes: quotaBytes))
        }
        var subject = Self(
            backend: test.backend, home: root.appending(TestStore.alice.name), owner: test.caller, clock: clock)
        subject.sharees = people.dropFirst().map(Caller.principal)
        subject.notifications = HomeTemplate.notifications(of:)
        subject.quotaBytes = quotaBytes
        subject.hook(into: test)
        return subject
    }

    static func sqlite(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) async throws -> Self {
        let test = try TestStore(clock: clock)
        try await test.store.add(
            Account(id: TestStore.alice, displayName: "Alice", passwordHash: "", quotaBytes: quotaBytes))
        var subject = Self(backend: test.backend, home: test.home, owner: test.caller, clock: clock)
        subject.stranger = .principal(PrincipalID(Name("mallory")!))
        subject.barredKind = TestStore.box
        subject.makesNotes = true
        subject.quotaBytes = quotaBytes
        subject.hook(into: test)
        return subject
    }

    private mutating func hook(into test: TestStore) {
        prune = { token in
            guard let cursor = SyncCursor(token) else { return }
            try await test.store.prune(through: cursor.revision)
        }
        restart = {
            try test.close()
            try test.open()
            return test.backend
        }
        backUp = {
            let copy = test.folder + "/backups-" + ResourceID.random().uuidString
            try await test.store.backup(to: copy)
            return {
                try test.close()
                try await SQLiteStore.restore(from: copy, to: test.folder, replacing: true)
                try test.open()
                return test.backend
            }
        }
        close = {
            #expect(try await test.store.check() == [])
            try test.close()
        }
    }
}
