/// How a kind's members look through an instance: what in a body is each person's own, and what a grant hides.
///
/// Pure functions of bodies. A back-end keeps the owner's body, and beside it for each instance one *own part*, bytes that mean
/// nothing to it (``Personalizing``); whoever reads or writes through an instance does so in the words of this protocol.
public protocol PersonalContent: Sendable {
    /// What an instance shows of a stored body. Never throws: of what cannot be understood nothing is shown that is hidden.
    ///
    /// - Parameter own: what ``divided(_:over:)`` made of the sharee's last body.
    func shown(_ stored: [UInt8], with own: [UInt8]?, to sight: ShareGrant.Sight) -> ShownContent

    /// Takes apart a body that a sharee sent, and that would be admitted.
    ///
    /// - Parameter stored: the owner's; `nil`: the member is new.
    /// - Throws: the ``DAVError`` that names the precondition.
    func divided(_ sent: [UInt8], over stored: [UInt8]?) throws(DAVError) -> DividedContent
}

extension CollectionKind {
    /// - Throws: 403 if nobody can say what of such a collection is to be hidden. Whoever makes a ``ShareGrant`` asks.
    public func demandMayShow(_ sight: ShareGrant.Sight) throws(DAVError) {
        guard sight == .everything || content?.personal != nil else {
            throw .forbidden("Of a collection of this kind nothing can be hidden.")
        }
    }
}

/// A body as somebody sees it.
public struct ShownContent: Sendable, Hashable {
    public var octets: [UInt8]
    /// Whether the grant hides what is really there. Such a member cannot be written through the instance.
    public var isMasked: Bool

    public init(_ octets: [UInt8], isMasked: Bool = false) {
        self.octets = octets
        self.isMasked = isMasked
    }
}

/// What a sharee's body comes down to.
public struct DividedContent: Sendable, Hashable {
    /// What one own part may come to, so that nobody fills another's store with what they cannot see.
    public static let mostOwnBytes = 64 << 10

    /// What is to be stored for everybody, with the owner's own part kept; `nil`: nothing of that was changed.
    public var shared: [UInt8]?
    /// The sharee's own part; `nil`: there is none.
    public var own: [UInt8]?

    public init(shared: [UInt8]?, own: [UInt8]?) {
        self.shared = shared
        self.own = own
    }
}

/// The capability of an instance to keep something of the sharee's own beside each member.
///
/// An own part belongs to one instance and one member, and is gone with either. It counts as a change of the member in this
/// instance: its entry tag, its sync token, its home and its registrations for push. To the owner, and in other instances,
/// nothing has changed.
public protocol Personalizing: Sendable {
    /// Replaces the own part of a member, and its body too if there is one, in one transaction.
    ///
    /// What is equal to what is kept is no change. The condition is judged against the entry tags this instance shows. Locks
    /// do not stand in the way of what is one's own alone.
    ///
    /// - Parameters:
    ///   - upload: what everybody shares, as for ``Writing/put(_:_:if:)``; `nil`: that stays as it is.
    ///   - own: at most ``DividedContent/mostOwnBytes``; `nil`: there is none any more.
    /// - Throws: ``DAVError/notFound`` (404) without an upload if there is no such member; and what `put` does.
    func put(_ name: Name, _ upload: Upload?, own: [UInt8]?, if condition: Condition) async throws -> WriteResult
}

extension ETag {
    /// Of a member through an instance. What is seen differs with how much is shown, and with what is one's own; so do the tags.
    ///
    /// - Parameter version: of the own part, never the same for two; `nil`: there was never one.
    public func seen(_ sight: ShareGrant.Sight, own version: Int64?) -> ETag {
        var opaque = opaque
        switch sight {
        case .everything: break
        case .withoutPrivate: opaque += "-p"
        case .busy: opaque += "-m"
        }
        // No other part of a tag begins with this letter.
        if let version { opaque += "-o" + String(version, radix: 16) }
        return ETag(opaque: opaque)
    }
}
