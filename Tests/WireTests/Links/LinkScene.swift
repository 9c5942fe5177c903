import DAV
import DAVStorage
import Testing

@testable import MartletServer

/// A server, its people, and what the bearer of a link sends: no credentials at all.
struct LinkScene: Sendable {
    let product: Product
    let alice: Client
    let bob: Client
    let bearer: Client

    static let folder = "/files/alice/holiday/"

    static func run(
        _ configure: (inout Configuration) -> Void = { _ in },
        _ body: @Sendable @escaping (LinkScene) async throws -> Void
    ) async throws {
        try await Product.run(users: ["alice", "bob"], configure) { product in
            let scene = LinkScene(product)
            try await body(scene)
            for client in [scene.alice, scene.bob, scene.bearer] { await client.close() }
        }
    }

    private init(_ product: Product) {
        self.product = product
        alice = product.client("alice")
        bob = product.client("bob")
        bearer = product.client(nil)
    }

    /// `/files/alice/holiday/` with a file in it, one below, and one beside it.
    func makeFolder() async throws {
        for folder in [Self.folder, Self.folder + "sub/", "/files/alice/secret/"] {
            #expect(try await alice.mkcol(folder).status == 201)
        }
        for file in [Self.folder + "a.txt", Self.folder + "sub/b.txt"] {
            #expect(try await alice.put(file, "content of \(file.split(separator: "/").last ?? "")").status == 201)
        }
        #expect(try await alice.put("/files/alice/secret/s.txt", "s3cret").status == 201)
        #expect(try await alice.put("/files/alice/holiday-not/", "").status == 409)
    }

    /// Makes a link as its owner does.
    ///
    /// - Returns: its path.
    func link(to target: String, _ elements: String = "") async throws -> String {
        try await make(target, elements).path
    }

    func make(_ target: String, _ elements: String = "") async throws -> (path: String, id: String) {
        let reply = try await post(alice, target, "create-link", elements)
        try #require(reply.status == 201, "\(reply.status) \(reply.text)")
        #expect(reply["Cache-Control"] == "no-store")
        let link = try reply.xml()
        let url = try #require(link.first(Self.name("url"))?.text)
        let path = try #require(url.firstRange(of: "/links/").map { String(url[$0.lowerBound...]) })
        #expect(url == "http://127.0.0.1:\(product.port)\(path)")
        return (path, try #require(link.first(Self.name("id"))?.text))
    }

    func post(_ client: Client, _ target: String, _ action: String, _ elements: String = "") async throws -> Reply {
        try await client.send(
            "POST", target, [("Content-Type", "application/xml")],
            "<L:\(action) xmlns:L='http://martlet.invalid/ns/'>\(elements)</L:\(action)>")
    }

    static func name(_ local: String) -> XMLName { XMLName("http://martlet.invalid/ns/", local) }

    func get(_ target: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await bearer.send("GET", target, headers)
    }
}

extension Reply {
    /// All that tells one refusal from another.
    var appearance: String {
        let fields = headers.filter { !["date", "x-request-id"].contains($0.name.lowercased()) }
        return "\(status) \(fields.map { "\($0.name.lowercased()): \($0.value)" }.sorted()) \(text)"
    }
}
