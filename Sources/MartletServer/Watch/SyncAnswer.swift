import DAV

/// A page of changes, as the client reads it (RFC 6578 §3.4 to §3.6).
struct SyncAnswer: Sendable, Hashable {
    enum Member: Sendable, Hashable {
        /// There, with its ETag if it has one.
        case present(etag: String?)
        case removed
    }

    /// Where the next request begins.
    var token: String
    /// More is known: ask again from ``token``.
    var isTruncated = false
    var members: [(href: String, member: Member)] = []

    /// - Parameter path: what was asked: its own 507 says that the page is not all (§3.6).
    /// - Returns: `nil` for a body without a token.
    init?(_ root: XMLElement, of path: String) {
        guard root.name == .dav("multistatus"), let token = root.first(.dav("sync-token"))?.text.trimmingXMLSpace,
            !token.isEmpty
        else { return nil }
        self.token = token
        for response in root.elements where response.name == .dav("response") {
            guard let text = response.first(.dav("href"))?.text else { continue }
            let href = Self.path(of: text)
            switch response.first(.dav("status")).map({ XMLElement.statusCode($0.text) ?? 0 }) {
            case 404, 410: members.append((href, .removed))
            case 507: isTruncated = isTruncated || href == path
            case nil, 200:
                // The collection itself is no member; servers are known to list it.
                guard href != path else { continue }
                let etag = response.foundProperties[.dav("getetag")]?.text.trimmingXMLSpace
                members.append((href, .present(etag: etag)))
            default: break
            }
        }
    }

    /// An href without scheme and authority, with which some servers write it.
    static func path(of href: String) -> String {
        let href = href.trimmingXMLSpace
        guard href.hasPrefix("http://") || href.hasPrefix("https://") else { return href }
        let rest = href.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
        let path = String(rest.drop { $0 != UInt8(ascii: "/") }) ?? ""
        return path.isEmpty ? "/" : path
    }

    /// - Parameter token: empty: everything there is.
    static func request(from token: String, level: SyncLevel) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("sync-collection"))
        xml.element(.dav("sync-token"), text: token)
        xml.element(.dav("sync-level"), text: level == .infinite ? "infinite" : "1")
        xml.start(.dav("prop"))
        xml.empty(.dav("getetag"))
        xml.end()
        xml.end()
        return xml.take()
    }

    static func == (a: SyncAnswer, b: SyncAnswer) -> Bool {
        a.token == b.token && a.isTruncated == b.isTruncated && a.members.elementsEqual(b.members, by: ==)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(token) }
}
