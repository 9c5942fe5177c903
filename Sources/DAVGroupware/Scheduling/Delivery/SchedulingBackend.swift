public import DAV

/// A back-end whose calendars schedule (RFC 6638): who writes an event with attendees has it put into their calendars, and their
/// answers come back to it.
///
/// ```swift
/// let calendars = CalDAV(scheduling: SchedulingRules(calendars: DAVPath("/calendars")))
/// let backend = SchedulingBackend(store, calendars: calendars, directory: directory, authorizer: authorizer)
/// ```
///
/// What is written to calendars passes through here, and nothing else does. A back-end that cannot write at several places as one
/// step (``Backend/jointWriting``) is passed on as it is.
public struct SchedulingBackend: Backend {
    private let base: any Backend
    private let scheduler: Scheduler?

    /// - Parameters:
    ///   - calendars: the kinds of `base`; without ``CalDAV/scheduling`` nothing is scheduled.
    ///   - directory: knows who has which address, and lets people invite whom they can find in it.
    ///   - authorizer: says whose messages an inbox takes.
    ///   - prefix: where the handler is mounted, as in ``ServerFacts/prefix``.
    public init(
        _ base: any Backend, calendars: CalDAV, directory: any PrincipalDirectory, authorizer: any Authorizer,
        prefix: String = ""
    ) {
        self.base = base
        guard let joint = base.jointWriting, let rules = calendars.scheduling else {
            scheduler = nil
            return
        }
        scheduler = Scheduler(
            backend: base, joint: joint, users: CalendarUsers(directory, prefix: prefix),
            authority: SchedulingAuthority(backend: base, authorizer: authorizer, rules: rules), rules: rules,
            rate: ShareRate(rules.mostMessagesPerHour), zones: calendars.settings.zones)
    }

    public func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        try await base.collection(at: path, for: caller).map(scheduling)
    }

    public func resolve(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try await base.resolve(path, for: caller, fields: fields).map(scheduling)
    }

    public func resolveBinding(_ path: DAVPath, for caller: Caller, fields: Fields) async throws -> Resolution? {
        try await base.resolveBinding(path, for: caller, fields: fields).map(scheduling)
    }

    public func canTransfer(from source: DAVPath, to destination: DAVPath) -> Bool {
        base.canTransfer(from: source, to: destination)
    }

    public var invitations: (any Invitations)? { base.invitations }
    public var links: (any Links)? { base.links }
    public var pushRegistry: (any PushRegistry)? { base.pushRegistry }
    public var jointWriting: (any JointWriting)? { base.jointWriting }

    private func scheduling(_ resolution: Resolution) -> Resolution {
        var resolution = resolution
        resolution.collection = scheduling(resolution.collection)
        return resolution
    }

    /// Of what stands elsewhere than in a home of calendars only that can matter which comes from there, or goes there: COPY and MOVE.
    private func scheduling(_ collection: any DAVCollection) -> any DAVCollection {
        guard let scheduler, collection.writing != nil || collection.copying != nil else { return collection }
        return SchedulingCollection(base: collection, scheduler: scheduler)
    }
}
