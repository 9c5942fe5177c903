import DAV
import DAVStorage
import Testing

/// Uploads that end badly: no half member, no moved token, no dead server.
@Suite(.timeLimit(.minutes(5))) struct HostileBodies {
    private static func head(_ target: String, _ headers: String) -> String {
        "PUT \(target) HTTP/1.1\r\nHost: x\r\nAuthorization: \(People.authorization(People.alice))\r\n\(headers)\r\n\r\n"
    }

    @Test(arguments: ["/files/alice/new", "/files/alice/old"], [100, 1 << 20]) func anAbortedUploadLeavesNoTrace(
        target: String, sent: Int
    ) async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/old", "whole")
            let token = try await server.alice.token(of: "/files/alice/")
            for framing in ["Content-Length: \(sent * 2)", "Transfer-Encoding: chunked"] {
                let socket = try await RawSocket(port: server.port)
                try await socket.send(HostileBodies.head(target, framing))
                let part = [UInt8](repeating: 120, count: sent)
                try await socket.send(
                    framing.hasPrefix("T") ? Array("\(String(sent * 2, radix: 16))\r\n".utf8) + part : part)
                await socket.close()
            }
            try await Task.sleep(for: .milliseconds(100))
            #expect(try await server.alice.token(of: "/files/alice/") == token)
            #expect(try await server.alice.send("GET", "/files/alice/new").status == 404)
            #expect(try await server.alice.send("GET", "/files/alice/old").text == "whole")
            #expect(try await server.store.check() == [])
        }
    }

    /// SS-184: the quota is judged before the body and while it comes.
    @Test func ss184_anUploadOverQuotaIsCutShort() async throws {
        try await Server.run { server in
            try await server.store.setQuota(100_000, of: People.alice)
            let token = try await server.alice.token(of: "/files/alice/")
            let declared = try await server.alice.put("/files/alice/big", String(repeating: "x", count: 200_000))
            #expect(declared.status == 507 && declared.error == .dav("quota-not-exceeded"))
            let socket = try await RawSocket(port: server.port)
            try await socket.send(
                HostileBodies.head("/files/alice/big", "Connection: close\r\nTransfer-Encoding: chunked"))
            for _ in 0..<10 { try? await socket.send("10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n") }
            try? await socket.send("0\r\n\r\n")
            #expect(await socket.status() == 507)
            #expect(try await server.alice.sync("/files/alice/", token).changed.isEmpty)
            #expect(try await server.alice.send("GET", "/files/alice/big").status == 404)
        }
    }

    @Test func methodsWithoutABodyRefuseOne() async throws {  // W-05
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            for method in ["DELETE", "COPY", "MOVE", "MKCOL"] {
                let headers = [("Destination", "/files/alice/copy")]
                let target = method == "MKCOL" ? "/files/alice/new/" : "/files/alice/file"
                let reply = try await server.alice.send(method, target, headers, "surprise")
                #expect(reply.status == 415 && reply.saysWhy, "\(method): \(reply.status)")
            }
            #expect(try await server.alice.sync("/files/alice/").changed.keys.sorted() == ["/files/alice/file"])
        }
    }

    @Test func aPropertyBeyondTheLimitIsRefusedAsAWhole() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/file")
            let big = "<big xmlns='urn:x'>\(String(repeating: "v", count: 1 << 20))</big>"
            let body =
                "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><small xmlns='urn:x'/>\(big)</D:prop></D:set></D:propertyupdate>"
            let reply = try Multistatus(await server.alice.send("PROPPATCH", "/files/alice/file", [], body))
            #expect([403, 507].contains(reply.responses[0].status(of: XMLName("urn:x", "big"))))
            #expect(reply.responses[0].status(of: XMLName("urn:x", "small")) == 424)
        }
    }
}
