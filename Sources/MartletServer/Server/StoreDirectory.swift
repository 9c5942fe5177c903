import DAV

/// The store's accounts as principals, at `/principals/`.
struct StoreDirectory: PrincipalDirectory {
    static let name = Name("principals")!
    static let files = Name("files")!

    let store: any ServerStore

    var path: DAVPath { DAVPath([Self.name]) }

    func principal(_ id: PrincipalID) async throws -> Principal? { try await store.principal(id) }

    // Everybody who signed in may see who else is here: sharing starts with finding people.
    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        guard caller.principal != nil else { return [] }
        return try await store.principals(after: after, limit: limit)
    }
}
