import HTTPTypes

extension DAVHandler {
    /// A handler for the bearer of a link: it knows nothing but the view, and nothing that writes.
    ///
    /// - Parameter prefix: where the view is mounted, the token included.
    package func forBearer(of view: LinkView, at prefix: String) -> DAVHandler {
        var facts = facts
        facts.prefix = prefix
        facts.challenges = []
        facts.complianceClasses = []
        (facts.push, facts.sharing, facts.links) = (nil, nil, nil)
        facts.options.allowsInfinitePropfind = false
        facts.rootTitle = view.link.target?.path.last?.string
        return DAVHandler(
            backend: view, authorizer: BearerAuthorizer(), facts: facts, methods: DAVHandler.bearerMethods,
            reports: ReportTable([]), properties: DAVHandler.bearerProperties, posts: PostTable([]), logger: logger,
            clock: clock)
    }

    /// What the bearer of a link can do with a folder.
    package static let bearerMethods = MethodTable([.options, .get, .head, .propfind])
    private static let bearerProperties = PropertyTable(LiveProperty.basic)
}

/// The bearer of a link may read all that the view tells of.
private struct BearerAuthorizer: Authorizer {
    func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges { .readOnly }
}
