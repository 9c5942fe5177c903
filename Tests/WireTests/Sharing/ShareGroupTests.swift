import DAV
import DAVStorage
import Testing

/// Rows G of sharing: groups that are invited.
@Suite(.timeLimit(.minutes(5))) struct ShareGroupTests {
    static let team = PrincipalID(Name("team")!)

    static func id(_ client: Client) -> PrincipalID { PrincipalID(Name(client.user ?? "")!) }

    static func makeTeam(_ row: ShareRow, _ members: Client..., name: String = "team") async throws {
        let group = PrincipalID(Name(name)!)
        try await row.server.accounts.addGroup(group, displayName: "The \(name)")
        for member in members { try await row.server.accounts.add(id(member), to: group) }
    }

    @Test(arguments: ShareBacking.allCases)
    func eachMemberHasAnInstanceOfTheirOwn(_ backing: ShareBacking) async throws {  // G1
        try await ShareRow.run(backing) { row in
            try await Self.makeTeam(row, row.sam, row.sue)
            try await row.share(with: "/principals/team/", "read-write")
            let (first, second) = (try await row.sam.instances(), try await row.sue.instances())
            #expect(first.count == 1 && second.count == 1 && first != second)
            #expect(try await row.olga.invite() == ["/principals/team/ invite-accepted read-write"])
            #expect(try await row.sam.event(first[0] + "x.ics", "x") == 201)
            #expect(try await row.sue.get(second[0] + "x.ics").status == 200)
            #expect(try await row.xena.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theBetterOfTwoLevelsCounts(_ backing: ShareBacking) async throws {  // G3
        try await ShareRow.run(backing) { row in
            try await Self.makeTeam(row, row.sam, row.sue)
            let instance = try await row.shared("read-write")
            try await row.share(with: "/principals/team/", "read")
            #expect(try await row.sam.instances() == [instance])
            #expect(try await row.sam.access(instance) == "read-write")
            #expect(try await row.sue.access(try #require(try await row.sue.instances().first)) == "read")
            try await row.share(with: row.sam.principal, "no-access")
            #expect(try await row.sam.instances() == [instance])
            #expect(try await row.sam.access(instance) == "read")
            try await row.share(with: row.sam.principal, "read-write")
            try await row.share(with: "/principals/team/", "no-access")
            #expect(try await row.sam.access(instance) == "read-write")
            #expect(try await row.sue.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aMemberLeavesAlone(_ backing: ShareBacking) async throws {  // G4
        try await ShareRow.run(backing) { row in
            try await Self.makeTeam(row, row.sam, row.sue)
            try await row.share(with: "/principals/team/", "read")
            let instance = try #require(try await row.sam.instances().first)
            #expect(try await row.sam.delete(instance).status == 204)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.sue.instances().count == 1)
            try await row.share(with: "/principals/team/", "read")
            #expect(try await row.sam.instances().count == 1)
            #expect(try await row.sue.instances().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func groupsMayHoldEachOtherNobodyOrTheOwner(_ backing: ShareBacking) async throws {  // G5
        try await ShareRow.run(backing) { row in
            let store = row.server.accounts
            try await Self.makeTeam(row, row.sam, row.olga)
            try await Self.makeTeam(row, row.sue, name: "crew")
            try await Self.makeTeam(row, name: "empty")
            try await store.add(PrincipalID(Name("crew")!), to: Self.team)
            try await store.add(Self.team, to: PrincipalID(Name("crew")!))
            try await row.share(with: "/principals/empty/", "read")
            for client in row.server.clients { #expect(try await client.instances().isEmpty) }
            try await row.share(with: "/principals/team/", "read")
            #expect(try await row.sam.instances().count == 1)
            #expect(try await row.sue.instances().count == 1)
            #expect(try await row.olga.instances().isEmpty)
            #expect(try await row.olga.access(ShareRow.calendar) == "shared-owner")
            try await row.share(with: "/principals/team/", "no-access")
            #expect(try await row.sam.instances().isEmpty)
        }
    }
}
