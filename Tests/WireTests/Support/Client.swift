import DAV
import Synchronization
import Testing

/// Somebody who speaks WebDAV with the server, over as many connections as they have requests at a time.
final class Client: Sendable {
    let port: Int
    /// The name they sign in under; `nil`: they do not.
    let user: String?
    private let authorization: String?
    private let idle = Mutex<[Connection]>([])

    /// - Parameter user: `nil`: sends no credentials.
    init(port: Int, user: String?) {
        self.port = port
        self.user = user
        authorization = user.flatMap { Name($0) }.map { People.authorization(PrincipalID($0)) }
    }

    /// Sends one request, on a connection of before if one is free.
    @discardableResult
    func send(_ method: String, _ target: String, _ headers: [(String, String)] = [], _ body: [UInt8]) async throws
        -> Reply
    {
        var headers = headers
        headers.append(("Host", "127.0.0.1:\(port)"))
        if let authorization { headers.append(("Authorization", authorization)) }
        if !body.isEmpty || method == "PUT" { headers.append(("Content-Length", String(body.count))) }
        let connection = try await connect()
        let reply = try await connection.send(method, target, headers, body)
        if reply["Connection"]?.lowercased() != "close" { idle.withLock { $0.append(connection) } }
        return reply
    }

    @discardableResult
    func send(_ method: String, _ target: String, _ headers: [(String, String)] = [], _ body: String = "") async throws
        -> Reply
    { try await send(method, target, headers, Array(body.utf8)) }

    private func connect() async throws -> Connection {
        while let free = idle.withLock({ $0.popLast() }) {
            if free.isOpen { return free }
        }
        return try await Connection(port: port)
    }

    func close() async {
        for connection in idle.withLock({ $0 }) { await connection.close() }
    }
}

// MARK: - What a client does all day

extension Client {
    @discardableResult
    func put(_ target: String, _ body: String = "x", _ headers: [(String, String)] = []) async throws -> Reply {
        try await send("PUT", target, [("Content-Type", "text/plain")] + headers, body)
    }

    @discardableResult
    func delete(_ target: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send("DELETE", target, headers)
    }

    @discardableResult
    func mkcol(_ target: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send("MKCOL", target, headers)
    }

    @discardableResult
    func move(_ source: String, to destination: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send("MOVE", source, [("Destination", destination)] + headers)
    }

    func propfind(_ target: String, depth: String = "0", _ properties: String, _ headers: [(String, String)] = [])
        async throws
        -> Multistatus
    {
        let body =
            "<D:propfind xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'><D:prop>\(properties)</D:prop></D:propfind>"
        return try Multistatus(await send("PROPFIND", target, [("Depth", depth)] + headers, body))
    }

    /// The `DAV:sync-token` property.
    func token(of target: String) async throws -> String {
        let found = try await propfind(target, "<D:sync-token/>").responses.first?.property("sync-token")
        return try #require(found?.text)
    }

    func etag(of target: String) async throws -> String {
        let found = try await propfind(target, "<D:getetag/>").responses.first?.property("getetag")
        return try #require(found?.text)
    }

    /// Takes an exclusive lock, and gives its token.
    func lock(_ target: String, depth: String = "infinity", timeout: String = "Second-600") async throws -> String {
        let body =
            "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
        let reply = try await send("LOCK", target, [("Depth", depth), ("Timeout", timeout)], body)
        try #require(reply.status < 300, "\(reply.status) \(reply.text)")
        let field = try #require(reply["Lock-Token"])
        return String(field.dropFirst().dropLast())
    }
}
