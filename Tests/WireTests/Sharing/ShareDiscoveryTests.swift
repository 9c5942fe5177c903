import DAV
import Testing

/// Rows D of sharing: what is told of sharing where, on both back-ends.
@Suite(.timeLimit(.minutes(5))) struct ShareDiscoveryTests {
    @Test(arguments: ShareBacking.allCases)
    func sharingIsOfferedWhereItIsTrue(_ backing: ShareBacking) async throws {  // D1
        try await ShareRow.run(backing) { row in
            func tokens(_ target: String) async throws -> String {
                try await row.olga.send("OPTIONS", target)["DAV"] ?? ""
            }
            let own = try await tokens(ShareRow.calendar)
            #expect(own.contains("resource-sharing, calendarserver-sharing"))
            #expect(try await tokens(row.olga.principal).contains("calendarserver-sharing"))
            #expect(try await row.olga.put("/files/olga/plain").status == 201)
            for target in ["/files/olga/plain", row.olga.home, row.olga.home + "inbox/", "/"] {
                #expect(try await !tokens(target).contains("sharing"), "\(target)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func onlyTheOwnerHoldsThePrivilegeToShare(_ backing: ShareBacking) async throws {  // D2
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            for (client, target, isHeld) in [(row.olga, ShareRow.calendar, true), (row.sam, instance, false)] {
                let found = try await client.look(target, "D:supported-privilege-set")
                let tree = try #require(found.property("supported-privilege-set"))
                #expect(tree.holds(.dav("share")), "\(target)")
                #expect(try await client.privileges(target).contains("share") == isHeld, "\(target)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsNotSharedSaysSo(_ backing: ShareBacking) async throws {  // D3
        try await ShareRow.run(backing) { row in
            let found = try await row.olga.look(
                ShareRow.calendar, "D:share-access", "D:invite", "D:resourcetype", "CS:invite")
            #expect(found.property("share-access")?.elements.map(\.name) == [.dav("not-shared")])
            #expect(found.property("invite")?.elements.isEmpty == true)
            #expect(found.property("resourcetype")?.elements.map(\.name.local) == ["collection", "calendar"])
            #expect(found.property(.cs("invite"))?.elements.isEmpty ?? true)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func allpropTellsNothingOfSharing(_ backing: ShareBacking) async throws {  // D4
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            for (client, target) in [
                (row.olga, ShareRow.calendar), (row.sam, instance), (row.sam, row.sam.principal),
            ] {
                let all = try await client.send(
                    "PROPFIND", target, [("Depth", "0")], "<propfind xmlns='DAV:'><allprop/></propfind>")
                #expect(all.status == 207)
                for name in ["share-access", "invite", "share-resource-uri", "notification-URL"] {
                    #expect(!all.text.contains(":\(name)"), "\(name) at \(target)")
                }
            }
        }
    }

    @Test(
        arguments: ShareBacking.allCases,
        [
            "D:share-access", "D:invite", "D:share-resource-uri", "CS:invite", "CS:shared-url",
            "CS:allowed-sharing-modes", "D:resourcetype",
        ])
    func nobodySetsWhatTheServerSays(_ backing: ShareBacking, name: String) async throws {  // D5
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            for (client, target) in [(row.olga, ShareRow.calendar), (row.sam, instance)] {
                let reply = try await client.proppatch(
                    target, set: "<\(name)><D:read-write/></\(name)><D:displayname>Taken</D:displayname>")
                let found = try #require(try Multistatus(reply)[target])
                #expect(found.propstats.map(\.status).sorted() == [403, 424], "\(reply.text)")
                #expect(reply.text.contains("cannot-modify-protected-property"))
                #expect(try await client.name(of: target) == "Team")
            }
        }
    }
}

extension XMLElement {
    /// Whether an element of that name is in it, however deep.
    fileprivate func holds(_ name: XMLName) -> Bool { self.name == name || elements.contains { $0.holds(name) } }
}
