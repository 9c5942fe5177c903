import DAV
import Testing

/// Whatever is asked for, answered and regrouped: what effects tell and what the list says are the same story.
@Suite struct ShareLawTests {
    private static let people = (0..<4).map { PrincipalID(Name("p\($0)")!) }
    private static let groups = (0..<2).map { PrincipalID(Name("g\($0)")!) }
    private static let owner = people[0]

    /// What somebody would know who only ever hears the effects.
    private struct Listener {
        var instances: [PrincipalID: (id: ResourceID, grant: ShareGrant)] = [:]
        /// Invitations that wait, by person.
        var waiting: [PrincipalID: ShareGrant] = [:]
        var everSeen: Set<ResourceID> = []

        mutating func hear(_ effects: [ShareEffect]) throws {
            for effect in effects {
                switch effect {
                case .instanceAppeared(let id, let person, let grant):
                    #expect(instances[person] == nil, "One instance a person.")
                    #expect(everSeen.insert(id).inserted, "An instance begins a life of its own.")
                    instances[person] = (id, grant)
                case .instanceRemoved(let id, let person):
                    #expect(instances.removeValue(forKey: person)?.id == id)
                case .accessChanged(let id, let person, let grant):
                    let known = try #require(instances[person])
                    #expect(known.id == id && known.grant != grant)
                    instances[person] = (id, grant)
                case .notify(let person, let notice):
                    switch notice.content {
                    case .invitation(let grant, _): waiting[person] = grant
                    case .withdrawn: waiting[person] = nil
                    case .changed, .reply: break
                    }
                case .inviteListChanged: break
                }
            }
        }
    }

    @Test(arguments: 0..<40) func effectsTellWhatTheListSays(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let numbered = Numbered()
        let rules = ShareRules(mode: seed.isMultiple(of: 2) ? .invitation : .instant)
        var members = Dictionary(uniqueKeysWithValues: Self.groups.map { ($0, [PrincipalID]()) })
        var list = ShareList(owner: Self.owner)
        var listener = Listener()
        for _ in 0..<200 {
            let before = list
            let effects: [ShareEffect]
            switch random.next() % 10 {
            case 0..<5:
                let changes = (0...random.next() % 3).map { _ in Self.change(&random) }
                guard let next = try? list.apply(changes, rules, ShareRoster(direct: members), newID: numbered.next)
                else {
                    #expect(
                        changes.contains { if case .set(.principal(Self.owner), _, _, _) = $0 { true } else { false } })
                    continue
                }
                (list, effects) = next
            case 5, 6:
                guard let seat = list.seats.randomElement(using: &random) else { continue }
                let answer = ShareAnswer(hasAccepted: random.next().isMultiple(of: 2))
                (list, effects, _) = try list.reply(answer, to: seat.id, by: seat.person, newID: numbered.next)
            case 7:
                guard let instance = list.seats.compactMap(\.instance).randomElement(using: &random) else { continue }
                (list, effects) = try list.leave(instance)
            default:
                let group = Self.groups[Int(random.next() % 2)]
                members[group] = (Self.people + Self.groups).filter { _ in random.next().isMultiple(of: 3) }
                (list, effects) = list.regroup(rules, ShareRoster(direct: members), newID: numbered.next)
            }
            try listener.hear(effects)
            #expect(effects.contains(.inviteListChanged) == (list != before))
            expect(list, of: members, listener)
        }
        try listener.hear(list.destroy())
        #expect(listener.instances.isEmpty && listener.waiting.isEmpty)
    }

    private static func change(_ random: inout SplitMix) -> ShareChange {
        let sharees: [ShareeRef] =
            people.map { .principal($0) } + groups.map { .group($0) } + [.external("mailto:x@example.org")]
        let sharee = sharees[Int(random.next() % UInt64(sharees.count))]
        return random.next() % 3 == 0 ? .revoke(sharee) : .set(sharee, ShareGrant.allCases[Int(random.next() % 5)])
    }

    private func expect(_ list: ShareList, of members: [PrincipalID: [PrincipalID]], _ listener: Listener) {
        let roster = ShareRoster(direct: members)
        #expect(Set(list.invites.map(\.sharee)).count == list.invites.count)
        #expect(Set(list.seats.map(\.person)).count == list.seats.count)
        #expect(Set(list.seats.map(\.id)).count == list.seats.count)
        for person in Self.people {
            let grants = list.invites.filter { invite in
                switch invite.sharee {
                case .principal(let id): id == person
                case .group(let id): roster.people(in: id).contains(person)
                case .external: false
                }
            }.map(\.grant)
            let seat = list.seat(of: person)
            let joined = grants.dropFirst().reduce(grants.first) { $0?.joined(with: $1) }
            #expect(seat?.grant == (person == Self.owner ? nil : joined))
            #expect(listener.instances[person]?.id == seat?.instance)
            if seat?.instance != nil { #expect(listener.instances[person]?.grant == seat?.grant) }
            #expect((listener.waiting[person] != nil) == (seat?.answer == ShareSeat.Answer.none))
        }
    }
}
