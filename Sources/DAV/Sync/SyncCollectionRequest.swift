/// The body of a sync-collection report (RFC 6578 §6.1), read and checked.
struct SyncCollectionRequest: Sendable {
    /// `nil`: an initial synchronisation.
    var token: SyncToken?
    var level: SyncLevel
    /// The most member responses the client wants; `nil`: as many as there are. One that is malformed is a 400, but only after
    /// the token was found to be valid (Y-27).
    var limit: ResultLimit?
    var properties: PropertyRequest

    /// - Parameters:
    ///   - depth: the `Depth` header, which only clients of drafts before RFC 6578 mean anything by.
    ///   - strictDepth: refuse what RFC 6578 §3.2 forbids, although widespread clients send it (Y-04).
    /// - Throws: 400 for a body that is not as §6.1 says: no token, no property list, two of one kind, an unknown level.
    init(_ body: XMLElement, depth: Depth?, strictDepth: Bool) throws(DAVError) {
        let elements = body.elements
        guard let token = try SyncCollectionRequest.only("sync-token", of: elements) else {
            throw .badRequest("DAV:sync-token is missing; leave it empty to start.")
        }
        guard let properties = try SyncCollectionRequest.only("prop", of: elements) else {
            throw .badRequest("DAV:prop is missing; it may be empty.")
        }
        self.properties = try PropertyRequest(names: properties)
        let uri = token.text.trimmingXMLSpace
        self.token = uri.isEmpty ? nil : SyncToken(uri: uri)
        level = try SyncCollectionRequest.level(
            try SyncCollectionRequest.only("sync-level", of: elements), depth: depth, strictDepth: strictDepth)
        limit = try SyncCollectionRequest.only("limit", of: elements).map { ResultLimit($0.first(.dav("nresults"))) }
    }

    /// The one child of that name, or `nil`. Elements may come in any order, and unknown ones are left aside (Y-02).
    private static func only(_ name: String, of elements: [XMLElement]) throws(DAVError) -> XMLElement? {
        let name = XMLName.dav(name)
        guard let first = elements.firstIndex(where: { $0.name == name }) else { return nil }
        guard !elements[(first + 1)...].contains(where: { $0.name == name }) else {
            throw .badRequest("There is more than one DAV:\(name.local).")
        }
        return elements[first]
    }

    private static func level(
        _ element: XMLElement?, depth: Depth?, strictDepth: Bool
    ) throws(DAVError) -> SyncLevel {
        guard let element else {
            // RFC 6578 Appendix A: before there was sync-level, Depth said it.
            switch depth {
            case .one: return .one
            case .infinity: return .infinite
            case .zero, nil: throw .badRequest("DAV:sync-level is missing.")
            }
        }
        if strictDepth, depth ?? .zero != .zero { throw .badRequest("sync-collection takes Depth: 0.") }
        switch element.text.trimmingXMLSpace {
        case "1": return .one
        // "infinity" is what a common test suite and its clients write.
        case "infinite", "infinity": return .infinite
        default: throw .badRequest("DAV:sync-level must be 1 or infinite.")
        }
    }
}
