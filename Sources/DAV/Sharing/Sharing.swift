/// The capability of a collection to be shared by its owner.
///
/// What a back-end keeps is a ``ShareList`` with the collection, and for each ``ShareSeat/instance`` a binding of the collection
/// in a home of the sharee. Each change is computed by ``ShareList``; the back-end does what its ``ShareEffect``s say. **All of it
/// is one transaction**, the changed list and every effect:
///
/// - ``ShareEffect/instanceAppeared(_:of:_:)`` maps a new resource with that identity in the sharee's home, under a name nobody can
///   guess, with ``ShareSupport/properties`` as its own, and a sync token that no earlier one is valid for. The home's report
///   tells of it.
/// - ``ShareEffect/instanceRemoved(_:of:)`` unmaps it, with its properties, tokens, and registrations for push: nothing that was
///   committed later may be told to the sharee, on no connection and in no page of a report. The sharee's locks on the content
///   end with it.
/// - ``ShareEffect/accessChanged(_:of:_:)`` holds with the next request, and counts as a change of the instance in its home. Where
///   ``ShareGrant/sight`` differs no token of the instance is valid any more: its members are other ones to the sharee. Who may
///   not write any more keeps no lock on the content.
/// - ``ShareEffect/notify(_:_:)`` puts a ``ShareNoticeRecord`` into the person's collection of kind
///   ``CollectionKind/notifications``, or takes it away.
/// - ``ShareEffect/inviteListChanged`` counts as a change of the owner's collection in what holds it, and of none of its members.
///
/// An instance is reached with ``CollectionInfo/share`` set. Content, change log, locks, and quota are the owner's, and whoever owns
/// it is ``CollectionInfo/owner``; name, dead properties and resource-id are the instance's own, and where it has no value of a dead
/// property the owner's shows through. Paths are the caller's own throughout: in entries, lock roots and errors.
public protocol Sharing: Sendable {
    /// Who is invited.
    func shareList() async throws -> ShareList

    /// Applies the changes, or none.
    ///
    /// - Parameter roster: who is in the groups that are named or were before.
    /// - Throws: ``ShareRefusal``; ``DAVError/preconditionFailed`` (412) if the condition does not hold.
    func share(_ changes: [ShareChange], rules: ShareRules, roster: ShareRoster, if condition: Condition) async throws
}

/// The capability of a back-end to have invitations answered.
public protocol Invitations: Sendable {
    /// Answers, in one transaction with all effects. The same answer again changes nothing.
    ///
    /// - Returns: where the instance is, if it was accepted.
    /// - Throws: ``ShareRefusal/noSuchInvitation`` for an identity that is unknown, and for somebody else's, alike;
    ///   ``ShareRefusal/noHome``, and ``DAVError/forbidden(_:)`` (403) if the instance cannot stand where it is wanted.
    func answer(
        _ answer: ShareAnswer, to invitation: ResourceID, by person: PrincipalID, placing: SharePlacement,
        if condition: Condition
    ) async throws -> DAVPath?
}

/// Where an instance is to stand.
public struct SharePlacement: Sendable, Hashable {
    /// One of the sharee's homes; `nil`: the one for what is shared.
    public var home: DAVPath?
    /// What the sharee calls it; `nil`: as its owner does.
    public var displayName: String?

    public init(home: DAVPath? = nil, displayName: String? = nil) {
        self.home = home
        self.displayName = displayName
    }
}
