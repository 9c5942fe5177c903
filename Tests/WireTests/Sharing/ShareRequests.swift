import DAV
import Testing

/// What people send to share, and to answer.
enum ShareBody {
    static let type = "application/davsharing+xml; charset=\"utf-8\""
    static let namespaces =
        "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CS=\"http://calendarserver.org/ns/\" xmlns:I=\"http://apple.com/ns/ical/\""

    static func sharee(_ href: String, _ level: String, _ more: String = "") -> String {
        "<D:sharee><D:href>\(href)</D:href><D:share-access><D:\(level)/></D:share-access>\(more)</D:sharee>"
    }

    static func set(_ href: String, _ level: String = "read-write", summary: String? = "Team") -> String {
        let summary = summary.map { "<CS:summary>\($0)</CS:summary>" } ?? ""
        return "<CS:set><D:href>\(href)</D:href>\(summary)<CS:\(level)/></CS:set>"
    }

    static func remove(_ href: String) -> String { "<CS:remove><D:href>\(href)</D:href></CS:remove>" }
}

extension Client {
    /// `DAV:share-resource`
    func share(
        _ sharees: String, at target: String = ShareRow.calendar, type: String? = ShareBody.type,
        _ headers: [(String, String)] = []
    ) async throws -> Reply {
        let headers = headers + (type.map { [("Content-Type", $0)] } ?? [])
        return try await send(
            "POST", target, headers,
            "<D:share-resource \(ShareBody.namespaces) xmlns:x=\"urn:x\">\(sharees)</D:share-resource>")
    }

    /// Apple's dialect.
    func apple(_ content: String, to target: String = ShareRow.calendar, root: String = "share") async throws -> Reply {
        try await send(
            "POST", target, [("Content-Type", "text/xml; charset=utf-8")],
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><CS:\(root) \(ShareBody.namespaces)>\(content)</CS:\(root)>")
    }

    /// `DAV:invite-reply`
    func answer(_ content: String, at target: String, type: String = "application/davsharing+xml") async throws -> Reply
    {
        try await send(
            "POST", target, [("Content-Type", type)],
            "<D:invite-reply \(ShareBody.namespaces)>\(content)</D:invite-reply>")
    }

    func proppatch(_ target: String, set: String = "", remove: String = "") async throws -> Reply {
        let set = set.isEmpty ? "" : "<D:set><D:prop>\(set)</D:prop></D:set>"
        let remove = remove.isEmpty ? "" : "<D:remove><D:prop>\(remove)</D:prop></D:remove>"
        return try await send(
            "PROPPATCH", target, [], "<D:propertyupdate \(ShareBody.namespaces)>\(set)\(remove)</D:propertyupdate>")
    }

    /// The properties of one resource, asked for in the prefixes of ``ShareBody/namespaces``.
    func look(_ target: String, _ properties: String...) async throws -> Multistatus.Response {
        let names = properties.map { "<\($0)/>" }.joined()
        let found = try Multistatus(
            await send(
                "PROPFIND", target, [("Depth", "0")],
                "<D:propfind \(ShareBody.namespaces)><D:prop>\(names)</D:prop></D:propfind>"))
        return try #require(found[target])
    }

    /// Everything in a collection, without itself.
    func list(_ target: String, _ properties: String...) async throws -> [Multistatus.Response] {
        let names = properties.map { "<\($0)/>" }.joined()
        return try Multistatus(
            await send(
                "PROPFIND", target, [("Depth", "1")],
                "<D:propfind \(ShareBody.namespaces)><D:prop>\(names)</D:prop></D:propfind>")
        ).responses.filter { $0.href != target }
    }

    /// The instances in a home: what is there of other people's.
    func instances(in home: String? = nil) async throws -> [String] {
        try await list(home ?? self.home, "D:share-access").filter {
            ["read", "read-write"].contains($0.property("share-access")?.elements.first?.name.local)
        }.map(\.href)
    }

    /// What `DAV:share-access` says.
    func access(_ target: String) async throws -> String? {
        try await look(target, "D:share-access").property("share-access")?.elements.first?.name.local
    }

    /// What `DAV:invite` says: who, what became of it, and how far.
    func invite(_ target: String = ShareRow.calendar) async throws -> [String] {
        let found = try await look(target, "D:invite").property("invite")
        return (found?.elements ?? []).map { sharee in
            let words = sharee.elements.compactMap { element -> String? in
                switch element.name {
                case .dav("href"): element.text
                case .dav("share-access"): element.elements.first?.name.local
                case let name where name.local.hasPrefix("invite-"): name.local
                default: nil
                }
            }
            return words.joined(separator: " ")
        }
    }

    /// The local names of `DAV:resourcetype`.
    func types(_ target: String) async throws -> [String] {
        try await look(target, "D:resourcetype").property("resourcetype")?.elements.map(\.name.local) ?? []
    }

    func privileges(_ target: String) async throws -> Set<String> {
        let found = try await look(target, "D:current-user-privilege-set").property("current-user-privilege-set")
        return Set((found?.elements ?? []).compactMap { $0.elements.first?.name.local })
    }

    /// `DAV:displayname`
    func name(of target: String) async throws -> String? {
        try await look(target, "D:displayname").property("displayname")?.text
    }

    func get(_ target: String, accept: String? = nil) async throws -> Reply {
        try await send("GET", target, accept.map { [("Accept", $0)] } ?? [])
    }

    @discardableResult
    func event(_ target: String, _ uid: String, _ summary: String = "Tea") async throws -> Int {
        try await putEvent(target, Groupware.event(uid, summary), []).status
    }

    /// What is in the collection of notifications: URL and type.
    func notifications() async throws -> [(href: String, type: String?)] {
        try await list(notices, "D:notificationtype").map { found in
            (found.href, found.property("notificationtype")?.elements.first?.name.local)
        }
    }
}

extension Reply {
    /// Whether it is 403 for want of that privilege (RFC 3744 §7.1.1).
    func needs(_ privilege: String) -> Bool {
        guard status == 403, error == .dav("need-privileges"), let root = try? xml() else { return false }
        return root.elements.flatMap(\.elements).flatMap(\.elements).flatMap(\.elements).contains {
            $0.name.local == privilege
        }
    }
}

extension XMLName {
    /// Apple's.
    static func cs(_ local: String) -> XMLName { XMLName(calendarServerNamespace, local) }
}
