import DAV
import DAVStorage
import DAVTesting
import HTTPTypes
import Testing

/// X-01 through the handler over SQLite: no status tells a stranger what exists in somebody's home.
@Suite struct HiddenTests {
    private let test: TestStore
    private let handler: DAVHandler
    private static let bob = PrincipalID(Name("bob")!)

    init() async throws {
        test = try TestStore()
        for id in [TestStore.alice, Self.bob] {
            try await test.store.add(Account(id: id, displayName: "", passwordHash: "", quotaBytes: nil))
        }
        try await test.mkcol("c")
        try await test.put("c/f", [1])
        let clock = test.clock
        handler = DAVHandler(
            backend: test.backend, authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: Nobody())
        ) { clock.now }
    }

    private struct Nobody: PrincipalDirectory {
        var path: DAVPath { DAVPath([Name("principals")!]) }
        func principal(_ id: PrincipalID) async throws -> Principal? { nil }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] { [] }
    }

    private func send(_ method: String, _ target: String, _ headers: HTTPFields = [:], _ body: String = "") async throws
        -> DAVResponse
    {
        await handler.handle(
            DAVRequest(
                method: try #require(HTTPRequest.Method(method)), target: target, headers: headers,
                body: Array(body.utf8).stream, caller: .principal(Self.bob)))
    }

    @Test(arguments: [
        "OPTIONS", "GET", "HEAD", "PUT", "POST", "DELETE", "MKCOL", "COPY", "MOVE", "PROPFIND", "PROPPATCH", "REPORT",
        "LOCK", "UNLOCK",
    ]) func whatIsHiddenAnswersLikeWhatIsMissing(method: String) async throws {
        for (hidden, missing) in [
            ("/files/alice/", "/files/nobody/"), ("/files/alice/c/", "/files/nobody/c/"),
            ("/files/alice/c/f", "/files/nobody/c/f"), ("/files/alice/c/g", "/files/nobody/c/g"),
        ] {
            let headers: HTTPFields = [.depth: "0", .destination: "/files/bob/x"]
            let (first, second) = try await (send(method, hidden, headers), send(method, missing, headers))
            #expect(first.status == second.status, "\(hidden)")
            #expect(first.headers == second.headers, "\(hidden)")
        }
    }

    @Test func conditionsAboutHiddenResourcesAreThoseAboutUnmappedOnes() async throws {
        let entry = try #require(try await test.collection("c").entries(.named([Name("f")!]), fields: []).first)
        let etag = try #require(entry.etag)
        let token = try await test.sync().token
        for state in ["</files/alice/c/f> ([\(etag)])", "</files/alice/> (<\(token.uri)>)"] {
            for method in ["PUT", "MKCOL", "GET"] {
                let target = method == "GET" ? "/files/bob/" : "/files/bob/\(method)"
                #expect(try await send(method, target, [.if: state]).status == .preconditionFailed, "\(method)")
                let negated: HTTPFields = [.if: state.replacing("(", with: "(Not ")]
                #expect(try await send(method, target, negated).status.kind == .successful, "\(method)")
                if method != "GET" { #expect(try await send("DELETE", target).status == .noContent) }
            }
        }
    }
}
