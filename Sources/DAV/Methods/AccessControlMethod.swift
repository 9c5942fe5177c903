import HTTPTypes

extension Method {
    /// ACL (RFC 3744 §8.1): replaces what was granted on a collection. A member has the rights of the collection it is in.
    static let acl = Method(.acl, on: .collection, requires: .accessControl, needs: [.writeACL]) { exchange, located in
        guard let accessControl = located.collection.accessControl else { throw DAVError.methodNotAllowed }
        guard let body = try await exchange.xmlBody() else { throw DAVError.badRequest("ACL needs a body.") }
        let request = try AccessControlRequest(body)
        // What does not hold comes before what cannot be done.
        try await exchange.checkForReading(located)
        let grants = try await exchange.accessControlRules(request, for: located.collection.info).judge(request)
        try await accessControl.setGrants(grants, if: try await exchange.condition())
        return DAVResponse(.ok, headers: [.contentLength: "0"])
    }
}

extension Exchange {
    /// Looks up what a request names before it is judged.
    fileprivate func accessControlRules(_ request: AccessControlRequest, for info: CollectionInfo) async throws
        -> AccessControlRules
    {
        var rules = AccessControlRules(
            present: handler.authorizer.accessControl(of: info), supported: info.supportedPrivileges(facts),
            principals: [:],
            levels: [:])
        for line in request.entries.prefix(AccessControlRules.mostEntries) {
            if case .href(let href) = line.principal, rules.principals[href] == nil {
                rules.principals[href] = try await principal(named: href)
            }
            if let href = line.inherited, let above = path(named: href), info.path.isWithin(above) {
                rules.levels[href] = info.path.names.count - above.names.count
            }
        }
        return rules
    }

    /// The path that an href in a body refers to; `nil` if it is not one of this server.
    package func path(named href: String) -> DAVPath? {
        guard let origin = request.origin,
            case .path(let path, _) = ResourceReference(parsing: href, relativeTo: origin, prefix: facts.prefix)
        else { return nil }
        return path
    }

    /// The principal whose URL an href is; `nil` if it is none, or one the caller may not know of.
    func principal(named href: String) async throws -> PrincipalID? {
        guard let path = path(named: href), let id = facts.principals.identity(at: path),
            try await facts.principals.principal(id, visibleTo: caller) != nil
        else { return nil }
        return id
    }
}
