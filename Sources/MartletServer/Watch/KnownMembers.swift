/// One change, as it is told.
struct WatchedChange: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case added, changed, removed, properties

        /// What stands in front of the name.
        var mark: String {
            switch self {
            case .added: "+"
            case .changed: "~"
            case .removed: "-"
            case .properties: "*"
            }
        }
    }

    var kind: Kind
    /// A path, as the server spells it.
    var href: String
    /// For properties: which, and how.
    var detail: String?

    /// Without the collections that are named as changed only because of what is told of their members, as homes do.
    static func withoutEchoes(_ changes: [WatchedChange]) -> [WatchedChange] {
        let enclosing = Set(changes.flatMap { KnownMembers.collections(above: $0.href) })
        return changes.filter { $0.kind != .changed || !enclosing.contains($0.href) }
    }
}

/// What was there when one last looked: without it a new member could not be told from a changed one.
struct KnownMembers: Sendable, Hashable {
    /// The ETags by href; empty: the server gives none, as for collections.
    private(set) var etags: [String: String] = [:]

    init(etags: [String: String] = [:]) { self.etags = etags }

    /// Takes what changed since.
    ///
    /// A member that is named with the ETag it had did not change its content: its properties did. What goes with its
    /// collection is not told one by one, nor is what was made and removed again in between.
    mutating func apply(_ members: [(href: String, member: SyncAnswer.Member)]) -> [WatchedChange] {
        var changes: [WatchedChange] = []
        for (href, member) in members {
            switch member {
            case .removed:
                guard etags.removeValue(forKey: href) != nil else { continue }
                if href.hasSuffix("/") { etags = etags.filter { !$0.key.hasPrefix(href) } }
                changes.append(WatchedChange(kind: .removed, href: href))
            case .present(let etag):
                let known = etags.updateValue(etag ?? "", forKey: href)
                guard let known else {
                    changes.append(WatchedChange(kind: .added, href: href))
                    continue
                }
                let isSame = etag != nil && etag == known
                changes.append(WatchedChange(kind: isSame ? .properties : .changed, href: href))
            }
        }
        return changes
    }

    /// Takes a list of everything there is, and tells what is different. Members without an ETag count as unchanged.
    mutating func replace(with members: [(href: String, member: SyncAnswer.Member)]) -> [WatchedChange] {
        var listed: [String: String] = [:]
        for case (let href, .present(let etag)) in members { listed[href] = etag ?? "" }
        var changes = listed.compactMap { href, etag -> WatchedChange? in
            guard let known = etags[href] else { return WatchedChange(kind: .added, href: href) }
            return known == etag ? nil : WatchedChange(kind: .changed, href: href)
        }
        let gone = etags.keys.filter { listed[$0] == nil }
        let goneCollections = Set(gone.filter { $0.hasSuffix("/") })
        for href in gone where !Self.collections(above: href).contains(where: goneCollections.contains) {
            changes.append(WatchedChange(kind: .removed, href: href))
        }
        etags = listed
        return changes.sorted { ($0.href, $0.kind.rawValue) < ($1.href, $1.kind.rawValue) }
    }

    /// The paths of what encloses it, without itself.
    static func collections(above href: String) -> [String] {
        let bytes = Array(href.utf8)
        return bytes.indices.dropLast().filter { bytes[$0] == UInt8(ascii: "/") }
            .map { String(decoding: bytes[...$0], as: UTF8.self) }
    }
}
