import DAV
import DAVStorage
import Foundation
import Logging
import Synchronization
import Testing

@testable import MartletServer

@Suite(.timeLimit(.minutes(1))) struct Operation {
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
            let store = try SQLiteStore(folder: path)
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
