import DAV

/// A ``ShareList`` as the tables hold it: each invitation under a number that it keeps for as long as it stands.
struct StoredShares {
    var list: ShareList
    /// In the order of the list.
    var numbers: [ShareeRef: Int64]

    static func answer(_ number: Int64, instance: ResourceID?) -> ShareSeat.Answer {
        switch (number, instance) {
        case (1, let instance?): .accepted(instance)
        case (2, _): .declined
        default: .none
        }
    }

    static func number(_ answer: ShareSeat.Answer) -> Int64 {
        switch answer {
        case .none: 0
        case .accepted: 1
        case .declined: 2
        }
    }

    /// How a sharee is found in `invite`.
    struct Key: Hashable {
        var sort: Int64
        var text: String

        static let principal: Int64 = 0
        static let group: Int64 = 1
        static let external: Int64 = 2

        init(_ sharee: ShareeRef) {
            switch sharee {
            case .principal(let id): (sort, text) = (Key.principal, id.description)
            case .group(let id): (sort, text) = (Key.group, id.description)
            case .external(let uri): (sort, text) = (Key.external, uri)
            }
        }
    }

    /// - Returns: `nil` for what a damaged row says.
    static func sharee(sort: Int64, _ text: String) -> ShareeRef? {
        switch sort {
        case Key.principal: PrincipalID(text).map(ShareeRef.principal)
        case Key.group: PrincipalID(text).map(ShareeRef.group)
        case Key.external: .external(text)
        default: nil
        }
    }
}
