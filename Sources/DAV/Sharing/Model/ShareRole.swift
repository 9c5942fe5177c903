/// How a collection takes part in a share, at the URL it was reached by.
public enum ShareRole: Sendable {
    /// Not at all.
    case none
    /// It is the owner's, and somebody is invited to it.
    case owner
    case instance(ShareInstance)

    public var instance: ShareInstance? {
        if case .instance(let instance) = self { instance } else { nil }
    }
}

/// What one person has of somebody else's collection: a binding of it in a home of theirs, with a name and properties of its own.
///
/// A class, since each collection carries it along and next to none is one.
public final class ShareInstance: Sendable {
    /// Where it is mapped.
    public let path: DAVPath
    /// Whose home it stands in.
    public let sharee: PrincipalID
    public let grant: ShareGrant
    /// The URL of the owner's collection.
    public let source: DAVPath

    public init(at path: DAVPath, of sharee: PrincipalID, _ grant: ShareGrant, source: DAVPath) {
        self.path = path
        self.sharee = sharee
        self.grant = grant
        self.source = source
    }
}

/// What is told of a share at one URL (``Fields/shares``).
public struct ShareView: Sendable, Hashable {
    /// The same at all URLs of what is shared, as long as it lives; a copy has its own.
    public var id: ResourceID
    public var lines: [Line]

    public struct Line: Sendable, Hashable {
        public var sharee: ShareeRef
        public var grant: ShareGrant
        public var status: InviteStatus
        public var displayName: String?

        public init(sharee: ShareeRef, grant: ShareGrant, status: InviteStatus, displayName: String? = nil) {
            self.sharee = sharee
            self.grant = grant
            self.status = status
            self.displayName = displayName
        }
    }

    public init(id: ResourceID, lines: [Line]) {
        self.id = id
        self.lines = lines
    }
}

extension ShareList {
    /// All who are invited: what the owner's collection tells.
    public var lines: [ShareView.Line] {
        statuses.map { invite, status in
            ShareView.Line(sharee: invite.sharee, grant: invite.grant, status: status, displayName: invite.displayName)
        }
    }

    /// What an instance tells: the sharee's own line. Who else is invited is the owner's matter (V10).
    public func lines(of sharee: PrincipalID) -> [ShareView.Line] {
        guard let seat = seat(of: sharee) else { return [] }
        return [ShareView.Line(sharee: .principal(sharee), grant: seat.grant, status: seat.status)]
    }
}

/// How collections of a kind can be shared.
public struct ShareSupport: Sendable, Hashable {
    /// What Apple's dialect calls the kind: `calendar` or `addressbook`; `nil`: only the dialect of the draft is spoken.
    public var calendarServerType: String?
    /// What an instance has of its own from the beginning, whatever the owner's values are.
    public var properties: [DeadProperty]
    /// What a calendar takes that has no `supported-calendar-component-set` of its own: invitations tell it.
    public var components: [String]

    public init(calendarServerType: String? = nil, properties: [DeadProperty] = [], components: [String] = []) {
        self.calendarServerType = calendarServerType
        self.properties = properties
        self.components = components
    }
}
