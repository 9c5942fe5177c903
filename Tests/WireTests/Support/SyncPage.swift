import DAV
import Testing

/// One answer to sync-collection, by href.
struct SyncPage: Sendable {
    /// With their ETags; empty for collections.
    var changed: [String: String] = [:]
    var removed: Set<String> = []
    var barred: Set<String> = []
    /// The 507 for the request-URI was there.
    var isTruncated = false
    var token = ""

    var isEmpty: Bool { changed.isEmpty && removed.isEmpty && barred.isEmpty }
    var count: Int { changed.count + removed.count + barred.count }

    /// Reads an answer; checks what every page keeps to (Y-10 to Y-15, Y-46, Y-47).
    init(_ reply: Reply, _ target: String, _ token: String, limit: Int?) throws {
        let answer = try Multistatus(reply)
        self.token = try #require(answer.syncToken)
        for response in answer.responses {
            switch response.status {
            case nil: changed[response.href] = response.property("getetag")?.text ?? ""
            case 404: removed.insert(response.href)
            case 403: barred.insert(response.href)
            default:
                #expect(response.status == 507 && response.href == target)
                #expect(response.error == .dav("number-of-matches-within-limits"))
                isTruncated = true
            }
        }
        #expect(count <= limit ?? .max)
        #expect(!isTruncated || count > 0 && self.token != token)
    }
}

extension Client {
    func syncReport(
        _ target: String, _ token: String = "", level: String = "1", limit: Int? = nil,
        _ headers: [(String, String)] = [("Depth", "0")]
    ) async throws -> Reply {
        let limit = limit.map { "<D:limit><D:nresults>\($0)</D:nresults></D:limit>" } ?? ""
        let body = """
            <D:sync-collection xmlns:D="DAV:"><D:sync-token>\(token)</D:sync-token><D:sync-level>\(level)</D:sync-level>
            \(limit)<D:prop><D:getetag/></D:prop></D:sync-collection>
            """
        return try await send("REPORT", target, headers, body)
    }

    /// One page.
    func sync(_ target: String, _ token: String = "", level: String = "1", limit: Int? = nil) async throws -> SyncPage {
        try SyncPage(await syncReport(target, token, level: level, limit: limit), target, token, limit: limit)
    }

    /// Every page from `token` to the end.
    func walk(_ target: String, _ token: String = "", level: String = "1", limit: Int) async throws -> [SyncPage] {
        var pages = [try await sync(target, token, level: level, limit: limit)]
        while let last = pages.last, last.isTruncated {
            try #require(pages.count < 2000, "the walk does not end")
            pages.append(try await sync(target, last.token, level: level, limit: limit))
        }
        return pages
    }

    /// What PROPFIND lists below the collection: hrefs with ETags.
    func listing(_ target: String, level: String = "1") async throws -> [String: String] {
        var all: [String: String] = [:]
        for response in try await propfind(
            target, depth: "1", "<D:getetag/><D:resourcetype/>", [("Prefer", "depth-noroot")]
        ).responses {
            all[response.href] = response.property("getetag")?.text ?? ""
            if level == "infinite", response.href.hasSuffix("/"), response.property("resourcetype")?.elements.count == 1
            {
                all.merge(try await listing(response.href, level: level)) { old, _ in old }
            }
        }
        return all
    }
}
