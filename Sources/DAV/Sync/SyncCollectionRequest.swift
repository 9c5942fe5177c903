/// The body of a sync-collection report (RFC 6578 §6.1), read and checked.
struct SyncCollectionRequest: Sendable {
    /// `nil`: an initial synchronisation.
    var token: SyncToken?
    var level: SyncLevel
    /// The most member responses the client wants; `nil`: as many as there are.
    var limit: Limit?
    var properties: PropertyRequest

    enum Limit: Sendable, Hashable {
        case atMost(Int)
        /// Zero or not a number: a 400, but only after the token was found to be valid (Y-27).
        case malformed
    }

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
        limit = try SyncCollectionRequest.only("limit", of: elements).map(SyncCollectionRequest.limit)
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

    /// `DAV:limit` (RFC 5323 §5.17): an unsigned integer, however large.
    private static func limit(_ element: XMLElement) -> Limit {
        let digits = (element.first(.dav("nresults"))?.text ?? "").trimmingXMLSpace
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            digits.utf8.contains(where: { $0 != 0x30 })
        else { return .malformed }
        return .atMost(Int(digits) ?? .max)
    }
}

extension String {
    /// Without XML's white space at either end.
    var trimmingXMLSpace: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        let bytes = utf8.drop(while: isSpace)
        guard let end = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: Array(bytes[...end]), as: UTF8.self)
    }
}
