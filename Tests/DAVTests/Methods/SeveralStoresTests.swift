import DAV
import HTTPTypes
import DAVTesting
import Testing

/// COPY and MOVE where more than one back-end is mounted.
@Suite struct SeveralStoresTests {
    @Test func betweenStoresNothingIsTransferred() async throws {  // W-40
        let now = Timestamp(seconds: 1_000_000_000)
        let names = ["one", "two"].map { DAVPath([Name($0)!]) }
        let stores = names.map { root in MemoryBackend(root: root, homes: [Wire.alice]) { now } }
        let routes = Routes(zip(names, stores).map { ($0.last!, $1) })
        let handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: Wire.People())
        ) { now }
        func send(_ method: HTTPRequest.Method, _ headers: HTTPFields) async -> Int {
            await handler.handle(
                DAVRequest(method: method, target: "/one/alice/c/", headers: headers, caller: .principal(Wire.alice))
            ).status.code
        }
        #expect(await send(.mkcol, [:]) == 201)
        for method in [HTTPRequest.Method.copy, .move] {
            #expect(await send(method, [.destination: "/two/alice/c/"]) == 502)
            #expect(await send(method, [.destination: "/two/bob/c/"]) == 409)
        }
        #expect(await send(.copy, [.destination: "/one/alice/d/"]) == 201)
    }
}
