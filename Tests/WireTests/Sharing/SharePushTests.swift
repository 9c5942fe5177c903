import DAV
import Testing

/// Rows W of sharing: messages of push about what is shared, from the dispatcher to a service that keeps them.
@Suite(.timeLimit(.minutes(5))) struct SharePushTests {
    private static let pushNamespace = PaperService.namespace

    /// A row with a dispatcher at work.
    private static func run(
        _ backing: ShareBacking, _ mode: ShareRules.Mode = .instant,
        _ body: @Sendable @escaping (ShareRow, PaperService) async throws -> Void
    ) async throws {
        let service = PaperService()
        try await ShareRow.run(backing, mode, service.setUp) { row in
            try await service.dispatching(for: row.server) { try await body(row, service) }
        }
    }

    private static let property = "<property-update><D:depth>0</D:depth></property-update>"

    private static func register(
        _ client: Client, _ target: String, _ device: String, _ trigger: String = PaperService.content
    ) async throws -> Reply { try await PaperService.register(client, target, device, trigger) }

    /// - Returns: the path of the registration.
    private static func registered(
        _ row: ShareRow, _ client: Client, _ target: String, _ device: String, _ trigger: String = PaperService.content
    ) async throws -> String {
        let reply = try await register(client, target, device, trigger)
        try #require(reply.status < 300, "\(reply.status) \(reply.text)")
        return try #require(reply["Location"])
    }

    private static func path(_ location: String, _ row: ShareRow) -> String {
        String(location.trimmingPrefix("http://127.0.0.1:\(row.server.port)"))
    }

    private static func topic(_ client: Client, _ target: String) async throws -> String {
        let found = try await client.propfind(target, "<topic xmlns='\(pushNamespace)'/>")
        return try #require(found[target]?.property(XMLName(pushNamespace, "topic"))?.text)
    }

    @Test(arguments: ShareBacking.allCases)
    func whoListensAtAnInstanceIsToldOfItWithItsOwnTopicAndToken(_ backing: ShareBacking) async throws {  // W1
        try await Self.run(backing) { row, service in
            let instance = try await row.shared()
            let topic = try await Self.topic(row.sam, instance)
            #expect(try await Self.topic(row.olga, ShareRow.calendar) != topic)
            _ = try await Self.registered(row, row.sam, instance, "sam")
            _ = try await Self.registered(row, row.sam, row.sam.home, "sam-home")
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            let message = try await service.wait(for: "sam")[0]
            let token = try await row.sam.token(of: instance)
            #expect(message.contains("content-update") && message.contains(topic))
            #expect(message.contains(token), "\(message) lacks \(token)")
            #expect(!message.contains("olga"))
            let home = try await service.wait(for: "sam-home")[0]
            #expect(home.contains(try await Self.topic(row.sam, row.sam.home)))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aRevocationEndsTheRegistration(_ backing: ShareBacking) async throws {  // W2
        try await Self.run(backing) { row, service in
            let instance = try await row.shared()
            let location = Self.path(try await Self.registered(row, row.sam, instance, "sam"), row)
            _ = try await Self.registered(row, row.olga, ShareRow.calendar, "olga")
            try await row.revoke(row.sam)
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            // What Sam would be sent would have gone the same way, and before.
            _ = try await service.wait(for: "olga")
            #expect(service.messages(for: "sam").isEmpty)
            #expect([403, 404].contains(try await row.sam.delete(location).status))
            #expect([403, 404].contains(try await Self.register(row.sam, instance, "sam").status))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anInvitationIsPushed(_ backing: ShareBacking) async throws {  // W3
        try await Self.run(backing, .invitation) { row, service in
            _ = try await Self.registered(row, row.sam, row.sam.notices, "sam")
            _ = try await row.invited()
            let message = try await service.wait(for: "sam")[0]
            #expect(message.contains(try await Self.topic(row.sam, row.sam.notices)))
            #expect(message.contains(try await row.sam.token(of: row.sam.notices)))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsOnesOwnIsPushedToOneselfOnly(_ backing: ShareBacking) async throws {  // W4
        try await Self.run(backing) { row, service in
            let instance = try await row.shared()
            let other = try await row.shared(with: row.sue)
            let both = PaperService.content + Self.property
            _ = try await Self.registered(row, row.sam, instance, "sam", both)
            _ = try await Self.registered(row, row.sue, other, "sue", both)
            _ = try await Self.registered(row, row.olga, ShareRow.calendar, "olga", both)
            let colour = "<I:calendar-color>#00FF00FF</I:calendar-color>"
            #expect(try await row.sam.proppatch(instance, set: colour).status == 207)
            let first = try await service.wait(for: "sam")[0]
            #expect(first.contains("property-update") && !first.contains("content-update"), "\(first)")
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            for device in ["sue", "olga"] {
                let message = try await service.wait(for: device)[0]
                #expect(!message.contains("property-update"), "\(device): \(message)")
                #expect(service.messages(for: device).count == 1)
            }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func strangersListenToNothing(_ backing: ShareBacking) async throws {  // W5
        try await Self.run(backing) { row, service in
            let instance = try await row.shared()
            for target in [ShareRow.calendar, instance, row.sam.notices] {
                let reply = try await Self.register(row.xena, target, "xena")
                #expect([403, 404].contains(reply.status), "\(target) \(reply.status)")
            }
            let own = try await Self.register(row.sam, ShareRow.calendar, "sam")
            #expect([403, 404].contains(own.status))
            _ = try await Self.registered(row, row.olga, ShareRow.calendar, "olga")
            #expect(try await row.olga.event(ShareRow.calendar + "x.ics", "x") == 201)
            _ = try await service.wait(for: "olga")
            #expect(service.messages(for: "xena").isEmpty && service.messages(for: "sam").isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nobodyKeepsMessagesFromAnother(_ backing: ShareBacking) async throws {  // W6
        try await Self.run(backing) { row, service in
            let instance = try await row.shared()
            let location = try await Self.registered(row, row.sam, instance, "sam")
            let put = try await row.olga.putEvent(
                ShareRow.calendar + "x.ics", Groupware.event("x"), [("Push-Dont-Notify", "\"\(location)\"")])
            #expect(put.status == 201)
            #expect(try await service.wait(for: "sam")[0].contains("content-update"))
        }
    }
}
