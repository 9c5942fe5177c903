import DAV
import Testing

/// What a share request does to the list of those invited. Row numbers are those of the scenarios of sharing: P what a sharer
/// asks for, U how it ends, G groups.
@Suite struct ShareListTests {
    typealias S = ShareScene
    let sam = ShareeRef.principal(S.sam)
    let team = ShareeRef.group(S.team)

    @Test func inInstantModeTheInstanceIsThereAtOnce() throws {  // P1
        var scene = S(.instant)
        try scene.apply(.set(sam, .readWrite, displayName: "Sam", comment: "Rota"))
        #expect(scene.list.invites == [Invite(sam, .readWrite, displayName: "Sam", comment: "Rota")])
        #expect(scene.status(sam) == .accepted)
        #expect(scene.list.access == .sharedOwner)
        let instance = try #require(scene.list.seat(of: S.sam)?.instance)
        #expect(scene.effects == [.instanceAppeared(instance, of: S.sam, .readWrite), .inviteListChanged])
    }

    @Test func theSameShareeStandsInTheListOnceAndTheLastLevelCounts() throws {  // P2, P3, P4
        var scene = S(.instant)
        try scene.apply(.set(sam, .readWrite, displayName: "Sam"), .set(sam, .read))
        #expect(scene.list.invites == [Invite(sam, .read, displayName: "Sam")])
        #expect(scene.list.seats.map(\.grant) == [.read])
        #expect(scene.appeared == [S.sam])
    }

    @Test(arguments: [(ShareGrant.readWrite, ShareGrant.read), (.read, .readWrite)])
    func anotherLevelKeepsTheAnswerAndTheInstance(from: ShareGrant, to: ShareGrant) throws {  // P6, P7
        var scene = S(.instant)
        try scene.apply(.set(sam, from))
        let instance = try #require(scene.list.seat(of: S.sam)?.instance)
        try scene.apply(.set(sam, to))
        #expect(scene.status(sam) == .accepted)
        #expect(scene.list.seat(of: S.sam)?.instance == instance)
        #expect(scene.effects.first == .accessChanged(instance, of: S.sam, to))
        #expect(scene.effects.last == .inviteListChanged)
    }

    @Test func theSameLevelAgainDoesNothing() throws {
        var scene = S(.instant)
        try scene.apply(.set(sam, .read))
        try scene.apply(.set(sam, .read))
        #expect(scene.effects.isEmpty)
    }

    @Test func revokingRemovesTheInstanceAndTheLine() throws {  // P8
        var scene = S(.instant)
        try scene.apply(.set(sam, .read))
        try scene.apply(.revoke(sam))
        #expect(scene.list == ShareList(owner: S.olga))
        #expect(scene.removed == [S.sam])
        #expect(scene.list.access == .notShared)
    }

    @Test(arguments: [ShareeRef.principal(S.sue), .external("mailto:x@example.org"), .principal(S.olga)])
    func revokingWhatWasNeverGivenDoesNothing(sharee: ShareeRef) throws {  // P9, P12
        var scene = S(.instant)
        try scene.apply(.set(sam, .read))
        let before = scene.list
        try scene.apply(.revoke(sharee))
        #expect(scene.effects.isEmpty)
        #expect(scene.list == before)
    }

    @Test(arguments: [(false, InviteStatus.invalid), (true, .noResponse)])
    func anUnknownAddressIsKeptAndGivesNothing(hidesUnknown: Bool, status: InviteStatus) throws {  // P10, X15
        var scene = S(.instant)
        scene.rules.hidesUnknown = hidesUnknown
        let nobody = ShareeRef.external("mailto:nobody@example.org")
        try scene.apply(.set(nobody, .readWrite))
        #expect(scene.status(nobody) == status)
        #expect(scene.list.seats.isEmpty)
        #expect(scene.effects == [.inviteListChanged])
    }

    @Test func nobodyInvitesTheOwnerAndNothingElseOfTheRequestIsDone() throws {  // P5, P11
        var scene = S(.instant)
        #expect(throws: ShareRefusal.isOwner) { try scene.apply(.set(sam, .read), .set(.principal(S.olga), .read)) }
        #expect(scene.list == ShareList(owner: S.olga))
    }

    @Test func aListHasALimitThatAnEarlierLongerOneKeepsShrinkingUnder() throws {
        var scene = S(.instant)
        scene.rules.mostInvites = 2
        try scene.apply(.set(sam, .read), .set(.principal(S.sue), .read))
        let more = ShareChange.set(.external("mailto:x@example.org"), .read)
        #expect(throws: ShareRefusal.tooManyInvites) { try scene.apply(more) }
        scene.rules.mostInvites = 0
        try scene.apply(.set(sam, .readWrite))
        try scene.apply(.revoke(sam), more)
        #expect(scene.list.invites.count == 2)
    }

    // MARK: How it ends

    @Test func whoRemovesTheirInstanceHasDeclinedAndMayBeAskedAgain() throws {  // U1
        var scene = S(.instant)
        try scene.apply(.set(sam, .read), .set(.principal(S.sue), .read))
        let first = try #require(scene.list.seat(of: S.sam)?.instance)
        try scene.leave(S.sam)
        #expect(scene.removed == [S.sam])
        #expect(scene.status(sam) == .declined)
        #expect(scene.notices(to: S.olga) == [.reply(from: S.sam, hasAccepted: false, comment: nil)])
        #expect(throws: ShareRefusal.noSuchInvitation) { try scene.list.leave(first) }
        try scene.apply(.set(sam, .read))
        #expect(scene.appeared == [S.sam])
        #expect(scene.list.seat(of: S.sam)?.instance != first)
    }

    @Test func removingTheCollectionEndsEverySeat() throws {  // U2, U4
        var scene = S(.invitation)
        try scene.apply(
            .set(sam, .read), .set(.principal(S.sue), .read), .set(.external("mailto:x@example.org"), .read))
        try scene.reply(true, by: S.sam)
        scene.effects = scene.list.destroy()
        #expect(scene.removed == [S.sam])
        #expect(scene.notices(to: S.sam) == [.changed(nil)])
        #expect(scene.notices(to: S.sue) == [.withdrawn])
        #expect(ShareList(owner: S.olga).destroy().isEmpty)
    }

    @Test func aRemovedAccountStaysInTheListAsInvalidAndItsNameGivesNothing() throws {  // U3
        var scene = S(.instant)
        try scene.apply(.set(sam, .read))
        scene.forget(S.sam)
        #expect(scene.status(sam) == .invalid)
        #expect(scene.removed == [S.sam])
        #expect(scene.notices(to: S.sam).isEmpty)
        // Somebody new of that name is nobody who was invited.
        scene.regroup([])
        #expect(scene.appeared.isEmpty && scene.list.seats.isEmpty)
        var revoked = scene
        try revoked.apply(.revoke(sam))
        #expect(revoked.list.invites.isEmpty)
        try scene.apply(.set(sam, .read))
        #expect(scene.appeared == [S.sam])
    }

    @Test func anOpenInvitationGoesWithTheAccountItWasFor() throws {  // U3
        var scene = S(.invitation)
        try scene.apply(.set(sam, .read))
        scene.forget(S.sam)
        #expect(scene.notices(to: S.sam) == [.withdrawn])
    }

    // MARK: Groups

    @Test func eachMemberOfAGroupHasTheirOwnInstance() throws {  // G1
        var scene = S(.instant, members: [S.sam, S.sue])
        try scene.apply(.set(team, .read))
        #expect(scene.appeared == [S.sam, S.sue])
        #expect(Set(scene.list.seats.compactMap(\.instance)).count == 2)
        #expect(scene.list.invites.map(\.sharee) == [team])
    }

    @Test func membersComeAndGo() throws {  // G2
        var scene = S(.instant, members: [S.sam])
        try scene.apply(.set(team, .read))
        scene.regroup([S.sue])
        #expect(scene.removed == [S.sam])
        #expect(scene.appeared == [S.sue])
        #expect(scene.notices(to: S.sue).isEmpty)
    }

    @Test func thePersonHasTheBestOfTheirGrants() throws {  // G3
        var scene = S(.instant, members: [S.sam, S.sue])
        try scene.apply(.set(team, .read), .set(sam, .readWrite))
        #expect(scene.list.seat(of: S.sam)?.grant == .readWrite)
        #expect(scene.appeared == [S.sam, S.sue])
        try scene.apply(.revoke(sam))
        #expect(scene.list.seat(of: S.sam)?.grant == .read)
        #expect(scene.changed == [S.sam] && scene.removed.isEmpty)
        try scene.apply(.set(sam, .readWrite))
        try scene.apply(.revoke(team))
        #expect(scene.list.seat(of: S.sam)?.grant == .readWrite)
        #expect(scene.removed == [S.sue])
    }

    @Test func aMemberMayLeaveWithoutTheOthersAndComeBack() throws {  // G4
        var scene = S(.instant, members: [S.sam, S.sue])
        try scene.apply(.set(team, .read))
        try scene.leave(S.sam)
        #expect(scene.removed == [S.sam])
        #expect(scene.status(team) == .accepted)
        scene.regroup([S.sam, S.sue])
        #expect(scene.appeared.isEmpty, "Left is left, whatever happens to the group.")
        try scene.apply(.set(team, .read))
        #expect(scene.appeared == [S.sam])
    }

    @Test func groupsMayHoldEachOtherNobodyOrTheOwner() throws {  // G5
        let (a, b) = (S.team, PrincipalID(Name("b")!))
        let roster = ShareRoster(direct: [a: [b, S.sam], b: [a, S.olga], PrincipalID(Name("empty")!): []])
        #expect(roster.people(in: a) == [S.sam, S.olga])
        #expect(roster.people(in: b) == roster.people(in: a))
        let list = ShareList(owner: S.olga)
        let shared = try list.apply(
            [.set(.group(a), .read), .set(.group(PrincipalID(Name("empty")!)), .read)], ShareRules(mode: .instant),
            roster)
        #expect(shared.list.seats.map(\.person) == [S.sam])
        #expect(shared.list.invites.map(shared.list.status) == [.accepted, .noResponse])
    }
}
