import DAV
import Testing

/// Rows P1 to P12 of sharing: who is invited, and what becomes of it.
@Suite(.timeLimit(.minutes(5))) struct SharePostingTests {
    private static let sam = "/principals/sam/"

    @Test(arguments: ShareBacking.allCases)
    func sharingByMailMakesAnInstanceInTheHome(_ backing: ShareBacking) async throws {  // P1
        try await ShareRow.run(backing) { row in
            #expect(try await row.sam.instances().isEmpty)
            let reply = try await row.olga.share(ShareBody.sharee("mailto:sam@example.org", "read-write"))
            #expect(reply.status == 204 && reply.body.isEmpty)
            let instance = try #require(try await row.sam.instances().first)
            #expect(instance.hasPrefix(row.sam.home))
            #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read-write"])
            #expect(try await row.sam.access(instance) == "read-write")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func everySpellingOfAURLIsTheSamePerson(_ backing: ShareBacking) async throws {  // P2
        try await ShareRow.run(backing) { row in
            for href in [
                "/principals/sam/", "/principals/sam", "http://127.0.0.1:\(row.server.port)/principals/sam/",
                "/principals/%73am/", "/principals/./x/../sam/",
            ] {
                let reply = try await row.olga.share(ShareBody.sharee(href, "read"))
                #expect(reply.status == 204, "\(href)")
                #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read"], "\(href)")
            }
            #expect(try await row.sam.instances().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func mailAddressesAreComparedWithoutCase(_ backing: ShareBacking) async throws {  // P3
        try await ShareRow.run(backing) { row in
            try await row.share(with: "mailto:sam@example.org", "read")
            try await row.share(with: "MAILTO:Sam@Example.ORG", "read-write")
            #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read-write"])
            #expect(try await row.sam.instances().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func ofTwoIdentitiesOfOnePersonTheLastCounts(_ backing: ShareBacking) async throws {  // P4
        try await ShareRow.run(backing) { row in
            let both =
                ShareBody.sharee("mailto:sam@example.org", "read-write") + ShareBody.sharee(Self.sam, "read")
            let reply = try await row.olga.share(both)
            #expect(reply.status == 204)
            #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read"])
            let back = ShareBody.sharee(Self.sam, "read") + ShareBody.sharee(Self.sam, "read-write")
            #expect(try await row.olga.share(back).status == 204)
            #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read-write"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func oneBadShareeMeansThatNobodyIsInvited(_ backing: ShareBacking) async throws {  // P5
        try await ShareRow.run(backing) { row in
            let reply = try await row.olga.share(
                ShareBody.sharee(Self.sam, "read-write") + ShareBody.sharee("/principals/xena/", "shared-owner"))
            #expect(reply.status == 400)
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.sam.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoIsLoweredToReadWritesNoMore(_ backing: ShareBacking) async throws {  // P6
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read-write")
            #expect(try await row.sam.event(instance + "old.ics", "old") == 201)
            try await row.share(with: Self.sam, "read")
            let refused = try await row.sam.putEvent(instance + "new.ics", Groupware.event("new"))
            #expect(refused.needs("bind"), "\(refused.status) \(refused.text)")
            #expect(try await row.olga.invite() == ["\(Self.sam) invite-accepted read"])
            #expect(try await row.sam.instances() == [instance])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoIsRaisedWrites(_ backing: ShareBacking) async throws {  // P7
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            try await row.share(with: Self.sam, "read-write")
            #expect(try await row.sam.event(instance + "new.ics", "new") == 201)
            #expect(try await row.sam.instances() == [instance])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsRevokedIsGoneAtOnce(_ backing: ShareBacking) async throws {  // P8
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            #expect(try await row.sam.get(instance + "x.ics").status == 200)
            try await row.revoke(row.sam)
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.sam.get(instance + "x.ics").status == 404)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.get(ShareRow.calendar + "x.ics").status == 200)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func revokingWhatWasNeverGivenDoesNothing(_ backing: ShareBacking) async throws {  // P9
        try await ShareRow.run(backing, .invitation) { row in
            let before = try await row.olga.token(of: row.olga.home)
            for href in ["/principals/xena/", "mailto:nobody@example.org"] {
                #expect(try await row.olga.share(ShareBody.sharee(href, "no-access")).status == 204)
            }
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.olga.token(of: row.olga.home) == before)
            #expect(try await row.xena.notifications().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases, [false, true])
    func anAddressNobodyHasMakesNothing(_ backing: ShareBacking, isHidden: Bool) async throws {  // P10
        try await ShareRow.run(backing, .instant, { $0.rules.hidesUnknown = isHidden }) { row in
            let reply = try await row.olga.share(ShareBody.sharee("mailto:nobody@example.org", "read"))
            #expect(reply.status == 204)
            let status = isHidden ? "invite-noresponse" : "invite-invalid"
            #expect(try await row.olga.invite() == ["mailto:nobody@example.org \(status) read"])
            for client in row.server.clients { #expect(try await client.instances().isEmpty) }
            #expect(try await row.olga.share(ShareBody.sharee("mailto:nobody@example.org", "no-access")).status == 204)
            #expect(try await row.olga.invite().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nobodySharesWithThemselves(_ backing: ShareBacking) async throws {  // P11
        try await ShareRow.run(backing) { row in
            for href in ["mailto:olga@example.org", "/principals/olga/"] {
                let reply = try await row.olga.share(
                    ShareBody.sharee(Self.sam, "read") + ShareBody.sharee(href, "read"))
                #expect(reply.status == 403, "\(href)")
                #expect(try await row.olga.invite().isEmpty, "\(href)")
            }
            #expect(try await row.olga.access(ShareRow.calendar) == "not-shared")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func removingOneselfRemovesNothing(_ backing: ShareBacking) async throws {  // P12
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            try await row.revoke(row.olga)
            #expect(try await row.olga.get(ShareRow.calendar + "x.ics").status == 200)
            #expect(try await row.olga.access(ShareRow.calendar) == "not-shared")
        }
    }
}
