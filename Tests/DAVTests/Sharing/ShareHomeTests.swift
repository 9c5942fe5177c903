import DAV
import DAVTesting
import HTTPTypes
import Testing

/// People who have no place where an instance could stand.
@Suite struct ShareHomeTests {
    typealias W = ShareWire
    typealias S = ShareScene

    @Test func whoeverHasNoHomeIsAskedWhereOthersHaveItAtOnce() throws {  // P1
        var scene = S(.instant)
        scene.homeless = [S.sam]
        try scene.apply(.set(.principal(S.sam), .read), .set(.principal(S.sue), .read))
        #expect(scene.appeared == [S.sue])
        #expect(scene.notices(to: S.sam) == [.invitation(.read, comment: nil)])
        #expect(scene.status(.principal(S.sam)) == .noResponse)
        scene.homeless = []
        try scene.apply(.set(.principal(S.sam), .read))
        #expect(scene.appeared == [S.sam] && scene.notices(to: S.sam) == [.withdrawn])
    }

    @Test func acceptingWithoutAHomeIsRefusedAndTheInvitationStaysOpen() throws {  // N3
        var scene = S(.invitation)
        try scene.apply(.set(.principal(S.sam), .read))
        let before = scene.list
        let id = try #require(before.seat(of: S.sam)?.id)
        #expect(throws: ShareRefusal.noHome) {
            try before.reply(ShareAnswer(hasAccepted: true), to: id, by: S.sam, hasHome: false)
        }
        #expect(throws: ShareRefusal.noSuchInvitation) {
            try before.reply(ShareAnswer(hasAccepted: true), to: id, by: S.sue, hasHome: false)
        }
        let declined = try before.reply(ShareAnswer(hasAccepted: false), to: id, by: S.sam, hasHome: false)
        #expect(declined.list.seat(of: S.sam)?.status == .declined)
    }

    @Test func overTheWireTheyAcceptOnceTheyHaveOne() async throws {  // P1, N3, L5
        let wire = try await W(homeless: "sam")
        try await wire.share()
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        let sam = try #require(W.sam.principal)
        let collection = try await wire.memory.collection(at: try DAVPath(parsing: W.calendar), for: W.olga)
        let id = try #require(try await collection?.sharing?.shareList().seat(of: sam)?.id)
        let invitations = try #require(wire.memory.invitations)
        func accept() async throws -> DAVPath? {
            try await invitations.answer(
                ShareAnswer(hasAccepted: true), to: id, by: sam, placing: SharePlacement(),
                if: Condition(caller: W.sam, now: wire.handler.clock()))
        }
        await #expect(throws: ShareRefusal.noHome) { _ = try await accept() }
        #expect(DAVError(ShareRefusal.noHome).code == 403)
        #expect(try await wire.invite() == ["/principals/sam/ invite-noresponse read-write"])
        wire.memory.makeHome(of: sam)
        let place = try #require(try await accept())
        #expect(try await wire.instances() == [Href.encode(path: place, isCollection: true)])
    }

    @Test(arguments: ["no-access", "read"])
    func whatSomebodyMayNotWriteTheyKeepNobodyFromWriting(level: String) async throws {  // U5, X8
        let wire = try await W()
        try await wire.share()
        let instance = try await wire.instance()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        #expect(try await wire.send("LOCK", instance + "a", as: W.sam, W.lockBody).status == 200)
        #expect(try await wire.put(W.calendar + "a", "y", as: W.olga) == 423)
        _ = try await wire.post(W.sharee("/principals/sam/", level))
        #expect(try await wire.put(W.calendar + "a", "y", as: W.olga) == 204)
    }
}
