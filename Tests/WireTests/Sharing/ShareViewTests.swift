import DAV
import DAVStorage
import Testing

/// Rows V of sharing: what a sharee sees at their own URL.
@Suite(.timeLimit(.minutes(5))) struct ShareViewTests {
    @Test(arguments: ShareBacking.allCases)
    func theInstanceStandsInTheHomeOfTheSharee(_ backing: ShareBacking) async throws {  // V1
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let listed = try await row.sam.propfind(row.sam.home, depth: "1", "<D:resourcetype/>")
            #expect(listed.hrefs.allSatisfy { $0.hasPrefix(row.sam.home) })
            let types = listed[instance]?.property("resourcetype")?.elements.map(\.name)
            #expect(types == [.dav("collection"), .calDAV("calendar"), .cs("shared")])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theRoleIsThatOfTheURL(_ backing: ShareBacking) async throws {  // V2
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            // Olga acts for Sam, and Sam may read Olga's by its own URL.
            try await ShareViewTests.delegate(from: row.sam, to: row.olga, "write")
            #expect(try await row.olga.access(instance) == "read")
            let entry =
                "<D:ace><D:principal><D:href>/principals/sam/</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>"
            let acl = try await row.olga.send("ACL", ShareRow.calendar, [], "<D:acl xmlns:D='DAV:'>\(entry)</D:acl>")
            #expect(acl.status == 200)
            #expect(try await row.sam.access(ShareRow.calendar) == "shared-owner")
            #expect(try await row.sam.access(instance) == "read")
        }
    }

    /// Makes somebody a calendar proxy.
    static func delegate(from client: Client, to other: Client, _ level: String) async throws {
        let reply = try await client.proppatch(
            client.principal + "calendar-proxy-\(level)/",
            set: "<D:group-member-set><D:href>\(other.principal)</D:href></D:group-member-set>")
        #expect(reply.status == 207 && reply.text.contains("200 OK"), "\(reply.text)")
    }

    private static func uri(_ client: Client, _ target: String) async throws -> String? {
        try await client.look(target, "D:share-resource-uri").property("share-resource-uri")?.elements.first?.text
    }

    @Test(arguments: ShareBacking.allCases)
    func theShareHasOneURIAtAllItsURLs(_ backing: ShareBacking) async throws {  // V3
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            let other = try await row.shared("read", with: row.sue)
            let own = try #require(try await Self.uri(row.olga, ShareRow.calendar))
            #expect(try await Self.uri(row.sam, instance) == own)
            #expect(try await Self.uri(row.sue, other) == own)
            try await row.share(with: row.sam.principal, "read-write")
            #expect(try await row.sam.proppatch(instance, set: "<D:displayname>Mine</D:displayname>").status == 207)
            #expect(try await row.sam.move(instance, to: "/calendars/sam/moved/").status == 201)
            #expect(try await Self.uri(row.sam, "/calendars/sam/moved/") == own)
            let copy = try await row.olga.send("COPY", ShareRow.calendar, [("Destination", "/calendars/olga/d/")])
            #expect(copy.status == 201)
            #expect(try await Self.uri(row.olga, "/calendars/olga/d/") == nil)
            #expect(try await row.olga.access("/calendars/olga/d/") == "not-shared")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theOwnerIsTheSharerWhoCanBeNamed(_ backing: ShareBacking) async throws {  // V4
        try await ShareRow.run(backing, .instant, { $0.privacy = .groups }) { row in
            try await ShareGroupTests.makeTeam(row, row.olga, row.sam)
            let instance = try await row.shared()
            let owner = try await row.sam.look(instance, "D:owner").property("owner")?.elements.first?.text
            #expect(owner == "/principals/olga/")
            #expect(try await row.sam.name(of: "/principals/olga/") == "Olga")
            #expect(try await row.xena.send("PROPFIND", "/principals/olga/", [("Depth", "0")]).status == 404)
            guard row.server.memory == nil else { return }
            // Who shares is known to those they share with, whatever else connects them.
            try await row.server.accounts.remove(ShareGroupTests.id(row.sam), from: ShareGroupTests.team)
            #expect(try await row.sam.name(of: "/principals/olga/") == "Olga")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func contentGoesBothWays(_ backing: ShareBacking) async throws {  // V5
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            #expect(try await row.sam.event(instance + "1.ics", "one", "From Sam") == 201)
            #expect(try await row.olga.get(ShareRow.calendar + "1.ics").text == Groupware.event("one", "From Sam"))
            #expect(try await row.olga.event(ShareRow.calendar + "1.ics", "one", "From Olga") == 204)
            #expect(try await row.sam.get(instance + "1.ics").text == Groupware.event("one", "From Olga"))
            #expect(try await row.olga.event(ShareRow.calendar + "2.ics", "two") == 201)
            #expect(try await row.sam.get(instance + "2.ics").text == Groupware.event("two"))
        }
    }

    private static func colour(_ client: Client, _ target: String) async throws -> String? {
        let name = XMLName("http://apple.com/ns/ical/", "calendar-color")
        return try await client.look(target, "I:calendar-color").property(name)?.text
    }

    private static func paint(_ client: Client, _ target: String, _ colour: String) async throws {
        let reply = try await client.proppatch(target, set: "<I:calendar-color>\(colour)</I:calendar-color>")
        #expect(reply.status == 207 && reply.text.contains("200 OK"), "\(reply.text)")
    }

    @Test(arguments: ShareBacking.allCases, ["read", "read-write"])
    func propertiesOfTheInstanceAreItsOwn(_ backing: ShareBacking, level: String) async throws {  // V6
        try await ShareRow.run(backing) { row in
            try await Self.paint(row.olga, ShareRow.calendar, "#FF0000FF")
            let instance = try await row.shared(level)
            let token = try await row.olga.token(of: ShareRow.calendar)
            try await Self.paint(row.sam, instance, "#0000FFFF")
            #expect(try await row.sam.proppatch(instance, set: "<D:displayname>Mine</D:displayname>").status == 207)
            #expect(try await Self.colour(row.sam, instance) == "#0000FFFF")
            #expect(try await row.sam.name(of: instance) == "Mine")
            #expect(try await Self.colour(row.olga, ShareRow.calendar) == "#FF0000FF")
            #expect(try await row.olga.name(of: ShareRow.calendar) == "Team")
            #expect(try await row.olga.token(of: ShareRow.calendar) == token)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theOwnersValueShowsUntilThereIsOnesOwn(_ backing: ShareBacking) async throws {  // V7
        try await ShareRow.run(backing) { row in
            func description(_ client: Client, _ target: String) async throws -> String? {
                try await client.look(target, "C:calendar-description").property(.calDAV("calendar-description"))?.text
            }
            func describe(_ client: Client, _ target: String, _ text: String) async throws {
                let reply = try await client.proppatch(
                    target, set: "<C:calendar-description>\(text)</C:calendar-description>")
                #expect(reply.text.contains("200 OK"), "\(reply.text)")
            }
            try await describe(row.olga, ShareRow.calendar, "first")
            let instance = try await row.shared("read")
            #expect(try await description(row.sam, instance) == "first")
            try await describe(row.sam, instance, "own")
            try await describe(row.olga, ShareRow.calendar, "second")
            #expect(try await description(row.sam, instance) == "own")
            #expect(try await row.sam.proppatch(instance, remove: "<C:calendar-description/>").status == 207)
            #expect(try await description(row.sam, instance) == "second")
            #expect(try await description(row.olga, ShareRow.calendar) == "second")
        }
    }

    private static let free = """
        <C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'>\
        <C:time-range start='20260101T000000Z' end='20260201T000000Z'/></C:free-busy-query>
        """

    @Test(arguments: ShareBacking.allCases)
    func whatIsSharedTakesNoTimeOfTheSharee(_ backing: ShareBacking) async throws {  // V8
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let name = XMLName.calDAV("schedule-calendar-transp")
            let seen = try await row.sam.look(instance, "C:schedule-calendar-transp").property(name)
            #expect(seen?.elements.map(\.name) == [.calDAV("transparent")])
            let own = try await row.olga.look(ShareRow.calendar, "C:schedule-calendar-transp").property(name)
            #expect(own?.elements.map(\.name) != [.calDAV("transparent")])
            let busy = try await row.sam.send("REPORT", row.sam.home, [("Depth", "infinity")], Self.free)
            #expect(busy.status == 200 && !busy.text.contains("20260102T090000Z"), "\(busy.text)")
            let owners = try await row.olga.send("REPORT", row.olga.home, [("Depth", "infinity")], Self.free)
            #expect(owners.text.contains("20260102T090000Z"), "\(owners.text)")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoElseIsInvitedIsTheOwnersMatter(_ backing: ShareBacking) async throws {  // V10
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read-write")
            let other = try await row.shared("read", with: row.sue)
            #expect(try await row.sam.invite(instance) == ["/principals/sam/ invite-accepted read-write"])
            #expect(try await row.sue.invite(other) == ["/principals/sue/ invite-accepted read"])
            #expect(try await row.olga.invite().count == 2)
            for (client, target, stranger) in [(row.sam, instance, "sue"), (row.sue, other, "sam")] {
                let found = try await client.send(
                    "PROPFIND", target, [("Depth", "0")],
                    "<D:propfind \(ShareBody.namespaces)><D:prop><D:invite/><CS:invite/><D:acl/></D:prop></D:propfind>")
                #expect(found.text.contains("/principals/olga/"))
                #expect(!found.text.contains(stranger), "\(found.text)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func everyHrefIsInTheSpaceOfWhoAsks(_ backing: ShareBacking) async throws {  // V11
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let sought = [instance + "x.ics", instance + "none.ics"]
            let query = """
                <C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'><D:prop><D:getetag/></D:prop>\
                <C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>
                """
            let multiget = try Multistatus(
                await row.sam.send("REPORT", instance, [("Depth", "1")], Groupware.multiget(sought)))
            #expect(multiget.hrefs == sought && multiget[sought[1]]?.status == 404)
            let found = try Multistatus(await row.sam.send("REPORT", instance, [("Depth", "1")], query))
            #expect(found.hrefs == [sought[0]])
            let synced = try await row.sam.sync(instance)
            #expect(Set(synced.changed.keys) == [sought[0]])
            let locked = try await row.sam.send("LOCK", sought[0], [], Self.lock)
            #expect(locked.text.contains("<D:lockroot><D:href>\(sought[0])</D:href>"), "\(locked.text)")
            let token = try #require(locked["Lock-Token"])
            #expect(try await row.sam.send("UNLOCK", sought[0], [("Lock-Token", token)]).status == 204)
            let made = try await row.sam.send(
                "POST", instance, [("Content-Type", "text/calendar")], Groupware.event("added"))
            #expect(made.status == 201 && made["Location"]?.contains(instance) == true, "\(made.status) \(made.text)")
            for reply in [locked, made] {
                #expect(!reply.text.contains("/calendars/olga/"))
                for header in reply.headers { #expect(!header.value.contains("/calendars/olga/"), "\(header)") }
            }
        }
    }

    static let lock =
        "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
}
