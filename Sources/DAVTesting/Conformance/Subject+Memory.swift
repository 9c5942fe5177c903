import DAV

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
        subject.prune = { token in
            if let cursor = SyncCursor(token) { backend.prune(through: cursor.deliveredRevision) }
        }
        subject.restart = { backend }
        subject.backUp = {
            let snapshot = backend.snapshot()
            return {
                backend.restore(snapshot)
                return backend
            }
        }
        return subject
    }
}

extension Name {
    /// For names that stand in source code.
    init(literal: StaticString) {
        guard let name = Name("\(literal)") else { preconditionFailure("\(literal) is not a name") }
        self = name
    }
}
