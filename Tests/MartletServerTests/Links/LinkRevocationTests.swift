import DAV
import DAVStorage
import Testing

@testable import MartletServer

@Suite(.timeLimit(.minutes(5))) struct LinkRevocationTests {
    /// What was not sent when the link was removed is not sent any more, and the answer does not look complete.
    @Test(arguments: ["a", ""])
    func aDownloadEndsWithItsLink(name: String) async throws {
        let megabytes = 24
        try await LinkServer.run { scene in
            try await scene.ask("MKCOL /files/ann/f/", LinkServer.sign)
            let body = String(repeating: "0123456789abcdef", count: megabytes << 16)
            #expect(try await scene.ask("PUT /files/ann/f/a", LinkServer.sign, body: body).status == 201)
            let (token, link) = try await scene.link(to: name.isEmpty ? "/files/ann/f/a" : "/files/ann/f/")
            let client = try await RawClient.connect(port: scene.server.port, reads: false, window: 64 << 10)
            try await client.send("GET \(token.path)\(name) HTTP/1.1\r\nHost: x\r\n\r\n")
            while client.received.count < 64 << 10 {
                client.readOnce()
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(client.receivedText.hasPrefix("HTTP/1.1 200"))
            #expect(client.receivedText.contains("Content-Length: \(megabytes << 20)"))
            #expect(try await scene.store.links.remove(link.number, of: nil))
            try await client.readOn()
            try await client.waitUntilClosed()
            #expect(client.received.count < megabytes << 20)
            await client.close()
        }
    }

    @Test func whatWasMadeByTheCommandIsServedAtOnceAndRemovedAtOnce() async throws {
        try await LinkServer.run { scene in
            try await scene.ask("PUT /files/ann/a", LinkServer.sign, body: "x")
            let (token, link) = try await scene.link(to: "/files/ann/a")
            #expect(try await scene.ask("GET \(token.path)").text == "x")
            #expect(try await scene.store.links.remove(link.number, of: PrincipalID(Name("bob")!)) == false)
            #expect(try await scene.store.links.remove(link.number, of: link.owner))
            #expect(try await scene.ask("GET \(token.path)").status == 404)
        }
    }
}
