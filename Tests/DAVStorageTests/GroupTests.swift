import DAV
import Testing

@testable import DAVStorage

/// Groups, and the rights that come of being in one.
struct GroupTests {
    static let bob = PrincipalID(Name("bob")!)
    static let family = PrincipalID(Name("family")!)
    static let friends = PrincipalID(Name("friends")!)

    private func filled() async throws -> TestStore {
        let test = try TestStore()
        for id in [TestStore.alice, Self.bob] {
            try await test.store.add(Account(id: id, displayName: "\(id)", passwordHash: ""))
        }
        for id in [Self.family, Self.friends] { try await test.store.addGroup(id, displayName: "\(id)") }
        try await test.mkcol("c")
        return test
    }

    private func grant(_ test: TestStore, to id: PrincipalID) async throws {
        let control = try #require(try await test.collection("c").accessControl)
        try await control.setGrants([AccessControlEntry(.principal(id), granted: [.read])], if: test.condition)
    }

    private func isSeen(_ test: TestStore, _ backend: (any Backend)? = nil) async throws -> Bool {
        try await (backend ?? test.backend).collection(at: test.path("c"), for: .principal(Self.bob)) != nil
    }

    @Test func aGrantToAGroupHoldsForWhoeverIsInIt() async throws {
        let test = try await filled()
        try await grant(test, to: Self.family)
        #expect(try await !isSeen(test))
        try await test.store.add(Self.friends, to: Self.family)
        try await test.store.add(Self.bob, to: Self.friends)
        #expect(try await isSeen(test))
        try await test.store.remove(Self.friends, from: Self.family)
        #expect(try await !isSeen(test))
    }

    @Test func circlesOfGroupsEnd() async throws {
        let test = try await filled()
        try await test.store.add(Self.friends, to: Self.family)
        try await test.store.add(Self.family, to: Self.friends)
        try await test.store.add(Self.family, to: Self.family)
        try await test.store.add(Self.bob, to: Self.friends)
        #expect(Set(try test.store.allGroups(of: Self.bob)) == [Self.family, Self.friends])
        try await grant(test, to: Self.family)
        #expect(try await isSeen(test))
    }

    @Test func whatOthersChangeIsSeenWithTheNextRequest() async throws {
        let test = try await filled()
        try await grant(test, to: Self.family)
        let backend = test.backend
        #expect(try await !isSeen(test, backend))
        let other = try SQLiteStore(folder: test.folder, purpose: .command, options: test.options)
        try await other.add(Self.bob, to: Self.family)
        #expect(try await isSeen(test, backend))
        try await other.removeGroup(Self.family)
        #expect(try await !isSeen(test, backend))
        try other.close()
    }

    @Test func aPollByAMemberOfAGroupAsksTheDatabaseNothing() async throws {
        let test = try await filled()
        try await grant(test, to: Self.family)
        try await test.store.add(Self.bob, to: Self.family)
        let backend = test.backend
        func poll() async throws -> SyncToken? {
            let found = try await backend.resolve(test.path("c"), for: .principal(Self.bob), fields: .syncToken)
            guard let token = found?.entry?.syncToken else { return nil }
            return try await found?.collection.syncing?.changes(since: token, level: .one, limit: 9, fields: []).token
        }
        #expect(try await poll() != nil)
        let statements = try await test.counting { _ = try await poll() }
        #expect(statements == [])
    }

    @Test func whoeverTakesANameOfOldHasNoneOfItsRights() async throws {
        let test = try await filled()
        try await grant(test, to: Self.bob)
        try await test.store.add(Self.bob, to: Self.family)
        try await test.store.setMembers([TestStore.alice], of: PrincipalID(Self.bob.name, .write))
        try await test.store.removeAccount(Self.bob, withFiles: true)
        try await test.store.add(Account(id: Self.bob, displayName: "another", passwordHash: ""))
        #expect(try await !isSeen(test))
        #expect(try test.store.groups(of: Self.bob) == [])
        #expect(try test.store.groups(of: TestStore.alice) == [])
    }

    @Test func namesAreSharedByAccountsAndGroups() async throws {
        let test = try await filled()
        await #expect(throws: StoreError.groupExists("bob")) {
            try await test.store.addGroup(Self.bob, displayName: "")
        }
        await #expect(throws: StoreError.accountExists("family")) {
            try await test.store.add(Account(id: Self.family, displayName: "", passwordHash: ""))
        }
        await #expect(throws: StoreError.noSuchPrincipal("nobody")) {
            try await test.store.add(PrincipalID(Name("nobody")!), to: Self.family)
        }
        await #expect(throws: StoreError.noSuchGroup("bob")) { try await test.store.add(TestStore.alice, to: Self.bob) }
    }

    static let lists: [[AccessControlEntry]] = [
        [],
        [
            AccessControlEntry(.authenticated, granted: [.read, .writeACL]),
            AccessControlEntry(.everyone, granted: [.bind]),
        ],
        [
            AccessControlEntry(
                .principal(PrincipalID(Name("a b>%\n\u{e9}")!, .read)),
                granted: [.all, Privilege(XMLName("urn:x y", "p>q"), in: .read, "")], source: .ancestor(3))
        ],
        [AccessControlEntry(.authenticated, granted: [nested])],
    ]

    private static let nested = Privilege(
        XMLName("urn:x", "part"), in: Privilege(XMLName("urn:y z", "whole"), in: .all, ""), "")

    /// What is granted in whole is held in part, before and after it was stored.
    @Test func aNestedPrivilegeKeepsItsPlace() throws {  // D-14
        let whole = Privilege(XMLName("urn:y z", "whole"), in: .all, "")
        let text = try #require(StoredGrants.encode([AccessControlEntry(.everyone, granted: [Self.nested])]))
        let part = try #require(StoredGrants.decode(text).first?.granted.first)
        #expect(Privileges([whole]).contains(part) && Privileges([.all]).contains(part))
        #expect(!Privileges([.write]).contains(part) && !Privileges([part]).contains(whole))
    }

    @Test(arguments: lists) func storedGrantsComeBack(grants: [AccessControlEntry]) {
        let text = StoredGrants.encode(grants)
        #expect(text.map(StoredGrants.decode) ?? [] == grants)
    }

    @Test(arguments: [
        "", "x", "0", "0 a", "-1 a read", "0 q read", "0 p:%zz read", "0 p:.. read", "9999999999999999999 a read",
    ])
    func whatMakesNoSenseGrantsNothing(text: String) {
        #expect(StoredGrants.decode(text).flatMap(\.granted) == [])
    }
}
