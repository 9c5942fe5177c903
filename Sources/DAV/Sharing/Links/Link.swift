/// A grant to whoever holds a URL: to read one collection, or one file, of its owner's.
///
/// It is bound to the resource, not to its path: it follows a MOVE, and ends with the resource, whatever is mapped at its path
/// later. It ends as well when the resource gets another owner, and when the owner's account is removed.
public struct Link: Sendable, Hashable {
    /// Names it to its owner and to administrators. It opens nothing.
    public var number: Int64
    public var owner: PrincipalID
    /// What it leads to; `nil`: what it led to is gone.
    public var target: Target?
    public var terms: LinkTerms
    public var created: Timestamp
    /// How often it was used, and when last; a minute or so behind.
    public var uses: Int64
    public var lastUse: Timestamp?

    /// Where the resource is now.
    public struct Target: Sendable, Hashable {
        public var path: DAVPath
        public var isCollection: Bool

        public init(path: DAVPath, isCollection: Bool) {
            self.path = path
            self.isCollection = isCollection
        }
    }

    public init(
        number: Int64, owner: PrincipalID, target: Target?, terms: LinkTerms, created: Timestamp, uses: Int64 = 0,
        lastUse: Timestamp? = nil
    ) {
        self.number = number
        self.owner = owner
        self.target = target
        self.terms = terms
        self.created = created
        self.uses = uses
        self.lastUse = lastUse
    }

    /// Whether it leads anywhere at that time.
    public func isOpen(at now: Timestamp) -> Bool { target != nil && terms.expires.map { now < $0 } ?? true }
}

/// What the owner decides about a link.
public struct LinkTerms: Sendable, Hashable {
    /// A note of the owner's; the bearer never sees it.
    public var label: String?
    /// `nil`: it lasts until it is removed.
    public var expires: Timestamp?
    /// As the password hasher wrote it; `nil`: the URL is enough.
    public var passwordHash: String?
    /// How much of the content the bearer sees; `nil`: what ``CollectionKind/linkSight(_:)`` gives whoever does not say.
    public var sight: ShareGrant.Sight?

    public init(
        label: String? = nil, expires: Timestamp? = nil, passwordHash: String? = nil, sight: ShareGrant.Sight? = nil
    ) {
        self.label = label
        self.expires = expires
        self.passwordHash = passwordHash
        self.sight = sight
    }
}

extension CollectionKind {
    /// How much of such a collection a link shows. Unless its owner says otherwise nothing private: a URL is soon in many hands.
    ///
    /// - Returns: `nil` where nothing can be hidden.
    /// - Throws: 403 if something is to be hidden where nothing can be.
    public func linkSight(_ wanted: ShareGrant.Sight?) throws(DAVError) -> ShareGrant.Sight? {
        try demandMayShow(wanted ?? .everything)
        return content?.personal == nil ? nil : wanted ?? .withoutPrivate
    }
}
