import HTTPTypes

extension Method {
    /// OPTIONS (RFC 9110 §9.3.7): what works here. The door adds `DAV` to every answer.
    static let options = Method(.options, on: .any, needs: [.read], toCreate: [.read]) { exchange, located in
        var headers: HTTPFields = [.contentLength: "0", .msAuthorVia: "DAV"]
        headers[.allow] = try await exchange.allow(at: located)
        return DAVResponse(.ok, headers: headers)
    }

    /// A method that answers 405 wherever something stands.
    static func notOffered(_ name: HTTPRequest.Method) -> Method {
        Method(name, on: [], needs: [.read]) { _, _ in throw DAVError.methodNotAllowed }
    }
}

extension Exchange {
    /// The value of `Allow` (RFC 9110 §10.2.1) for what stands at a URL: computed from the method table and the capabilities.
    func allow(at located: Located) async throws -> String {
        let own = located.entry?.collection ?? located.collection.info
        var holder: Capabilities? = located.collection.info.capabilities
        if located.target == .itself { holder = try await self.holder(of: located.path) }
        return handler.methods.offered(located.shape, own: own, holder: holder, facts).map(\.rawValue).joined(
            separator: ", ")
    }

    /// What the collection that holds `path` is capable of: whether a collection can be removed or moved is its matter.
    func holder(of path: DAVPath) async throws -> Capabilities? {
        path.isRoot ? nil : try await handler.backend.collection(at: path.parent, for: caller)?.info.capabilities
    }
}

/// The `DAV` header (RFC 4918 §10.1, W-01): classes that are true for the URL asked.
enum Compliance {
    private static let base = "1, 3, access-control, extended-mkcol"
    /// Class 2 only where locks are offered.
    private static let locking = "1, 2, 3, access-control, extended-mkcol"

    static func header(at collection: CollectionInfo?, for caller: Caller, _ facts: ServerFacts) -> String {
        guard let collection else { return base }
        let kind = collection.kind
        var classes = [collection.capabilities.contains(.locking) ? locking : base]
        classes += kind.isPrincipal || kind === CollectionKind.system ? facts.complianceClasses : kind.complianceClasses
        if kind.isPrincipal || collection.path == facts.principals.path {
            classes.append("calendarserver-principal-search")
        }
        // calendar-proxy §5.1
        if kind.isPrincipal || kind.isOpenToProxies, facts.principals.groupWriting != nil {
            classes.append("calendar-proxy")
        }
        // draft-bitfire-webdav-push §2, and §7.1: to nobody who could not register.
        if facts.push != nil, caller != .anonymous, !kind.push.isNone { classes.append("webdav-push") }
        // draft-pot-webdav-resource-sharing-04 §4.1, caldav-sharing §5.1: where it is true, and at principals for discovery.
        if facts.sharing != nil, caller != .anonymous {
            let isShareable = collection.capabilities.contains(.sharing) || collection.share.instance != nil
            if isShareable { classes.append("resource-sharing") }
            if isShareable && kind.sharing?.calendarServerType != nil || kind.isPrincipal {
                classes.append("calendarserver-sharing")
            }
        }
        return classes.joined(separator: ", ")
    }
}
