import Foundation
import Testing

/// A client that shares no code with the server, over a real socket: what a person would type to try the RFC's examples.
@Suite(.timeLimit(.minutes(5)), .enabled(if: Curl.isInstalled, "curl is not on this machine"))
struct CurlTests {
    @Test func aDayWithCurl() async throws {
        try await Server.run { server in
            let curl = Curl(server)
            #expect(try await curl("-T", "-", "/files/alice/hello.txt", input: "hello").status == 201)
            #expect(try await curl("-T", "-", "/files/alice/hello.txt", input: "hello again").status == 204)
            #expect(try await curl("/files/alice/hello.txt").body == "hello again")
            #expect(try await curl("-r", "6-", "/files/alice/hello.txt").body == "again")
            #expect(try await curl("-X", "MKCOL", "/files/alice/folder/").status == 201)
            #expect(
                try await curl("-X", "COPY", "-H", "Destination: /files/alice/folder/copy", "/files/alice/hello.txt")
                    .status == 201)
            #expect(
                try await curl("-X", "MOVE", "-H", "Destination: /files/alice/moved", "/files/alice/hello.txt").status
                    == 201)
            let listed = try await curl("-X", "PROPFIND", "-H", "Depth: 1", "/files/alice/")
            #expect(listed.status == 207)
            for href in ["/files/alice/folder/", "/files/alice/moved"] {
                #expect(listed.body.contains("<D:href>\(href)</D:href>"))
            }
            #expect(try await curl("-X", "DELETE", "/files/alice/folder/").status == 204)
            #expect(try await curl("-I", "/files/alice/moved").status == 200)
            #expect(try await curl("-I", "/files/alice/folder/copy").status == 404)
        }
    }

    /// curl asks first (`Expect: 100-continue`) and takes no for an answer.
    @Test func aLargeUploadIsAnnouncedFirst() async throws {
        try await Server.run { server in
            let curl = Curl(server)
            let megabyte = String(repeating: "x", count: 1 << 20)
            #expect(
                try await curl(
                    "-H", "Expect: 100-continue", "--data-binary", "@-", "-X", "PUT", "/files/alice/big",
                    input: megabyte
                ).status == 201)
            #expect(try await curl("-I", "/files/alice/big").body.lowercased().contains("content-length: 1048576"))
            let refused = try await curl(
                "-H", "Expect: 100-continue", "-H", "If-None-Match: *", "--data-binary", "@-", "-X", "PUT",
                "/files/alice/big", input: megabyte)
            #expect(refused.status == 412)
        }
    }

    @Test func syncWithCurl() async throws {
        try await Server.run { server in
            let curl = Curl(server)
            _ = try await curl("-T", "-", "/files/alice/a", input: "a")
            let report =
                "<D:sync-collection xmlns:D='DAV:'><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
            let reply = try await curl(
                "-X", "REPORT", "-H", "Content-Type: text/xml", "--data-binary", "@-", "/files/alice/", input: report)
            #expect(reply.status == 207)
            #expect(
                reply.body.contains("<D:href>/files/alice/a</D:href>")
                    && reply.body.contains("</D:sync-token></D:multistatus>"))
        }
    }

    @Test func withoutAPasswordIts401WithAChallenge() async throws {
        try await Server.run { server in
            let reply = try await Curl(server, user: nil)("-i", "/files/alice/")
            #expect(reply.status == 401 && reply.body.lowercased().contains("www-authenticate: basic realm="))
        }
    }
}

/// Runs curl.
struct Curl: Sendable {
    private static let path = "/usr/bin/curl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    private let base: String
    private let user: String?

    init(_ server: Server, user: String? = "alice") {
        base = "http://127.0.0.1:\(server.port)"
        self.user = user
    }

    /// - Parameter arguments: curl's own; the last is the path.
    func callAsFunction(_ arguments: String..., input: String = "") async throws -> (status: Int, body: String) {
        var all = ["-s", "--max-time", "20", "-w", "\n%{http_code}"] + arguments.dropLast()
        if let user { all += ["-u", "\(user):\(People.password)"] }
        all.append(base + (arguments.last ?? "/"))
        let output = try await Curl.run(all, input)
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    /// On a thread of its own: reading and waiting block.
    private static func run(_ arguments: [String], _ input: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory.path + "/martlet-curl-\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let quoted = ([path] + arguments).map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var output: [UInt8] = []
                if let pipe = popen("\(quoted) < '\(file)' 2>/dev/null", "r") {
                    var part = [UInt8](repeating: 0, count: 65_536)
                    while case let count = fread(&part, 1, part.count, pipe), count > 0 { output += part[..<count] }
                    pclose(pipe)
                }
                continuation.resume(returning: String(decoding: output, as: UTF8.self))
            }
        }
    }
}
