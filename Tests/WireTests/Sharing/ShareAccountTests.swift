import DAV
import DAVStorage
import Testing

/// Rows U3, U4 and G2 of sharing: accounts that go, and groups that change.
@Suite(.timeLimit(.minutes(5))) struct ShareAccountTests {
    @Test(arguments: ShareBacking.allCases)
    func whoIsRemovedStaysInTheListUntilTheOwnerRemovesThem(_ backing: ShareBacking) async throws {  // U3
        try await ShareRow.run(backing) { row in
            _ = try await row.shared()
            let other = try await row.shared("read", with: row.sue)
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            try await row.server.remove(ShareGroupTests.id(row.sam), withFiles: true)
            #expect(
                try await row.olga.invite() == [
                    "/principals/sam/ invite-invalid read-write", "/principals/sue/ invite-accepted read",
                ])
            #expect(try await row.sue.get(other + "x.ics").status == 200)
            // Somebody new of that name has no part in it. Memory makes no homes for newcomers.
            if backing == .sqlite {
                try await row.server.accounts.add(
                    Account(
                        id: ShareGroupTests.id(row.sam), displayName: "Another", addresses: ["sam@example.org"],
                        passwordHash: ""))
                #expect(try await row.server.client("sam").instances().isEmpty)
            }
            #expect(try await row.olga.invite().first == "/principals/sam/ invite-invalid read-write")
            try await row.revoke(row.sam)
            #expect(try await row.olga.invite() == ["/principals/sue/ invite-accepted read"])
            for target in [row.sam.home, row.sam.notices] { row.expectRefusal(of: target) }
        }
    }

    @Test(arguments: ShareBacking.allCases, [true, false])
    func whatBelongedToWhoIsRemovedIsSharedNoMore(_ backing: ShareBacking, withFiles: Bool) async throws {  // U4
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let home = try await row.sam.sync(row.sam.home).token
            try await row.server.remove(ShareGroupTests.id(row.olga), withFiles: withFiles)
            #expect(try await row.sam.get(instance + "x.ics").status == 404)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.sam.sync(row.sam.home, home).removed == [instance])
            row.forget(row.olga)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoJoinsAGroupHasWhatItHasAndLosesItWithTheGroup(_ backing: ShareBacking) async throws {  // G2
        try await ShareRow.run(backing) { row in
            let team = ShareGroupTests.team
            try await ShareGroupTests.makeTeam(row, row.sam)
            try await row.share(with: "/principals/team/", "read-write")
            #expect(try await row.sue.instances().isEmpty)
            let start = try await row.sue.sync(row.sue.home).token
            try await row.server.accounts.add(ShareGroupTests.id(row.sue), to: team)
            row.server.regroup([team: [ShareGroupTests.id(row.sam), ShareGroupTests.id(row.sue)]])
            let instance = try #require(try await row.sue.instances().first)
            let joined = try await row.sue.sync(row.sue.home, start)
            #expect(Set(joined.changed.keys) == [instance])
            #expect(try await row.sue.event(instance + "x.ics", "x") == 201)
            try await row.server.accounts.remove(ShareGroupTests.id(row.sue), from: team)
            row.server.regroup([team: [ShareGroupTests.id(row.sam)]])
            #expect(try await row.sue.get(instance + "x.ics").status == 404)
            #expect(try await row.sue.sync(row.sue.home, joined.token).removed == [instance])
            #expect(try await row.sam.instances().count == 1)
            try await row.server.accounts.removeGroup(team)
            row.server.memory?.remove(team, ShareServer.instant, .empty)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.invite().allSatisfy { $0.contains("invite-invalid") })
        }
    }
}

/// Memory keeps neither accounts nor groups: whoever does tells it what changed, as an application of its own would.
extension ShareServer {
    fileprivate static let instant = ShareRules(mode: .instant)

    fileprivate func remove(_ id: PrincipalID, withFiles: Bool) async throws {
        try await accounts.removeAccount(id, withFiles: withFiles)
        memory?.remove(id, Self.instant, .empty)
    }

    fileprivate func regroup(_ groups: [PrincipalID: [PrincipalID]]) {
        memory?.regroup(Self.instant, ShareRoster(direct: groups))
    }
}
