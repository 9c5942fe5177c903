import DAV
import DAVStorage
import Testing

/// Rows U of sharing: how it ends.
@Suite(.timeLimit(.minutes(5))) struct ShareUnsharingTests {
    @Test(arguments: ShareBacking.allCases)
    func whoLeavesTakesNothingAlong(_ backing: ShareBacking) async throws {  // U1
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let other = try await row.shared("read", with: row.sue)
            #expect(try await row.sam.event(instance + "x.ics", "x") == 201)
            #expect(try await row.sam.delete(instance).status == 204)
            #expect(try await row.sam.get(instance + "x.ics").status == 404)
            #expect(try await row.olga.get(ShareRow.calendar + "x.ics").status == 200)
            #expect(try await row.sue.get(other + "x.ics").status == 200)
            #expect(
                try await row.olga.invite() == [
                    "/principals/sam/ invite-declined read-write", "/principals/sue/ invite-accepted read",
                ])
            try await row.share(with: row.sam.principal, "read")
            #expect(try await row.sam.instances().count == 1)
            #expect(try await row.olga.invite().first == "/principals/sam/ invite-accepted read")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatItsOwnerRemovesIsGoneForAll(_ backing: ShareBacking) async throws {  // U2
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let other = try await row.shared("read", with: row.sue)
            #expect(try await row.sam.event(instance + "x.ics", "x") == 201)
            let home = try await row.sam.sync(row.sam.home).token
            #expect(try await row.olga.delete(ShareRow.calendar).status == 204)
            for (client, target) in [(row.sam, instance), (row.sue, other)] {
                #expect(try await client.send("PROPFIND", target, [("Depth", "0")]).status == 404)
                #expect(try await client.instances().isEmpty)
            }
            let page = try await row.sam.sync(row.sam.home, home)
            #expect(page.removed == [instance])
            row.expectRefusal(of: ShareRow.calendar)
            // Another collection at that URL is nobody else's.
            #expect(try await row.olga.send("MKCALENDAR", ShareRow.calendar).status == 201)
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.sam.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatStandsAtADeadURLInheritsNothing(_ backing: ShareBacking) async throws {  // U5
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let colour = "<I:calendar-color>#123456FF</I:calendar-color>"
            #expect(try await row.sam.proppatch(instance, set: colour).status == 207)
            let lock = try await row.sam.lock(instance + "x.ics")
            let (token, id) = (
                try await row.sam.sync(instance).token,
                try await row.sam.look(instance, "D:resource-id").property("resource-id")
            )
            try await row.revoke(row.sam)
            let made = try await row.sam.send("MKCALENDAR", instance)
            if made.status == 201 {
                row.expectRefusal(of: instance)
                let found = try await row.sam.look(instance, "D:resource-id", "I:calendar-color", "D:lockdiscovery")
                #expect(found.property("resource-id") != id)
                #expect(found.property(XMLName("http://apple.com/ns/ical/", "calendar-color")) == nil)
                #expect(found.property("lockdiscovery")?.elements.isEmpty == true)
                let refused = try await row.sam.syncReport(instance, token)
                #expect(refused.status == 403 && refused.error == .dav("valid-sync-token"))
                #expect(try await row.sam.event(instance + "x.ics", "x") == 201)
                #expect(try await row.sam.access(instance) == "not-shared")
            } else {
                #expect([403, 405].contains(made.status), "\(made.status)")
            }
            // The lock lies where the content is, and the revocation leaves it to its owner to remove.
            let owners = try await row.olga.send("UNLOCK", ShareRow.calendar + "x.ics", [("Lock-Token", "<\(lock)>")])
            #expect([204, 409].contains(owners.status), "\(owners.status)")
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x", "Mine again") == 204)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anInstanceIsRenamedInItsHomeAndCopiedAsContent(_ backing: ShareBacking) async throws {  // U6
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let moved = "/calendars/sam/new/"
            #expect(try await row.sam.move(instance, to: moved).status == 201)
            #expect(try await row.sam.get(moved + "x.ics").status == 200)
            #expect(try await row.sam.access(moved) == "read-write")
            #expect(try await row.olga.access(ShareRow.calendar) == "shared-owner")
            for destination in ["/calendars/olga/mine/", "/calendars/xena/mine/", "/files/sam/mine/"] {
                let refused = try await row.sam.move(moved, to: destination)
                #expect([403, 404, 409].contains(refused.status), "\(destination) \(refused.status)")
            }
            let copied = try await row.sam.send("COPY", moved, [("Destination", "/calendars/sam/copy/")])
            #expect(copied.status == 201, "\(copied.status) \(copied.text)")
            #expect(try await row.sam.access("/calendars/sam/copy/") == "not-shared")
            #expect(try await row.sam.event("/calendars/sam/copy/y.ics", "y") == 201)
            #expect(try await row.olga.get(ShareRow.calendar + "y.ics").status == 404)
            try await row.revoke(row.sam)
            #expect(try await row.sam.get(moved + "x.ics").status == 404)
            #expect(try await row.sam.get("/calendars/sam/copy/x.ics").status == 200)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theOwnerRenamesAndTheShareStays(_ backing: ShareBacking) async throws {  // U7
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let instance = try await row.shared()
            let moved = "/calendars/olga/moved/"
            #expect(try await row.olga.move(ShareRow.calendar, to: moved).status == 201)
            // What is at another place has a history of its own.
            row.expectRefusal(of: instance)
            #expect(try await row.sam.get(instance + "x.ics").status == 200)
            #expect(try await row.sam.event(instance + "y.ics", "y") == 201)
            #expect(try await row.olga.get(moved + "y.ics").status == 200)
            #expect(try await row.olga.invite(moved) == ["/principals/sam/ invite-accepted read-write"])
            #expect(try await row.sam.instances() == [instance])
        }
    }
}
