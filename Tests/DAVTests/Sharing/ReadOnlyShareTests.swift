import DAVTesting
import HTTPTypes
import Synchronization
import Testing

@testable import DAV

/// Whoever has something that nobody can write may still show it to others.
struct ReadOnlyShareTests: HandlerClient {
    /// Alice's, and read-only.
    final class Exhibition: Backend, DAVCollection, Sharing {
        let info = CollectionInfo(
            path: DAVPath([Name("exhibition")!]), kind: .folder, owner: ReadOnlyShareTests.alice, capabilities: .sharing
        )
        let list = Mutex(ShareList(owner: ReadOnlyShareTests.alice))

        var sharing: (any Sharing)? { self }

        func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
            path == info.path ? self : nil
        }

        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            guard members == .itself else { return [] }
            let time = Timestamp(seconds: 0)
            return [Entry(name: Name("exhibition")!, collection: info, created: time, modified: time)]
        }

        func shareList() async throws -> ShareList { list.withLock(\.self) }

        func share(
            _ changes: [ShareChange], rules: ShareRules, roster: ShareRoster, if condition: Condition
        ) async throws {
            try list.withLock { $0 = try $0.apply(changes, rules, roster).list }
        }
    }

    let exhibition = Exhibition()
    let handler: DAVHandler

    init() {
        var facts = ServerFacts(principals: Wire.People())
        facts.sharing = ShareRules()
        handler = DAVHandler(backend: exhibition, authorizer: OwnerAuthorizer(), facts: facts) { Timestamp(seconds: 0) }
    }

    private func share(as caller: Caller) async throws -> Int {
        try await send(
            "POST", "/exhibition/", ["Content-Type": "application/davsharing+xml"], as: caller,
            "<share-resource xmlns='DAV:'><sharee><href>mailto:nobody@example.org</href><share-access><read/></share-access></sharee></share-resource>"
        ).status
    }

    @Test func whatCannotBeWrittenCanBeShared() async throws {
        #expect(try await share(as: .principal(Self.alice)) == 204)
        #expect(exhibition.list.withLock { $0.invites.count } == 1)
        #expect(try await send("PUT", "/exhibition/x", [:], "x").status == 403)
        #expect(try await share(as: .principal(Self.bob)) == 404)
    }
}
