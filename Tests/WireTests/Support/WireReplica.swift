import DAV
import Testing

/// A client that knows a collection only through its reports.
struct WireReplica: Sendable {
    let target: String
    let level: String
    private(set) var members: [String: String] = [:]
    private(set) var token = ""
    /// Since the token was refused.
    private var seen: Set<String>?

    init(_ target: String, level: String) {
        self.target = target
        self.level = level
    }

    /// One page further. - Returns: whether there is more.
    mutating func step(_ client: Client, limit: Int?) async throws -> Bool {
        let reply = try await client.syncReport(target, token, level: level, limit: limit)
        // Gone, or a file by now: there is nothing to follow.
        if reply.status == 404 || reply.error == .dav("supported-report") {
            self = WireReplica(target, level: level)
            return false
        }
        if reply.status == 403, !token.isEmpty {
            try #require(reply.error == .dav("valid-sync-token"))
            token = ""
            seen = []
            return true
        }
        let page = try SyncPage(reply, target, token, limit: limit)
        apply(page)
        return page.isTruncated
    }

    /// Members are known by their URL without its slash (standards.md §17.5).
    private mutating func apply(_ page: SyncPage) {
        for href in page.removed {
            let below = (href.hasSuffix("/") ? href : href + "/")
            let gone = { (member: String) in (member.hasSuffix("/") ? member : member + "/").hasPrefix(below) }
            members = members.filter { !gone($0.key) }
            seen = seen?.filter { !gone($0) }
        }
        for (href, etag) in page.changed {
            members.removeValue(forKey: href.hasSuffix("/") ? String(href.dropLast()) : href + "/")
            members[href] = etag
            seen?.insert(href)
        }
        for href in page.barred {
            members[href] = ""
            seen?.insert(href)
        }
        token = page.token
        if !page.isTruncated, let seen {
            members = members.filter { seen.contains($0.key) }
            self.seen = nil
        }
    }
}
