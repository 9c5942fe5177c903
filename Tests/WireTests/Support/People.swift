import DAV

/// Alice, Bob and Mallory, who have accounts, principals and homes on every server of these tests.
struct People: PrincipalDirectory {
    static let alice = PrincipalID(Name("alice")!)
    static let bob = PrincipalID(Name("bob")!)
    static let mallory = PrincipalID(Name("mallory")!)
    static let all = [alice, bob, mallory]
    static let password = "secret"

    /// What their clients send.
    static func authorization(_ id: PrincipalID) -> String { "Basic " + Base64.encode("\(id.name):\(password)") }

    let path = DAVPath([Name("principals")!])

    func principal(_ id: PrincipalID) async throws -> Principal? {
        guard People.all.contains(id) else { return nil }
        return Principal(id: id, displayName: "\(id) of Wonderland", homes: [DAVPath([Name("files")!, id.name])])
    }

    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        var found: [Principal] = []
        for id in People.all where after.map({ $0 < id }) ?? true {
            if let principal = try await principal(id) { found.append(principal) }
        }
        return Array(found.prefix(limit))
    }
}
