/// Who is in the groups that are invited, however deep.
public struct ShareRoster: Sendable, Hashable {
    private var people: [PrincipalID: Set<PrincipalID>] = [:]

    public static let empty = ShareRoster()

    public init() {}

    /// - Parameter direct: for each group its direct members; whoever is no key is a person. Groups may contain each other.
    public init(direct: [PrincipalID: [PrincipalID]]) {
        for group in direct.keys {
            var pending = [group]
            var seen: Set<PrincipalID> = []
            while let next = pending.popLast() {
                guard seen.insert(next).inserted else { continue }
                pending += direct[next] ?? []
            }
            people[group] = seen.filter { direct[$0] == nil }
        }
    }

    mutating func remove(_ principal: PrincipalID) {
        people[principal] = nil
        for group in people.keys { people[group]?.remove(principal) }
    }

    public func people(in group: PrincipalID) -> Set<PrincipalID> { people[group] ?? [] }
}
