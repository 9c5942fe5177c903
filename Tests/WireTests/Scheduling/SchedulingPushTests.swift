import DAV
import Testing

/// What scheduling changes in other people's collections is pushed to them (draft-bitfire-webdav-push §5).
@Suite(.timeLimit(.minutes(5))) struct SchedulingPushTests {
    private static func run(
        _ backing: ShareBacking, _ body: @Sendable @escaping (ShareServer, PaperService) async throws -> Void
    ) async throws {
        let service = PaperService()
        try await ShareServer.scheduling(backing, service.setUp) { server in
            try await service.dispatching(for: server) { try await body(server, service) }
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theOrganizersSilenceIsNotTheirs(_ backing: ShareBacking) async throws {  // T51, U-35
        try await Self.run(backing) { server, service in
            #expect(try await PaperService.register(server.sam, server.sam.inbox, "inbox").status < 300)
            #expect(try await PaperService.register(server.sam, server.sam.calendar, "calendar").status < 300)
            #expect(try await PaperService.register(server.olga, server.olga.calendar, "olga").status < 300)
            let silent = [("Push-Dont-Notify", "*")]
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam]).text, silent).status
                    == 201)
            #expect(try await service.wait(for: "inbox")[0].contains("content-update"))
            #expect(try await service.wait(for: "calendar")[0].contains("content-update"))
            // The answer tells her, whose own change did not.
            #expect(service.messages(for: "olga").isEmpty)
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(try await server.sam.reply("ACCEPTED", to: copy.href, silent).status < 300)
            let told = try await service.wait(for: "olga")[0]
            #expect(told.contains(try await server.olga.token(of: server.olga.calendar)))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anInvitationIsPushedWithTheInboxsToken(_ backing: ShareBacking) async throws {  // T60
        try await Self.run(backing) { server, service in
            #expect(try await PaperService.register(server.sam, server.sam.inbox, "inbox").status < 300)
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam]).text).status == 201)
            let message = try await service.wait(for: "inbox")[0]
            #expect(message.contains(try await server.sam.token(of: server.sam.inbox)), "\(message)")
            #expect(service.urgencies(for: "inbox") == [.high])
        }
    }
}
