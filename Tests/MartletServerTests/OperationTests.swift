import DAV
import DAVStorage
import Foundation
import Glibc
import Logging
import Synchronization
import Testing

@testable import MartletServer

@Suite(.timeLimit(.minutes(5))) struct Operation {
    @Test func healthTellsWhetherTheStoreAnswers() async throws {
        try await TestServer.run { server in
            let response = try await server.request("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(response.status == 200)
            #expect(response.text == "ok\n")
        }
    }

    @Test func metricsNeedTheirTokenAndHoldNoPaths() async throws {
        try await TestServer.run({
            $0.handle = Probe.handle
            $0.configuration.metricsToken = "t0ken"
        }) { server in
            _ = try await server.request(
                "GET /private/name HTTP/1.1\r\nHost: x\r\nAuthorization: \(String.basic("ann", "wrong"))\r\n\r\n")
            _ = try await server.request("SEARCH /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer1 = try await server.request("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer1.status == 401)
            let answer2 = try await server.request(
                "GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t0kem\r\n\r\n")
            #expect(answer2.status == 401)
            let page = try await server.request(
                "GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t0ken\r\n\r\n"
            ).text
            #expect(page.contains("martlet_requests_total{method=\"GET\",status=\"4xx\"} 3"))
            #expect(page.contains("martlet_requests_total{method=\"other\",status=\"2xx\"} 1"))
            #expect(page.contains("martlet_authentication_failures_total{reason=\"wrong\"} 1"))
            #expect(page.contains("martlet_requests_in_flight 1"))
            #expect(page.contains("martlet_request_duration_seconds_bucket{le=\"+Inf\"} 4"))
            #expect(!page.contains("private") && !page.contains("t0ken") && !page.contains("ann"))
        }
    }

    @Test func metricsHaveAListenerOfTheirOwn() async throws {
        try await TestServer.run({ $0.configuration.metricsListen = ListenAddress(host: "127.0.0.1", port: 0) }) {
            server in
            let port = try #require(server.metricsPort)
            let client = try await RawClient.connect(port: port)
            try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /files/ HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().text.contains("martlet_uptime_seconds"))
            #expect(try await client.response().status == 404)
            await client.close()
            // Without a token the main listener knows no /metrics.
            let answer3 = try await server.request("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer3.status == 401)
        }
    }

    @Test func aBrowserIsToldWhatThisIs() async throws {
        try await TestServer.run { server in
            let response = try await server.request("GET / HTTP/1.1\r\nHost: x:81\r\nAccept: text/html,*/*\r\n\r\n")
            #expect(response.status == 200)
            #expect(response.text.contains("http://x:81/files/"))
        }
    }

    /// W-series over the whole stack: discovery, then a file.
    @Test func aPersonFindsTheirHomeAndKeepsAFileThere() async throws {
        try await TestServer.run { server in
            let sign = "Authorization: \(String.basic("ann", "secret"))\r\n"
            let client = try await server.connect()
            try await client.send("PROPFIND / HTTP/1.1\r\nHost: x\r\nDepth: 0\r\n\(sign)\r\n")
            #expect(try await client.response().status == 207)
            try await client.send("PUT /files/ann/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)Content-Length: 5\r\n\r\nhello")
            #expect(try await client.response().status == 201)
            try await client.send("GET /files/ann/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)\r\n")
            #expect(try await client.response().text == "hello")
            try await client.send("PUT /files/bob/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)Content-Length: 5\r\n\r\nhello")
            #expect([404, 409].contains(try await client.response().status))
        }
    }

    @Test func aDataFolderServesAndKeepsWhatItAcknowledged() async throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "martlet-data-\(UInt64.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sign = "Authorization: \(String.basic("ann", "secret"))\r\n"
        for round in 0..<2 {
            let store = try SQLiteStore(folder: path, options: .martlet())
            if round == 0 {
                let hash = try PasswordHash.make(Array("secret".utf8), cost: .trivial)
                try await store.add(Account(id: PrincipalID(Name("ann")!), displayName: "Ann", passwordHash: hash.text))
            }
            try await TestServer.run({ $0.store = DataFolder(store) }) { server in
                if round == 0 {
                    let put = "PUT /files/ann/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)Content-Length: 5\r\n\r\nhello"
                    let answer4 = try await server.request(put)
                    #expect(answer4.status == 201)
                } else {
                    let response = try await server.request("GET /files/ann/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)\r\n")
                    #expect(response.text == "hello")
                }
                let answer5 = try await server.request("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer5.status == 200)
            }
        }
    }

    /// Prometheus text format 0.0.4: each family once, announced, its samples together.
    @Test func metricsAreInTheTextFormatAndTellOfTheStore() async throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "martlet-data-\(UInt64.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try SQLiteStore(folder: path, options: .martlet())
        let hash = try PasswordHash.make(Array("secret".utf8), cost: .trivial)
        try await store.add(Account(id: PrincipalID(Name("ann")!), displayName: "Ann", passwordHash: hash.text))
        try await TestServer.run({
            $0.store = DataFolder(store)
            $0.configuration.metricsListen = ListenAddress(host: "127.0.0.1", port: 0)
        }) { server in
            let sign = "Authorization: \(String.basic("ann", "secret"))\r\n"
            let put = "PUT /files/ann/a.txt HTTP/1.1\r\nHost: x\r\n\(sign)Content-Length: 5\r\n\r\nhello"
            let stored = try await server.request(put)
            #expect(stored.status == 201)
            let client = try await RawClient.connect(port: try #require(server.metricsPort))
            try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            let page = try await client.response()
            await client.close()
            #expect(page["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let samples = try Self.samples(page.text)
            #expect(try #require(samples["martlet_store_commits_total"]) >= 2)
            let writes = try #require(samples["martlet_store_writes_total"])
            let commits = try #require(samples["martlet_store_commits_total"])
            #expect(writes >= commits)
            #expect(try #require(samples["martlet_store_largest_batch"]) >= 1)
            #expect(samples["martlet_store_waiting_writes"] == 0)
            #expect(try #require(samples["martlet_store_revision"]) > 0)
            #expect(samples["martlet_request_duration_seconds_count"] == 1)
        }
    }

    private static func samples(_ page: String) throws -> [String: Double] {
        #expect(page.hasSuffix("\n"))
        var samples: [String: Double] = [:]
        var types: [String: String] = [:]
        var family = ""
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3)
            if words[0] == "#" {
                try #require(words.count == 4)
                if words[1] == "HELP" { #expect(types[String(words[2])] == nil, "\(line): a family comes once") }
                if words[1] == "TYPE" {
                    #expect(family == words[2], "\(line): HELP comes before TYPE")
                    #expect((words[3] == "counter") == words[2].hasSuffix("_total"), "\(line)")
                    types[String(words[2])] = String(words[3])
                }
                family = String(words[2])
                continue
            }
            let match = try #require(
                try /([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (.+)/.wholeMatch(in: line), "\(line)")
            let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            #expect(suffixes.contains { family + $0 == match.1 }, "\(line)")
            let key = String(match.1) + (match.2.map(String.init) ?? "")
            #expect(samples[key] == nil, "\(line): a sample comes once")
            let value = try #require(Double(match.4), "\(line)")
            samples[key] = value
        }
        return samples
    }

    /// Two hashes at the usual cost: the C library would keep what the second took.
    @Test func signingInLeavesNoMemoryBehind() async throws {
        let server = try await ServerProcess.start()
        func signIn(_ password: String) async throws -> Int {
            let client = try await RawClient.connect(port: server.port)
            let sign = "Authorization: \(String.basic("ann", password))"
            try await client.send("OPTIONS /files/ann/ HTTP/1.1\r\nHost: x\r\n\(sign)\r\n\r\n")
            return try await client.response(seconds: 20).status
        }
        // The hash in the store is a cheap one; this makes it anew.
        #expect(try await signIn("secret") == 200)
        for guess in ["a", "b", "c"] { #expect(try await signIn(guess) == 401) }
        #expect(try server.ownMemory() < 16 << 20)
        server.send(SIGTERM)
        #expect(try await server.exitStatus() == 0)
    }

    @Test func jsonLinesCannotBeForged() {
        let lines = Mutex<[String]>([])
        var handler = LineLogHandler(label: "l", level: .info, format: .json) { bytes in
            lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        }
        handler.metadata = ["path": "/a\n{\"level\":\"x\"}"]
        handler.log(
            event: .init(
                level: .info, message: "m \"q\"", metadata: nil, source: "s", file: "f", function: "g", line: 1))
        let line = lines.withLock { $0[0] }
        #expect(line.dropLast().contains("\n") == false)
        #expect(line.contains("\"message\":\"m \\\"q\\\"\""))
        #expect(line.contains("\\u000a{\\\"level\\\""))
    }
}
