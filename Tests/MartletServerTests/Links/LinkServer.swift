import DAV
import DAVStorage
import Foundation

@testable import MartletServer

/// A server on a data folder of its own, with Ann and a folder of hers.
struct LinkServer: Sendable {
    let store: SQLiteStore
    let server: TestServer

    static func run(
        _ change: (inout TestServer.Setup) -> Void = { _ in },
        _ body: @Sendable @escaping (LinkServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-links-\(UInt64.random(in: .min ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(folder: folder.path, options: .martlet())
        let hash = try PasswordHash.make(Array("secret".utf8), cost: .trivial).text
        try await store.add(Account(id: PrincipalID(Name("ann")!), displayName: "Ann", passwordHash: hash))
        try await TestServer.run({
            $0.store = DataFolder(store)
            change(&$0)
        }) { try await body(LinkServer(store: store, server: $0)) }
    }

    @discardableResult
    func ask(_ line: String, _ fields: String..., body: String = "") async throws -> RawResponse {
        let head = ["\(line) HTTP/1.1", "Host: x", "Content-Length: \(body.utf8.count)"] + fields
        return try await server.request(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    func link(to path: String, _ terms: LinkTerms = LinkTerms()) async throws -> (token: LinkToken, link: Link) {
        let token = LinkToken.mint()
        let path = try DAVPath(parsing: path)
        return (token, try await store.links.add(terms, digest: token.digest, to: path, of: nil, most: 100))
    }

    static let sign = "Authorization: \(String.basic("ann", "secret"))"
}
