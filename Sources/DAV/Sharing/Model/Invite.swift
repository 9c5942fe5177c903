/// Who is invited, normalised: equal references name the same person, however a client spelled them.
public enum ShareeRef: Sendable, Hashable {
    case principal(PrincipalID)
    /// Everybody who is in the group, now or later.
    case group(PrincipalID)
    /// An address nobody here is known by: a URI as ``ShareeAddress`` normalises it.
    case external(String)

    /// `nil`: nobody of this server.
    public var principal: PrincipalID? {
        switch self {
        case .principal(let id), .group(let id): id
        case .external: nil
        }
    }
}

/// One line of a ``ShareList``: whom the owner invited, to what.
public struct Invite: Sendable, Hashable {
    public var sharee: ShareeRef
    public var grant: ShareGrant
    /// What the owner calls the sharee.
    public var displayName: String?
    /// What the owner says to the sharee.
    public var comment: String?
    /// The sharee was removed from the server, or never was here and the owner may know it. Somebody new of the same name has
    /// no part in it.
    public var isInvalid: Bool

    public init(
        _ sharee: ShareeRef, _ grant: ShareGrant, displayName: String? = nil, comment: String? = nil,
        isInvalid: Bool = false
    ) {
        self.sharee = sharee
        self.grant = grant
        self.displayName = displayName
        self.comment = comment
        self.isInvalid = isInvalid
    }
}

/// What one person has of a share, through one invitation or several: at most one instance, with the best of the grants.
public struct ShareSeat: Sendable, Hashable {
    /// Names the invitation to the person, and in its notifications; random. Knowing it gives nothing (X10).
    public let id: ResourceID
    public let person: PrincipalID
    /// The best of what ``invites`` grant.
    public internal(set) var grant: ShareGrant
    public internal(set) var answer: Answer
    /// The invitations that include the person.
    public internal(set) var invites: Set<ShareeRef>

    public enum Answer: Sendable, Hashable {
        case none
        /// The identity of the instance: new each time it appears, so that nothing of its earlier life is inherited.
        case accepted(ResourceID)
        case declined
    }

    public var instance: ResourceID? {
        if case .accepted(let id) = answer { id } else { nil }
    }

    public var status: InviteStatus {
        switch answer {
        case .none: .noResponse
        case .accepted: .accepted
        case .declined: .declined
        }
    }

    /// What a store kept.
    public init(id: ResourceID, person: PrincipalID, grant: ShareGrant, answer: Answer, invites: Set<ShareeRef>) {
        self.id = id
        self.person = person
        self.grant = grant
        self.answer = answer
        self.invites = invites
    }
}
