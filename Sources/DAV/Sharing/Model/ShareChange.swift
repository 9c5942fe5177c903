/// One thing a sharer asks for. Both dialects come down to a list of these.
public enum ShareChange: Sendable, Hashable {
    /// Invites somebody, or changes what they were given; whoever declined is asked again.
    case set(ShareeRef, ShareGrant, displayName: String? = nil, comment: String? = nil)
    /// Takes back an invitation, if there is one.
    case revoke(ShareeRef)
}

/// What else a change of a ``ShareList`` makes true, to be done in the same transaction.
public enum ShareEffect: Sendable, Hashable {
    /// The person has an instance from now on, which nothing was known of before.
    case instanceAppeared(ResourceID, of: PrincipalID, ShareGrant)
    /// The instance is gone before the answer is sent: with its properties, its tokens, and its registrations for push.
    case instanceRemoved(ResourceID, of: PrincipalID)
    /// The instance is changed for those who synchronise what holds it: privileges differ.
    case accessChanged(ResourceID, of: PrincipalID, ShareGrant)
    /// The owner's list differs from what it was.
    case inviteListChanged
    case notify(PrincipalID, ShareNotice)
}

/// What a notification collection says of a share (draft-pot-webdav-notifications-03).
public struct ShareNotice: Sendable, Hashable {
    /// A notice replaces an earlier one with the same key, so that a person has one of each (N9).
    public struct Key: Sendable, Hashable {
        /// ``ShareSeat/id``
        public var seat: ResourceID
        /// Whether it is the answer, for the sharer.
        public var isReply: Bool

        public init(seat: ResourceID, isReply: Bool) {
            self.seat = seat
            self.isReply = isReply
        }
    }

    public enum Content: Sendable, Hashable {
        /// An invitation that waits for an answer.
        case invitation(ShareGrant, comment: String?)
        /// What was accepted is given to another extent now; `nil`: not at all any more.
        case changed(ShareGrant?)
        /// What the person answered.
        case reply(from: PrincipalID, hasAccepted: Bool, comment: String?)
        /// An earlier notice has no meaning any more.
        case withdrawn
    }

    public var key: Key
    public var content: Content

    public init(_ key: Key, _ content: Content) {
        self.key = key
        self.content = content
    }
}

/// What a sharee says to an invitation.
public struct ShareAnswer: Sendable, Hashable {
    public var hasAccepted: Bool
    public var comment: String?

    public init(hasAccepted: Bool, comment: String? = nil) {
        self.hasAccepted = hasAccepted
        self.comment = comment
    }
}

/// How a server shares.
public struct ShareRules: Sendable, Hashable {
    public enum Mode: Sendable, Hashable {
        /// A sharee is asked first (draft-pot-webdav-resource-sharing-04 §4.5.1).
        case invitation
        /// The instance appears at once (§4.5.2): only where people may put things into each other's homes.
        case instant
    }

    public var mode: Mode
    /// An address nobody here is known by stands in the list as if somebody were asked (X15).
    public var hidesUnknown: Bool
    /// Most invitations to one collection.
    public var mostInvites: Int
    /// Most invitations that one person sends in an hour, to whatever collections; what is beyond answers 429. Taking back counts
    /// nothing.
    public var mostInvitationsPerHour: Int

    public init(
        mode: Mode = .invitation, hidesUnknown: Bool = false, mostInvites: Int = 1000,
        mostInvitationsPerHour: Int = 2000
    ) {
        self.mode = mode
        self.hidesUnknown = hidesUnknown
        self.mostInvites = mostInvites
        self.mostInvitationsPerHour = mostInvitationsPerHour
    }
}

/// Why a change of a ``ShareList`` is refused, and nothing of it done.
public enum ShareRefusal: Error, Sendable, Hashable {
    /// The owner is invited to what is theirs.
    case isOwner
    /// More than ``ShareRules/mostInvites``.
    case tooManyInvites
    /// There is no such invitation to this person.
    case noSuchInvitation
    /// The person has no home in which what is shared could stand. The invitation stays open.
    case noHome
}
