import DAV
import Testing

extension RemoteCollection {
    func lock(_ target: Target, _ request: LockRequest, if condition: Condition) async throws -> LockResult {
        let owner = request.owner.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let body = """
            <D:lockinfo xmlns:D="DAV:"><D:lockscope><D:\(request.scope.rawValue)/></D:lockscope><D:locktype><D:write/></D:locktype>
            <D:owner>\(owner)</D:owner></D:lockinfo>
            """
        let headers = [("Depth", request.depth.rawValue), timeout(request.timeoutSeconds)]
        let reply = try await send("LOCK", target, headers, Array(body.utf8), if: condition)
        let field = try #require(reply["Lock-Token"])
        let lock = try lock(in: reply, at: path(target), condition)
        #expect(field == "<\(lock.token.uri)>")
        return LockResult(lock: lock, created: reply.status == 201)
    }

    func refresh(_ target: Target, timeoutSeconds: Int64?, if condition: Condition) async throws -> Lock {
        let reply = try await send("LOCK", target, [timeout(timeoutSeconds)], if: condition)
        return try lock(in: reply, at: path(target), condition)
    }

    func unlock(_ target: Target, _ token: LockToken, mayBreak: Bool, if condition: Condition) async throws {
        _ = try await send("UNLOCK", target, [("Lock-Token", "<\(token.uri)>")], if: condition)
    }

    private func timeout(_ seconds: Int64?) -> (String, String) {
        ("Timeout", seconds.map { "Second-\($0)" } ?? "Infinite")
    }

    private func lock(in reply: Reply, at path: DAVPath, _ condition: Condition) throws -> Lock {
        let active = try #require(reply.xml().first(.dav("lockdiscovery"))?.first(.dav("activelock")))
        let token = try #require(active.first(.dav("locktoken"))?.first(.dav("href"))?.text)
        let root = try #require(active.first(.dav("lockroot"))?.first(.dav("href"))?.text)
        let scope = try #require(
            active.first(.dav("lockscope"))?.elements.first.flatMap { Lock.Scope(rawValue: $0.name.local) })
        let depth = try #require(active.first(.dav("depth")).flatMap { Depth(rawValue: $0.text) })
        return Lock(
            token: LockToken(uri: token), root: try DAVPath(parsing: root), scope: scope, depth: depth, owner: nil,
            holder: condition.caller, expires: nil)
    }
}
