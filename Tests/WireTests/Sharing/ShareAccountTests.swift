import DAV
import DAVStorage
import Testing

/// Rows U3, U4 and G2 of sharing: accounts that go, and groups that change. Accounts are the store's, so what follows from
/// them is, too.
@Suite(.timeLimit(.minutes(5))) struct ShareAccountTests {
    @Test func whoIsRemovedStaysInTheListUntilTheOwnerRemovesThem() async throws {  // U3
        try await ShareRow.run(.sqlite) { row in
            _ = try await row.shared()
            let other = try await row.shared("read", with: row.sue)
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            try await row.server.accounts.removeAccount(ShareGroupTests.id(row.sam), withFiles: true)
            #expect(
                try await row.olga.invite() == [
                    "/principals/sam/ invite-invalid read-write", "/principals/sue/ invite-accepted read",
                ])
            #expect(try await row.sue.get(other + "x.ics").status == 200)
            // Somebody new of that name has no part in it.
            try await row.server.accounts.add(
                Account(
                    id: ShareGroupTests.id(row.sam), displayName: "Another", addresses: ["sam@example.org"],
                    passwordHash: ""))
            let newcomer = row.server.client("sam")
            #expect(try await newcomer.instances().isEmpty)
            #expect(try await row.olga.invite().first == "/principals/sam/ invite-invalid read-write")
            try await row.revoke(row.sam)
            #expect(try await row.olga.invite() == ["/principals/sue/ invite-accepted read"])
            for target in [row.sam.home, row.sam.notices] { row.expectRefusal(of: target) }
        }
    }

    @Test(arguments: [true, false])
    func whatBelongedToWhoIsRemovedIsSharedNoMore(withFiles: Bool) async throws {  // U4
        try await ShareRow.run(.sqlite) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let home = try await row.sam.sync(row.sam.home).token
            try await row.server.accounts.removeAccount(ShareGroupTests.id(row.olga), withFiles: withFiles)
            #expect(try await row.sam.get(instance + "x.ics").status == 404)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.sam.sync(row.sam.home, home).removed == [instance])
            row.forget(row.olga)
        }
    }

    @Test func whoJoinsAGroupHasWhatItHasAndLosesItWithTheGroup() async throws {  // G2
        try await ShareRow.run(.sqlite) { row in
            let store = row.server.accounts
            try await ShareGroupTests.makeTeam(row, row.sam)
            try await row.share(with: "/principals/team/", "read-write")
            #expect(try await row.sue.instances().isEmpty)
            let start = try await row.sue.sync(row.sue.home).token
            try await store.add(ShareGroupTests.id(row.sue), to: ShareGroupTests.team)
            let instance = try #require(try await row.sue.instances().first)
            let joined = try await row.sue.sync(row.sue.home, start)
            #expect(Set(joined.changed.keys) == [instance])
            #expect(try await row.sue.event(instance + "x.ics", "x") == 201)
            try await store.remove(ShareGroupTests.id(row.sue), from: ShareGroupTests.team)
            #expect(try await row.sue.get(instance + "x.ics").status == 404)
            #expect(try await row.sue.sync(row.sue.home, joined.token).removed == [instance])
            #expect(try await row.sam.instances().count == 1)
            try await store.removeGroup(ShareGroupTests.team)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.invite().allSatisfy { $0.contains("invite-invalid") })
        }
    }
}
