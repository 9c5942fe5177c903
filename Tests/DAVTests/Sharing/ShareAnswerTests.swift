import DAV
import Testing

/// Invitations and their answers, as state. Row numbers are those of the scenarios of sharing: N invitations.
@Suite struct ShareAnswerTests {
    typealias S = ShareScene
    let sam = ShareeRef.principal(S.sam)

    private func invited(_ grant: ShareGrant = .readWrite) throws -> S {
        var scene = S(.invitation)
        try scene.apply(.set(sam, grant, comment: "Rota"))
        return scene
    }

    @Test func whoIsInvitedHasNothingYetButANotice() throws {  // N1, N2
        let scene = try invited()
        #expect(scene.status(sam) == .noResponse)
        #expect(scene.appeared.isEmpty)
        #expect(scene.notices(to: S.sam) == [.invitation(.readWrite, comment: "Rota")])
    }

    @Test func acceptingMakesTheInstanceTakesTheNoticeAwayAndTellsTheSharer() throws {  // N3
        var scene = try invited()
        try scene.reply(true, by: S.sam)
        #expect(scene.status(sam) == .accepted)
        #expect(scene.appeared == [S.sam])
        #expect(scene.notices(to: S.sam) == [.withdrawn])
        #expect(scene.notices(to: S.olga) == [.reply(from: S.sam, hasAccepted: true, comment: nil)])
        #expect(scene.effects.last == .inviteListChanged)
    }

    @Test func decliningMakesNone() throws {  // N6
        var scene = try invited()
        try scene.reply(false, by: S.sam)
        #expect(scene.status(sam) == .declined)
        #expect(scene.appeared.isEmpty && scene.removed.isEmpty)
        #expect(scene.notices(to: S.olga) == [.reply(from: S.sam, hasAccepted: false, comment: nil)])
    }

    @Test func theSameAnswerTwiceIsOneAnswer() throws {  // N7
        var scene = try invited()
        try scene.reply(true, by: S.sam)
        let accepted = scene.list
        try scene.reply(true, by: S.sam)
        #expect(scene.effects.isEmpty && scene.list == accepted)
        try scene.reply(false, by: S.sam)
        #expect(scene.removed == [S.sam] && scene.status(sam) == .declined)
        try scene.reply(false, by: S.sam)
        #expect(scene.effects.isEmpty)
        try scene.reply(true, by: S.sam)
        #expect(scene.appeared == [S.sam])
        #expect(scene.list.seat(of: S.sam)?.instance != accepted.seat(of: S.sam)?.instance)
    }

    @Test func askingAgainIsOneNotice() throws {  // N9
        var scene = try invited()
        var keys: Set<ShareNotice.Key> = []
        for number in 0..<50 {
            try scene.apply(.set(sam, .readWrite, comment: "Please \(number)"))
            #expect(scene.notices(to: S.sam).count == 1)
            for case .notify(_, let notice) in scene.effects { keys.insert(notice.key) }
        }
        #expect(keys.count == 1)
    }

    @Test func whoDeclinedIsAskedAgainOnlyByBeingNamedAgain() throws {
        var scene = try invited()
        try scene.reply(false, by: S.sam)
        try scene.apply(.set(.principal(S.sue), .read))
        #expect(scene.notices(to: S.sam).isEmpty && scene.status(sam) == .declined)
        try scene.apply(.set(sam, .read))
        #expect(scene.notices(to: S.sam) == [.invitation(.read, comment: nil)])
        #expect(scene.status(sam) == .noResponse)
    }

    @Test func anotherLevelIsToldBeforeAndAfterTheAnswer() throws {  // N10
        var scene = try invited()
        try scene.apply(.set(sam, .read))
        #expect(scene.notices(to: S.sam) == [.invitation(.read, comment: nil)])
        try scene.reply(true, by: S.sam)
        try scene.apply(.set(sam, .readWrite))
        #expect(scene.notices(to: S.sam) == [.changed(.readWrite)])
        #expect(scene.changed == [S.sam])
    }

    @Test func revokingBeforeTheAnswerTakesTheNoticeBackAndAfterItIsTold() throws {  // N11
        var scene = try invited()
        try scene.apply(.revoke(sam))
        #expect(scene.notices(to: S.sam) == [.withdrawn] && scene.removed.isEmpty)
        scene = try invited()
        try scene.reply(true, by: S.sam)
        try scene.apply(.revoke(sam))
        #expect(scene.notices(to: S.sam) == [.changed(nil)] && scene.removed == [S.sam])
        scene = try invited()
        try scene.reply(false, by: S.sam)
        try scene.apply(.revoke(sam))
        #expect(scene.notices(to: S.sam).isEmpty)
    }

    @Test func nobodyAnswersForAnother() throws {  // N12
        var scene = try invited()
        let id = try #require(scene.list.seat(of: S.sam)?.id)
        let before = scene.list
        #expect(throws: ShareRefusal.noSuchInvitation) { try scene.reply(true, by: S.sue, to: id) }
        #expect(throws: ShareRefusal.noSuchInvitation) { try scene.reply(true, by: S.olga, to: id) }
        #expect(throws: ShareRefusal.noSuchInvitation) {
            try scene.reply(true, by: S.sam, to: ResourceID(high: 1, low: 1))
        }
        #expect(scene.list == before)
    }

    @Test func whoWasAskedBeforeTheServerBecameInstantHasItAtTheNextRequest() throws {
        var scene = try invited()
        scene.rules.mode = .instant
        try scene.apply(.set(sam, .readWrite))
        #expect(scene.notices(to: S.sam) == [.withdrawn])
        #expect(scene.appeared == [S.sam])
    }
}
