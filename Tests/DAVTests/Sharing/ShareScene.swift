import DAV
import Testing

/// Identities one after the other, so that a table can name them.
final class Numbered {
    private var last: UInt64 = 0
    func next() -> ResourceID {
        last += 1
        return ResourceID(high: 0, low: last)
    }
}

/// One list with its rules, changed step by step; it remembers the effects of the last step.
struct ShareScene {
    static let olga = PrincipalID(Name("olga")!)
    static let sam = PrincipalID(Name("sam")!)
    static let sue = PrincipalID(Name("sue")!)
    static let team = PrincipalID(Name("team")!)

    var list = ShareList(owner: ShareScene.olga)
    var rules: ShareRules
    var roster = ShareRoster.empty
    var effects: [ShareEffect] = []
    var homeless: Set<PrincipalID> = []
    private let numbered = Numbered()

    init(_ mode: ShareRules.Mode, members: [PrincipalID]? = nil) {
        rules = ShareRules(mode: mode)
        if let members { roster = ShareRoster(direct: [ShareScene.team: members]) }
    }

    mutating func apply(_ changes: ShareChange...) throws {
        (list, effects) = try list.apply(
            changes, rules, roster, hasHome: { [homeless] in !homeless.contains($0) }, newID: numbered.next)
    }

    mutating func regroup(_ members: [PrincipalID]) {
        roster = ShareRoster(direct: [ShareScene.team: members])
        (list, effects) = list.regroup(rules, roster, newID: numbered.next)
    }

    mutating func reply(_ hasAccepted: Bool, by person: PrincipalID, to seat: ResourceID? = nil) throws {
        let id = try #require(seat ?? list.seat(of: person)?.id)
        (list, effects, _) = try list.reply(
            ShareAnswer(hasAccepted: hasAccepted), to: id, by: person, newID: numbered.next)
    }

    mutating func leave(_ person: PrincipalID) throws {
        (list, effects) = try list.leave(try #require(list.seat(of: person)?.instance))
    }

    mutating func forget(_ principal: PrincipalID) { (list, effects) = list.forget(principal, rules, roster) }

    /// What was told to somebody, in order.
    func notices(to person: PrincipalID) -> [ShareNotice.Content] {
        effects.compactMap { if case .notify(person, let notice) = $0 { notice.content } else { nil } }
    }

    /// The people whose instances came, went, or changed.
    var appeared: [PrincipalID] {
        effects.compactMap { if case .instanceAppeared(_, let person, _) = $0 { person } else { nil } }
    }
    var removed: [PrincipalID] {
        effects.compactMap { if case .instanceRemoved(_, let person) = $0 { person } else { nil } }
    }
    var changed: [PrincipalID] {
        effects.compactMap { if case .accessChanged(_, let person, _) = $0 { person } else { nil } }
    }
    func status(_ sharee: ShareeRef) -> InviteStatus? {
        list.invites.first { $0.sharee == sharee }.map(list.status)
    }
}

/// A small generator with a seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
