import DAV
import HTTPTypes
import Testing

extension RemoteCollection {
    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        let body = """
            <D:sync-collection xmlns:D="DAV:"><D:sync-token>\(token?.uri ?? "")</D:sync-token>
              <D:sync-level>\(level == .one ? "1" : "infinite")</D:sync-level>
              <D:limit><D:nresults>\(limit)</D:nresults></D:limit>
              <D:prop><D:resourcetype/><D:getetag/><p xmlns="urn:test"/></D:prop>
            </D:sync-collection>
            """
        let reply = try await client.send("REPORT", href(.itself), [("Depth", "0")], body)
        guard reply.status == 207 else { throw reply.refusal }
        let page = try Multistatus(reply)
        var changes: [Change] = []
        var isComplete = true
        for response in page.responses {
            if response.status == 507, response.href == href(.itself) {
                #expect(response.error == .dav("number-of-matches-within-limits"))
                isComplete = false
            } else {
                changes.append(try change(response))
            }
        }
        return ChangePage(changes: changes, token: SyncToken(uri: try #require(page.syncToken)), isComplete: isComplete)
    }

    private func change(_ response: Multistatus.Response) throws -> Change {
        let found = try RemoteEntry(response, below: info.path)
        switch response.status {
        case nil:
            // Collections, and they alone, end in a slash (X-07).
            #expect(response.href.hasSuffix("/") == found.entry.isCollection, "\(response.href)")
            return .changed(path: found.names, found.entry)
        case 404: return .removed(path: found.names, wasCollection: response.href.hasSuffix("/"))
        case 403:
            #expect(response.error == .dav("supported-report") || response.error == .dav("sync-traversal-supported"))
            var entry = found.entry
            let path = info.path.appending(found.names)
            entry.collection = CollectionInfo(path: path, kind: Server.box, owner: nil, capabilities: [])
            return .barred(path: found.names, entry)
        case let status?: throw DAVError(.init(code: status))
        }
    }
}
