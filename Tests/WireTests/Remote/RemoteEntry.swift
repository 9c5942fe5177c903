import DAV
import Testing

/// A response of a multistatus, as an entry of the seam.
struct RemoteEntry {
    /// Below the collection that was asked; empty: the collection itself.
    var names: [Name]
    var entry: Entry

    /// - Returns: nothing if the resource is not there.
    static func entries(in reply: Reply, below path: DAVPath) throws -> [RemoteEntry] {
        if reply.status == 404 { return [] }
        guard reply.status == 207 else { throw reply.refusal }
        return try Multistatus(reply).responses.map { try RemoteEntry($0, below: path) }
    }

    init(_ response: Multistatus.Response, below collection: DAVPath) throws {
        let path = try DAVPath(parsing: response.href)
        names = try #require(path.relative(to: collection), "\(response.href) is not below \(collection)")
        let now = Timestamp(seconds: 0)
        entry = Entry(
            name: path.last ?? .root,
            etag: response.text("getetag").map { ETag(opaque: String($0.dropFirst().dropLast())) },
            contentType: response.text("getcontenttype"), contentLanguage: response.text("getcontentlanguage"),
            contentLength: response.text("getcontentlength").flatMap { Int64($0) },
            created: response.text("creationdate").flatMap(RemoteEntry.time) ?? now,
            modified: response.text("getlastmodified").flatMap { Timestamp(httpDate: $0, now: now) } ?? now)
        entry.syncToken = response.text("sync-token").map { SyncToken(uri: $0) }
        entry.resourceID = response.property("resource-id").flatMap {
            RemoteEntry.resourceID($0.elements.first?.text ?? "")
        }
        entry.quota = response.text("quota-used-bytes").flatMap { Int64($0) }.map {
            Quota(usedBytes: $0, availableBytes: response.text("quota-available-bytes").flatMap { Int64($0) })
        }
        entry.collection = RemoteEntry.collection(response, at: path)
        entry.deadProperties = (response.propstats.first { $0.status == 200 }?.properties ?? []).filter(\.isDead).map {
            DeadProperty(name: $0.name, xml: $0.withoutSurroundings.serialized())
        }
    }

    private static func collection(_ response: Multistatus.Response, at path: DAVPath) -> CollectionInfo? {
        let types = response.property("resourcetype")?.elements.map(\.name) ?? []
        guard types.contains(.dav("collection")) else { return nil }
        let kind = types.contains(XMLName("urn:test", "box")) ? Server.box : CollectionKind.folder
        let owner = response.property("owner")?.elements.first.flatMap { try? DAVPath(parsing: $0.text).last }
        var capabilities: Capabilities = [.writing, .locking]
        if kind.isSyncable { capabilities.insert(.syncing) }
        return CollectionInfo(path: path, kind: kind, owner: owner.map(PrincipalID.init), capabilities: capabilities)
    }

    /// `2001-02-03T04:05:06…Z`, to be compared with others of its sort.
    private static func time(_ text: String) -> Timestamp? {
        Int64(text.filter(\.isNumber).prefix(14)).map { Timestamp(seconds: $0) }
    }

    private static func resourceID(_ urn: String) -> ResourceID? {
        let digits = urn.suffix(36).filter { $0 != "-" }
        guard urn.hasPrefix("urn:uuid:"), digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        return ResourceID(high: high, low: low)
    }
}

extension Multistatus.Response {
    fileprivate func text(_ local: String) -> String? { property(local)?.text }
}

extension XMLElement {
    fileprivate var isDead: Bool { ![XMLName.davNamespace, XMLName.calendarServerNamespace].contains(name.namespace) }

    /// Without the declarations that the multistatus has around it.
    fileprivate var withoutSurroundings: XMLElement {
        var element = self
        element.context.bindings.removeAll {
            $0.namespace == XMLName.davNamespace || $0.namespace == XMLName.calendarServerNamespace
                || $0.namespace.hasPrefix("urn:ietf:params:xml:ns:")
        }
        element.children = children.map { child in
            if case .element(let inner) = child { .element(inner.withoutSurroundings) } else { child }
        }
        return element
    }
}
