import DAV

/// The passwords of links as those of accounts that bear their numbers, so that they are checked, remembered and throttled like
/// those of people.
struct LinkPasswords: AccountStore {
    let links: any Links

    static func account(of link: Link) -> Name { Name(String(link.number))! }

    func passwordHash(of id: PrincipalID) async throws -> String? {
        guard let number = Int64(id.name.string) else { return nil }
        return try await links.link(number: number)?.terms.passwordHash
    }

    /// They stay as they were made; an owner makes a new link instead.
    func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws {}
}
