import DAV
import DAVTesting
import GRDB
import Testing

@testable import DAVStorage

/// Who is invited, in a store: lists, groups and accounts, and what `check` finds.
struct SharingTests {
    static let (bob, cid, mallory) = (id("bob"), id("cid"), id("mallory"))
    static let (family, friends) = (id("family"), id("friends"))

    private static func id(_ name: String) -> PrincipalID { PrincipalID(Name(name)!) }

    let test: TestStore
    private let rules: ShareRules

    init() async throws { try await self.init(.instant) }

    private init(_ mode: ShareRules.Mode) async throws {
        rules = ShareRules(mode: mode)
        test = try TestStore(homes: [.files, .news], sharing: rules)
        for id in [TestStore.alice, Self.bob, Self.cid] {
            try await test.store.add(Account(id: id, displayName: "\(id)", passwordHash: ""))
        }
        for id in [Self.family, Self.friends] { try await test.store.addGroup(id, displayName: "\(id)") }
        try await test.mkcol("c")
    }

    private func share(_ changes: ShareChange...) async throws {
        let sharing = try #require(try await test.collection("c").sharing)
        try await sharing.share(changes, rules: rules, roster: .empty, if: test.condition)
    }

    private func list() async throws -> ShareList {
        try await #require(try await test.collection("c").sharing).shareList()
    }

    /// Where somebody has what is shared with them.
    private func instance(_ person: PrincipalID) async throws -> DAVPath? {
        guard let id = try await list().seat(of: person)?.instance else { return nil }
        return try await test.store.sharedCollections().first?.instances[id]
    }

    /// The names in the home of somebody.
    private func home(_ person: PrincipalID) async throws -> [Name] {
        let home = try await test.backend.collection(at: test.store.homePath(of: person), for: .principal(person))
        return try await home?.entries(.all(after: nil, limit: 100), fields: []).map(\.name) ?? []
    }

    private func notices(of person: PrincipalID) async throws -> Int {
        let path = HomeTemplate.notifications(of: person)
        let found = try await test.backend.collection(at: path, for: .principal(person))
        return try await found?.entries(.all(after: nil, limit: 100), fields: []).count ?? 0
    }

    private func expectSound() async throws { #expect(try await test.store.check() == []) }

    /// Invitations are others' doing.
    @Test func whatSomebodyIsToldTakesNoneOfTheirRoom() async throws {  // N9
        let it = try await SharingTests(.invitation)
        try await it.test.store.setQuota(10_000, of: Self.bob)
        for name in ["d", "e", "f"] {
            try await it.test.mkcol(name)
            let sharing = try #require(try await it.test.collection(name).sharing)
            let comment = String(repeating: "%", count: 4096)
            try await sharing.share(
                [.set(.principal(Self.bob), .read, comment: comment)], rules: it.rules, roster: .empty,
                if: it.test.condition)
        }
        #expect(try await it.notices(of: Self.bob) == 3)
        let path = it.test.store.homePath(of: Self.bob)
        let home = try #require(try await it.test.backend.collection(at: path, for: .principal(Self.bob)))
        let writing = try #require(home.writing)
        func put(_ name: String, _ count: Int) async throws {
            let upload = Upload(body: BodyStream(of: [UInt8](repeating: 0, count: count)))
            _ = try await writing.put(
                Name(name)!, upload, if: Condition(caller: .principal(Self.bob), now: it.test.condition.now))
        }
        try await put("a", 9000)
        await #expect(throws: DAVError.quotaNotExceeded) { try await put("b", 2000) }
        let quota = try await home.entries(.itself, fields: .quota).first?.quota
        #expect(quota?.availableBytes == 1000)
    }

    // MARK: Lists

    @Test func aListComesBackAsItWasMade() async throws {
        try await share(
            .set(.principal(Self.bob), .readWrite, displayName: "Bob", comment: "<>&"),
            .set(.group(Self.family), .read),
            .set(.external("mailto:nobody@example.org"), .busy))
        let list = try await list()
        #expect(list.owner == TestStore.alice && list.access == .sharedOwner)
        #expect(
            list.invites.map(\.sharee) == [
                .principal(Self.bob), .group(Self.family), .external("mailto:nobody@example.org"),
            ])
        #expect(list.invites[0].displayName == "Bob" && list.invites[0].comment == "<>&")
        #expect(list.invites.map(\.grant) == [.readWrite, .read, .busy])
        #expect(list.invites.map(list.status) == [.accepted, .noResponse, .invalid])
        try test.close()
        try test.open()
        #expect(try await self.list() == list)
        try await share(
            .revoke(.principal(Self.bob)), .revoke(.group(Self.family)), .revoke(.external("mailto:nobody@example.org"))
        )
        #expect(try await self.list() == ShareList(owner: TestStore.alice))
        #expect(try await test.store.sharedCollections().isEmpty)
        try await expectSound()
    }

    @Test func oneLineThatChangesIsAllThatIsWritten() async throws {
        for number in 0..<40 { try await share(.set(.external("mailto:\(number)@example.org"), .read)) }
        let statements = try await test.counting {
            try await share(.set(.external("mailto:7@example.org"), .readWrite))
        }
        #expect(statements.filter { $0.contains("INTO invite") }.count == 1)
        #expect(statements.filter { $0.contains("INTO seat") }.isEmpty)
        #expect(try await list().invites.count == 40)
    }

    @Test func theOwnersEntryTellsAllLines() async throws {
        try await share(.set(.principal(Self.bob), .readWrite), .set(.principal(Self.cid), .read))
        let collection = try await test.collection("c")
        let entry = try await collection.entries(.itself, fields: [.shares, .resourceID]).first
        #expect(entry?.shares?.lines.map(\.sharee) == [.principal(Self.bob), .principal(Self.cid)])
        #expect(entry?.shares?.id == entry?.resourceID)
        guard case .owner = collection.info.share else { return #expect(Bool(false), "\(collection.info.share)") }
        #expect(try await test.collection().sharing == nil, "a home is nobody else's")
    }

    // MARK: Answers

    @Test func whoAcceptsHasItWhereTheyWantIt() async throws {  // N2 to N7, N12
        let asked = try await SharingTests(.invitation)
        try await asked.share(.set(.principal(Self.bob), .read))
        let seat = try #require(try await asked.list().seat(of: Self.bob))
        let invitations = try #require(asked.test.backend.invitations)
        func answer(_ hasAccepted: Bool, by person: PrincipalID = Self.bob, in home: DAVPath? = nil) async throws
            -> DAVPath?
        {
            try await invitations.answer(
                ShareAnswer(hasAccepted: hasAccepted), to: seat.id, by: person,
                placing: SharePlacement(home: home, displayName: "Alice's"),
                if: Condition(caller: .principal(person), now: asked.test.clock.now))
        }
        #expect(try await asked.home(Self.bob).isEmpty)
        await #expect(throws: ShareRefusal.noSuchInvitation) { try await answer(true, by: Self.cid) }
        let wrong = asked.test.store.homePath(of: Self.cid)
        await #expect(throws: DAVError.self) { try await answer(true, in: wrong) }
        await #expect(throws: DAVError.self) { try await answer(true, in: DAVPath.root) }
        #expect(try await asked.list().seat(of: Self.bob)?.status == .noResponse)
        let home = asked.test.store.homePath(of: Self.bob)
        let place = try #require(try await answer(true, in: home))
        #expect(place.parent == home)
        #expect(try await answer(true) == place, "twice is once")
        #expect(try await asked.home(Self.bob) == [place.last])
        try await asked.expectSound()
        #expect(try await answer(false) == nil)
        #expect(try await asked.home(Self.bob).isEmpty)
        #expect(try await asked.list().seat(of: Self.bob)?.status == .declined)
        let again = try #require(try await answer(true))
        #expect(again != place, "nothing is inherited of its earlier life")
        try await asked.expectSound()
    }

    // MARK: Groups

    @Test func membersOfAGroupComeAndGoWithIt() async throws {  // G1, G2, G5
        try await test.store.add(Self.friends, to: Self.family)
        try await test.store.add(Self.family, to: Self.friends)
        try await test.store.add(TestStore.alice, to: Self.family)
        try await share(.set(.group(Self.family), .read))
        #expect(try await list().seats.isEmpty, "the owner has it already")
        try await test.store.add(Self.bob, to: Self.friends)
        #expect(try await instance(Self.bob) != nil)
        try await test.store.setMembers([Self.cid], of: Self.friends)
        #expect(try await home(Self.bob).isEmpty)
        #expect(try await home(Self.cid).count == 1)
        try await expectSound()
        try await test.store.remove(Self.friends, from: Self.family)
        #expect(try await home(Self.cid).isEmpty)
        try await expectSound()
    }

    @Test func whoeverIsInvitedTwiceHasTheBestAndKeepsTheOther() async throws {  // G3
        try await test.store.add(Self.bob, to: Self.family)
        try await share(.set(.group(Self.family), .read), .set(.principal(Self.bob), .readWrite))
        let place = try await instance(Self.bob)
        #expect(try await list().seat(of: Self.bob)?.grant == .readWrite)
        try await share(.revoke(.principal(Self.bob)))
        #expect(try await list().seat(of: Self.bob)?.grant == .read)
        #expect(try await instance(Self.bob) == place)
        try await expectSound()
        try await test.store.removeGroup(Self.family)
        #expect(try await home(Self.bob).isEmpty)
        #expect(try await list().invites.map(\.isInvalid) == [true])
        try await expectSound()
        try await test.store.addGroup(Self.family, displayName: "Another")
        try await test.store.add(Self.bob, to: Self.family)
        #expect(try await home(Self.bob).isEmpty, "another group of the name has no part in it")
        try await expectSound()
    }

    @Test func aGroupThatIsInAnotherTakesItsMembersAlong() async throws {  // G2
        try await test.store.add(Self.friends, to: Self.family)
        try await test.store.add(Self.bob, to: Self.friends)
        try await share(.set(.group(Self.family), .read))
        #expect(try await home(Self.bob).count == 1)
        try await test.store.removeGroup(Self.friends)
        #expect(try await home(Self.bob).isEmpty)
        #expect(try await list().seats.isEmpty)
        try await expectSound()
    }

    // MARK: Accounts

    @Test func whoeverTakesTheNameOfASharedWithFindsNothing() async throws {  // U3
        try await test.store.add(Self.bob, to: Self.family)
        try await share(.set(.principal(Self.bob), .readWrite), .set(.group(Self.family), .read))
        try await test.store.removeAccount(Self.bob, withFiles: false)
        #expect(try await list().seats.isEmpty)
        #expect(try await list().invites.map(\.isInvalid) == [true, false])
        try await expectSound()
        try await test.store.add(Account(id: Self.bob, displayName: "Another", passwordHash: ""))
        #expect(try await home(Self.bob).isEmpty)
        try await share(.revoke(.principal(Self.bob)))
        #expect(try await list().invites.count == 1)
        try await expectSound()
    }

    @Test(arguments: [true, false]) func whatAnOwnerSharedEndsWithThem(withFiles: Bool) async throws {  // U4
        try await share(.set(.principal(Self.bob), .readWrite), .set(.principal(Self.cid), .read))
        try await test.store.removeAccount(TestStore.alice, withFiles: withFiles)
        for person in [Self.bob, Self.cid] { #expect(try await home(person).isEmpty) }
        #expect(try await test.store.sharedCollections().isEmpty)
        try await expectSound()
        try await test.store.add(Account(id: TestStore.alice, displayName: "Another", passwordHash: ""))
        #expect(try await home(Self.bob).isEmpty)
    }

    @Test func whoeverTakesANameFindsNoNoticesOfOld() async throws {  // U3, U4
        let asked = try await SharingTests(.invitation)
        try await asked.share(.set(.principal(Self.bob), .read), .set(.principal(Self.cid), .read))
        let seat = try #require(try await asked.list().seat(of: Self.bob)).id
        _ = try await asked.test.backend.invitations?.answer(
            ShareAnswer(hasAccepted: true), to: seat, by: Self.bob, placing: SharePlacement(),
            if: Condition(caller: .principal(Self.bob), now: asked.test.clock.now))
        try await asked.share(.set(.principal(Self.bob), .readWrite))
        for person in [Self.bob, Self.cid, TestStore.alice] {
            #expect(try await asked.notices(of: person) == 1)
            try await asked.test.store.removeAccount(person, withFiles: false)
            #expect(try await asked.notices(of: person) == 0)
            try await asked.test.store.add(Account(id: person, displayName: "Another", passwordHash: ""))
            #expect(try await asked.notices(of: person) == 0)
        }
        try await asked.expectSound()
    }

    // MARK: Trees that go

    @Test func whatIsRemovedIsSharedNoMore() async throws {  // U2
        try await test.mkcol("above")
        _ = try await test.writing().move(
            Name("c")!, to: test.path("above/c"), overwrite: false, if: test.condition)
        let sharing = try #require(try await test.collection("above/c").sharing)
        try await sharing.share(
            [.set(.principal(Self.bob), .read)], rules: rules, roster: .empty, if: test.condition)
        #expect(try await home(Self.bob).count == 1)
        try await test.delete("above")
        #expect(try await home(Self.bob).isEmpty)
        try await expectSound()
    }

    @Test func whoeverRemovesTheirInstanceDeclines() async throws {  // U1, G4
        try await test.store.add(Self.bob, to: Self.family)
        try await test.store.add(Self.cid, to: Self.family)
        try await share(.set(.group(Self.family), .read))
        let place = try #require(try await instance(Self.bob))
        let home = try #require(try await test.backend.collection(at: place.parent, for: .principal(Self.bob))?.writing)
        try await home.delete(place.last!, if: Condition(caller: .principal(Self.bob), now: test.clock.now))
        #expect(try await list().seat(of: Self.bob)?.status == .declined)
        #expect(try await list().seat(of: Self.cid)?.status == .accepted)
        try await expectSound()
        try await share(.set(.group(Self.family), .read))
        #expect(try await instance(Self.bob) != nil, "who declined is asked again")
        try await expectSound()
    }

    // MARK: What check finds

    @Test(arguments: [
        "UPDATE collection SET shared = 0", "UPDATE collection SET shared = 1 WHERE owner = 'bob' AND source IS NULL",
        "UPDATE collection SET source = source + 1000 WHERE source IS NOT NULL",
        "UPDATE collection SET source = id WHERE source IS NOT NULL",
        "UPDATE collection SET sharee = 'cid' WHERE source IS NOT NULL",
        "UPDATE collection SET access = 1 - access WHERE source IS NOT NULL",
        "UPDATE collection SET owner = 'bob' WHERE source IS NOT NULL",
        "UPDATE collection SET kind = 'box' WHERE source IS NOT NULL",
        "UPDATE seat SET instance = NULL", "UPDATE seat SET instance = randomblob(16)", "UPDATE seat SET answer = 2",
        "DELETE FROM seat", "DELETE FROM invite", "DELETE FROM seat_invite", "UPDATE invite SET access = 1 - access",
        "UPDATE invite SET collection = collection + 1000", "UPDATE seat SET person = 'cid'",
        "INSERT INTO seat_invite (seat, number) SELECT id, 99 FROM seat",
        "INSERT INTO invite (collection, number, sort, sharee, access) SELECT collection, 9, 0, 'cid', 0 FROM invite",
        "INSERT INTO membership (grp, member) VALUES ('family', 'cid')",
        "INSERT INTO entry (parent, name, rev, mapped, removed, is_collection) SELECT id, 'x', cur, cur, 1, 0 FROM collection WHERE source IS NOT NULL",
    ])
    func checkFindsSharesThatAreNotAsTheyMustBe(_ damage: String) async throws {
        try await test.store.add(Self.bob, to: Self.family)
        try await share(.set(.group(Self.family), .read))
        try await expectSound()
        try await test.store.connections.writer.write { db in try db.execute(sql: damage) }
        #expect(try await !test.store.check().isEmpty)
    }
}
