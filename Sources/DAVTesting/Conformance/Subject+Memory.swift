package import DAV

extension BackendConformance.Subject {
    /// A ``MemoryBackend`` with every hook: an example for back-end authors, and the reference of the simulation.
    public static func memory(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) -> Self {
        let owner = PrincipalID(Name(literal: "alice"))
        let stranger = PrincipalID(Name(literal: "bob"))
        let barred = CollectionKind(id: "barred", resourceTypes: [.dav("collection")], isSyncable: false)
        let backend = MemoryBackend(
            homes: [owner, stranger], kinds: [.folder, barred, .desk, .notes], quotaBytes: quotaBytes,
            clock: { clock.now })
        var subject = Self(
            backend: backend, home: backend.root.appending(owner.name), owner: .principal(owner), clock: clock)
        subject.stranger = .principal(stranger)
        subject.barredKind = barred
        subject.makesNotes = true
        subject.quotaBytes = quotaBytes
        subject.hook(into: backend)
        return subject
    }

    /// The same with people to share with (``BackendConformance/sharingCases``).
    public static func sharingMemory(_ clock: TestClock, quotaBytes: Int64? = 1 << 20) -> Self {
        let owner = PrincipalID(Name(literal: "alice"))
        let sharees = [PrincipalID(Name(literal: "sam")), PrincipalID(Name(literal: "sue"))]
        let root = DAVPath([Name(literal: "halls")])
        let backend = MemoryBackend(
            templates: [HomeTemplate(root: root, kind: .hall), .news], homes: [owner] + sharees,
            kinds: [.folder, .team, .teamNotes], authorizer: GrantAuthorizer(memberships: NoMemberships()),
            quotaBytes: quotaBytes, clock: { clock.now })
        var subject = Self(
            backend: backend, home: root.appending(owner.name), owner: .principal(owner), clock: clock)
        subject.sharees = sharees.map(Caller.principal)
        subject.notifications = HomeTemplate.notifications(of:)
        subject.quotaBytes = quotaBytes
        subject.hook(into: backend)
        return subject
    }

    private mutating func hook(into backend: MemoryBackend) {
        prune = { token in
            if let cursor = SyncCursor(token) { backend.prune(through: cursor.deliveredRevision) }
        }
        restart = { backend }
        backUp = {
            let snapshot = backend.snapshot()
            return {
                backend.restore(snapshot)
                return backend
            }
        }
    }
}

extension HomeTemplate {
    /// Where people are told of shares, beside what they share.
    package static let news = HomeTemplate(
        root: DAVPath([Name(literal: "news")]), kind: .newsHome,
        children: [.init(Name(literal: "notifications"), .notifications)])

    /// Of one person.
    package static func notifications(of person: PrincipalID) -> DAVPath {
        news.root.appending([person.name, Name(literal: "notifications")])
    }
}

extension CollectionKind {
    /// Holds notifications, and tells of whatever happens to them; no instance stands here.
    fileprivate static let newsHome = CollectionKind(
        id: "news-home", resourceTypes: [.dav("collection")],
        placement: Placement(holders: [], children: [CollectionKind.notifications.id], holdsMembers: false),
        reportsChildChanges: true)
}

extension Name {
    /// For names that stand in source code.
    init(literal: StaticString) {
        guard let name = Name("\(literal)") else { preconditionFailure("\(literal) is not a name") }
        self = name
    }
}
