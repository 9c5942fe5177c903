public import DAV

extension Privilege {
    /// RFC 6638 §6.1.1: have something delivered into an inbox. Reading it is another matter: whoever holds no more than this
    /// finds nothing at its URL.
    public static let scheduleDeliver = Privilege(.calDAV("schedule-deliver"), in: .all, "Send to this person")
    /// §6.1.2
    public static let scheduleDeliverInvite = Privilege(
        .calDAV("schedule-deliver-invite"), in: .scheduleDeliver, "Invite this person")
    /// §6.1.3
    public static let scheduleDeliverReply = Privilege(
        .calDAV("schedule-deliver-reply"), in: .scheduleDeliver, "Answer this person's invitations")
    /// §6.1.4
    public static let scheduleQueryFreeBusy = Privilege(
        .calDAV("schedule-query-freebusy"), in: .scheduleDeliver, "Ask when this person is busy")

    /// RFC 6638 §6.2.1: send in the name of whom an outbox belongs to.
    public static let scheduleSend = Privilege(.calDAV("schedule-send"), in: .all, "Send in this person's name")
    /// §6.2.2
    public static let scheduleSendInvite = Privilege(
        .calDAV("schedule-send-invite"), in: .scheduleSend, "Invite in this person's name")
    /// §6.2.3
    public static let scheduleSendReply = Privilege(
        .calDAV("schedule-send-reply"), in: .scheduleSend, "Answer invitations in this person's name")
    /// §6.2.4
    public static let scheduleSendFreeBusy = Privilege(
        .calDAV("schedule-send-freebusy"), in: .scheduleSend, "Ask in this person's name when others are busy")

    /// Of an inbox.
    static let delivering: [Privilege] = [
        .scheduleDeliver, .scheduleDeliverInvite, .scheduleDeliverReply, .scheduleQueryFreeBusy,
    ]
    /// Of an outbox.
    static let sending: [Privilege] = [.scheduleSend, .scheduleSendInvite, .scheduleSendReply, .scheduleSendFreeBusy]
}

extension SchedulingMessage.Method {
    /// What a sender needs on the inbox of the recipient.
    fileprivate var toDeliver: Privilege { self == .reply ? .scheduleDeliverReply : .scheduleDeliverInvite }

    /// What a writer needs on the outbox of the sender.
    fileprivate var toSend: Privilege { self == .reply ? .scheduleSendReply : .scheduleSendInvite }
}

/// Who may send what to whom (RFC 6638 §6, D-14): what the authoriser says of inboxes and outboxes.
///
/// Cost: one collection is looked up for each question.
package struct SchedulingAuthority: Sendable {
    private let backend: any Backend
    private let authorizer: any Authorizer
    private let rules: SchedulingRules

    package init(backend: any Backend, authorizer: any Authorizer, rules: SchedulingRules) {
        self.backend = backend
        self.authorizer = authorizer
        self.rules = rules
    }

    /// Whether `sender` may have a message put into the inbox of `recipient`. Nobody may whose recipient has none, as a group.
    package func mayDeliver(
        _ method: SchedulingMessage.Method, from sender: PrincipalID, to recipient: PrincipalID
    ) async throws -> Bool {
        try await holds(method.toDeliver, sender, PrincipalServices.inbox, of: recipient)
    }

    /// Whether `sender` may ask when `recipient` is busy.
    package func mayAskFreeBusy(_ sender: PrincipalID, of recipient: PrincipalID) async throws -> Bool {
        try await holds(.scheduleQueryFreeBusy, sender, PrincipalServices.inbox, of: recipient)
    }

    /// Whether what `writer` puts into `calendar`, or removes there, may be sent in the name of its owner: they are the owner, act
    /// for them, or were granted it at the owner's outbox; or else the owner shares the calendar with them for writing, which is
    /// to trust them with it (caldav-sharing §5).
    ///
    /// - Parameter calendar: as `writer` reached it.
    package func maySend(
        _ method: SchedulingMessage.Method, _ writer: PrincipalID, in calendar: CollectionInfo
    ) async throws -> Bool {
        guard let owner = calendar.owner else { return false }
        if owner == writer { return true }
        if calendar.share.instance != nil,
            authorizer.privileges(of: .principal(writer), on: calendar).contains(.writeContent)
        {
            return true
        }
        return try await holds(method.toSend, writer, PrincipalServices.outbox, of: owner)
    }

    private func holds(_ privilege: Privilege, _ holder: PrincipalID, _ box: Name, of owner: PrincipalID) async throws
        -> Bool
    {
        let path = rules.home(of: owner).appending(box)
        guard let info = try await backend.collection(at: path, for: .principal(owner))?.info else { return false }
        return authorizer.privileges(of: .principal(holder), on: info).contains(privilege)
    }
}
