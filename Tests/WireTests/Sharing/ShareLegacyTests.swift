import DAV
import Testing

/// Rows L of sharing: Apple's dialect.
@Suite(.timeLimit(.minutes(5))) struct ShareLegacyTests {
    @Test(arguments: ShareBacking.allCases)
    func sharingAndRemovingShowInTheResourceType(_ backing: ShareBacking) async throws {  // L1
        try await ShareRow.run(backing) { row in
            let shared = try await row.olga.apple(ShareBody.set("mailto:sam@example.org"))
            #expect(shared.status == 200 && shared.body.isEmpty)
            #expect(try await row.olga.types(ShareRow.calendar) == ["collection", "calendar", "shared-owner"])
            #expect(try await row.olga.apple(ShareBody.set(row.sue.mail, "read")).status == 200)
            #expect(try await row.olga.apple(ShareBody.remove(row.sam.principal)).status == 200)
            #expect(try await row.olga.types(ShareRow.calendar).contains("shared-owner"))
            #expect(try await row.olga.apple(ShareBody.remove("mailto:sue@example.org")).status == 200)
            #expect(try await row.olga.types(ShareRow.calendar) == ["collection", "calendar"])
            #expect(try await row.sam.instances().isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aBadShareeIsNamedAndNothingIsDone(_ backing: ShareBacking) async throws {  // L2
        try await ShareRow.run(backing) { row in
            for bad in ["mailto:nobody@example.org", "/principals/olga/", "DAV:authenticated"] {
                let reply = try await row.olga.apple(ShareBody.set(row.sam.mail) + ShareBody.set(bad))
                let found = try Multistatus(reply)
                #expect(found[row.sam.mail]?.status == 424 && found[bad]?.status == 403, "\(reply.text)")
                #expect(try await row.olga.invite().isEmpty)
                #expect(try await row.olga.apple(ShareBody.remove(bad)).status == 200)
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatARequestMayLackAndWhatNot(_ backing: ShareBacking) async throws {  // L3
        try await ShareRow.run(backing) { row in
            for content in [
                "", "<CS:set><CS:summary>x</CS:summary><CS:read/></CS:set>",
                "<CS:set><D:href>\(row.sam.mail)</D:href><CS:summary>x</CS:summary></CS:set>",
                "<CS:set><D:href>\(row.sam.mail)</D:href><CS:read/><CS:read-write/></CS:set>",
            ] {
                let reply = try await row.olga.apple(content)
                #expect(reply.status == 403 && reply.error == .cs("valid-request"), "\(content) \(reply.status)")
            }
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.olga.apple(ShareBody.set(row.sam.mail, summary: nil)).status == 200)
            #expect(try await row.olga.invite().count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func everyUserHasALevelAndAStatus(_ backing: ShareBacking) async throws {  // L4
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared("read")
            _ = try await row.shared("read-write", with: row.sue)
            try await row.share(with: "mailto:nobody@example.org", "read")
            #expect(try await row.sam.delete(instance).status == 204)
            let mine = try await row.shared("read")
            for (client, target, count) in [(row.olga, ShareRow.calendar, 3), (row.sam, mine, 1)] {
                let invite = try #require(try await client.look(target, "CS:invite").property(.cs("invite")))
                let users = invite.elements.filter { $0.name == .cs("user") }
                #expect(users.count == count)
                for user in users {
                    #expect(user.first(.dav("href"))?.text.isEmpty == false)
                    #expect(user.elements.filter { $0.name.local.hasPrefix("invite-") }.count == 1)
                    let levels = user.first(.cs("access"))?.elements.map(\.name.local) ?? []
                    #expect(levels == ["read"] || levels == ["read-write"], "\(levels)")
                }
                let organizers = invite.elements.filter { $0.name == .cs("organizer") }
                #expect(organizers.count == (client.user == "sam" ? 1 : 0))
                #expect(organizers.allSatisfy { $0.first(.dav("href"))?.text == "/principals/olga/" })
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func dialectsMixOnOneShare(_ backing: ShareBacking) async throws {  // L7
        try await ShareRow.run(backing) { row in
            try await row.share(with: row.sam.mail, "read")
            #expect(try await row.olga.apple(ShareBody.set(row.sam.principal, "read-write")).status == 200)
            #expect(try await row.olga.invite() == ["/principals/sam/ invite-accepted read-write"])
            #expect(try await row.olga.apple(ShareBody.remove(row.sam.mail)).status == 200)
            #expect(try await row.olga.invite().isEmpty)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.apple(ShareBody.set(row.sam.mail)).status == 200)
            let found = try await row.olga.look(ShareRow.calendar, "D:invite", "CS:invite")
            #expect(found.property("invite")?.elements.count == 1)
            #expect(found.property(.cs("invite"))?.elements.filter { $0.name == .cs("user") }.count == 1)
            try await row.revoke(row.sam)
            #expect(try await row.olga.types(ShareRow.calendar) == ["collection", "calendar"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func onlyWhatOneMayShareSaysHow(_ backing: ShareBacking) async throws {  // L8
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            func modes(_ client: Client, _ target: String) async throws -> [String]? {
                try await client.look(target, "CS:allowed-sharing-modes").property(.cs("allowed-sharing-modes"))?
                    .elements.map(\.name.local)
            }
            #expect(try await modes(row.olga, ShareRow.calendar) == ["can-be-shared"])
            #expect(try await modes(row.sam, instance) == nil)
            for child in ["inbox/", "outbox/", "notifications/", ""] {
                #expect(try await modes(row.olga, row.olga.home + child) == nil, "\(child)")
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func publishingIsNotOffered(_ backing: ShareBacking) async throws {  // L9
        try await ShareRow.run(backing) { row in
            for root in ["publish-calendar", "unpublish-calendar"] {
                let reply = try await row.olga.apple("", root: root)
                #expect([403, 501].contains(reply.status), "\(reply.status) \(reply.text)")
            }
            let found = try await row.olga.look(
                ShareRow.calendar, "CS:allowed-sharing-modes", "CS:publish-url", "CS:pre-publish-url")
            #expect(found.property(.cs("publish-url")) == nil && found.property(.cs("pre-publish-url")) == nil)
            #expect(
                found.property(.cs("allowed-sharing-modes"))?.elements.contains { $0.name == .cs("can-be-published") }
                    == false)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsSharedIsNobodysDefault(_ backing: ShareBacking) async throws {  // L10
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            let inbox = row.sam.home + "inbox/"
            func current() async throws -> String? {
                try await row.sam.look(inbox, "C:schedule-default-calendar-URL").property(
                    .calDAV("schedule-default-calendar-URL"))?.elements.first?.text
            }
            let before = try await current()
            let reply = try await row.sam.proppatch(
                inbox,
                set: "<C:schedule-default-calendar-URL><D:href>\(instance)</D:href></C:schedule-default-calendar-URL>")
            let status = try Multistatus(reply)[inbox]?.status(of: .calDAV("schedule-default-calendar-URL"))
            #expect([403, 409].contains(status ?? 0), "\(reply.text)")
            #expect(try await current() == before)
        }
    }
}
