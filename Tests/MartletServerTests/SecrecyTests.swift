import HTTPTypes
import Testing

@testable import MartletServer

/// What must never be in a log: whoever reads logs would otherwise be able to act for those who use the server.
@Suite(.timeLimit(.minutes(5))) struct Secrecy {
    private static let lockBody = """
        <D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>
        """

    private static func report(_ token: String) -> String {
        """
        <D:sync-collection xmlns:D="DAV:"><D:sync-token>\(token)</D:sync-token><D:sync-level>1</D:sync-level>\
        <D:prop><D:getetag/></D:prop></D:sync-collection>
        """
    }

    @Test func aVariedSessionLeavesNoSecretInTheLog() async throws {
        try await TestServer.run({
            $0.users = ["ann": "s3cret-word"]
            $0.configuration.metricsToken = "m3trics-token"
        }) { server in
            let sign = "Authorization: \(String.basic("ann", "s3cret-word"))"
            @discardableResult
            func ask(_ line: String, _ fields: String..., body: String = "") async throws -> RawResponse {
                let head = ["\(line) HTTP/1.1", "Host: x", "Content-Length: \(body.utf8.count)"] + fields
                return try await server.request(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
            }
            try await ask("GET /files/?key=qu3ry-secret", "Authorization: \(String.basic("ann", "wr0ng-word"))")
            try await ask("GET /files/", "Authorization: Bearer b3arer-token")
            try await ask("GET /metrics", "Authorization: Bearer m3trics-token")
            try await ask("GET /metrics?t=qu3ry-secret", "Authorization: Bearer wr0ng-metrics")
            let created = try await ask(
                "PUT /files/ann/a?key=qu3ry-secret", sign, "Cookie: id=c00kie-secret", body: "b0dy-secret")
            #expect(created.status == 201)
            let granted = try await ask("LOCK /files/ann/a", sign, "Content-Type: text/xml", body: Self.lockBody)
            let lock = String(try #require(granted["Lock-Token"]).dropFirst().dropLast())
            let refused = try await ask("PUT /files/ann/a", sign, "If: (<urn:uuid:b0gus-lock>)", body: "x")
            #expect(refused.status == 412)
            try await ask("PUT /files/ann/a", sign, "If: (<\(lock)>)", body: "x")
            try await ask("DELETE /files/ann/a", sign)
            try await ask("UNLOCK /files/ann/a", sign, "Lock-Token: <urn:uuid:b0gus-lock>")
            try await ask("LOCK /files/ann/a", sign, "If: (<\(lock)>)")
            let unlocked = try await ask("UNLOCK /files/ann/a", sign, "Lock-Token: <\(lock)>")
            #expect(unlocked.status == 204)
            let synced = try await ask("REPORT /files/ann/", sign, "Content-Type: text/xml", body: Self.report(""))
            let found = synced.text.firstMatch(of: /sync-token>([^<]+)</)
            let sync = String(try #require(found).1)
            for token in [sync, "http://x/b0gus-sync"] {
                try await ask("REPORT /files/ann/", sign, "Content-Type: text/xml", body: Self.report(token))
            }
            try await ask("COPY /files/ann/a", sign, "Destination: http://x/files/ann/b?key=qu3ry-secret")
            try await ask("PROPFIND /files/ann/", sign, "Content-Type: text/xml", body: "<b0dy-secret")
            try await ask("GET http://ann:us3rinfo@x/files/ann/a", sign)
            try await ask("GET /files/ann/a?\u{1}qu3ry-secret", sign)
            _ = try await server.request("GET /?key=qu3ry-secret HTTP/1.1\r\n\(sign)\r\n\r\n")

            let log = server.log.lines.joined()
            #expect(log.contains("path=/files/ann/a ") && log.contains("user=ann"))
            let secrets = [
                "s3cret-word", "wr0ng-word", String(String.basic("ann", "s3cret-word").dropFirst(6)),
                String(String.basic("ann", "wr0ng-word").dropFirst(6)), "b3arer-token", "m3trics-token",
                "wr0ng-metrics", "qu3ry-secret", "c00kie-secret", "b0dy-secret", lock, "b0gus-lock", sync,
                "b0gus-sync", "us3rinfo",
            ]
            for secret in secrets { #expect(!log.contains(secret), "\(secret) is in the log") }
        }
    }
}
